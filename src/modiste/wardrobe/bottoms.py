"""Jeans, trousers, track pants and shorts."""

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
    flip,
    mirror,
    p,
    pulls,
)

LEGS = {"Skinny": (8.5, 11.5), "Slim": (10.5, 13.5), "Straight": (14.5, 16.0), "Wide": (21.0, 19.5)}
"""Half width of a leg at the hem and at the knee."""


def _leg(
    waist: float, hips: float, crotch: float, length: float, knee: float, hem: float, gap: float
) -> Points:
    """The right half of a pair of trousers as a closed outline, waist at y = 0."""
    middle = gap + hem
    thigh = (hips * 0.975, crotch + 4)
    inner_knee = (middle + (hips * 0.5 - middle) * 0.35) - knee * 0.92
    knee_y = crotch + (length - crotch) * 0.45
    outer_knee = (middle + (hips * 0.5 - middle) * 0.35) + knee
    return (
        c(-0.6, 0), c(waist, -1), p(hips * 0.96, crotch * 0.5), p(*thigh), p(outer_knee, knee_y),
        c(middle + hem, length),
        p(middle, length + 1.6), c(middle - hem, length), p(max(0.8, inner_knee), knee_y), p(2.2,
        crotch + 10), c(-0.6, crotch),
    )  # fmt: skip


def _waistband(
    waist: float, lines: tuple[Line, ...] = (), dots: tuple[Dot, ...] = (), height: float = 9.0
) -> tuple[Part, Part]:
    inside = Part(
        mirror(
            (
                p(0, -height - 4),
                p(waist * 0.6, -height - 3.6),
                c(waist - 1.5, -height - 1),
                p(waist * 0.6, -height + 2.5),
                p(0, -height + 3.5),
            )
        ),
        "lining",
        lines=(Line((c(-4, -height), c(4, -height)), "label", 3.0),),
    )
    band = mirror(
        (
            p(0, -height + 3),
            p(waist * 0.6, -height + 2),
            c(waist - 1.5, -height - 1),
            c(waist + 0.6, 0.5),
            p(waist * 0.6, 3),
            p(0, 3.6),
        )
    )
    return inside, Part(band, volume=0.8, lines=lines, dots=dots)


