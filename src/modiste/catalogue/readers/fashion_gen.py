"""Fashion-Gen: HDF5 with one dataset a column, photos as pixels, text as bytes.

Written from the published layout; the original file was never seen.
"""

from functools import lru_cache
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

from modiste.catalogue.encodings import latin_1
from modiste.catalogue.photos import BadPhoto, InnerPhotos
from modiste.catalogue.source import Source, Table, guess_roles
from modiste.errors import BadInput

PHOTOS, PRODUCT, PREFIX = "input_image", "input_productID", "input_"
ENDINGS = {".h5", ".hdf5"}
SLAB = 4096
"""Rows of text that are read at once."""


def _pixels(path: Path, row: str) -> npt.NDArray[np.uint8]:
    """The pixels [height, width, 3] of one row, from 0."""
    pixels = np.asarray(_opened(path)[PHOTOS][int(row)])
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise BadPhoto(f"expected pixels of height x width x 3 bytes, found {pixels.dtype} {pixels.shape}")
    return pixels


@lru_cache(4)
def _opened(path: Path) -> h5py.File:
    return h5py.File(path, "r")


def fashion_gen(path: Path) -> Source | None:
    """HDF5 files with `input_image` and further `input_...`; several are read as one, in order."""
    found = [path] if path.is_file() else sorted(path.iterdir())
    found = [x for x in found if x.suffix.lower() in ENDINGS and x.is_file()]
    if not found:
        return None
    table = Table([])
    encodings: dict[str, None] = {}
    for file in found:
        try:
            _rows(file, table, encodings)
        except OSError as error:
            raise BadInput(f"expected HDF5 in {file.name}, found something else: {error}") from None
    if not table.rows:
        raise BadInput(f"expected rows in {found[0].name}, found none; give a file with products")
    table.with_columns()
    table.read_as = f"HDF5, text in {' and '.join(encodings)}"
    roles = guess_roles(table) | {"id": ["id"], "file": ["photo"]}
    if PRODUCT in table.columns:
        roles["product"] = [PRODUCT]
    return Source("Fashion-Gen", InnerPhotos(found[0].parent, _pixels), table, roles)


def _rows(path: Path, table: Table, encodings: dict[str, None]) -> None:
    with h5py.File(path, "r") as file:
        if PHOTOS not in file:
            raise BadInput(
                f"expected a dataset {PHOTOS} in {path.name}, found: {', '.join(file) or 'nothing'}"
            )
        count = len(file[PHOTOS])
        names = [name for name in file if name.startswith(PREFIX) and name != PHOTOS]
        for name in names:
            if len(file[name]) != count:
                raise BadInput(
                    f"expected {count:,} rows in {name} of {path.name}, found {len(file[name]):,}; "
                    "the file is cut short"
                )
        for first in range(0, count, SLAB):
            columns = {name: file[name][first : first + SLAB].ravel().tolist() for name in names}
            for row, values in enumerate(zip(*columns.values(), strict=True), first):
                cells = {name: _text(value, encodings) for name, value in zip(columns, values, strict=True)}
                # One product has several photos: the row tells them apart, the product decides the split.
                product = cells.get(PRODUCT, "")
                own = {"id": f"{product}-{path.stem}-{row}", "photo": f"{path.name}#{row}"}
                table.add(row + 1, own | cells)


def _text(value: object, encodings: dict[str, None]) -> str:
    if not isinstance(value, bytes):
        return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
    data = value.rstrip(b"\0")
    if data.isascii():
        if not encodings:
            encodings["ASCII"] = None
        return data.decode()
    encodings.pop("ASCII", None)
    try:
        text = data.decode()
        encodings.setdefault("UTF-8")
    except UnicodeDecodeError:
        text = latin_1(data)
        encodings.setdefault("Latin-1")
    return text
