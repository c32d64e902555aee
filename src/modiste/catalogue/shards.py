"""Parquet shards: written split by split while photos come in."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from modiste import files
from modiste.catalogue.catalogue import EXTRA
from modiste.record import ROLES, Record

SHARD_ROWS, SHARD_BYTES = 2000, 2**27
"""A shard is full with so many products, or photos of so many bytes."""
SPLITS = ("train", "test", "pairs")


class Shards:
    """Collects the products of each split and writes every shard that is full."""

    def __init__(self, folder: Path, extra: list[str]) -> None:
        self._folder = folder
        self._extra = extra
        self._waiting: dict[str, list[tuple[Record, bytes]]] = {name: [] for name in SPLITS}
        self._bytes = dict.fromkeys(SPLITS, 0)
        self.written: dict[str, list[dict[str, Any]]] = {name: [] for name in SPLITS}
        """Split -> `{"file", "sha256", "count"}` of each shard."""
        self.values: dict[str, dict[str, Counter[str]]] = {
            name: {attribute: Counter() for attribute in (*ROLES, *extra)} for name in SPLITS
        }
        """Split -> attribute -> how often each value occurs."""

    def add(self, split: str, record: Record, png: bytes) -> None:
        """Takes one product; writes a shard if that fills one."""
        for attribute, counts in self.values[split].items():
            if value := record.attribute(attribute):
                counts[value] += 1
        self._waiting[split].append((record, png))
        self._bytes[split] += len(png)
        if len(self._waiting[split]) == SHARD_ROWS or self._bytes[split] >= SHARD_BYTES:
            self._write(split)

    def finish(self) -> None:
        """Writes what is left."""
        for split in SPLITS:
            if self._waiting[split]:
                self._write(split)

    def counts(self) -> dict[str, int]:
        """Split -> how many products were written."""
        return {name: sum(shard["count"] for shard in shards) for name, shards in self.written.items()}

    def _write(self, split: str) -> None:
        path = self._folder / f"{split}-{len(self.written[split]):05d}.parquet"
        rows = self._waiting[split]
        names = {role: role for role in ROLES} | {EXTRA + name: name for name in self._extra}
        columns: dict[str, Any] = {"id": pa.array([record.id for record, _ in rows], pa.string())}
        for column, name in names.items():
            columns[column] = pa.array([record.attribute(name) for record, _ in rows], pa.string())
        columns["texts"] = pa.array([list(record.texts) for record, _ in rows], pa.list_(pa.string()))
        columns["image"] = pa.array([png for _, png in rows], pa.binary())
        plain = [column for column in columns if column not in ("id", "texts", "image")]
        with files.whole_file(path) as temporary:
            # PNG is compressed, and neither a dictionary nor the smallest and largest photo is of use.
            pq.write_table(
                pa.table(columns),
                temporary,
                compression="NONE",
                use_dictionary=plain,
                write_statistics=plain,
            )
        self.written[split].append({"file": path.name, "sha256": files.sha256(path), "count": len(rows)})
        rows.clear()
        self._bytes[split] = 0
