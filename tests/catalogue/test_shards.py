"""Shards hold every product in its order, and are written with few photos in memory."""

from pathlib import Path

import pyarrow.parquet as pq

from modiste.catalogue import shards
from modiste.catalogue.shards import AT_ONCE, GROUP_ROWS, SHARD_ROWS, write_shards
from modiste.catalogue.work import Fact
from modiste.record import Record


def test_no_more_than_a_group_a_thread_is_in_memory(tmp_path: Path) -> None:
    count = SHARD_ROWS + 300
    products = [(Record(f"{n}", texts=(f"garment {n}",)), Fact(offset=n, length=4)) for n in range(count)]
    read = written = most = 0

    def png(fact: Fact) -> bytes:
        nonlocal read, most
        read += 1
        most = max(most, read - written)
        return fact.offset.to_bytes(4)

    def done(number: int) -> None:
        nonlocal written
        written += number

    found = write_shards(tmp_path, {"train": products, "test": [], "pairs": products[:5]}, [], png, done)
    assert [shard["count"] for shard in found["train"]] == [SHARD_ROWS, 300]
    assert (found["test"], [shard["count"] for shard in found["pairs"]]) == ([], [5])
    assert written == count + 5
    assert most <= AT_ONCE * GROUP_ROWS
    rows = [row for shard in found["train"] for row in pq.read_table(tmp_path / shard["file"]).to_pylist()]
    assert [row["id"] for row in rows] == [str(n) for n in range(count)]
    assert [int.from_bytes(row["image"]) for row in rows] == list(range(count))


def test_a_shard_is_full_with_so_many_bytes() -> None:
    products = [(Record(f"{n}"), Fact(length=shards.SHARD_BYTES // 3 + 1)) for n in range(7)]
    assert [len(shard) for shard in shards._cut(products)] == [3, 3, 1]
