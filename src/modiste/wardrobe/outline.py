"""Curves through points, and the parts that a garment is put together from.

Coordinates: x to the right, y down, the middle of the picture at (0, 0), about 200 units to a side.
The picture is framed afterwards, so a shape may be of any size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import NamedTuple

from modiste.wardrobe.attributes import Dice


class Point(NamedTuple):
    """A point of a curve, which is smooth there unless it is a corner."""

    x: float
    y: float
    corner: bool = False


Points = tuple[Point, ...]


def p(x: float, y: float) -> Point:
    """A point that the curve passes smoothly."""
    return Point(x, y)


def c(x: float, y: float) -> Point:
    """A corner."""
    return Point(x, y, True)


def flip(points: Iterable[Point]) -> Points:
    """The mirror image across x = 0, in reverse order, so that it goes on where `points` ended."""
    return tuple(Point(-x, y, corner) for x, y, corner in reversed(tuple(points)))


def mirror(points: Sequence[Point]) -> Points:
    """A closed outline from its right half, given from the top centre to the bottom centre."""
    return (*points, *(q for q in flip(points) if abs(q.x) > 1e-9))


def curve(points: Sequence[Point], closed: bool) -> str:
    """SVG path data of a smooth curve through the points: cubic, a third of a segment to each handle."""
    count = len(points)
    path = [f"M{points[0].x:.1f} {points[0].y:.1f}"]
    for i in range(count if closed else count - 1):
        a, b = points[i], points[(i + 1) % count]
        if a.corner and b.corner:
            path.append(f"L{b.x:.1f} {b.y:.1f}")
            continue
        reach = hypot(b.x - a.x, b.y - a.y) / 3
        ax, ay = _tangent(points, i, closed)
        bx, by = _tangent(points, (i + 1) % count, closed)
        path.append(
            f"C{a.x + ax * reach:.1f} {a.y + ay * reach:.1f} "
            f"{b.x - bx * reach:.1f} {b.y - by * reach:.1f} {b.x:.1f} {b.y:.1f}"
        )
    return "".join(path) + ("Z" if closed else "")


def _tangent(points: Sequence[Point], i: int, closed: bool) -> tuple[float, float]:
    count = len(points)
    if points[i].corner or (not closed and i in (0, count - 1)):
        return 0.0, 0.0
    before, after = points[i - 1], points[(i + 1) % count]
    dx, dy = after.x - before.x, after.y - before.y
    length = hypot(dx, dy) or 1.0
    return dx / length, dy / length


@dataclass(frozen=True)
class Fold:
    """A soft stroke of light (`strength` above 0) or shadow (below 0), `width` units wide."""

    points: Points
    width: float
    strength: float


@dataclass(frozen=True)
class Line:
    """A fine stroke: `seam`, `stitch`, `rib`, `lace`, `zip`, `stripe`, `label` or `handle`."""

    points: Points
    kind: str = "seam"
    width: float = 0.0
    """0 takes the width that is usual for the kind."""
    closed: bool = False


@dataclass(frozen=True)
class Dot:
    """A `button`, `eyelet` or `stud`."""

    x: float
    y: float
    radius: float
    kind: str = "button"


@dataclass(frozen=True)
class Part:
    """One piece of cloth, leather or rubber; later parts lie on earlier ones."""

    outline: Points
    cloth: str = "main"
    """`main`, `trim`, `lining`, `second`, `sole`, `dark` or `metal`."""
    turn: float = 0.0
    """Degrees by which the weave is turned against the picture (a sleeve's against the body's)."""
    band: float = 0.0
    """Above 0: the outline is open, and the part is a band of this width along it."""
    volume: float = 1.0
    """How round it looks: the strength of the shadow along its edges."""
    casts: float = 0.0
    """Opacity of the shadow that it throws on the parts below."""
    folds: tuple[Fold, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    graphic: bool = False
    """Whether a chest print goes here."""

    @cached_property
    def path(self) -> str:
        """The outline as SVG path data."""
        return curve(self.outline, closed=not self.band)


@dataclass(frozen=True)
class Shape:
    """A whole garment, ready to be given cloth and light."""

    parts: tuple[Part, ...]
    material: str = "cotton"
    """`cotton`, `knit`, `denim`, `wool`, `sport` or `leather`: how it wrinkles and shines."""
    ground: bool = False
    """Whether it stands on the ground (shoes, bags) or hangs."""


def between(dice: Dice, low: float, high: float) -> float:
    """A random number from `low` to `high`."""
    return float(low + (high - low) * dice.random())


def drapes(dice: Dice, left: float, right: float, top: float, bottom: float, count: int) -> tuple[Fold, ...]:
    """Folds that fall from `top` to `bottom`: a shadow with a light beside it, swinging a little."""
    folds: list[Fold] = []
    for i in range(count):
        x = left + (right - left) * (i + between(dice, 0.15, 0.85)) / count
        sway, spread = between(dice, -3, 3), between(dice, 0.95, 1.25)
        start = top + (bottom - top) * between(dice, 0.0, 0.35)
        width, depth = between(dice, 2.5, 5.5), between(dice, 0.35, 1.0)
        line = (p(x, start), p((x + x * spread) / 2 + sway, (start + bottom) / 2), p(x * spread, bottom))
        folds.append(Fold(line, width, -depth))
        folds.append(Fold(tuple(p(q.x + width * 0.9, q.y) for q in line), width * 0.8, depth * 0.8))
    return tuple(folds)


def pulls(
    dice: Dice, x: float, y: float, dx: float, dy: float, count: int, strength: float = 1.0
) -> tuple[Fold, ...]:
    """Folds that fan out from a point under tension (an armpit, a crotch, an elbow) along (dx, dy)."""
    folds: list[Fold] = []
    for _ in range(count):
        reach, turn = between(dice, 0.5, 1.0), between(dice, -0.45, 0.45)
        ex, ey = x + (dx - dy * turn) * reach, y + (dy + dx * turn) * reach
        bend = between(dice, -0.12, 0.12)
        middle = p((x + ex) / 2 - (ey - y) * bend, (y + ey) / 2 + (ex - x) * bend)
        width, depth = between(dice, 2.0, 4.5), between(dice, 0.35, 0.8) * strength
        line = (p(x, y), middle, p(ex, ey))
        folds.append(Fold(line, width, -depth))
        folds.append(Fold(tuple(p(q.x, q.y + width * 0.9) for q in line), width * 0.8, depth * 0.7))
    return tuple(folds)
