"""The judge: reads a picture's attributes, taught by real photos of training splits alone (`teaching.py`).

Two small networks. The first reads everything but colour from what the eyes see, and is also taught by
recoloured photos, so that it cannot take a colour for an article that often has it. The second reads the
colour from a histogram of the garment's own pixels and sees no shape. Both are needed for held-out pairs:
a judge that never saw a red flat says "heels" as soon as it sees red (docs/experiments.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors.torch
import torch
from safetensors import SafetensorError

from modiste import files
from modiste.catalogue import Catalogue
from modiste.errors import BadInput
from modiste.evaluate.colours import NamedColours, garment, histograms
from modiste.evaluate.eyes import Sight
from modiste.evaluate.heads import Heads, probabilities
from modiste.record import ROLES, Record, values

FORMAT, VERSION = "modiste-judge", 1
MOST_VALUES = 60
"""A further column with more values is a text, not a category."""
LEAST_PHOTOS = 20
"""Photos that a value needs in training; of a catalogue below 2,000 photos, 1%, and at least 4."""
COLOUR = "colour"
PHOTOS = "photos.safetensors"

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Judge:
    """A trained judge of one catalogue's attributes."""

    attributes: dict[str, tuple[str, ...]]
    """Attribute -> the values it tells apart, most frequent first."""
    shape: Heads | None
    """Reads every attribute but colour from what the eyes see; None if there is none."""
    colour: Heads | None
    """Reads colour from histograms over `codes`; None if the catalogue names no colours."""
    codes: Floats
    """[codes, 3]: the CIELAB colours of the histograms."""
    named: NamedColours | None
    """What the catalogue means by its colours' names."""
    about: dict[str, Any]
    """Accuracy on held-out photos and how it was made: `judge.json`."""

    def judge(self, images: Pixels, sight: Sight) -> dict[str, Floats]:
        """Attribute -> probabilities [n, values] for pictures and what the eyes saw in them."""
        result = probabilities(self.shape, sight.all) if self.shape is not None else {}
        if self.colour is not None:
            result |= probabilities(self.colour, histograms(garment(images), self.codes))
        return result

    @property
    def figures(self) -> dict[str, Any] | None:
        """How it was made and how good it is, for the report; None if there is nothing to judge."""
        if not self.attributes:
            return None
        held_out = self.about["held_out"]
        return {
            "kind": f"{self.about['eyes']}; colour from histograms in CIELAB",
            "photos": self.about["photos"],
            "held_out": max((score["count"] for score in held_out.values()), default=0),
            "seconds": self.about["seconds"],
            "attributes": {
                name: {"values": list(known), **held_out.get(name, {})}
                for name, known in self.attributes.items()
            },
        }

    def common(self, name: str, share: float) -> list[str]:
        """The values of an attribute in at least this share of the training photos."""
        counts = self.about["counts"][name]
        return [value for value in self.attributes[name] if counts[value] >= share * self.about["photos"]]

    def labels(self, records: tuple[Record, ...]) -> dict[str, Ints]:
        """Attribute -> index of each record's value [n]; -1 where it has none or a rare one."""
        return labels(records, self.attributes)


def labels(records: tuple[Record, ...], attributes: dict[str, tuple[str, ...]]) -> dict[str, Ints]:
    """Attribute -> index of each record's value among `attributes[name]` [n], -1 for any other."""
    places = {name: {value: i for i, value in enumerate(known)} for name, known in attributes.items()}
    return {
        name: np.array([place.get(record.attribute(name) or "", -1) for record in records], np.int64)
        for name, place in places.items()
    }


