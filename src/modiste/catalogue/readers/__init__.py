"""Readers of sources, one a file: path -> `Source`, or None where it is not the reader's kind.

To add one, write the function in a file of its own here and name it in `READERS`.
"""

from pathlib import Path

from modiste.catalogue.readers.class_folders import class_folders
from modiste.catalogue.readers.fashion_product_images import fashion_product_images
from modiste.catalogue.readers.image_folder import image_folder
from modiste.catalogue.readers.table import table
from modiste.catalogue.source import Source
from modiste.errors import BadInput

READERS = (fashion_product_images, image_folder, table, class_folders)
"""Asked in this order; the first that knows the source reads it."""


def read_source(path: Path) -> Source:
    """Reads a folder of photos with their attributes, or a table with photos beside it.

    Raises:
        BadInput: nothing there, nothing in it that can be read, or an empty table.
    """
    if not path.exists():
        raise BadInput(f"expected a folder with photos and a table, found none at {path}; check the path")
    for reader in READERS:
        source = reader(path)
        if source is not None:
            return source
    empty = path.is_dir() and not any(path.iterdir())
    raise BadInput(
        f"expected a table (metadata.csv, or any CSV, TSV, JSONL, Parquet) or one folder a class in {path}, "
        + ("found neither in an empty folder; check the path" if empty else "found neither; add a table")
    )
