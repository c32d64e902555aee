"""The judge's bench: real photos once, then every contestant by the same questions."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from modiste.catalogue import Catalogue
from modiste.evaluate.alignment import align, coverage, sensitivity
from modiste.evaluate.contestants import Contestant
from modiste.evaluate.eyes import Eyes, Sight, as_sharply_seen, mirrored
from modiste.evaluate.gallery import Gallery
from modiste.evaluate.inception import InceptionFeatures, fid
from modiste.evaluate.judge import Judge
from modiste.evaluate.likeness import (
    directions,
    distinct_per_description,
    likeness,
    precision_and_recall,
    same_picture_threshold,
)
from modiste.evaluate.novelty import Novelty, Seen, novelty
from modiste.evaluate.prompts import PromptSet, chosen_rows
from modiste.models.sharpness import lacking_in

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

DESCRIPTIONS, SEEDS = 40, 6
"""How many descriptions are drawn how often to count distinct pictures."""
CLOSEST = 10
SHEET_ROWS = 6
"""Descriptions of each set on the sheets."""
SENSITIVITY_PICTURES = 200


class Bench:
    """Everything about the real photos that every contestant is held against."""

    def __init__(
        self,
        catalogue: Catalogue,
        judge: Judge,
        eyes: Eyes,
        trained: Sight,
        prompts: list[PromptSet],
        *,
        pictures: int,
        seed: int,
        inception: InceptionFeatures | None,
    ) -> None:
        self._judge, self._eyes, self._seed, self._inception = judge, eyes, seed, inception
        self._prompts = prompts
        self._train, self._trained = catalogue.split("train"), trained
        self._train_photos = self._train.images(np.arange(len(self._train)))
        self._train_seen = Seen.of(trained.features, None, self._train_photos)
        self._rows = {
            name: np.array(chosen_rows(len(catalogue.split(name)), pictures, seed), np.int64)
            for name in ("test", "pairs")
        }
        self._photos = {name: catalogue.split(name).images(rows) for name, rows in self._rows.items()}
        self._lacking = {name: lacking_in(photos) for name, photos in self._photos.items() if len(photos)}
        self._sights = {name: eyes.see(photos) for name, photos in self._photos.items()}
        self.said = {
            name: judge.judge(self._photos[name], sight)
            for name, sight in self._sights.items()
            if len(self._rows[name])
        }
        self._threshold = same_picture_threshold(self._sights["test"].features)
        self._test_seen = self._seen(self._photos["test"], self._sights["test"])
        self._inception_of_photos = inception.features(self._photos["test"]) if inception else None

    def ceiling(self) -> dict[str, Any]:
        """The judge on the real photos that the sets' descriptions are of: set -> attribute -> score."""
        result: dict[str, Any] = {}
        for prompts in self._prompts:
            if prompts.split is None or not self._judge.attributes:
                continue
            here = self._places(prompts, prompts.split)
            said = {name: value[here] for name, value in self.said[prompts.split].items()}
            aligned = align(self._judge, said, self._photos[prompts.split][here], prompts, self._seed)
            result[prompts.name] = {**aligned.scores, "colour_lab": aligned.colour_lab}
        return result

    def reference(self) -> dict[str, Any]:
        """Real photos against real photos: as many training photos as a contestant draws pictures."""
        rows = chosen_rows(len(self._train), self._drawn_for_likeness(), self._seed + 1)
        others = self._trained.features[rows]
        figures: dict[str, Any] = {
            "likeness": asdict(likeness(others, self._sights["test"].features, seed=self._seed))
        }
        self._add_fid(figures["likeness"], self._train_photos[rows])
        figures["recall"] = {
            prompts.name: self._recall(prompts, others[: len(prompts.descriptions)])
            for prompts in self._prompts
            if prompts.split == "test"
        }
        alike = self._alike()
        if alike is not None:
            figures["distinct"] = distinct_per_description(alike, self._threshold)
        return figures

    def examine(
        self, contestant: Contestant, gallery: Gallery, advance: Callable[[int], None]
    ) -> dict[str, Any]:
        """All figures of one contestant; its sheet and closest pairs go into the gallery.

        Args:
            contestant: who draws.
            gallery: filled in place.
            advance: told how many pictures were judged.
        """
        result: dict[str, Any] = {"name": contestant.name, "kind": contestant.kind, **contestant.about}
        result |= {"alignment": {}, "floor": {}, "colour_lab": {}, "recall": {}}
        features, pictures, known = [], [], None
        for prompts in self._prompts:
            count = len(prompts.descriptions)
            images = contestant.draw(prompts.descriptions, [self._seed + i for i in range(count)])
            if prompts.split is not None:
                lacking = self._lacking[prompts.split][self._places(prompts, prompts.split)]
                images = as_sharply_seen(images, lacking)
            sight = self._eyes.see(images)
            said = self._judge.judge(images, sight)
            aligned = align(self._judge, said, images, prompts, self._seed)
            if aligned.scores:
                result["alignment"][prompts.name] = aligned.scores
                result["floor"][prompts.name] = aligned.floor
            if aligned.colour_lab:
                result["colour_lab"][prompts.name] = aligned.colour_lab
            if prompts.split == "test":
                result["recall"][prompts.name] = self._recall(prompts, sight.features)
                features.append(sight.features)
                pictures.append(images)
            if known is None:
                known = (images, sight, said)
            advance(count)
        assert known is not None
        photos = self._sights["test"].features
        result["likeness"] = asdict(likeness(np.concatenate(features), photos, seed=self._seed))
        self._add_fid(result["likeness"], np.concatenate(pictures))
        result["variety"] = self._variety(contestant, result["likeness"]["recall"])
        advance(DESCRIPTIONS * SEEDS)
        found = novelty(self._seen(known[0], known[1]), self._test_seen, self._train_seen)
        result["novelty"] = found.figures
        gallery.closest[contestant.name] = self._closest(found, known[0])
        result["coverage"] = coverage(self._judge, self.said["test"], known[2])
        if contestant.kind != "retrieval":
            bases = self._prompts[0].records[:SENSITIVITY_PICTURES]
            result["sensitivity"] = sensitivity(contestant, self._judge, self._eyes, bases, self._seed)
        gallery.sheets[contestant.name] = self._sheet(contestant)
        return result

    @property
    def pictures_each(self) -> int:
        """Pictures that are counted on the progress bar for each contestant."""
        return sum(len(prompts.descriptions) for prompts in self._prompts) + DESCRIPTIONS * SEEDS

    @property
    def lacking_details(self) -> float:
        """Share of the held-out photos without fine details of their own: enlarged ones."""
        return float((self._lacking["test"] > 0).float().mean())

    def _drawn_for_likeness(self) -> int:
        return sum(len(prompts.descriptions) for prompts in self._prompts if prompts.split == "test")

    def _places(self, prompts: PromptSet, split: str) -> npt.NDArray[np.intp]:
        """Where the photos that a set's descriptions are of stand among those of its split."""
        return np.searchsorted(self._rows[split], prompts.rows)

    def _recall(self, prompts: PromptSet, drawn: Floats) -> float:
        """Share of the photos that a set's descriptions are of which lies among as many other pictures."""
        photos = self._sights["test"].features[self._places(prompts, "test")]
        return precision_and_recall(directions(drawn), directions(photos))[1]

    def _add_fid(self, figures: dict[str, Any], images: Pixels) -> None:
        if self._inception is not None and self._inception_of_photos is not None:
            figures["fid"] = fid(self._inception.features(images), self._inception_of_photos)

    def _seen(self, images: Pixels, sight: Sight) -> Seen:
        return Seen.of(sight.features, self._eyes.see(mirrored(images)).features, images)

    def _variety(self, contestant: Contestant, recall: float) -> dict[str, Any]:
        descriptions = list(dict.fromkeys(self._prompts[0].descriptions))[:DESCRIPTIONS]
        images = contestant.draw(
            [text for text in descriptions for _ in range(SEEDS)],
            [self._seed + seed for _ in descriptions for seed in range(SEEDS)],
        )
        features = self._eyes.see(images).features.reshape(len(descriptions), SEEDS, -1)
        distinct = distinct_per_description(features, self._threshold)
        return {"distinct": distinct, "of": SEEDS, "descriptions": len(descriptions), "recall": recall}

    def _alike(self) -> Floats | None:
        """Features [descriptions, SEEDS, d] of real photos that share gender, style, colour and article."""
        groups: dict[tuple[str | None, ...], list[int]] = {}
        for row, record in enumerate(self._train.records):
            key = (record.gender, record.style, record.colour, record.article)
            groups.setdefault(key, []).append(row)
        rows = [members[:SEEDS] for members in groups.values() if len(members) >= SEEDS][:DESCRIPTIONS]
        return self._trained.features[np.array(rows)] if rows else None

    def _closest(self, found: Novelty, images: Pixels) -> list[tuple[Pixels, Pixels, float, str]]:
        return [
            (images[picture], self._train_photos[photo], distance, self._train.records[photo].id)
            for picture, photo, distance in found.closest(CLOSEST)
        ]

    def _sheet(self, contestant: Contestant) -> list[tuple[str, list[Pixels]]]:
        rows = []
        for prompts in self._prompts:
            if prompts.name in ("short", "long") or prompts.name.endswith("plain"):
                continue
            for text in list(dict.fromkeys(prompts.descriptions))[:SHEET_ROWS]:
                images = contestant.draw([text] * SEEDS, [self._seed + seed for seed in range(SEEDS)])
                rows.append((f"{text} ({prompts.title})", list(images)))
        return rows
