"""How a source becomes a catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from modiste.catalogue.square import SQUARES
from modiste.config import check_positive, check_size
from modiste.errors import BadInput
from modiste.randomness import check_seed
from modiste.record import ROLES

MAPPABLE = ("id", "file", "product", *ROLES, "text")


@dataclass(frozen=True)
class PrepareConfig:
    """How a source becomes a catalogue."""

    size: int = 128
    """Side of the square photos: a power of two from 4 to 1024."""
    where: dict[str, list[str]] = field(default_factory=dict)
    """Source column -> values: only such rows are taken."""
    columns: dict[str, str] = field(default_factory=dict)
    """Role -> source column, where the guess is not right; several text columns with commas."""
    hold_out: tuple[str, ...] = ()
    """Two attributes of which whole pairs are kept from training; none: no pair is."""
    hold_out_count: int = 30
    """How many pairs."""
    square: str = "crop"
    """What is kept of a photo: `crop`, `pad`, `background` or `garment`, see `square.SQUARES`."""
    seed: int = 0
    """Of the split and of the held-out pairs."""
    max_pixels: int = 50_000_000
    """A photo with more to decode is refused: it takes 8 bytes a pixel, and is often made to take more."""

    def __post_init__(self) -> None:
        check_size(self.size)
        check_seed(self.seed)
        check_positive("hold-out count", self.hold_out_count)
        check_positive("max pixels", self.max_pixels)
        if self.square not in SQUARES:
            raise BadInput(f"square must be one of {', '.join(SQUARES)}, got {self.square!r}")
        if self.hold_out and not len(set(self.hold_out)) == len(self.hold_out) == 2:
            raise BadInput(
                f"hold-out takes two attributes, got {','.join(self.hold_out)}; use colour,article"
            )
        for role in self.columns:
            if role not in MAPPABLE:
                raise BadInput(f"unknown role {role!r} in --map; use one of: {', '.join(MAPPABLE)}")


def parse_where(conditions: Sequence[str]) -> dict[str, list[str]]:
    """`["masterCategory=Apparel,Footwear"]` -> `{"masterCategory": ["Apparel", "Footwear"]}`.

    A column that comes again adds its values.
    """
    where: dict[str, list[str]] = {}
    for condition in conditions:
        name, found = _assignment(condition)
        where.setdefault(name, []).extend(found.split(","))
    return where


def parse_assignments(assignments: Sequence[str]) -> dict[str, str]:
    """`["colour=baseColour"]` -> `{"colour": "baseColour"}`; BadInput where there is no equals sign."""
    pairs = dict(map(_assignment, assignments))
    if len(pairs) < len(assignments):
        raise BadInput(f"expected each role once, got {' '.join(assignments)}; text takes several: text=a,b")
    return pairs


def _assignment(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not (name and value):
        raise BadInput(f"expected NAME=VALUE, got {text!r}; for example colour=baseColour")
    return name, value
