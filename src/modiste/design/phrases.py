"""Words that a short description leaves open, filled in by chance.

A whole description is drawn in many ways, "black tshirts" in few: what is not said has no say
(docs/experiments.md). So chance may say it, in what the catalogue's own texts say of such garments. The
words stand in the design's description, where they can be read, changed and drawn again.
"""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from modiste.design.folder import read_sums
from modiste.design.reading import Vocabulary, read_description
from modiste.design.synonyms import CLOTH
from modiste.files import read_json
from modiste.randomness import uniforms
from modiste.text.phrases import FILE, Phrases, check_phrases
from modiste.text.read import Encoder

MOST_BYTES = 1 << 24
"""Of a file that may come from a stranger."""


def fitting(description: str, phrases: Phrases, encoder: Encoder, vocabulary: Vocabulary) -> Sequence[str]:
    """The phrases of a description's article, and of its gender and style where it names them.

    None if it already says more than attributes, or names no article that has phrases.
    """
    segments = read_description(description, encoder, vocabulary, looked_up=0)
    if any(part.kind in ("known", "free") or (part.kind == "heard" and not part.role) for part in segments):
        return ()
    named = {part.role: part.value for part in reversed(segments) if part.role}
    by_gender, style = phrases.get(named.get("article", ""), {}), named.get("style", "")
    gender = named.get("gender", "")
    of_styles = [by_gender[gender]] if gender and gender in by_gender else list(by_gender.values())
    told = [by_style[style] for by_style in of_styles if style and style in by_style]
    return list(chain.from_iterable(told or (some for by_style in of_styles for some in by_style.values())))


def fill(description: str, seed: int, fits: Sequence[str]) -> str:
    """The description and the phrase of those that fit which the seed chooses; as it is if there is none."""
    phrase = fits[int(uniforms(seed, "phrase", 0, 1, 1)[0, 0] * len(fits))] if fits else ""
    return f"{description}, {phrase}" if phrase else description


def of_cloth(phrases: Phrases) -> Phrases:
    """What phrases say of cloth and cut alone, and not of brands."""
    return {
        article: {
            gender: {
                style: [" ".join(word for word in phrase.split() if word in CLOTH) for phrase in told]
                for style, told in by_style.items()
            }
            for gender, by_style in by_gender.items()
        }
        for article, by_gender in phrases.items()
    }


def open_phrases(folder: Path) -> Phrases:
    """The phrases of a checked model folder; none where it has no such file, which is listed in SHA256SUMS.

    Raises:
        BadInput: there is one, but it is not what it should be.
    """
    if FILE not in read_sums(folder):
        return {}
    return check_phrases(read_json(folder / FILE, MOST_BYTES), folder / FILE)
