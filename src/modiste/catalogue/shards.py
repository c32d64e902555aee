"""Parquet shards: each written a group of rows at a time, so that few photos are in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from modiste import files
from modiste.catalogue.catalogue import EXTRA
from modiste.catalogue.work import Fact
from modiste.record import ROLES, Record

SHARD_ROWS, SHARD_BYTES = 2000, 2**27
"""A shard is full with so many products, or photos of so many bytes."""
GROUP_ROWS = 128
"""Products whose photos are read and written together."""
AT_ONCE = 2
"""Shards that are written at a time."""
SPLITS = ("train", "test", "pairs")

Products = Sequence[tuple[Record, Fact]]


def write_shards(
    folder: Path,
    splits: Mapping[str, Products],
    extra: Sequence[str],
    png: Callable[[Fact], bytes],
    written: Callable[[int], None],
) -> dict[str, list[dict[str, Any]]]:
    """Writes the products of each split in their order.

    Args:
        folder: where to.
        splits: split -> its products.
        extra: further attributes that become columns.
        png: gives a photo; called from several threads.
        written: is told how many more products are on their way to the disk, from several threads.

    Returns:
        Split -> `{"file", "sha256", "count"}` of each shard.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        writing = {
            split: [
                pool.submit(_write, folder / f"{split}-{number:05d}.parquet", shard, extra, png, written)
                for number, shard in enumerate(_cut(products))
            ]
            for split, products in splits.items()
        }
        return {split: [shard.result() for shard in shards] for split, shards in writing.items()}
    finally:
        pool.shutdown(cancel_futures=True)


def _cut(products: Products) -> Iterator[Products]:
    """Into shards."""
    first = size = 0
    for last, (_, fact) in enumerate(products, 1):
        size += fact.length
        if last - first == SHARD_ROWS or size >= SHARD_BYTES or last == len(products):
            yield products[first:last]
            first, size = last, 0


def _write(
    path: Path,
    shard: Products,
    extra: Sequence[str],
    png: Callable[[Fact], bytes],
    written: Callable[[int], None],
) -> dict[str, Any]:
    attributes = {role: role for role in ROLES} | {EXTRA + name: name for name in extra}
    types = {"id": pa.string(), **dict.fromkeys(attributes, pa.string()), "texts": pa.list_(pa.string())}
    schema = pa.schema(types | {"image": pa.binary()})
    # PNG is compressed, and neither a dictionary nor the smallest and largest photo is of use.
    options = {
        "compression": "NONE",
        "use_dictionary": list(attributes),
        "write_statistics": list(attributes),
    }
    with files.whole_file(path) as temporary, pq.ParquetWriter(temporary, schema, **options) as writer:
        for first in range(0, len(shard), GROUP_ROWS):
            group = shard[first : first + GROUP_ROWS]
            columns: dict[str, list[Any]] = {"id": [record.id for record, _ in group]}
            for column, name in attributes.items():
                columns[column] = [record.attribute(name) for record, _ in group]
            columns["texts"] = [list(record.texts) for record, _ in group]
            columns["image"] = [png(fact) for _, fact in group]
            writer.write_table(pa.table(columns, schema))
            written(len(group))
    return {"file": path.name, "sha256": files.sha256(path), "count": len(shard)}
