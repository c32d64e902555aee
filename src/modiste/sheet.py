"""Sheets: labelled rows of pictures on white, for designs and for the progress of a training."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from modiste.errors import BadInput

Pixels = npt.NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

SMALLEST, LARGEST = 128, 256
"""Side in pixels that a picture has on the sheet: smaller ones are enlarged, larger ones reduced."""
GAP = 6
MARGIN = 14
LABEL_WIDTH = 190
INK = (32, 32, 32)


@dataclass(frozen=True)
class Places:
    """Where the pictures lie on a sheet, in pixels: the first one's corner, each one's size, between two."""

    left: int
    top: int
    width: int
    height: int
    gap: int = GAP


def sheet(
    rows: Sequence[Sequence[Pixels]] | npt.NDArray[np.uint8],
    labels: Sequence[str],
    *,
    columns: Sequence[str] = (),
    title: str = "",
) -> Image.Image:
    """Lays pictures out in labelled rows; arguments and errors as of `sheet_with_places`."""
    return sheet_with_places(rows, labels, columns=columns, title=title)[0]


def sheet_with_places(
    rows: Sequence[Sequence[Pixels]] | npt.NDArray[np.uint8],
    labels: Sequence[str],
    *,
    columns: Sequence[str] = (),
    title: str = "",
) -> tuple[Image.Image, Places]:
    """Lays pictures out in labelled rows, and says where they lie.

    Pictures below 128 are enlarged by a whole factor (bicubic), so that 32x32 can be read; pictures
    above 256 are averaged down by a whole factor.

    Args:
        rows: pictures [height, width, 3] of one size; rows may differ in length.
        labels: one text a row, wrapped; usually the description.
        columns: texts above the columns, usually the seeds.
        title: a line above all.

    Raises:
        BadInput: no picture, pictures of several sizes, or labels that do not match the rows.
    """
    shapes = {picture.shape for row in rows for picture in row}
    if len(shapes) != 1 or len(labels) != len(rows):
        raise BadInput(
            f"a sheet needs pictures of one size and a label a row, got {len(shapes)} sizes, "
            f"{len(rows)} rows and {len(labels)} labels"
        )
    height, width = _cell(*next(iter(shapes))[:2])
    font, small = ImageFont.load_default(15), ImageFont.load_default(12)
    num_columns = max(len(row) for row in rows)
    left = MARGIN + (LABEL_WIDTH if any(labels) else 0)
    total_width = left + num_columns * (width + GAP) - GAP + MARGIN
    heading = _wrap(title, font, total_width - 2 * MARGIN, lines=3)
    top = MARGIN + (len(heading) * 20 + 8 if heading else 0)
    first_row = top + (20 if columns else 0)
    page = Image.new("RGB", (total_width, first_row + len(rows) * (height + GAP) - GAP + MARGIN), "white")
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(heading):
        draw.text((MARGIN, MARGIN + number * 20), line, INK, font)
    for number, text in enumerate(columns[:num_columns]):
        line = (_wrap(text, small, width, lines=1) or [""])[0]
        draw.text((left + number * (width + GAP) + width / 2, first_row - 4), line, INK, small, anchor="ms")
    for row_number, (row, label) in enumerate(zip(rows, labels, strict=True)):
        y = first_row + row_number * (height + GAP)
        lines = _wrap(label, small, LABEL_WIDTH - 14, lines=max(1, height // 16))
        for number, line in enumerate(lines):
            draw.text(
                (MARGIN, y + height / 2 + (number - (len(lines) - 1) / 2) * 16), line, INK, small, anchor="lm"
            )
        for number, picture in enumerate(row):
            page.paste(_fit(picture, height, width), (left + number * (width + GAP), y))
    return page, Places(left, first_row, width, height)


def _cell(height: int, width: int) -> tuple[int, int]:
    largest = max(height, width)
    if largest > LARGEST:
        factor = ceil(largest / LARGEST)
        return ceil(height / factor), ceil(width / factor)
    factor = ceil(SMALLEST / largest)
    return height * factor, width * factor


def _fit(picture: Pixels, height: int, width: int) -> Image.Image:
    image = Image.fromarray(np.ascontiguousarray(picture))
    if height < image.height:
        return image.reduce(ceil(max(image.size) / LARGEST))
    return image.resize((width, height), Image.Resampling.BICUBIC)


def _wrap(text: str, font: Font, width: float, lines: int) -> list[str]:
    """Breaks a text at words, and inside a word that is too long; dots at the end if more follows."""
    broken: list[str] = []
    rest = " ".join(text.split())
    while rest and len(broken) < lines:
        fits = _fitting(rest, font, width)
        end = rest.rfind(" ", 0, fits + 1) if fits < len(rest) else fits
        line = rest[: end if end > 0 else fits]
        broken.append(line)
        rest = rest[len(line) :].lstrip()
    if rest:
        last = broken[-1]
        broken[-1] = last[: _fitting(last, font, width - font.getlength("…"))] + "…"
    return broken


def _fitting(text: str, font: Font, width: float) -> int:
    """How many of the first characters fit into the width; one at least."""
    most = min(len(text), int(width))  # no letter is narrower than a pixel
    return max(1, bisect_right(range(1, most + 1), width, key=lambda count: font.getlength(text[:count])))
