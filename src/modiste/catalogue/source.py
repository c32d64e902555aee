"""A source of photos as plain rows, whatever form it came in."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modiste.catalogue.photos import PHOTO_ENDINGS, Photos

Row = dict[str, str]
MISSING = frozenset({"", "NA", "N/A", "nan", "NaN", "None", "null"})


@dataclass
class Table:
    """What a table held: rows of text under its own column names, and the lines that are none."""

    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    lines: "array[int]" = field(default_factory=lambda: array("q"))
    """The line, or for other forms the number from 1, of each row."""
    skipped: list[dict[str, Any]] = field(default_factory=list)
    """`{"id": "styles.csv line 7", "line": 7, "reason": ...}` of each line that is no row."""
    read_as: str = ""
    """Encoding and delimiter, in words."""

    def add(self, line: int, row: Row) -> None:
        """Takes one row."""
        self.rows.append(row)
        self.lines.append(line)

    def with_columns(self) -> "Table":
        """Names the columns after what the rows hold, for forms without a header."""
        self.columns[:] = dict.fromkeys(key for row in self.rows for key in row)
        return self


@dataclass(frozen=True)
class Source:
    """What a reader found."""

    kind: str
    """What it was taken for, in words."""
    photos: Photos
    table: Table
    roles: dict[str, list[str]]
    """Which columns play which role (`id`, `file`, `product`, the attributes, `text`), as far as is known."""
    notes: tuple[str, ...] = ()
    """What the reader saw and did that a person should know."""


GUESSES = {
    "id": ["id", "product_id", "productid", "article_id", "sku"],
    "file": ["file_name", "filename", "file", "image", "image_path", "photo", "path"],
    "product": [],
    "gender": ["gender", "sex", "input_gender", "index_group_name"],
    "style": ["style", "usage"],
    "colour": [
        "colour", "color", "basecolour", "basecolor", "colour_name", "color_name", "colour_group_name",
        "color_group_name",
    ],
    "article": [
        "article", "articletype", "article_type", "category", "product_type", "product_type_name",
        "input_category", "class", "label",
    ],
    "text": [
        "text", "text_2", "text_3", "description", "detail_desc", "title", "caption", "productdisplayname",
        "prod_name", "name", "input_description", "input_name",
    ],
}  # fmt: skip
"""Column names that are taken for a role when none is mapped, best first; `text` takes all there are."""

TELLING = {
    "file": re.compile(rf".+({'|'.join(re.escape(ending) for ending in sorted(PHOTO_ENDINGS))})", re.I),
    "gender": re.compile(r"(wo)?m[ea]n'?s?|unisex|girls?|boys?|(fe)?male|ladies|herren|damen|kids", re.I),
    "colour": re.compile(
        r".*\b(black|white|gr[ea]y|red|blue|navy|green|yellow|pink|brown|beige|purple|orange|silver|gold|cream|"
        r"olive|maroon|teal|khaki|tan|multi(colou?r)?|burgundy|turquoise|lavender|mustard|peach|charcoal)",
        re.I,
    ),
    "text": re.compile(r"\s*\S+(\s+\S+){3,}\s*"),
}
"""What the values of a role look like: a column of any name is taken for it where most of them do."""
SAMPLE, MOST, LONGEST_VALUE = 500, 0.8, 30


def guess_roles(table: Table) -> dict[str, list[str]]:
    """Role -> columns: by obvious names in any case, else by what the values look like."""
    by_lower = {column.lower(): column for column in reversed(table.columns)}
    roles = {}
    for role, guesses in GUESSES.items():
        found = [by_lower[guess] for guess in guesses if guess in by_lower]
        if found:
            roles[role] = found if role == "text" else found[:1]
    sample = table.rows[:: max(1, len(table.rows) // SAMPLE)]
    for role, looks in TELLING.items():
        used = {name for names in roles.values() for name in names}
        free = [name for name in table.columns if name not in used] if role not in roles else []
        best = max(((_share(sample, name, role, looks), name) for name in free), default=(0.0, ""))
        if best[0] >= MOST:
            roles[role] = [best[1]]
    return roles


def _share(sample: list[Row], column: str, role: str, looks: re.Pattern[str]) -> float:
    values = [value for row in sample for value in values_of(row, [column])]
    if role == "text" and len(set(values)) < len(values) / 2:  # few say the same of many: an attribute
        return 0.0
    if role not in ("file", "text"):  # a sentence that names a colour is no colour
        values = [value if len(value) <= LONGEST_VALUE else "" for value in values]
    return sum(looks.fullmatch(value) is not None for value in values) / max(1, len(values))


def values_of(row: Row, columns: list[str]) -> Iterator[str]:
    """The values of some columns, without those that mean missing."""
    for column in columns:
        value = row.get(column, "").strip()
        if value not in MISSING:
            yield value