def trousers(garment: Garment, dice: Dice) -> Shape:
    """Jeans or trousers."""
    jeans = garment.article == "Jeans"
    woman = garment.gender == "Women"
    hem, knee = LEGS[garment.fit]
    waist, hips = (28.0, 37.5) if woman else (31.0, 36.5)
    hips *= 1.1 if garment.fit == "Wide" else 1.0
    length = (172.0 if garment.length == "Full" else 146.0) * between(dice, 0.98, 1.02)
    hem, crotch, gap = hem * between(dice, 0.95, 1.05), 44.0, between(dice, 3, 8)
    leg = _leg(waist, hips, crotch, length, knee, hem, gap)
    middle = gap + hem
    folds = (
        pulls(dice, 2, crotch, 30, -10, 4)
        + pulls(dice, 3, crotch + 4, 22, 22, 3, 0.8)
        + pulls(dice, hips * 0.5 - 12, crotch + 56, 24, between(dice, -6, 6), 4, 0.9)
        + pulls(dice, middle + hem, length - 9, -2 * hem, between(dice, -3, 6), 3, 0.9)
        + (
            Fold(
                (p(hips * 0.55, 18), p(hips * 0.56, crotch + 22), p(middle + 1, length - 20)),
                11 if jeans else 7,
                1.0,
            ),
        )
    )
    lines = [Line((c(middle + hem, length - 5), c(middle - hem, length - 5)), "stitch" if jeans else "seam")]
    pocket = (
        (c(waist * 0.5, 1), p(waist * 0.62, 10), c(hips * 0.99, 17))
        if jeans
        else (c(waist * 0.72, 1), c(hips * 0.97, 30))
    )
    lines.append(Line(pocket, "seam", 1.0))
    if jeans:
        lines += [
            Line(tuple(q._replace(y=q.y + 2) for q in pocket), "stitch"),
            Line(tuple(q._replace(x=q.x - 1.8) for q in leg[2:6]), "stitch"),
        ]
        fade = between(dice, 0.5, 1.3)
        folds += tuple(
            Fold(
                (p(hips * 0.5 + dx, 30), p(hips * 0.52 + dx, crotch + 30), p(middle + dx * 0.6, crotch + 62)),
                9,
                fade * 0.8,
            )
            for dx in (-5, 5)
        )
    else:
        crease = (c(hips * 0.56, 8), p(hips * 0.53, crotch + 20), c(middle, length))
        lines.append(Line(crease, "seam", 0.7))
        folds += (Fold(tuple(p(q.x - 2.5, q.y) for q in crease), 4, -0.7),)
    right = Part(leg, folds=folds, lines=tuple(lines), volume=1.15)
    fly = (
        Line((c(4.5, 3), p(4.6, 18), p(3.4, 25), c(0, 29)), "stitch"),
        Line((c(0, 2), c(0, crotch)), "seam", 1.0),
    )
    left = Part(
        flip(leg),
        folds=_flip_folds(folds),
        lines=(*(Line(flip(q.points), q.kind, q.width) for q in lines), *fly),
        volume=1.15,
    )
    loops = tuple(Line((c(x, -8), c(x, 3)), "handle", 2.6) for x in (-waist * 0.62, waist * 0.62))
    stitches = (
        Line((c(-waist, -0.5), p(0, 2.2), c(waist, -0.5)), "stitch"),
        Line((c(-waist + 1, -8), p(0, -4.2), c(waist - 1, -8)), "stitch"),
    )
    inside, band = _waistband(waist, (*stitches, *loops), (Dot(0, -1.5, 2.3, "stud" if jeans else "button"),))
    return Shape((inside, right, left, band), "denim" if jeans else "wool")


def _flip_folds(folds: tuple[Fold, ...]) -> tuple[Fold, ...]:
    return tuple(Fold(tuple(p(-q.x, q.y) for q in f.points), f.width, f.strength) for f in folds)


def _elastic(waist: float) -> tuple[tuple[Line, ...], tuple[Part, ...]]:
    ribs = tuple(Line((c(x * waist / 10, -10), c(x * waist / 9.6, 3)), "rib") for x in range(-9, 10))
    cords = ((c(2, 1), p(5, 10), p(4, 24)), (c(-2, 1), p(-4.5, 9), p(-5.5, 21)))
    strings = tuple(
        Part((*q, *(c(r.x + 1.8, r.y) for r in reversed(q))), "sole", volume=0.5, casts=0.3) for q in cords
    )
    return ribs, strings


