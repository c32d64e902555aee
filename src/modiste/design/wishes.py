"""What is asked for: which descriptions with which seeds."""

import csv
import io
import secrets
from dataclasses import dataclass
from pathlib import Path

from modiste.errors import BadInput
from modiste.randomness import check_seed
from modiste.text.read import check_description

MAX_COUNT = 10_000


@dataclass(frozen=True)
class Wish:
    """One picture to be drawn."""

    description: str
    seed: int


def read_prompts(path: Path, seed: int | None) -> list[Wish]:
    """Reads a table with a column `description` and optionally `seed`.

    Rows without a seed of their own get `seed` plus the row's number, from a new seed if it is None.

    Raises:
        BadInput: no file, no such column, no row, or a row that cannot be drawn, by its line.
    """
    if not path.is_file():
        raise BadInput(f"expected a CSV file with a column `description`, found no file {path}")
    return parse_prompts(path.read_bytes(), str(path), seed)


def parse_prompts(data: bytes, name: str, seed: int | None) -> list[Wish]:
    """Reads the bytes of such a table; `name` stands in what is said of it. BadInput as `read_prompts`."""
    first = check_seed(_new_seed() if seed is None else seed)
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        lines, rows = [], []
        for row in reader:
            if row:
                lines.append(reader.line_num)
                rows.append(row)
    except UnicodeDecodeError as error:
        raise BadInput(f"expected a CSV file in UTF-8, {name} is none: {error}") from None
    except csv.Error as error:
        raise BadInput(
            f"expected a CSV file, found an error in line {reader.line_num} of {name}: {error}; "
            "is a quote not closed?"
        ) from None
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if "description" not in header:
        found = " ".join(", ".join(header).split())[:200]
        raise BadInput(f"expected a column `description` in {name}, found {found or 'no columns'}")
    if len(rows) == 1:
        raise BadInput(f"expected at least one row below the header of {name}, found none")
    wishes = []
    for number, row in enumerate(rows[1:]):
        try:
            if len(row) != len(header):
                raise BadInput(
                    f"expected {len(header)} fields, found {len(row)}; put quotes round a text with commas"
                )
            cells = dict(zip(header, row, strict=True))
            own = cells.get("seed", "").strip()
            wishes.append(make_wish(cells["description"], _seed(own) if own else first + number))
        except BadInput as error:
            raise BadInput(f"line {lines[number + 1]} of {name}: {error}") from None
    return wishes


def wishes_for(description: str, count: int, seed: int | None) -> list[Wish]:
    """The same description with `count` seeds from `seed` on, or from a new one; BadInput as for a row."""
    if not 1 <= count <= MAX_COUNT:
        raise BadInput(f"--count must be from 1 to {MAX_COUNT:,}, got {count}")
    first = _new_seed() if seed is None else seed
    check_seed(first)
    return [make_wish(description, first + number) for number in range(count)]


def make_wish(description: str, seed: int) -> Wish:
    """A description and a seed that can be drawn; BadInput says what is wrong with them."""
    return Wish(check_description(description), check_seed(seed))


def _seed(cell: str) -> int:
    try:
        return int(cell)
    except ValueError:
        raise BadInput(f"seed must be a whole number, found {cell[:40]!r}") from None


def _new_seed() -> int:
    return secrets.randbelow(2**32)
