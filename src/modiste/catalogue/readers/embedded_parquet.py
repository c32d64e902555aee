"""Parquet with the photos in it, as the `datasets` library writes them: a struct of `bytes` and `path`."""

import json
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from modiste.catalogue.photos import BadPhoto, FolderPhotos, InnerPhotos, Raw
from modiste.catalogue.source import Source, Table, guess_roles
from modiste.catalogue.tables import plain_row
from modiste.errors import BadInput

BATCH = 8
"""Photos that are in memory at once while a file is read."""
BUFFER = 2**20


def _photo(column: str, folder: FolderPhotos, path: Path, row: str) -> Raw:
    """The bytes of one row, from 0, or the file that it names instead of them."""
    try:
        value = _column(path, column).at(int(row))
    except pa.ArrowException as error:
        raise BadPhoto(f"cannot be read: {str(error).splitlines()[0]}") from None
    if isinstance(value, dict):
        if value.get("bytes") is None and value.get("path"):
            return folder.find(value["path"])
        value = value.get("bytes")
    if value is None:
        raise BadPhoto("no photo in this row")
    return bytes(value)


class _Column:
    """Rows of a column, quick when they are asked for in order: `BATCH` of them are in memory."""

    def __init__(self, path: Path, column: str) -> None:
        # Without pre-buffering a row group is read as it goes, not whole: it may be as large as the file.
        self._file = pq.ParquetFile(path, pre_buffer=False, buffer_size=BUFFER)
        self._column = column
        self._ends = [0]
        for group in range(self._file.num_row_groups):
            self._ends.append(self._ends[-1] + self._file.metadata.row_group(group).num_rows)
        self._first = self._next = 0
        self._batches: Any = iter(())
        self._batch: Any = []
        self._group = -1

    def at(self, row: int) -> Any:
        group = next(g for g, end in enumerate(self._ends[1:]) if row < end)
        if group != self._group or row < self._first:
            self._group, self._batch, self._next = group, [], self._ends[group]
            self._batches = self._file.iter_batches(BATCH, [group], columns=[self._column], use_threads=False)
        while row >= self._next:
            self._batch = next(self._batches).column(0)
            self._first, self._next = self._next, self._next + len(self._batch)
        return self._batch[row - self._first].as_py()


@lru_cache(2)
def _column(path: Path, column: str) -> _Column:
    return _Column(path, column)


def embedded_parquet(path: Path) -> Source | None:
    """Parquet files that hold photos, in a folder or its `data`; several are read as one, in order."""
    folder = path.parent if path.is_file() else path
    found = [path] if path.is_file() else sorted(path.iterdir())
    if not path.is_file() and not any(x.suffix == ".parquet" for x in found) and (path / "data").is_dir():
        found = sorted((path / "data").iterdir())
    found = [x for x in found if x.suffix.lower() == ".parquet" and x.is_file()]
    table, column = Table([], read_as="Parquet"), ""
    for file in found:
        try:
            with pq.ParquetFile(file) as opened:
                here = _photo_column(opened.schema_arrow)
                if not here:
                    return None  # a plain table, for the reader of those
                if column not in ("", here):
                    raise BadInput(f"expected photos in the column {column} of {file.name}, found {here}")
                column = here
                _rows(opened, column, file.relative_to(folder).as_posix(), table)
        except (pa.ArrowException, OSError) as error:
            raise BadInput(
                f"expected a Parquet table in {file.name}, found: {str(error).splitlines()[0]}"
            ) from None
    if not column:
        return None
    if not table.rows:
        raise BadInput(f"expected rows in {found[0].name}, found an empty table; give one with products")
    roles = guess_roles(table.with_columns()) | {"file": ["photo"]}
    roles.setdefault("id", ["photo"])
    photos = InnerPhotos(folder, partial(_photo, column, FolderPhotos(folder)))
    return Source("Parquet with photos", photos, table, roles)


def _photo_column(schema: pa.Schema) -> str:
    """The column of photos: a struct with bytes, or bytes under a name that says so."""
    for field in schema:
        if pa.types.is_struct(field.type) and {part.name for part in field.type} >= {"bytes"}:
            return str(field.name)
        if field.name in ("image", "photo", "jpg", "png") and (
            pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type)
        ):
            return str(field.name)
    return ""


def _rows(file: pq.ParquetFile, column: str, name: str, table: Table) -> None:
    schema = file.schema_arrow
    classes = _class_names(schema)
    others = [field.name for field in schema if field.name != column]
    row = 0
    for batch in file.iter_batches(columns=others):
        for value in batch.to_pylist() if others else [{}] * len(batch):
            for key, names in classes.items():
                if isinstance(value.get(key), int) and 0 <= value[key] < len(names):
                    value[key] = names[value[key]]
            table.add(len(table.rows) + 1, {"photo": f"{name}#{row}"} | plain_row(value))
            row += 1


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Columns of numbers whose names `datasets` keeps in the schema's metadata."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {key: feature["names"] for key, feature in features.items() if "names" in feature}
    except (KeyError, TypeError, ValueError):
        return {}
