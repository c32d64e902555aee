"""What a garment of the wardrobe is: its exact attributes, as a function of (seed, index)."""

import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np

from modiste.cielab import lab
from modiste.wardrobe.palette import FREQUENCIES, PALETTE

Dice = np.random.Generator


@dataclass(frozen=True)
class Garment:
    """One garment. An attribute that its article does not have is the empty string."""

    seed: int
    index: int
    gender: str
    style: str
    colour: str
    """A name of `PALETTE`."""
    article: str
    """A name of `ARTICLES`."""
    pattern: str
    """A name of `PATTERNS`."""
    second: str
    """The colour of stripes, dots, blocks and trimmings: another name of `PALETTE`."""
    sleeve: str
    neckline: str
    length: str
    fit: str

    @property
    def id(self) -> str:
        """Product id: unique within a seed."""
        return f"{self.index:06d}"

    def dice(self, purpose: str) -> Dice:
        """Random numbers that belong to this garment and this purpose alone."""
        return dice(self.seed, self.index, purpose)


def dice(seed: int, index: int, purpose: str) -> Dice:
    """A generator that is a function of (seed, index, purpose): order and process do not matter."""
    return np.random.Generator(
        np.random.Philox(key=[seed, zlib.crc32(purpose.encode())], counter=[0, 0, 0, index])
    )


PATTERNS = ("Solid", "Striped", "Checked", "Dotted", "Floral", "Printed", "Colourblocked")
_QUIET = ("Solid", "Striped", "Checked")
_ALL = (50, 13, 9, 7, 8, 7, 6)
_SOBER = (72, 14, 14, 0, 0, 0, 0)
_SPORTY = (55, 14, 0, 0, 0, 13, 18)
_LEATHER = (80, 0, 0, 0, 0, 0, 20)


@dataclass(frozen=True)
class Article:
    """What one article can be; the numbers are relative frequencies."""

    frequency: int
    women: float
    """Share of pieces cut for women; the rest is for men."""
    styles: dict[str, int]
    patterns: tuple[int, ...] = _ALL
    sleeves: tuple[str, ...] = ("",)
    necklines: tuple[str, ...] = ("",)
    lengths: tuple[str, ...] = ("",)
    fits: tuple[str, ...] = ("",)
    unisex: float = 0.0
    """Share of pieces for everyone."""


_FITS = ("Slim", "Regular", "Relaxed")
_CASUAL = {"Casual": 9, "Party": 1}
_SPORTS = {"Casual": 2, "Sports": 3}

