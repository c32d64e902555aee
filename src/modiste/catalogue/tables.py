"""Table files -> rows of text: CSV, TSV, JSON lines, Parquet."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from modiste.catalogue.source import Table
from modiste.errors import BadInput


def read_table(path: Path) -> Table:
    """Reads a table by its ending.

    Raises:
        BadInput: no rows in it, or not what its ending says.
    """
    table = TABLES[path.suffix.lower()](path)
    if not table.rows:
        raise BadInput(f"expected rows in {path.name}, found an empty table; give a table with products")
    return table


def text_of(path: Path) -> str:
    """A text file, with or without a byte order mark; BadInput where it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"expected UTF-8 text in {path.name}, found another encoding at byte {error.start:,}; "
            "save it as UTF-8"
        ) from None


def not_a_row(path: Path, line: int, reason: str) -> dict[str, str]:
    """The entry of a line that could not be read, for the report."""
    return {"id": f"{path.name} line {line}", "reason": reason}


def _csv(path: Path, delimiter: str = ",") -> Table:
    # newline="" and no splitlines: a text may hold U+2028 and other characters that Python calls line ends.
    reader = csv.reader(io.StringIO(text_of(path), newline=""), delimiter=delimiter)
    try:
        table = Table(next(reader, []), [])
        if len(set(table.columns)) < len(table.columns):
            raise BadInput(f"expected different column names in {path.name}, found one twice; rename it")
        for values in reader:
            if len(values) == len(table.columns):
                table.rows.append(dict(zip(table.columns, values, strict=True)))
            elif values:
                reason = f"{len(values)} fields where the header names {len(table.columns)}"
                table.skipped.append(not_a_row(path, reader.line_num, reason))
    except csv.Error as error:
        raise BadInput(f"expected a table in {path.name}, line {reader.line_num} is none: {error}") from None
    return table


def _tsv(path: Path) -> Table:
    return _csv(path, "\t")


def _jsonl(path: Path) -> Table:
    values, skipped = [], []
    for number, line in enumerate(text_of(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            value = None
        if isinstance(value, dict):
            values.append(value)
        else:
            skipped.append(not_a_row(path, number, "not a JSON object"))
    return _plain(values, skipped)


def _parquet(path: Path) -> Table:
    try:
        return _plain(pq.read_table(path).to_pylist(), [])
    except (pa.ArrowException, OSError) as error:
        raise BadInput(
            f"expected a Parquet table in {path.name}, found: {str(error).splitlines()[0]}"
        ) from None


def _plain(values: list[dict[str, Any]], skipped: list[dict[str, str]]) -> Table:
    rows = [{key: "" if x is None else str(x) for key, x in value.items()} for value in values]
    return Table(list(dict.fromkeys(key for row in rows for key in row)), rows, skipped)


TABLES = {".csv": _csv, ".tsv": _tsv, ".jsonl": _jsonl, ".parquet": _parquet}
"""Reader of each kind of table by its ending."""
