"""The pictures of a report: the same descriptions side by side, and the closest pairs."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image

from modiste.evaluate.plots import data
from modiste.evaluate.wording import number
from modiste.sheet import Pixels


@dataclass(frozen=True)
class Gallery:
    """The pictures that a report shows, by contestant's name; pixels are uint8 [height, width, 3]."""

    sheets: dict[str, list[tuple[str, list[Pixels]]]]
    """Rows (description, pictures), the same descriptions and seeds for every contestant."""
    closest: dict[str, list[tuple[Pixels, Pixels, float, str]]]
    """(drawn picture, nearest training photo, nearness as in `novelty.py`, product id), closest first."""


def closest(gallery: Gallery, names: Sequence[str]) -> str:
    """Each contestant's pairs, with how near they are."""
    page = ""
    for name in names:
        pairs = "".join(
            f"<figure>{_picture([drawn, photo], f'drawn by {name}, and training photo {product}')}"
            f"<figcaption>{data(distance, number)}, photo {escape(product)}</figcaption></figure>"
            for drawn, photo, distance, product in gallery.closest.get(name, ())
        )
        page += f'<h3>{escape(name)}</h3><div class="closest">{pairs}</div>' if pairs else ""
    return page


def sheets(gallery: Gallery, names: Sequence[str]) -> str:
    """Each description with a row of pictures by every contestant."""
    found = {name: gallery.sheets[name] for name in names if gallery.sheets.get(name)}
    page = ""
    for rows in zip(*found.values(), strict=True):
        assert len({description for description, _ in rows}) == 1, "sheets show the same descriptions"
        page += f"<article><h3>{escape(rows[0][0])}</h3>"
        for name, (description, pictures) in zip(found, rows, strict=True):
            alt = f"{len(pictures)} pictures by {name}: {description}"
            page += f"<figure><figcaption>{escape(name)}</figcaption>{_picture(pictures, alt)}</figure>"
        page += "</article>"
    return f'<div class="sheets">{page}</div>' if page else ""


def _picture(pictures: Sequence[Pixels], alt: str) -> str:
    """Pictures [height, width, 3] of one height side by side, as one image inside the page."""
    gap = np.full((len(pictures[0]), 2, 3), 255, np.uint8)
    row = np.concatenate([part for each in pictures for part in (gap, each)][1:], axis=1)
    file = io.BytesIO()
    Image.fromarray(row).save(file, format="WEBP", quality=85)
    source = f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
    return f'<img src="{source}" width="{row.shape[1]}" height="{row.shape[0]}" alt="{escape(alt)}">'
