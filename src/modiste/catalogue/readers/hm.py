"""H&M: `articles.csv`, and the photo of article 0108775015 at `images/010/0108775015.jpg`."""

from dataclasses import replace
from pathlib import Path

from modiste.catalogue.photos import FolderPhotos
from modiste.catalogue.readers.table import from_table
from modiste.catalogue.source import Source

KNOWN_BY = {"article_id", "product_type_name", "detail_desc"}
ID_LENGTH = 10
"""Digits of an article's number, the first of which is a zero."""


def hm(path: Path) -> Source | None:
    """The layout, known by its columns; photos lie in `images` or beside the table."""
    table_path = path if path.name == "articles.csv" else path / "articles.csv"
    if not table_path.is_file():
        return None
    source = from_table(table_path)
    table = source.table
    if not set(table.columns) >= KNOWN_BY:
        return None
    folder = "images/" if (table_path.parent / "images").is_dir() else ""
    lost = 0
    for row in table.rows:
        if len(row["article_id"]) == ID_LENGTH - 1 and row["article_id"].isdecimal():
            row["article_id"] = "0" + row["article_id"]
            lost += 1
        row["file_name"] = f"{folder}{row['article_id'][:3]}/{row['article_id']}.jpg"
    table.columns.append("file_name")
    notes = (f"{lost:,} ids had lost their leading zero, which was put back",) if lost else ()
    roles = source.roles | {"file": ["file_name"]}
    return replace(
        source, kind="H&M articles", photos=FolderPhotos(table_path.parent), roles=roles, notes=notes
    )
