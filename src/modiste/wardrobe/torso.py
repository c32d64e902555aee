"""What all that is worn above the waist shares: a body, a neckline and two sleeves."""

from dataclasses import dataclass

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import (
    Fold,
    Line,
    Part,
    Point,
    Points,
    between,
    c,
    drapes,
    flip,
    mirror,
    p,
    pulls,
)


@dataclass(frozen=True)
class Torso:
    """Half widths (x) and heights (y) of a body, in units of a shape."""

    neck: float
    neck_y: float
    drop: float
    """How far the front neckline hangs below the shoulder's inner end."""
    shoulder: float
    shoulder_y: float
    armpit_y: float
    chest: float
    waist: float
    waist_y: float
    hem: float
    hem_y: float


FIT = {"Slim": 0.93, "Fitted": 0.92, "Regular": 1.0, "Relaxed": 1.09, "Flared": 0.94}
NECKS = {
    "Round Neck": (18, 17), "V-Neck": (18, 32), "Scoop Neck": (23, 30), "Boat Neck": (30, 9),
    "Square Neck": (25, 24),
    "Strappy": (27, 26), "High Neck": (16, 6), "Polo Collar": (16, 12), "Hooded": (19, 16),
}  # fmt: skip
"""Half width and drop of each neckline."""


def torso(garment: Garment, dice: Dice, hem_y: float = 76.0) -> Torso:
    """The body of a garment after its cut, fit and neckline."""
    woman = garment.gender == "Women"
    fit = FIT.get(garment.fit, 1.0) * between(dice, 0.98, 1.02)
    neck, drop = NECKS.get(garment.neckline, (17, 14))
    chest = (37 if woman else 43) * fit
    waist = (
        chest * (0.9 if woman else 0.97) if garment.fit == "Relaxed" else chest * (0.86 if woman else 0.94)
    )
    return Torso(
        neck=neck * (0.95 if woman else 1.0),
        neck_y=-72,
        drop=drop * between(dice, 0.92, 1.12),
        shoulder=(38 if woman else 46) * (0.5 + fit / 2),
        shoulder_y=-60,
        armpit_y=-22 + (fit - 1) * 30,
        chest=chest,
        waist=waist,
        waist_y=14 if woman else 24,
        hem=chest * (1.02 if woman else 1.0),
        hem_y=hem_y,
    )


def neckline(t: Torso, kind: str) -> Points:
    """The front neckline from the right end to the middle."""
    y = t.neck_y
    start, bottom = c(t.neck, y), y + t.drop
    if kind in ("V-Neck", "Notched Lapel"):
        return (start, p(t.neck * 0.52, y + t.drop * 0.52), c(0, bottom))
    if kind in ("Square Neck", "Strappy"):
        return (start, c(t.neck * 0.9, bottom - 1), p(0, bottom + (1.5 if kind == "Strappy" else 0)))
    if kind == "Boat Neck":
        return (start, p(t.neck * 0.5, y + t.drop * 0.85), p(0, bottom))
    return (start, p(t.neck * 0.84, y + t.drop * 0.55), p(t.neck * 0.45, y + t.drop * 0.92), p(0, bottom))


def whole(half: Points) -> Points:
    """A line across the middle from its right half, which ends at x = 0."""
    return (*half, *flip(half)[1:])


def body_outline(t: Torso, kind: str, sleeveless: bool = False, curve_y: float = 2.5) -> Points:
    """The closed outline of the body with its front neckline cut out."""
    shoulder, y = (t.shoulder * 0.83, t.shoulder_y - 3) if sleeveless else (t.shoulder, t.shoulder_y)
    if kind == "Strappy":
        shoulder, y = t.neck + 4, t.neck_y + 0.5
    inset = t.chest - (9 if sleeveless else 3)
    return mirror(
        (
            *reversed(neckline(t, kind)),
            c(shoulder, y),
            p(min(shoulder, inset) - (1 if sleeveless else 0), (y + t.armpit_y) / 2 + 4),
            c(t.chest, t.armpit_y),
            p((t.chest * 0.45 + t.waist * 0.55), (t.armpit_y + t.waist_y) / 2),
            p(t.waist, t.waist_y),
            p((t.waist + t.hem) / 2 + 0.8, (t.waist_y + t.hem_y) / 2),
            c(t.hem, t.hem_y - 1.0),
            p(0, t.hem_y + curve_y),
        )
    )


def back_panel(t: Torso, kind: str) -> Part:
    """The inside of the back, seen through the neckline, with its neck tape and label."""
    lower = tuple(p(q.x, q.y + 7) for q in neckline(t, kind))
    y, end = t.neck_y, c(t.neck + 1, t.neck_y - 0.5)
    if kind in ("Square Neck", "Strappy", "Scoop Neck"):
        low = y + t.drop * 0.5
        return Part(
            mirror((p(0, low), p(t.neck * 0.6, low - 1.5), p(t.neck * 0.92, y + 4), end, *lower)), "lining"
        )
    tape = whole((p(t.neck, y + 2.8), p(t.neck * 0.55, y + 6.2), p(0, y + 7.6)))
    label = (Line((c(-4, y + 10), c(4, y + 10)), "label"),) if t.drop > 13 else ()
    outline = mirror((p(0, y + 3.5), p(t.neck * 0.6, y + 2.2), end, *lower))
    return Part(outline, "lining", volume=1.2, lines=(Line(tape, "seam"), *label))


