"""Table files -> rows of text: CSV, TSV, JSON lines, Parquet."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from modiste.catalogue.encodings import text_of
from modiste.catalogue.source import Row, Table
from modiste.errors import BadInput

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LONGEST_CELL = 100_000
"""Characters; a longer cell is no attribute and no description, but a damaged table."""


def read_table(path: Path) -> Table:
    """Reads a table by its ending.

    Raises:
        BadInput: no rows in it, or not what its ending says.
    """
    table = TABLES[path.suffix.lower()](path)
    if not table.rows:
        raise BadInput(f"expected rows in {path.name}, found an empty table; give a table with products")
    return table


def not_a_row(path: Path, line: int, reason: str) -> dict[str, Any]:
    """The entry of a line that could not be read, for the report."""
    return {"id": f"{path.name} line {line}", "line": line, "reason": reason}


def delimiter_of(text: str) -> str:
    """What stands between the fields, by the header and the lines after it; a comma where nothing does."""
    head, *lines = text[:20_000].split("\n")[:20]
    found = [mark for mark in DELIMITERS if mark in head]
    return max(found, key=lambda mark: (head.count(mark), "".join(lines).count(mark)), default=",")


def _csv(path: Path) -> Table:
    text, encoding = text_of(path)
    marked = re.match(r"sep=([,;\t|])\r?\n", text)  # for Excel, as some programs write
    delimiter = marked[1] if marked else delimiter_of(text)
    csv.field_size_limit(LONGEST_CELL)
    # newline="" and no splitlines: a text may hold U+2028 and other characters that Python calls line ends.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        if marked:
            next(reader)
        columns = next(reader, [])
    except csv.Error as error:
        raise BadInput(f"expected column names in {path.name}, line 1 has none: {error}") from None
    table = Table(columns, read_as=f"{encoding}, {DELIMITERS[delimiter]} between fields")
    if len(set(columns)) < len(columns):
        raise BadInput(f"expected different column names in {path.name}, found one twice; rename it")
    for line, values in _lines(reader):
        if isinstance(values, str):
            table.skipped.append(not_a_row(path, line, values))
        elif any("\0" in value for value in values):
            table.skipped.append(not_a_row(path, line, "a NUL byte"))
        elif len(values) == len(columns):
            table.add(line, dict(zip(columns, values, strict=True)))
        elif values:
            last = f", up to line {reader.line_num}" if reader.line_num > line else ""
            reason = f"{len(values)} fields where the header names {len(columns)}{last}"
            table.skipped.append(not_a_row(path, line, reason))
    return table


def _lines(reader: Any) -> Iterator[tuple[int, list[str] | str]]:
    """Line number and fields of each row, or the reason why it is none."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # the reader goes on with the next line
            too_long = f"a cell of more than {LONGEST_CELL:,} characters"
            yield line, too_long if "field limit" in str(error) else str(error)


def _jsonl(path: Path) -> Table:
    text, encoding = text_of(path)
    table = Table([], read_as=encoding)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):  # also an integer of too many digits
            value = None
        row = plain_row(value) if isinstance(value, dict) else None
        if row is None:
            table.skipped.append(not_a_row(path, number, "not a JSON object"))
        elif any(len(cell) > LONGEST_CELL or "\0" in cell for cell in row.values()):
            reason = f"a cell of more than {LONGEST_CELL:,} characters, or with a NUL byte"
            table.skipped.append(not_a_row(path, number, reason))
        else:
            table.add(number, row)
    return table.with_columns()


def _parquet(path: Path) -> Table:
    table = Table([], read_as="Parquet")
    try:
        with pq.ParquetFile(path) as file:
            batches = (batch.to_pylist() for batch in file.iter_batches())
            for number, value in enumerate((row for rows in batches for row in rows), 1):
                table.add(number, plain_row(value))
    except (pa.ArrowException, OSError) as error:
        raise BadInput(
            f"expected a Parquet table in {path.name}, found: {str(error).splitlines()[0]}"
        ) from None
    return table.with_columns()


def plain_row(value: dict[str, Any]) -> Row:
    """Values as text; a missing one is empty."""
    return {key: "" if x is None else str(x) for key, x in value.items()}


TABLES = {".csv": _csv, ".tsv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
"""Reader of each kind of table by its ending."""
