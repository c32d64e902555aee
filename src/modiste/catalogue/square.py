"""A read photo -> the square picture of a catalogue, and what is known of it."""

import struct
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from modiste.catalogue.photo import WHITE, read_photo
from modiste.catalogue.photos import Raw
from modiste.catalogue.twins import signature

SQUARES = {
    "crop": "the middle",
    "pad": "all of it on white",
    "background": "all of it on its own background",
    "garment": "the garment on its own background",
}
"""How a photo becomes square, and what is kept of it."""
ENOUGH = {"garment": 4}
"""Times the size that a photo's shorter side is read at; 2 where no more is said: a garment may be small."""
BICUBIC, BOX = Image.Resampling.BICUBIC, Image.Resampling.BOX
"""Lanczos takes 0.2 ms more a photo, a tenth of its time, for no difference that one sees."""

THUMB = 48
"""Side in pixels of what background, garment and colour are found in."""
PLAIN, SAME, OTHER = 0.75, 12, 24
"""A background is plain if so much of the edge is within `SAME` levels of its median; the garment is what
differs by more than `OTHER`."""
MARGIN = 0.04
"""Around a garment, as a share of its longer side."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Prepared:
    """One photo, ready for a catalogue."""

    png: bytes
    size: tuple[int, int]
    """Of the photo as it came, upright: width, height."""
    enlarged: bool
    """It was smaller than the catalogue's photos are."""
    notes: tuple[str, ...]
    """What was done that a person should know."""
    background: Colour | None
    """Where it is plain."""
    colour: Colour
    """Mean of the garment, or of the middle where the background is not plain."""
    signature: bytes
    """What twins are found by, see `twins.signature`."""


def square_photo(raw: Raw, size: int, square: str, max_pixels: int) -> Prepared:
    """Reads a photo and makes it square; see `photo.read_photo` for what is refused.

    Args:
        raw: the photo.
        size: side of the result in pixels.
        square: a key of `SQUARES`.
        max_pixels: more are not decoded.
    """
    photo, original, notes = read_photo(raw, ENOUGH.get(square, 2) * size, max_pixels)
    thumb = np.asarray(photo.resize((THUMB, THUMB), BOX, reducing_gap=1.0)).astype(np.int16)
    ground = _background(thumb)
    apart = _apart(thumb, ground)
    if square in ("background", "garment") and ground is None:
        notes.append("no plain background, so all of it on white")
    scale = max(original) / max(photo.size)
    if square == "garment" and ground is not None:
        photo = photo.crop(_box(apart, photo.size))
    if square == "crop":
        enlarged = min(photo.size) * scale < size
        result = ImageOps.fit(photo, (size, size), BICUBIC)
    else:
        enlarged = round(max(photo.size) * scale) < size
        around = ground if square != "pad" and ground is not None else WHITE
        result = ImageOps.pad(photo, (size, size), BICUBIC, color=around)
    png = _png(result)
    colour, twin = _mean(thumb, apart), signature(result, png)
    return Prepared(png, original, enlarged, tuple(notes), ground, colour, twin)


def _png(picture: Image.Image) -> bytes:
    """A PNG, sooner than by Pillow, which tries five filters for each line.

    Every line is stored as its difference from the line above and packed by run lengths alone, which costs
    product photos few bytes.
    """
    lines = np.asarray(picture).reshape(picture.height, -1)
    filtered = np.full((lines.shape[0], 1 + lines.shape[1]), 2, np.uint8)
    filtered[0, 1:] = lines[0]
    np.subtract(lines[1:], lines[:-1], out=filtered[1:, 1:])
    packing = zlib.compressobj(1, memLevel=zlib.DEF_MEM_LEVEL + 1, strategy=zlib.Z_RLE)
    head = struct.pack(">IIBBBBB", *picture.size, 8, 2, 0, 0, 0)  # 8 bits, RGB
    chunks = (
        (b"IHDR", head),
        (b"IDAT", packing.compress(filtered.tobytes()) + packing.flush()),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _background(thumb: npt.NDArray[np.int16]) -> Colour | None:
    """The colour of the edge, where most of the edge has it."""
    edge = np.concatenate([thumb[0], thumb[-1], thumb[:, 0], thumb[:, -1]])
    middle = np.sort(edge, axis=0)[len(edge) // 2]
    if (np.abs(edge - middle) <= SAME).all(axis=1).mean() < PLAIN:
        return None
    red, green, blue = middle.tolist()
    return red, green, blue


def _apart(thumb: npt.NDArray[np.int16], ground: Colour | None) -> npt.NDArray[np.bool_]:
    """Where the garment is; the middle where that cannot be told."""
    apart: npt.NDArray[np.bool_] = np.zeros(thumb.shape[:2], bool)
    if ground is not None:
        far = np.abs(thumb - np.array(ground, np.int16)) > OTHER
        apart = far[..., 0] | far[..., 1] | far[..., 2]
    if not apart.any():
        apart[THUMB // 4 : -THUMB // 4, THUMB // 4 : -THUMB // 4] = True
    return apart


def _mean(thumb: npt.NDArray[np.int16], apart: npt.NDArray[np.bool_]) -> Colour:
    garment = thumb[apart]
    red, green, blue = (garment.sum(axis=0) / len(garment)).round().astype(int).tolist()
    return red, green, blue


def _box(apart: npt.NDArray[np.bool_], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The garment's box in a photo of `size`, with a margin."""
    ends = []
    for axis, length in ((0, size[0]), (1, size[1])):
        found = np.flatnonzero(apart.any(axis=axis))
        ends.append((found[0] * length / THUMB, (found[-1] + 1) * length / THUMB))
    margin = MARGIN * max(last - first for first, last in ends)
    (left, right), (top, bottom) = ends
    return (
        max(0, int(left - margin)),
        max(0, int(top - margin)),
        min(size[0], round(right + margin)),
        min(size[1], round(bottom + margin)),
    )
