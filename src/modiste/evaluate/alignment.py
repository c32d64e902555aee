"""Do the pictures obey the text: scores against what was asked, and what one changed word changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modiste.evaluate.colours import NamedColours, garment, overlap
from modiste.evaluate.contestants import Contestant
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import Judge
from modiste.evaluate.prompts import PromptSet, record_of
from modiste.evaluate.scores import floor_of, score_of
from modiste.record import ROLES, Record
from modiste.text.write import attribute_description

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

CHANGED = ("colour", "article", "gender")
"""Attributes whose word is changed, one at a time."""
COMMON = 0.02
"""Only values with at least this share of the training photos take the other's place."""


@dataclass(frozen=True)
class Alignment:
    """Scores of one set of pictures, as JSON: attribute -> score."""

    scores: dict[str, Any]
    floor: dict[str, Any]
    colour_lab: dict[str, Any] | None


def align(
    judge: Judge, said: Mapping[str, Floats], images: Pixels, prompts: PromptSet, seed: int
) -> Alignment:
    """Compares what the judge says of the pictures with what their descriptions name."""
    asked = judge.labels(prompts.records)
    scores, floor = {}, {}
    for name, probability in said.items():
        if prompts.named is not None and name not in prompts.named:
            continue
        shown = probability.argmax(axis=1)
        score, chance = score_of(shown, asked[name]), floor_of(shown, asked[name], seed)
        if score is not None and chance is not None:
            scores[name], floor[name] = asdict(score), asdict(chance)
    colour_lab = None
    if judge.named is not None and "colour" in asked:
        colour_lab = colour_check(images, asked["colour"], judge.named, seed)
    return Alignment(scores, floor, colour_lab)


def colour_check(images: Pixels, asked: Ints, named: NamedColours, seed: int) -> dict[str, Any] | None:
    """The garments' own pixels against the named colours, in CIELAB, without any network.

    Returns:
        The score of the named colour that most pixels are nearest to (`accuracy`, `low`, `high` and so on,
        see `Score`); `floor_accuracy`: that of shuffled descriptions; `delta_e`: median distance of the
        garments' median colours to the asked ones. None if no colour was asked for.
    """
    known = asked >= 0
    if not known.any():
        return None
    seen, asked = garment(images[known]), asked[known]
    shown = named.shown(seen)
    score, floor = score_of(shown, asked), floor_of(shown, asked, seed)
    assert score is not None
    assert floor is not None
    delta_e = float(np.median(named.distance(seen, asked)))
    return {**asdict(score), "floor_accuracy": floor.accuracy, "delta_e": delta_e}


def sensitivity(
    contestant: Contestant,
    judge: Judge,
    eyes: Eyes,
    records: Sequence[Record],
    seed: int,
) -> dict[str, Any]:
    """Fixed noise, one word changed: does the named attribute change, and nothing else?

    Args:
        contestant: who draws.
        judge: says what is seen before and after.
        eyes: the judge's.
        records: what the descriptions before the change are made of.
        seed: of the noise and of the new words.

    Returns:
        Attribute -> `changed` (share of pictures in which the judge sees another value of it), `named`
        (in which it sees the new one), `kept` (other attribute -> share that stays), `kept_by_seed` (the same
        if the seed changes and no word does: how far the judge repeats itself), `outline` (how much of the
        garments' places is common to both, by pixels alone; 1: all) and `outline_by_seed`, `pictures`.
    """
    result: dict[str, Any] = {}
    for name in CHANGED:
        if name not in judge.attributes:
            continue
        common = judge.common(name, COMMON)
        bases = [record for record in records if record.attribute(name) in common]
        if len(common) < 2 or not bases:
            continue
        random = np.random.default_rng(seed)
        others = [
            str(random.choice([value for value in common if value != record.attribute(name)]))
            for record in bases
        ]
        before = [attribute_description(record) for record in bases]
        after = [
            attribute_description(
                record_of(record.id, {role: record.attribute(role) for role in ROLES} | {name: other})
            )
            for record, other in zip(bases, others, strict=True)
        ]
        seeds = [seed + i for i in range(len(bases))]
        other_seeds = [len(bases) + i for i in seeds]
        said, garments = [], []
        for descriptions, drawn_from in ((before, seeds), (after, seeds), (before, other_seeds)):
            images = contestant.draw(descriptions, drawn_from)
            garments.append(garment(images))
            said.append(
                {key: value.argmax(axis=1) for key, value in judge.judge(images, eyes.see(images)).items()}
            )
        places = {value: i for i, value in enumerate(judge.attributes[name])}
        asked = np.array([places[other] for other in others])
        kept = [key for key in ROLES if key in said[0] and key != name]
        result[name] = {
            "changed": float((said[0][name] != said[1][name]).mean()),
            "named": float((said[1][name] == asked).mean()),
            "kept": {key: float((said[0][key] == said[1][key]).mean()) for key in kept},
            "kept_by_seed": {key: float((said[0][key] == said[2][key]).mean()) for key in kept},
            "outline": float(overlap(garments[0], garments[1]).mean()),
            "outline_by_seed": float(overlap(garments[0], garments[2]).mean()),
            "pictures": len(bases),
        }
    return result


def coverage(judge: Judge, photos: Mapping[str, Floats], drawn: Mapping[str, Floats]) -> dict[str, Any]:
    """Which values vanished: the judge sees them in photos, and in (almost) no drawn picture.

    Args:
        judge: whose values.
        photos: what it says of the held-out photos.
        drawn: what it says of as many pictures of their descriptions.

    Returns:
        Attribute -> `shares` (value -> [among photos, among pictures]), `missing`: values in at least
        1% of the photos of which the pictures show less than a tenth of that share; `photos` and `pictures`.
    """
    result: dict[str, Any] = {}
    for name in ("article", "colour"):
        if name not in photos:
            continue
        known = judge.attributes[name]
        real, fake = (
            np.bincount(said[name].argmax(axis=1), minlength=len(known)) / max(1, len(said[name]))
            for said in (photos, drawn)
        )
        result[name] = {
            "shares": {value: [float(a), float(b)] for value, a, b in zip(known, real, fake, strict=True)},
            "missing": [
                value for value, a, b in zip(known, real, fake, strict=True) if a >= 0.01 and b < a / 10
            ],
            "photos": len(photos[name]),
            "pictures": len(drawn[name]),
        }
    return result
