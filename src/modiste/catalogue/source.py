"""A source of photos as plain rows, whatever form it came in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]
MISSING = frozenset({"", "NA", "N/A", "nan", "NaN", "None", "null"})
PHOTO_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"})


@dataclass(frozen=True)
class Table:
    """What a table held: rows of text under its own column names, and the lines that are none."""

    columns: list[str]
    rows: list[Row]
    skipped: list[dict[str, str]] = field(default_factory=list)
    """`{"id": "styles.csv line 7", "reason": ...}` of each line that could not be read as a row."""


@dataclass(frozen=True)
class Source:
    """What a reader found."""

    kind: str
    """What it was taken for, in words."""
    root: Path
    """Folder that photos are beneath."""
    table: Table
    roles: dict[str, list[str]]
    """Which columns play which role (`id`, `file`, the four attributes, `text`), as far as is known."""


GUESSES = {
    "id": ["id", "product_id", "productid", "article_id", "sku"],
    "file": ["file_name", "filename", "file", "image", "image_path", "photo", "path"],
    "gender": ["gender", "sex"],
    "style": ["style", "usage"],
    "colour": ["colour", "color", "basecolour", "basecolor", "colour_name", "color_name"],
    "article": ["article", "articletype", "article_type", "category", "product_type", "class", "label"],
    "text": ["text", "text_2", "text_3", "description", "title", "caption", "productdisplayname", "name"],
}
"""Column names that are taken for a role when none is mapped, best first; `text` takes all there are."""


def guess_roles(columns: list[str]) -> dict[str, list[str]]:
    """Role -> columns, by obvious names in any case; a role that no column names is left out."""
    by_lower = {column.lower(): column for column in reversed(columns)}
    roles = {}
    for role, guesses in GUESSES.items():
        found = [by_lower[guess] for guess in guesses if guess in by_lower]
        if found:
            roles[role] = found if role == "text" else found[:1]
    return roles


def values_of(row: Row, columns: list[str]) -> Iterator[str]:
    """The values of some columns, without those that mean missing."""
    for column in columns:
        value = row.get(column, "").strip()
        if value not in MISSING:
            yield value
