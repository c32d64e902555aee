"""What an adaptation is good for: the same descriptions drawn before and after, judged alike."""

from typing import Any

import numpy as np

from modiste.catalogue import Catalogue
from modiste.design.model import DesignModel
from modiste.errors import BadInput
from modiste.evaluate.alignment import align
from modiste.evaluate.eyes import Eyes, as_sharply_seen, mirrored
from modiste.evaluate.judge import Judge
from modiste.evaluate.likeness import kernel_distance
from modiste.evaluate.novelty import Seen, novelty
from modiste.evaluate.prompts import PromptSet, chosen_rows
from modiste.models.sharpness import lacking_in
from modiste.record import ROLES
from modiste.text.write import attribute_description

COPIES_MARGIN = 0.02
"""A share of copies counts as higher than that of held-out photos from two points above it."""
PICTURES = 240
"""Pictures drawn for one measurement."""


class Measure:
    """The photos of an adaptation, seen once, that a model's pictures are held against.

    Each picture is drawn for one of them, and seen as sharply.
    """

    def __init__(self, catalogue: Catalogue, judge: Judge, eyes: Eyes, seed: int) -> None:
        self._judge, self._eyes, self._seed = judge, eyes, seed
        train, test = catalogue.split("train"), catalogue.split("test")
        photos = [split.images(np.arange(len(split))) for split in (train, test)]
        self._train = Seen.of(eyes.see(photos[0]).features, None, photos[0])
        self._test = Seen.of(eyes.see(photos[1]).features, eyes.see(mirrored(photos[1])).features, photos[1])
        every = (*test.records, *train.records)
        rows = chosen_rows(len(every), PICTURES, seed)
        chosen = [photos[1][row] if row < len(test) else photos[0][row - len(test)] for row in rows]
        self._lacking = lacking_in(np.stack(chosen))
        records = tuple(every[row] for row in rows)
        texts = tuple(map(attribute_description, records))
        self._prompts = PromptSet("photos", "the photos' descriptions", texts, records, ROLES)

    def figures(self, model: DesignModel) -> dict[str, Any]:
        """How a model draws the photos' descriptions.

        Returns:
            `alignment` and `floor`: role -> score, by the judge; `lacking_details`: the share of the photos
            that do; `likeness`: KID to the held-out photos and its spread; `novelty`: how many pictures are
            flagged as copies of the photos learnt from. The latter two are None where too few photos are
            held out.
        """
        count = len(self._prompts.descriptions)
        images = model.draw(self._prompts.descriptions, [self._seed + i for i in range(count)])
        images = as_sharply_seen(images, self._lacking)
        sight = self._eyes.see(images)
        aligned = align(self._judge, self._judge.judge(images, sight), images, self._prompts, self._seed)
        result: dict[str, Any] = {"pictures": count, "alignment": aligned.scores, "floor": aligned.floor}
        result["lacking_details"] = float((self._lacking > 0).float().mean())
        result |= {"likeness": None, "novelty": None}
        try:
            kid, spread = kernel_distance(sight.features, self._test.features, seed=self._seed)
            drawn = Seen.of(sight.features, self._eyes.see(mirrored(images)).features, images)
            found = novelty(drawn, self._test, self._train).figures
        except BadInput as error:
            return result | {"not_measured": str(error)}
        return result | {"likeness": {"kid": kid, "kid_spread": spread}, "novelty": found}


def table(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rows for people: what is measured, before and after."""
    rows = [
        (f"shows the {role}", f"{score['accuracy']:.0%}", f"{after['alignment'][role]['accuracy']:.0%}")
        for role, score in before["alignment"].items()
    ]
    if before["likeness"] and after["likeness"]:
        was, now = (f"{figures['likeness']['kid']:.3f}" for figures in (before, after))
        spread = after["likeness"]["kid_spread"]  # of few photos it is wide
        rows.append((f"KID to held-out photos, ±{spread:.2f} (lower: nearer)", was, now))
        share = after["novelty"]["held_out_copies"]
        was, now = (f"{figures['novelty']['copies']:.0%}" for figures in (before, after))
        rows.append((f"flagged as copies (held-out photos: {share:.0%})", was, now))
    return rows


def remarks(after: dict[str, Any]) -> list[str]:
    """What a person must know to read the figures."""
    notes = []
    if after["lacking_details"]:
        share = f"{after['lacking_details']:.0%}"
        notes.append(
            f"{share} of the photos lack fine details: what is drawn for these is judged without such, too"
        )
    if after["novelty"] is None:
        notes.append(f"likeness and copying were not measured: {after['not_measured']}")
    elif after["novelty"]["copies"] > after["novelty"]["held_out_copies"] + COPIES_MARGIN:
        notes.append(
            "more pictures than held-out photos are flagged as copies: use more photos or fewer minutes"
        )
    return notes


def card_text(metrics: dict[str, Any]) -> str:
    """The card's section on an adaptation, in Markdown."""
    rows = "\n".join(f"| {' | '.join(row)} |" for row in table(metrics["before"], metrics["after"]))
    more = "".join(f"\n\n{note[0].upper()}{note[1:]}." for note in remarks(metrics["after"]))
    how = (
        f"Adapted from the model {metrics['model']} to {metrics['photos_learnt_from']:,} photos of "
        f"`{metrics['photos']}` in {metrics['minutes']} minutes ({metrics['machine']}, {metrics['date']}, "
        f"seed {metrics['seed']}). {metrics['after']['pictures']} pictures of the photos' own descriptions "
        "before and after, read by the judge in `judge/`; "
        f"{metrics['photos_held_out']} photos were never learnt from."
    )
    return f"## Figures\n\n{how}\n\n| | before | after |\n| --- | --- | --- |\n{rows}{more}"