def body_folds(t: Torso, dice: Dice, amount: float = 1.0) -> tuple[Fold, ...]:
    """Folds from the armpits, across the waist and down to the hem."""
    left = pulls(dice, -t.chest + 2, t.armpit_y + 2, 24, 16, 3, amount)
    right = pulls(dice, t.chest - 2, t.armpit_y + 2, -24, 16, 3, amount)
    waist = pulls(dice, -t.waist, t.waist_y, 30, between(dice, 4, 12), 2, 0.7 * amount)
    other = pulls(dice, t.waist, t.waist_y + 6, -30, between(dice, 4, 12), 2, 0.7 * amount)
    fall = drapes(dice, -t.hem * 0.8, t.hem * 0.8, t.armpit_y + 12, t.hem_y + 3, 5)
    return left + right + waist + other + fall


def sleeves(
    t: Torso, garment: Garment, dice: Dice, cuff: float = 0.0, roomy: float = 1.0
) -> tuple[Part, ...]:
    """Both sleeves, to lie under the body; `cuff` above 0 adds a cuff of that height."""
    kind = garment.sleeve
    if kind == "Sleeveless" or not kind:
        return ()
    spread = between(dice, -2, 4)
    fit = FIT.get(garment.fit, 1.0) * roomy
    parts: list[Part] = []
    for side in (1, -1):
        outline, ends, folds = _sleeve(t, kind, spread, fit, dice)
        turn = {"Short": -32.0, "Three-Quarter": -16.0, "Long": -11.0}[kind]
        band = _cuff(ends, cuff)
        lines = () if cuff else (Line(_inset(ends, 3.0), "seam"),)
        sleeve = Part(outline, turn=turn, folds=folds, lines=lines, volume=1.1)
        pieces = [sleeve] if not band else [sleeve, band]
        parts.extend(pieces if side == 1 else [_flipped(piece) for piece in pieces])
    return tuple(parts)


def _sleeve(
    t: Torso, kind: str, spread: float, fit: float, dice: Dice
) -> tuple[Points, Points, tuple[Fold, ...]]:
    sx, sy, ax, ay = t.shoulder, t.shoulder_y, t.chest, t.armpit_y
    if kind == "Short":
        outer, inner = c(sx + 23 + spread, sy + 31), c(ax + 3 + spread * 0.5, ay + 8)
        outline: Points = (
            c(sx - 9, sy - 2.5),
            p(sx + 1, sy + 0.5),
            p(sx + 13 + spread * 0.5, sy + 14),
            outer,
            inner,
            c(ax - 9, ay - 2),
        )
        return outline, (outer, inner), pulls(dice, ax - 2, ay - 2, 16, -18, 3)
    reach = 1.0 if kind == "Long" else 0.62
    wx, wy = sx + 8 + (16 + spread) * reach, sy + 20 + 105 * reach
    width = (13 if kind == "Long" else 17) * (0.4 + 0.6 * fit)
    outer, inner = c(wx, wy), c(wx - width, wy + 2.5)
    elbow = (sx + 13 + spread * 0.55, sy + 62)
    outline = (
        c(sx - 9, sy - 2.5), p(sx + 0.5, sy + 0.5), p(sx + 8.5 + spread * 0.3, sy + 22), p(*elbow), outer,
        inner,
        p(elbow[0] - 18 * (0.5 + fit / 2), elbow[1] + 4), c(ax - 9, ay - 2),
    )  # fmt: skip
    folds = (
        pulls(dice, ax, ay + 6, 9, 26, 2)
        + pulls(dice, elbow[0] - 16, elbow[1], 15, between(dice, -8, 8), 3)
        + pulls(dice, elbow[0], elbow[1] + 10, -13, between(dice, 4, 12), 2)
        + pulls(dice, wx - 2, wy - 10, -11, between(dice, -8, 2), 2)
        + (Fold((p(sx + 3, sy + 12), p(elbow[0] - 8, elbow[1]), p(wx - 7, wy - 10)), 5, 0.8),)
    )
    return outline, (outer, inner), folds


def _inset(ends: Points, height: float) -> Points:
    (ax, ay, _), (bx, by, _) = ends
    dx, dy = bx - ax, by - ay
    length = (dx * dx + dy * dy) ** 0.5
    nx, ny = dy / length * height, -dx / length * height
    if ny > 0:
        nx, ny = -nx, -ny
    return c(ax + nx, ay + ny), c(bx + nx, by + ny)


def _cuff(ends: Points, height: float) -> Part | None:
    if not height:
        return None
    upper, lower = _inset(ends, height - 2), _inset(ends, -2)
    ribs = tuple(
        Line((_mid(upper[0], upper[1], k / 6), _mid(lower[0], lower[1], k / 6)), "rib") for k in range(1, 6)
    )
    return Part((*upper, *reversed(lower)), "trim", volume=0.9, lines=ribs if height > 7.5 else ())


def _mid(a: Point, b: Point, share: float) -> Point:
    return c(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def _flipped(part: Part) -> Part:
    return Part(
        flip(part.outline),
        part.cloth,
        -part.turn,
        volume=part.volume,
        folds=tuple(Fold(flip(f.points), f.width, f.strength) for f in part.folds),
        lines=tuple(Line(flip(line.points), line.kind, line.width, line.closed) for line in part.lines),
        dots=part.dots,
    )
