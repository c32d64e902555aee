"""Readers of sources, one a file: path -> `Source`, or None where it is not the reader's kind.

To add one, write the function in a file of its own here and name it in `READERS`.
"""

from pathlib import Path

from modiste.catalogue.readers.class_folders import class_folders
from modiste.catalogue.readers.embedded_parquet import embedded_parquet
from modiste.catalogue.readers.fashion_gen import fashion_gen
from modiste.catalogue.readers.fashion_product_images import fashion_product_images
from modiste.catalogue.readers.hm import hm
from modiste.catalogue.readers.image_folder import image_folder
from modiste.catalogue.readers.table import table
from modiste.catalogue.readers.webdataset import webdataset
from modiste.catalogue.source import Source
from modiste.errors import BadInput

READERS = (
    fashion_product_images, hm, image_folder, fashion_gen, embedded_parquet, webdataset, table, class_folders,
)  # fmt: skip
"""Asked in this order; the first that knows the source reads it."""


def read_source(path: Path) -> Source:
    """Reads a folder of photos with their attributes, or a file that holds them.

    Raises:
        BadInput: nothing there, nothing in it that can be read, no right to read it, or an empty table.
    """
    try:
        return _read(path)
    except PermissionError as error:
        raise BadInput(f"expected to read {error.filename}, found no permission; change its rights") from None


def _read(path: Path) -> Source:
    if not path.exists():
        raise BadInput(f"expected a folder with photos and a table, found none at {path}; check the path")
    if not path.is_dir() and not path.is_file():
        raise BadInput(f"expected a folder or a file, found neither at {path}: a pipe or a device; check it")
    for reader in READERS:
        source = reader(path)
        if source is not None:
            return source
    if path.is_dir() and any(path.glob("*.arrow")):
        raise BadInput(
            f"expected Parquet in {path}, found a dataset that was saved to disk; write it with "
            "load_from_disk(...).to_parquet(...)"
        )
    empty = path.is_dir() and not any(path.iterdir())
    raise BadInput(
        f"expected a table (metadata.csv, or any CSV, TSV, JSONL, Parquet), HDF5, tars or one folder a class "
        f"in {path}, "
        + ("found neither in an empty folder; check the path" if empty else "found neither; add a table")
    )