def attributes_of(records: Sequence[Record]) -> dict[str, tuple[str, ...]]:
    """The roles and further columns that can be judged, with the values frequent enough to be learnt."""
    least = min(LEAST_PHOTOS, max(4, len(records) // 100))
    extra = sorted({name for record in records for name in record.extra})
    result = {}
    for name in (*ROLES, *extra):
        counts = values(records, name)
        known = tuple(value for value, count in counts.items() if count >= least)
        category = name in ROLES or len(counts) <= MOST_VALUES
        if len(known) >= 2 and category and sum(counts.values()) >= len(records) / 2:
            result[name] = known
    return result


def save_judge(judge: Judge, sight: Sight, folder: Path) -> None:
    """Writes a judge, and beside it what it saw in the training photos of the catalogue that it is for."""
    tensors = {"codes": torch.from_numpy(judge.codes)}
    for name, heads in (("shape", judge.shape), ("colour", judge.colour)):
        if heads is not None:
            tensors |= {f"{name}.{key}": value for key, value in heads.state_dict().items()}
    kept = {
        "features": torch.from_numpy(sight.features).half(),
        "details": torch.from_numpy(sight.details).half(),
    }
    files.make_folder(folder)
    files.write_bytes(folder / "judge.safetensors", safetensors.torch.save(tensors))
    files.write_bytes(folder / PHOTOS, safetensors.torch.save(kept))
    files.write_json(folder / "judge.json", judge.about)  # last: without it the folder holds no judge


def read_judge(folder: Path) -> Judge:
    """A judge that was kept, whatever photos it is for; the seen photos beside it are not read.

    Raises:
        BadInput: no judge there, another version, or files that do not fit each other.
    """
    about = files.read_json(folder / "judge.json")
    if not isinstance(about, dict) or (about.get("format"), about.get("version")) != (FORMAT, VERSION):
        raise BadInput(f"expected a judge of version {VERSION} in {folder}, found another; remove the folder")
    try:
        tensors = {
            name: value.float()
            for name, value in safetensors.torch.load((folder / "judge.safetensors").read_bytes()).items()
        }
        attributes = {name: tuple(known) for name, known in about["attributes"].items()}
        said = [value for known in attributes.values() for value in known]
        right = [each["accuracy"] for each in about.get("held_out", {}).values()]
        if not all(isinstance(value, str) for value in said) or not all(isinstance(n, float) for n in right):
            raise TypeError("values that are no text, or shares that are no numbers")
        named = None
        if COLOUR in attributes:
            named = NamedColours(attributes[COLOUR], np.asarray(about["named_colours"], np.float32))
        return Judge(
            attributes,
            _heads("shape", tensors, {name: known for name, known in attributes.items() if name != COLOUR}),
            _heads("colour", tensors, {name: known for name, known in attributes.items() if name == COLOUR}),
            tensors["codes"].numpy(),
            named,
            about,
        )
    except (SafetensorError, AttributeError, KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise BadInput(f"the judge in {folder} is damaged ({error!r:.100}); copy or teach it anew") from None


def load_judge(folder: Path, catalogue: Catalogue) -> tuple[Judge, Sight]:
    """A judge that was kept for this catalogue, and what it saw in the training photos.

    Raises:
        BadInput: another format, or a judge of another catalogue.
    """
    judge = read_judge(folder)
    if judge.about["catalogue"] != catalogue.sha256:
        raise BadInput(
            f"the judge in {folder} was taught by another catalogue than {catalogue.path}; "
            "give --judge another folder, and a new one is taught there"
        )
    try:
        kept = safetensors.torch.load((folder / PHOTOS).read_bytes())
    except (OSError, SafetensorError) as error:
        raise BadInput(
            f"the judge in {folder} lacks what it saw in the training photos, {PHOTOS} ({error!r:.60}); "
            "give --judge another folder, and a judge is taught there"
        ) from None
    return judge, Sight(kept["features"].float().numpy(), kept["details"].float().numpy())


def _heads(
    name: str, tensors: dict[str, torch.Tensor], attributes: dict[str, tuple[str, ...]]
) -> Heads | None:
    state = {
        key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")
    }
    if not state:
        return None
    heads = Heads(len(state["mean"]), {key: len(known) for key, known in attributes.items()})
    heads.load_state_dict(state)
    return heads.eval().requires_grad_(False)
