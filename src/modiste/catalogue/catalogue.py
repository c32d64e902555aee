"""A prepared catalogue, opened: records and photos of each split."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from modiste import files
from modiste.catalogue.splits import Pair, pair_of
from modiste.errors import BadInput
from modiste.record import ROLES, Record

FORMAT, VERSION = "modiste-catalogue", 1
EXTRA = "extra."
"""Prefix of the Parquet columns that hold a source's further attributes."""

DECODED_LIMIT = 2**30
"""A split whose decoded photos take at most so many bytes is decoded once and kept in memory."""

HeldOut = tuple[tuple[str, ...], frozenset[Pair]]
"""Two attributes, and the pairs of their values that are kept from training."""

Images = npt.NDArray[np.uint8]


class Split:
    """The products of one split: records, and their photos by position."""

    def __init__(self, shards: list[Path], size: int, held_out: HeldOut = ((), frozenset())) -> None:
        self.size = size
        """Side of the square photos in pixels."""
        self._shards = shards
        self._held_out = held_out
        self.records: tuple[Record, ...] = tuple(_record(row) for path in shards for row in _rows(path))
        """One a product, in the catalogue's order."""

    def __len__(self) -> int:
        return len(self.records)

    def holds_out(self, record: Record) -> bool:
        """Whether a product has a pair of attributes that the catalogue keeps from training."""
        attributes, pairs = self._held_out
        return bool(pairs) and pair_of(record, attributes) in pairs

    def images(self, indices: npt.NDArray[np.int64]) -> Images:
        """The photos at these positions: uint8 [len(indices), size, size, 3], a copy."""
        return self._decoded[indices] if self.kept_bytes else self._decode(indices)

    @property
    def kept_bytes(self) -> int:
        """What its photos take in memory; 0 where there are too many, and each is decoded when needed."""
        decoded = len(self) * self.size**2 * 3
        return decoded if decoded <= DECODED_LIMIT else 0

    @cached_property
    def _encoded(self) -> pa.ChunkedArray:
        return pa.concat_tables([pq.read_table(path, columns=["image"]) for path in self._shards])["image"]

    @cached_property
    def _decoded(self) -> Images:
        decoded = self._decode(np.arange(len(self)))
        self.__dict__.pop("_encoded", None)  # not kept twice
        return decoded

    def _decode(self, indices: npt.NDArray[np.int64]) -> Images:
        images = np.empty((len(indices), self.size, self.size, 3), np.uint8)
        if not len(indices):
            return images
        encoded = self._encoded

        def decode(position: int) -> None:
            data = encoded[int(indices[position])].as_py()
            images[position] = np.asarray(Image.open(io.BytesIO(data)))

        with ThreadPoolExecutor(os.cpu_count()) as pool:  # Pillow decodes outside the interpreter's lock
            list(pool.map(decode, range(len(indices))))
        return images


class Catalogue:
    """A catalogue folder, checked against its manifest."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest
        self.size: int = manifest["size"]
        """Side of the square photos in pixels."""
        self._splits: dict[str, Split] = {}

    @classmethod
    def open(cls, path: Path) -> "Catalogue":
        """Opens a catalogue and checks every shard's SHA-256.

        Raises:
            BadInput: no catalogue there, another version, or a shard that is missing or damaged.
        """
        if not (path / "catalogue.json").is_file():
            raise BadInput(
                f"expected a catalogue with catalogue.json, found none in {path}; "
                "make one with modiste prepare"
            )
        manifest = files.read_json(path / "catalogue.json")
        if not isinstance(manifest, dict) or (manifest.get("format"), manifest.get("version")) != (
            FORMAT,
            VERSION,
        ):
            raise BadInput(
                f"expected a catalogue of version {VERSION} in {path}, found another; prepare it anew"
            )
        for split in manifest["splits"].values():
            for shard in split["shards"]:
                file = path / shard["file"]
                if file.parent != path or not file.is_file() or files.sha256(file) != shard["sha256"]:
                    raise BadInput(
                        f"the shard {shard['file']} of {path} is missing or damaged; prepare it anew"
                    )
        return cls(path, manifest)

    @property
    def sha256(self) -> str:
        """What identifies a catalogue: the SHA-256 of its manifest, which holds those of its photos."""
        return files.sha256(self.path / "catalogue.json")

    def split(self, name: str) -> Split:
        """The split `train`, `test` (held-out products) or `pairs` (held-out attribute pairs)."""
        if name not in self.manifest["splits"]:
            raise BadInput(f"unknown split {name!r}; use one of: {', '.join(self.manifest['splits'])}")
        if name not in self._splits:
            shards = self.manifest["splits"][name]["shards"]
            pairs = frozenset((first, second) for first, second in self.manifest["held_out_pairs"])
            held_out = tuple(self.manifest["hold_out"]), pairs
            self._splits[name] = Split([self.path / shard["file"] for shard in shards], self.size, held_out)
        return self._splits[name]


def _rows(shard: Path) -> list[dict[str, Any]]:
    columns = [name for name in pq.read_schema(shard).names if name != "image"]
    rows: list[dict[str, Any]] = pq.read_table(shard, columns=columns).to_pylist()
    return rows


def _record(row: dict[str, Any]) -> Record:
    extra = {key.removeprefix(EXTRA): value for key, value in row.items() if key.startswith(EXTRA) and value}
    return Record(id=row["id"], texts=tuple(row["texts"]), extra=extra, **{role: row[role] for role in ROLES})