def track_pants(garment: Garment, dice: Dice) -> Shape:
    """Track pants: an elastic waist with a cord, stripes down the sides, ribbed cuffs."""
    woman = garment.gender == "Women"
    hem, knee = {"Slim": (8.5, 14.5), "Straight": (13.0, 17.0)}[garment.fit]
    waist, hips = (28.5, 38.0) if woman else (31.5, 38.0)
    crotch, length, gap = 46.0, 164.0, between(dice, 4, 9)
    leg = _leg(waist, hips, crotch, length, knee, hem, gap)
    middle = gap + hem
    folds = (
        pulls(dice, 2, crotch, 30, -8, 4) + pulls(dice, 8, crotch + 54, 28, between(dice, -6, 6), 4)
        + pulls(dice, middle + hem, length - 14, -2 * hem, between(dice, -6, 6), 4)
        + (Fold((p(hips * 0.5, 18), p(hips * 0.54, crotch + 22), p(middle, length - 16)), 8, 1.0),)
    )  # fmt: skip
    lines = [Line((c(waist * 0.8, 5), c(hips * 0.97, 30)), "seam", 1.2)]
    if garment.pattern != "Colourblocked" or dice.random() < 0.5:
        for k in range(int(dice.integers(1, 4))):
            lines.append(Line(tuple(q._replace(x=q.x - 4 - k * 4.4) for q in leg[1:6]), "stripe", 2.4))
    right = Part(leg, folds=folds, lines=tuple(lines))
    left = Part(
        flip(leg),
        folds=_flip_folds(folds),
        lines=(
            *(Line(flip(q.points), q.kind, q.width) for q in lines),
            Line((c(0, 2), c(0, crotch)), "seam"),
        ),
    )
    cuffs = []
    for side in (1, -1):
        edge = (
            c(side * (middle - hem - 0.4), length - 2),
            c(side * (middle + hem + 0.4), length - 2),
            c(side * (middle + hem * 0.86), length + 9),
            c(side * (middle - hem * 0.86), length + 9),
        )
        ribs = tuple(
            Line(
                (
                    c(side * (middle + hem * k / 4), length - 2),
                    c(side * (middle + hem * k / 4.6), length + 9),
                ),
                "rib",
            )
            for k in range(-3, 4)
        )
        cuffs.append(Part(edge, "trim", lines=ribs, volume=0.9))
    ribs, strings = _elastic(waist)
    inside, band = _waistband(waist, ribs, height=10)
    return Shape((inside, right, left, *cuffs, band, *strings), "sport")


def shorts(garment: Garment, dice: Dice) -> Shape:
    """Shorts: sporty with a cord, or chino with a fly and a turned hem."""
    sporty = garment.style == "Sports"
    woman = garment.gender == "Women"
    waist, hips = (30.0, 42.0) if woman else (33.0, 42.0)
    length = (68.0 if woman else 78.0) if garment.length == "Short" else 98.0
    hem = (19.2 if garment.fit == "Slim" else 21.2) * between(dice, 0.97, 1.04)
    crotch, gap = 42.0, between(dice, 3, 6)
    leg = _leg(waist, hips, crotch, length, hem, hem, gap)
    middle = gap + hem
    folds = (
        pulls(dice, 2, crotch, 32, -12, 4) + pulls(dice, 3, crotch + 3, 26, 20, 3)
        + pulls(dice, middle + hem, length - 8, -hem * 1.6, -14, 3)
        + (Fold((p(hips * 0.52, 14), p(hips * 0.56, crotch), p(middle, length - 4)), 8, 1.0),)
    )  # fmt: skip
    lines = [
        Line(
            (c(middle + hem, length - 6), p(middle, length - 4.6), c(middle - hem, length - 6)),
            "seam" if not sporty else "stitch",
        )
    ]
    lines.append(Line((c(waist * 0.68, 1), c(hips * 0.98, 27)), "seam", 1.1))
    if sporty:
        lines.append(Line(tuple(q._replace(x=q.x - 3) for q in leg[1:6]), "stripe", 3.4))
    right = Part(leg, folds=folds, lines=tuple(lines))
    fly = Line((c(4.5, 3), p(4.6, 18), p(3.4, 25), c(0, 29)), "stitch")
    extra = (Line((c(0, 2), c(0, crotch)), "seam", 1.0), *(() if sporty else (fly,)))
    left = Part(
        flip(leg),
        folds=_flip_folds(folds),
        lines=(*(Line(flip(q.points), q.kind, q.width) for q in lines), *extra),
    )
    if sporty:
        ribs, strings = _elastic(waist)
        inside, band = _waistband(waist, ribs, height=10)
        return Shape((inside, right, left, band, *strings), "sport")
    loops = tuple(Line((c(x, -8), c(x, 3)), "handle", 2.6) for x in (-waist * 0.62, waist * 0.62))
    inside, band = _waistband(waist, loops, (Dot(0, -1.5, 2.2),))
    return Shape((inside, right, left, band), "cotton")
