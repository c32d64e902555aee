"""Fashion Product Images: `styles.csv`, and the photo of product 15970 at `images/15970.jpg`."""

from pathlib import Path

from modiste.catalogue.encodings import text_of
from modiste.catalogue.photos import FolderPhotos
from modiste.catalogue.source import Source, Table, guess_roles
from modiste.catalogue.tables import LONGEST_CELL, not_a_row
from modiste.errors import BadInput

KNOWN_BY = {"id", "articleType", "baseColour"}


def fashion_product_images(path: Path) -> Source | None:
    """The layout, known by its columns. Commas in the last field, the product's name, are not quoted."""
    table_path = path if path.name == "styles.csv" else path / "styles.csv"
    if not table_path.is_file():
        return None
    text, encoding = text_of(table_path)
    lines = [line.rstrip("\r") for line in text.split("\n")]
    columns = lines[0].split(",")
    if not set(columns) >= KNOWN_BY:
        return None
    table = Table([*columns, "file_name"], read_as=f"{encoding}, commas between fields")
    for number, line in enumerate(lines[1:], 2):
        values = line.split(",", len(columns) - 1)
        if len(line) > LONGEST_CELL or "\0" in line:
            reason = "a NUL byte" if "\0" in line else f"more than {LONGEST_CELL:,} characters"
            table.skipped.append(not_a_row(table_path, number, reason))
        elif len(values) == len(columns):
            values[-1] = _unquoted(values[-1])
            row = dict(zip(columns, values, strict=True))
            table.add(number, row | {"file_name": f"images/{row['id']}.jpg"})
        elif line:
            reason = f"{len(values)} fields where the header names {len(columns)}"
            table.skipped.append(not_a_row(table_path, number, reason))
    if not table.rows:
        raise BadInput(f"expected rows in {table_path.name}, found an empty table; give one with products")
    return Source("Fashion Product Images", FolderPhotos(table_path.parent), table, guess_roles(table))


def _unquoted(value: str) -> str:
    """A copy that was written anew quotes such names after all."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('""', '"')
    return value
