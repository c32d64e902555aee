"""Who is judged: trained models, and the training photo whose text is nearest (a database search)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from modiste import files
from modiste.catalogue import Catalogue
from modiste.design.folder import bundled_models, check_folder
from modiste.design.model import DesignModel
from modiste.errors import BadInput
from modiste.text.fit import fit_tfidf
from modiste.text.words import words
from modiste.text.write import full_description

Pixels = npt.NDArray[np.uint8]

MOST_POINTS = 400
"""Points of a curve in the report."""
CURVES = {
    "images": "images_seen",
    "loss_discriminator": "discriminator_loss",
    "loss_generator": "generator_loss",
    "hits_on_real": "hits_on_real",
    "hits_on_fake": "hits_on_fake",
}
"""Name in the report -> name in a run's log."""


class Contestant(Protocol):
    """Draws pictures of descriptions."""

    name: str
    kind: str
    about: dict[str, Any]

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        """Pictures [n, size, size, 3] for n descriptions and the seeds beside them."""

    def unknown_share(self, descriptions: Sequence[str]) -> float:
        """Share of the descriptions' words that it never learnt."""


@dataclass
class ModelContestant:
    """A model folder, or a run's newest model."""

    name: str
    kind: str
    model: DesignModel
    about: dict[str, Any] = field(default_factory=dict)

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        """Draws as `modiste design` does."""
        return self.model.draw(descriptions, seeds)

    def unknown_share(self, descriptions: Sequence[str]) -> float:
        """Share of the descriptions' words, each description's own once, that the encoder does not know."""
        asked = sum(len(set(words(text))) for text in descriptions)
        return sum(len(self.model.unknown(text)) for text in descriptions) / max(1, asked)


def open_contestant(path: Path, catalogue: Catalogue) -> ModelContestant:
    """Opens a run, a model folder or a bundled model, by its name, to judge it on a catalogue.

    Raises:
        BadInput: neither of both, a run with no checkpoint yet, or pictures of another size.
    """
    if not path.exists():
        path = bundled_models().get(str(path), path)
    config_path = path / "config.json"
    if not config_path.is_file():
        raise BadInput(f"expected a run or a model folder with config.json, found none in {path}")
    config = files.read_json(config_path)
    is_run = isinstance(config, dict) and config.get("format") == "modiste-run"
    folder = path / "model" if is_run else path
    if is_run and not (folder / "config.json").is_file():
        raise BadInput(f"the run {path} has no checkpoint yet; wait for its first one, or train it")
    model = DesignModel(check_folder(folder))
    if model.size != catalogue.size:
        raise BadInput(
            f"{path} draws {model.size}x{model.size}, the catalogue's photos are "
            f"{catalogue.size}x{catalogue.size}; prepare one with --size {model.size}"
        )
    about = {name: model.config.get(name) for name in ("family", "preset", "images_seen", "steps")}
    about |= {"sha256": model.sha256, "catalogue": model.config.get("catalogue", {}).get("sha256")}
    if is_run:
        about["curves"] = curves(path / "log.jsonl")
    place = path.resolve()
    name = place.parent.name if place.name == "model" else place.name
    return ModelContestant(name, "run" if is_run else "model", model, about)


def curves(path: Path) -> dict[str, list[float]]:
    """A run's losses and the officer's hit rates over the images seen, thinned by means."""
    if not path.is_file():
        return {}
    written = path.read_text(encoding="utf-8").split("\n")[:-1]  # a line without its end is being written
    lines = [json.loads(line) for line in written if line.strip()]
    result = {}
    for name, logged in CURVES.items():
        points = [float(line[logged]) for line in lines if logged in line]
        parts = np.array_split(points, min(MOST_POINTS, len(points)) or 1)
        result[name] = [float(part.mean()) for part in parts if len(part)]
    return result


class Retrieval:
    """The database search that the article does not want to be: real photos, nothing new.

    Draws the training photo whose full description is nearest in TF-IDF; the seed chooses among photos
    that are equally near.
    """

    name = "nearest photo"
    kind = "retrieval"

    def __init__(self, catalogue: Catalogue) -> None:
        self._split = catalogue.split("train")
        texts = [full_description(record) for record in self._split.records]
        self._encoder = fit_tfidf(texts)
        self._vectors = self._encoder.encode(texts)
        self.about: dict[str, Any] = {"family": "retrieval", "preset": "TF-IDF"}

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        """Photos of the training split."""
        likeness = self._encoder.encode(list(descriptions)) @ self._vectors.T
        rows = []
        for row, seed in zip(likeness, seeds, strict=True):
            nearest = np.flatnonzero(row >= row.max() - 1e-6)
            rows.append(nearest[seed % len(nearest)])
        return self._split.images(np.array(rows, np.int64))

    def unknown_share(self, descriptions: Sequence[str]) -> float:
        """Always 0: it looks for what it knows."""
        del descriptions
        return 0.0
