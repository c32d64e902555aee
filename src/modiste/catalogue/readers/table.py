"""Any table with photos beside it, its columns guessed or mapped with `--map`."""

from pathlib import Path

from modiste.catalogue.photos import FolderPhotos
from modiste.catalogue.source import Source, guess_roles
from modiste.catalogue.tables import TABLES, read_table
from modiste.errors import BadInput


def table(path: Path) -> Source | None:
    """A table file, or the only one in a folder; BadInput where a folder has several."""
    if path.is_file():
        found = [path] if path.suffix.lower() in TABLES else []
    else:
        found = [x for x in sorted(path.iterdir()) if x.suffix.lower() in TABLES and x.is_file()]
    if len(found) > 1:
        names = ", ".join(x.name for x in found)
        raise BadInput(f"expected one table in {path}, found {names}; give the path of the one that is meant")
    return from_table(found[0]) if found else None


def from_table(path: Path) -> Source:
    """The rows of one table; photos lie beneath its folder."""
    rows = read_table(path)
    return Source(f"table {path.name}", FolderPhotos(path.parent), rows, guess_roles(rows))
