"""Image folders: `metadata.csv` or `metadata.jsonl` with a column `file_name`."""

from pathlib import Path

from modiste.catalogue.readers.table import from_table
from modiste.catalogue.source import Source


def image_folder(path: Path) -> Source | None:
    """A folder with `metadata.csv` or `metadata.jsonl`, whatever other tables lie there."""
    for name in ("metadata.csv", "metadata.jsonl"):
        if (path / name).is_file():
            return from_table(path / name)
    return None
