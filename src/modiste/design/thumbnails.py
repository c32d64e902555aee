"""Thumbnails of a model's training photos, so that a design can be held against what it learnt from.

A model folder may hold two more files, both listed in SHA256SUMS:

thumbnails.png   square photos of one size, left to right and top to bottom, on one RGB picture
thumbnails.json  {"side": 32, "columns": 64, "photos": [{"id": "1163", "description": "…"}, …]}
"""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from modiste.design.folder import read_sums
from modiste.design.model import Pixels
from modiste.errors import BadInput
from modiste.files import read_json

PICTURE, TABLE = "thumbnails.png", "thumbnails.json"
SIDES = (8, 128)
MOST_PIXELS = 1 << 27
MOST_BYTES = 1 << 26
"""Of the table."""
MOST_COLUMNS = 4096


@dataclass(frozen=True)
class Near:
    """A training photo near a design."""

    number: int
    """Its place among the thumbnails."""
    id: str
    description: str
    distance: float
    """Root of the mean squared difference of the pixels at the thumbnails' size, in levels of 255."""


class Thumbnails:
    """Every thumbnail in memory, as one matrix."""

    def __init__(self, pictures: Pixels, photos: list[dict[str, str]]) -> None:
        self.pictures = pictures
        """[n, side, side, 3]"""
        self._photos = photos
        self._rows: npt.NDArray[np.float32] = pictures.reshape(len(pictures), -1).astype(np.float32)
        self._squares = np.einsum("ij,ij->i", self._rows, self._rows)

    def nearest(self, picture: Pixels, count: int) -> list[Near]:
        """The `count` nearest photos of a picture [size, size, 3], mirrored or not, the nearest first."""
        side = self.pictures.shape[1]
        small = Image.fromarray(picture).resize((side, side), Image.Resampling.BOX)
        asked = np.asarray(small, np.float32)
        distances = [
            self._squares - 2 * self._rows @ row + row @ row
            for row in (asked.reshape(-1), asked[:, ::-1].reshape(-1))
        ]
        mean = np.maximum(np.minimum(*distances), 0) / self._rows.shape[1]
        return [
            Near(
                int(i), self._photos[i]["id"], self._photos[i]["description"], round(float(mean[i]) ** 0.5, 2)
            )
            for i in np.argsort(mean, kind="stable")[:count]
        ]


def open_thumbnails(folder: Path) -> Thumbnails | None:
    """A checked model folder's thumbnails, or None where it has none.

    Raises:
        BadInput: there are some, but they are not what they should be.
    """
    sums = read_sums(folder)
    if PICTURE not in sums or TABLE not in sums:
        return None
    side, columns, photos = _table(folder / TABLE, read_json(folder / TABLE, MOST_BYTES))
    rows = -(-len(photos) // columns)
    try:
        with Image.open(io.BytesIO((folder / PICTURE).read_bytes()), formats=["PNG"]) as picture:
            if picture.size != (columns * side, rows * side) or picture.width * picture.height > MOST_PIXELS:
                raise BadInput(
                    f"expected {len(photos)} thumbnails of {side}x{side} in {columns} columns in "
                    f"{folder / PICTURE}, found a picture of {picture.width}x{picture.height}"
                )
            pixels = np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"expected a whole PNG, {folder / PICTURE} is damaged: {error}") from None
    grid = pixels.reshape(rows, side, columns, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    return Thumbnails(grid[: len(photos)], photos)


def write_thumbnails(folder: Path, pictures: Pixels, photos: list[dict[str, str]]) -> None:
    """Writes both files; the caller lists them in SHA256SUMS.

    Args:
        folder: a model folder that is being built.
        pictures: [n, side, side, 3], n at least 1.
        photos: for each its `id` and `description`.
    """
    count, side = pictures.shape[:2]
    columns = max(1, round(count**0.5))
    rows = -(-count // columns)
    grid = np.full((rows * columns, side, side, 3), 255, np.uint8)
    grid[:count] = pictures
    page = grid.reshape(rows, columns, side, side, 3).swapaxes(1, 2).reshape(rows * side, columns * side, 3)
    Image.fromarray(page).save(folder / PICTURE)
    table = {"side": side, "columns": columns, "photos": photos}
    (folder / TABLE).write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")


def _table(path: Path, value: Any) -> tuple[int, int, list[dict[str, str]]]:
    try:
        side, columns = value["side"], value["columns"]
        photos = [
            {"id": str(photo["id"]), "description": str(photo["description"])} for photo in value["photos"]
        ]
    except (KeyError, TypeError):
        raise BadInput(f"expected side, columns and photos in {path}, found something else") from None
    sizes_right = type(side) is int and SIDES[0] <= side <= SIDES[1]
    columns_right = type(columns) is int and 1 <= columns <= MOST_COLUMNS
    if not (sizes_right and columns_right and photos):
        raise BadInput(
            f"expected a side from {SIDES[0]} to {SIDES[1]}, 1 to {MOST_COLUMNS} columns and photos "
            f"in {path}, found {side!r}, {columns!r} and {len(photos)} photos"
        )
    return side, columns, photos
