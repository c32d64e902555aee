"""The named colours of the wardrobe, and how far apart two colours look."""

import numpy as np
import numpy.typing as npt

from modiste.cielab import lab

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

PALETTE: dict[str, Colour] = {
    "Black": (34, 34, 37),
    "White": (242, 242, 240),
    "Blue": (44, 102, 196),
    "Navy Blue": (30, 41, 90),
    "Grey": (146, 148, 151),
    "Red": (204, 30, 42),
    "Green": (40, 140, 70),
    "Pink": (242, 140, 178),
    "Brown": (112, 70, 42),
    "Maroon": (112, 22, 42),
    "Beige": (218, 198, 160),
    "Yellow": (246, 206, 44),
    "Purple": (116, 58, 152),
    "Olive": (112, 112, 46),
    "Orange": (240, 122, 32),
    "Teal": (14, 128, 134),
}
"""Name to sRGB base value, most frequent first: what the cloth is before light falls on it."""

FREQUENCIES = (14, 10, 10, 9, 8, 8, 7, 6, 6, 5, 5, 5, 5, 4, 4, 4)
"""How often each colour is drawn: unequal, as in a shop, yet every one is there."""


def nearest(colour: npt.ArrayLike) -> tuple[str, float]:
    """The palette's name nearest to an sRGB value, and its distance (deltaE 1976)."""
    distances = np.linalg.norm(lab(list(PALETTE.values())) - lab(colour), axis=1)
    best = int(distances.argmin())
    return list(PALETTE)[best], float(distances[best])


def mix(colour: Colour, other: Colour, share: float) -> Colour:
    """`colour` with `share` (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def css(colour: Colour) -> str:
    """`#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
