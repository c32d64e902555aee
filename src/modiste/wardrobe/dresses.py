"""Dresses and skirts."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import (
    Dot,
    Fold,
    Line,
    Part,
    Points,
    Shape,
    between,
    c,
    drapes,
    mirror,
    p,
    pulls,
)
from modiste.wardrobe.tops import back_arms
from modiste.wardrobe.torso import Torso, back_panel, neckline, sleeves, torso, whole

LENGTHS = {"Mini": 78.0, "Knee-Length": 108.0, "Midi": 128.0, "Maxi": 158.0}


def dress(garment: Garment, dice: Dice) -> Shape:
    """A dress: a bodice, a waist seam or sash, and a skirt."""
    t = torso(garment, dice)
    flared = garment.fit == "Flared"
    hem_y = LENGTHS[garment.length]
    t = Torso(
        **{
            **t.__dict__,
            "chest": t.chest * 0.92,
            "waist": 25.5,
            "waist_y": 6.0,
            "shoulder": t.shoulder * 0.94,
        }
    )
    hips = 35.0 if not flared else 44.0
    hem: float = (
        {"Mini": 54, "Knee-Length": 62, "Maxi": 66}[garment.length]
        if flared
        else {"Mini": 35, "Knee-Length": 33, "Maxi": 42}[garment.length]
    )
    hem *= between(dice, 0.95, 1.08)
    kind = garment.neckline
    bare = garment.sleeve == "Sleeveless" or kind == "Strappy"
    folds = _bodice_folds(t, dice) + drapes(
        dice, -t.waist, t.waist, t.waist_y + 2, hem_y + 4, 8 if flared else 4
    )
    folds = folds + _flare(dice, t.waist, t.waist_y, hem, hem_y, 9 if flared else 3)
    lines = [Line(whole((c(hem, hem_y - 5), p(hem * 0.5, hem_y), p(0, hem_y + 1))), "stitch")]
    outline = _dress_outline(t, kind, bare, hips, hem, hem_y)
    parts: list[Part] = []
    if kind != "Strappy":
        parts += sleeves(t, garment, dice)
    if bare and kind != "Strappy":
        parts.append(back_arms(t))
    parts += [back_panel(t, kind), Part(outline, casts=0.3, folds=folds, lines=tuple(lines))]
    waist = whole((c(t.waist + 0.5, t.waist_y), p(t.waist * 0.5, t.waist_y + 2.2), p(0, t.waist_y + 2.8)))
    if dice.random() < 0.5:
        parts.append(Part(waist, "contrast", band=6))
        if dice.random() < 0.5:
            parts.append(
                Part(
                    mirror(
                        (c(0, t.waist_y - 1), c(4, t.waist_y - 1), c(4, t.waist_y + 6), c(0, t.waist_y + 6))
                    ),
                    "metal",
                    volume=0.4,
                )
            )
    else:
        parts.append(Part(waist, "trim", band=1.6))
    parts.append(Part(whole(neckline(t, kind)), "trim", band=2.0))
    return Shape(tuple(parts), "cotton")


def _dress_outline(t: Torso, kind: str, bare: bool, hips: float, hem: float, hem_y: float) -> Points:
    shoulder, y = (t.shoulder * 0.82, t.shoulder_y - 3) if bare else (t.shoulder, t.shoulder_y)
    if kind == "Strappy":
        shoulder, y = t.neck + 4, t.neck_y + 0.5
    return mirror(
        (
            *reversed(neckline(t, kind)),
            c(shoulder, y),
            p(min(shoulder, t.chest - (8 if bare else 3)), (y + t.armpit_y) / 2 + 4),
            c(t.chest, t.armpit_y),
            p(t.chest * 0.93, t.armpit_y + 10),
            p(t.waist, t.waist_y),
            p(hips * 0.94, t.waist_y + 26),
            p((hips + hem) / 2, (t.waist_y + 26 + hem_y) / 2),
            c(hem, hem_y - 3),
            p(hem * 0.5, hem_y + 2.5),
            p(0, hem_y + 3.5),
        )
    )


def _bodice_folds(t: Torso, dice: Dice) -> tuple[Fold, ...]:
    bust = tuple(
        Fold((p(s * t.chest * 0.25, -18), p(s * t.chest * 0.5, -12), p(s * t.chest * 0.8, -20)), 7, 0.9)
        for s in (1, -1)
    )
    shade = tuple(
        Fold((p(s * t.chest * 0.2, -8), p(s * t.chest * 0.5, -4), p(s * t.chest * 0.85, -9)), 5, -0.7)
        for s in (1, -1)
    )
    return (
        bust
        + shade
        + pulls(dice, t.waist, t.waist_y, -18, -16, 3)
        + pulls(dice, -t.waist, t.waist_y, 18, -16, 3)
    )


def _flare(
    dice: Dice, waist: float, waist_y: float, hem: float, hem_y: float, count: int
) -> tuple[Fold, ...]:
    """Folds that open from a narrow waist to a wide hem."""
    folds: list[Fold] = []
    for i in range(count):
        share = -0.92 + 1.84 * (i + between(dice, 0.2, 0.8)) / count
        top, bottom = waist_y + between(dice, 2, 40), hem_y + 5
        x0 = waist * share + (hem - waist) * share * (top - waist_y) / (hem_y - waist_y) * 0.8
        line = (
            p(x0, top),
            p((x0 + hem * share) / 2 + between(dice, -2, 2), (top + bottom) / 2),
            p(hem * share, bottom),
        )
        width, depth = between(dice, 4, 7), between(dice, 0.6, 1.0)
        folds.append(Fold(line, width, -depth))
        folds.append(Fold(tuple(p(q.x + width, q.y) for q in line), width * 0.9, depth))
    return tuple(folds)


def skirt(garment: Garment, dice: Dice) -> Shape:
    """A skirt: pencil, A-line or pleated."""
    length = {"Mini": 88.0, "Knee-Length": 118.0, "Midi": 146.0}[garment.length] * between(dice, 0.96, 1.04)
    waist, hips = 30.0, 44.0
    hem = {"Pencil": 39.0, "A-Line": 62.0, "Pleated": 68.0}[garment.fit] * between(dice, 0.96, 1.04)
    outline = mirror(
        (
            p(0, 3), c(waist, 0), p(hips * (0.93 if garment.fit == "Pencil" else 0.9), 24),
            p((hips + hem) / 2 if garment.fit != "Pencil" else hips, 30 + (length - 30) * 0.42), c(hem,
            length - 4), p(hem * 0.5, length + 1), p(0, length + 2),
        )
    )  # fmt: skip
    lines: list[Line] = [
        Line(whole((c(hem, length - 9), p(hem * 0.5, length - 4), p(0, length - 3))), "stitch")
    ]
    dots: list[Dot] = []
    if garment.fit == "Pleated":
        folds: tuple[Fold, ...] = ()
        for k in range(-7, 8):
            line = (
                c(waist * k / 7.4, 4),
                p((waist * 0.55 + hem * 0.5) * k / 7.4, length * 0.5),
                c(hem * k / 7.4, length + 3),
            )
            lines.append(Line(line, "seam", 0.9))
            folds += (
                Fold(tuple(p(q.x - 1.5, q.y) for q in line), 3.5, -0.85),
                Fold(tuple(p(q.x + 3, q.y) for q in line), 3.5, 0.9),
            )
    else:
        folds = drapes(dice, -waist, waist, 10, length, 3) + _flare(
            dice, waist, 2, hem, length, 7 if garment.fit == "A-Line" else 3
        )
        folds += pulls(dice, -hips * 0.8, 30, 40, 6, 2, 0.6)
        if garment.fit == "A-Line" and garment.style == "Casual" and dice.random() < 0.5:
            lines.append(Line((c(0, 4), c(0, length)), "seam", 1.0))
            dots += [Dot(0, 12 + k * (length - 24) / 5, 1.9) for k in range(6)]
    band = mirror(
        (p(0, -8), p(waist * 0.6, -8.5), c(waist - 1, -10), c(waist + 0.8, 1), p(waist * 0.6, 3.6), p(0, 4.4))
    )
    inside = Part(
        mirror((p(0, -13), p(waist * 0.6, -12.8), c(waist - 1, -10), p(waist * 0.6, -7), p(0, -6))), "lining"
    )
    belt = Part(
        band,
        "main" if garment.pattern == "Solid" else "contrast",
        volume=0.8,
        lines=(Line(whole((c(waist, -1), p(waist * 0.6, 1.8), p(0, 2.6))), "stitch"),),
    )
    return Shape((inside, Part(outline, folds=folds, lines=tuple(lines), dots=tuple(dots)), belt), "cotton")
