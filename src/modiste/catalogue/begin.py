"""Where a preparation begins: a new folder, an unfinished one, or a catalogue whose source has grown."""

import json
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import PIL
import pyarrow as pa
import pyarrow.parquet as pq

from modiste import files
from modiste.catalogue.catalogue import Catalogue
from modiste.catalogue.settings import PrepareConfig
from modiste.catalogue.shards import SPLITS
from modiste.catalogue.work import FOLDER, Fact, Work
from modiste.errors import BadInput

INDEX = "photos.parquet"
"""Says which photo became which, so that a grown source is prepared again only where it grew."""


def earlier(out: Path, config: PrepareConfig, source_name: str) -> Catalogue | None:
    """The catalogue in `out` that is to be brought up to date, None if there is none.

    Raises:
        BadInput: `out` holds another catalogue, or files that are none of modiste's.
    """
    if not (out / "catalogue.json").is_file():
        if not (out / FOLDER).is_dir() and out.exists():
            files.empty_folder(out, "a catalogue folder")
        return None
    catalogue = Catalogue.open(out)
    same = (catalogue.manifest["config"], catalogue.manifest["source"]) == (as_json(config), source_name)
    if not same or not (out / INDEX).is_file():
        raise BadInput(
            f"{out} already holds files: a catalogue of another source, of other settings or by an earlier "
            "modiste; name another folder with --out"
        )
    return catalogue


def as_json(config: PrepareConfig) -> dict[str, Any]:
    """The config as a manifest has it."""
    value: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    return value


def begin(out: Path, config: PrepareConfig, catalogue: Catalogue | None) -> Work:
    """Opens the work in `out`, with the photos of the catalogue that it already holds."""
    settings = {
        "size": config.size, "square": config.square, "max_pixels": config.max_pixels,
        "pillow": PIL.__version__, "zlib": zlib.ZLIB_RUNTIME_VERSION, "version": 4,
    }  # fmt: skip
    files.make_folder(out)
    work = Work(out, settings)
    if catalogue is not None:
        index = pq.read_table(out / INDEX)
        if json.loads(index.schema.metadata[b"settings"]) == settings:
            _take_over(work, catalogue, index.to_pylist())
    return work


def _take_over(work: Work, catalogue: Catalogue, index: list[dict[str, str]]) -> None:
    for split in SPLITS:
        entries = (entry for entry in index if entry["split"] == split)
        for shard in catalogue.manifest["splits"][split]["shards"]:
            photos = pq.read_table(catalogue.path / shard["file"], columns=["image"])["image"]
            for photo in photos:
                entry = next(entries)
                if entry["key"] not in work.facts:
                    work.put(entry["key"], Fact.from_json(json.loads(entry["fact"])), photo.as_py())
    work.save()


def write_index(path: Path, work: Work, entries: list[tuple[str, str]]) -> None:
    """Writes which photo (key) is in which split, in the order of the shards."""
    columns = {
        "key": [key for key, _ in entries],
        "split": [split for _, split in entries],
        "fact": [json.dumps(work.facts[key].to_json(), separators=(",", ":")) for key, _ in entries],
    }
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    settings = json.dumps(work.settings, sort_keys=True)
    with files.whole_file(path) as temporary:
        pq.write_table(table.replace_schema_metadata({"settings": settings}), temporary, compression="ZSTD")
