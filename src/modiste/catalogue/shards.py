"""Parquet shards: written split by split while photos come in."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from modiste import files
from modiste.catalogue.catalogue import EXTRA
from modiste.record import ROLES, Record

SHARD_ROWS, SHARD_BYTES = 2000, 2**27
"""A shard is full with so many products, or photos of so many bytes."""
AT_ONCE = 2
"""Shards that are written at a time."""
SPLITS = ("train", "test", "pairs")


class Shards:
    """Collects the products of each split; a shard that is full is written while others go on."""

    def __init__(self, folder: Path, extra: list[str]) -> None:
        self._folder = folder
        self._extra = extra
        self._waiting: dict[str, list[tuple[Record, bytes]]] = {name: [] for name in SPLITS}
        self._bytes = dict.fromkeys(SPLITS, 0)
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._writing: dict[str, list[Future[dict[str, Any]]]] = {name: [] for name in SPLITS}
        self._latest: deque[Future[dict[str, Any]]] = deque()

    def add(self, split: str, record: Record, png: bytes) -> None:
        """Takes one product; has a shard written if that fills one."""
        self._waiting[split].append((record, png))
        self._bytes[split] += len(png)
        if len(self._waiting[split]) == SHARD_ROWS or self._bytes[split] >= SHARD_BYTES:
            self._write(split)

    def flush(self) -> None:
        """Has written what is left."""
        for split in SPLITS:
            if self._waiting[split]:
                self._write(split)

    def finish(self) -> dict[str, list[dict[str, Any]]]:
        """Split -> `{"file", "sha256", "count"}` of each shard, once all are on the disk."""
        return {split: [one.result() for one in writing] for split, writing in self._writing.items()}

    def close(self) -> None:
        """Ends when nothing is written any more."""
        self._threads.shutdown(cancel_futures=True)

    def _write(self, split: str) -> None:
        if len(self._latest) == AT_ONCE:
            self._latest.popleft().result()  # what waits is in memory
        path = self._folder / f"{split}-{len(self._writing[split]):05d}.parquet"
        self._latest.append(self._threads.submit(_write, path, self._waiting[split], self._extra))
        self._writing[split].append(self._latest[-1])
        self._waiting[split] = []
        self._bytes[split] = 0


def _write(path: Path, rows: list[tuple[Record, bytes]], extra: list[str]) -> dict[str, Any]:
    names = {role: role for role in ROLES} | {EXTRA + name: name for name in extra}
    columns: dict[str, Any] = {"id": pa.array([record.id for record, _ in rows], pa.string())}
    for column, name in names.items():
        columns[column] = pa.array([record.attribute(name) for record, _ in rows], pa.string())
    columns["texts"] = pa.array([list(record.texts) for record, _ in rows], pa.list_(pa.string()))
    columns["image"] = pa.array([png for _, png in rows], pa.binary())
    plain = [column for column in columns if column not in ("id", "texts", "image")]
    with files.whole_file(path) as temporary:
        # PNG is compressed, and neither a dictionary nor the smallest and largest photo is of use.
        pq.write_table(
            pa.table(columns), temporary, compression="NONE", use_dictionary=plain, write_statistics=plain
        )
    return {"file": path.name, "sha256": files.sha256(path), "count": len(rows)}
