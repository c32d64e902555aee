"""The model card: what a model is, what it learnt from, and what not to believe."""

from typing import Any

CARD = """# {name}

A generator of garments from descriptions, made by modiste {modiste}.

| | |
| --- | --- |
| family | {family} ({preset}) |
| pictures | {size}x{size} |
| learnt from | {photos:,} photos of the catalogue `{catalogue}` |
| training | {steps:,} steps, {images_seen:,} photos shown |
| weights | stored as {weights} |

Draw with it: `modiste design "{example}" --model THIS_FOLDER`

{about}

## What it knows

{known}

## Limits

It draws what its catalogue shows{words}; any other word is reported and left out.
Faces, hands, logos and lettering are not to be believed. The licence of the pictures follows from the licence
of the photos it learnt from.
"""


WORDS = " and hears the words in `encoder.json`"
OTHER_WORDS = """. Of words outside its catalogue, those under `heard` in `encoder.json` are heard
as words inside it (edit it as you like, and its sum in `SHA256SUMS`; the list was made from WordNet 3.1,
Copyright 2011 by Princeton University, under https://wordnet.princeton.edu/license-and-commercial-use; the
sentence model all-MiniLM-L6-v2, Apache-2.0, packaged under MIT;
XKCD's colour survey, CC0; and the colour names of CSS 4)"""


NOT_EVALUATED = """## Figures

Not evaluated yet: `modiste evaluate` measures whether pictures obey the text, look real, vary and are new."""


def model_card(config: dict[str, Any], about: str | None = None) -> str:
    """The card's Markdown, from the model's `config.json`.

    Args:
        config: of the model.
        about: Markdown with the model's figures, its data and their licence; None: it is not evaluated.
    """
    known = {role: values for role, values in config["vocabulary"].items() if values}
    example = [known[role][0] for role in ("colour", "article") if role in known]
    return CARD.format(
        **{name: config[name] for name in config if name != "catalogue"},
        catalogue=config["catalogue"]["name"],
        photos=config["catalogue"]["photos"],
        words=OTHER_WORDS if config["encoder"] == "words" else WORDS,
        example=" ".join(example).lower() or "a garment",
        about=(about or NOT_EVALUATED).strip(),
        known="\n".join(f"- {role}: {', '.join(values)}" for role, values in known.items())
        or "- no attributes",
    )