ARTICLES: dict[str, Article] = {
    "Tshirts": Article(
        14, 0.4, {"Casual": 5, "Sports": 2}, _ALL, ("Short", "Long"),
        ("Round Neck", "V-Neck", "Polo Collar"), ("Regular",), _FITS,
    ),
    "Shirts": Article(
        13, 0.35, {"Casual": 5, "Formal": 4, "Party": 1}, (46, 22, 20, 4, 5, 3, 0), ("Long", "Short"),
        ("Spread Collar", "Button-Down Collar", "Mandarin Collar"), ("Regular",), _FITS,
    ),
    "Tops": Article(
        8, 1.0, {"Casual": 5, "Party": 2}, _ALL, ("Sleeveless", "Short", "Three-Quarter"),
        ("Round Neck", "V-Neck", "Scoop Neck", "Boat Neck", "Square Neck"), ("Cropped", "Regular"), _FITS,
    ),
    "Sweaters": Article(
        5, 0.5, {"Casual": 7, "Formal": 2}, (60, 22, 0, 0, 0, 6, 12), ("Long",),
        ("Round Neck", "V-Neck", "High Neck"), ("Regular",), _FITS,
    ),
    "Sweatshirts": Article(
        6, 0.4, _SPORTS, _SPORTY, ("Long",), ("Round Neck", "Hooded"), ("Regular",), _FITS[1:],
    ),
    "Jackets": Article(
        6, 0.45, {"Casual": 6, "Sports": 3}, (76, 0, 4, 0, 0, 0, 20), ("Long",),
        ("Stand Collar", "Spread Collar", "Hooded"), ("Regular",), _FITS,
    ),
    "Blazers": Article(
        4, 0.4, {"Formal": 4, "Party": 1}, _SOBER, ("Long",), ("Notched Lapel",), ("Regular",), _FITS[:2],
    ),
    "Dresses": Article(
        8, 1.0, {"Casual": 5, "Party": 3, "Formal": 1}, _ALL, ("Sleeveless", "Short", "Long"),
        ("Round Neck", "V-Neck", "Square Neck", "Strappy"), ("Mini", "Knee-Length", "Maxi"), ("Fitted",
        "Flared"),
    ),
    "Skirts": Article(
        5, 1.0, {"Casual": 5, "Party": 2, "Formal": 2}, _ALL, ("",), ("",),
        ("Mini", "Knee-Length", "Midi"), ("Pencil", "A-Line", "Pleated"),
    ),
    "Jeans": Article(7, 0.45, _CASUAL, (100, 0, 0, 0, 0, 0, 0), ("",), ("",), ("Full",), ("Skinny",
    "Slim", "Straight")),
    "Trousers": Article(6, 0.4, {"Formal": 5, "Casual": 3}, _SOBER, ("",), ("",), ("Full", "Cropped"),
    ("Slim", "Straight", "Wide")),
    "Track Pants": Article(4, 0.35, {"Sports": 4, "Casual": 1}, (60, 0, 0, 0, 0, 0, 40), ("",), ("",),
    ("Full",), ("Slim", "Straight")),
    "Shorts": Article(5, 0.4, _SPORTS, (52, 8, 14, 4, 10, 6, 6), ("",), ("",), ("Short", "Knee-Length"),
    ("Slim", "Straight")),
    "Sports Shoes": Article(6, 0.4, {"Sports": 1}, (55, 0, 0, 0, 0, 0, 45), unisex=0.1),
    "Casual Shoes": Article(6, 0.4, {"Casual": 1}, (66, 0, 6, 0, 4, 4, 20), lengths=("Low-Top",
    "High-Top"), unisex=0.1),
    "Formal Shoes": Article(4, 0.2, {"Formal": 1}, _LEATHER),
    "Heels": Article(5, 1.0, {"Party": 3, "Casual": 2, "Formal": 1}, (76, 0, 0, 6, 6, 0, 12),
    lengths=("High", "Mid")),
    "Handbags": Article(5, 1.0, {"Casual": 4, "Party": 1, "Formal": 1}, (62, 6, 6, 4, 8, 6, 8),
    lengths=("Tote", "Satchel")),
    "Caps": Article(3, 0.35, {"Casual": 2, "Sports": 2}, (62, 6, 6, 0, 0, 8, 18), unisex=0.3),
}  # fmt: skip
"""Every article, with what it can be; every colour can be on every article."""


def _pick(dice: Dice, names: Sequence[str], weights: Sequence[float] | None = None) -> str:
    steps = list(accumulate(weights or [1.0] * len(names)))
    return names[min(bisect_right(steps, dice.random() * steps[-1]), len(names) - 1)]


@cache
def _companions(colour: str) -> tuple[float, ...]:
    """How often each colour is the second beside `colour`: never where the two look alike."""
    distances = np.linalg.norm(lab(list(PALETTE.values())) - lab(PALETTE[colour]), axis=1)
    favour = {"White": 9, "Black": 4, "Navy Blue": 4, "Grey": 3, "Beige": 3}
    return tuple(favour.get(name, 1) * float(far) for name, far in zip(PALETTE, distances > 38, strict=True))


def garment(seed: int, index: int) -> Garment:
    """The attributes of garment `index` of the wardrobe of `seed`."""
    dice_ = dice(seed, index, "wardrobe attributes")
    article = _pick(dice_, list(ARTICLES), [a.frequency for a in ARTICLES.values()])
    rules = ARTICLES[article]
    shares = (rules.unisex, (1 - rules.unisex) * rules.women, (1 - rules.unisex) * (1 - rules.women))
    gender = _pick(dice_, ("Unisex", "Women", "Men"), shares)
    colour = _pick(dice_, list(PALETTE), FREQUENCIES)
    style = _pick(dice_, list(rules.styles), list(rules.styles.values()))
    pattern = _pick(dice_, PATTERNS, rules.patterns)
    if style == "Formal" and gender == "Men" and pattern not in _QUIET:
        pattern = "Solid"
    return Garment(
        seed, index, gender, style, colour, article, pattern,
        second=_pick(dice_, tuple(PALETTE), _companions(colour)),
        sleeve=_pick(dice_, rules.sleeves),
        neckline=_pick(dice_, rules.necklines),
        length=_pick(dice_, rules.lengths),
        fit=_pick(dice_, rules.fits),
    )  # fmt: skip
