"""A run as the learner's page shows it: losses, hit rates and sheets, read from its folder alone."""

import json
import math
from pathlib import Path
from typing import Any

from modiste.errors import BadInput
from modiste.files import read_json

POINTS = 400
"""Points of a curve: more than a screen has pixels for are averaged."""
CURVES = ("discriminator_loss", "generator_loss", "hits_on_real", "hits_on_fake")
ARTICLES_LOSSES = ("dcgan",)
"""Families whose losses are the article's own: half the sum of two cross-entropies, and one."""


class RunFolder:
    """A run folder, perhaps of a training that goes on beside."""

    def __init__(self, path: Path) -> None:
        config = read_json(path / "config.json") if (path / "config.json").is_file() else None
        if not isinstance(config, dict) or not isinstance(config.get("train"), dict):
            raise BadInput(f"expected a run folder of modiste train with config.json, found none in {path}")
        self.name = path.resolve().name
        self._path = path
        self._train: dict[str, Any] = config["train"]

    def to_json(self) -> dict[str, Any]:
        """Family, budget, the curves by images seen, and the sheets."""
        entries = self._entries()
        step = max(1, math.ceil(len(entries) / POINTS))
        groups = [entries[start : start + step] for start in range(0, len(entries), step)]
        curves = {name: [_mean([entry.get(name) for entry in group]) for group in groups] for name in CURVES}
        return {
            "name": self.name,
            "family": self._train.get("family"),
            "article": self._train.get("family") in ARTICLES_LOSSES,
            "photos": self._train.get("image_count"),
            "budget": self._train.get("images"),
            "images": [group[-1]["images_seen"] for group in groups],
            "curves": curves,
            "sheets": [int(name.removesuffix(".png")) for name in self._sheets()],
            "verdicts": [self._verdicts(name) for name in self._sheets()],
        }

    def sheet(self, images_seen: int) -> bytes:
        """The PNG of a sheet; BadInput if the run has none of that moment."""
        for name in self._sheets():
            if int(name.removesuffix(".png")) == images_seen:
                return (self._path / "sheets" / name).read_bytes()
        raise BadInput(f"the run has no sheet of {images_seen:,} images")

    def photos(self) -> bytes:
        """The PNG of the photos that the officer judges at each sheet, from left to right."""
        path = self._path / "sheets" / "photos.png"
        if not path.is_file():
            raise BadInput("the run has no photos beside its sheets: an older release trained it")
        return path.read_bytes()

    def _verdicts(self, sheet: str) -> dict[str, Any] | None:
        """What the officer said at a sheet; None where it was not asked, as by older releases."""
        path = (self._path / "sheets" / sheet).with_suffix(".json")
        said = read_json(path) if path.is_file() else None
        return said if isinstance(said, dict) else None

    def _sheets(self) -> list[str]:
        return sorted(path.name for path in (self._path / "sheets").glob("*.png") if path.stem.isdigit())

    def _entries(self) -> list[dict[str, Any]]:
        path = self._path / "log.jsonl"
        found = []
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # the last line, while the training writes it
            if isinstance(entry, dict) and type(entry.get("images_seen")) is int:
                found.append(entry)
        return found


def _mean(values: list[Any]) -> float | None:
    numbers = [value for value in values if isinstance(value, int | float) and math.isfinite(value)]
    return round(sum(numbers) / len(numbers), 5) if numbers else None
