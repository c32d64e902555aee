"""Handbags and caps."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import Dot, Fold, Line, Part, Points, Shape, between, c, mirror, p


def handbag(garment: Garment, dice: Dice) -> Shape:
    """A tote or a satchel with handles and hardware."""
    if garment.length == "Tote":
        return _tote(dice)
    return _satchel(dice)


def _handle(x: float, base: float, height: float) -> Points:
    return (
        c(-x, base),
        p(-x * 0.98, base - height * 0.45),
        p(-x * 0.6, base - height * 0.92),
        p(0, base - height),
        p(x * 0.6, base - height * 0.92),
        p(x * 0.98, base - height * 0.45),
        c(x, base),
    )


def _tote(dice: Dice) -> Shape:
    top, bottom = between(dice, 56, 64), between(dice, 52, 60)
    height = between(dice, 50, 58)
    body = mirror(
        (
            p(0, -30),
            c(top, -33),
            p((top + bottom) / 2 + 1, 10),
            c(bottom, height - 3),
            p(bottom - 4, height),
            p(0, height + 1),
        )
    )
    opening = mirror((p(0, -38), p(top * 0.6, -37), c(top, -33), p(top * 0.6, -28), p(0, -26)))
    x, lift = between(dice, 24, 30), between(dice, 46, 56)
    folds = (
        Fold((p(-top * 0.5, -20), p(-bottom * 0.55, 20), p(-bottom * 0.5, height - 6)), 9, 1.0),
        Fold((p(-top * 0.8, -24), p(-top * 0.6, 2), p(-top * 0.72, 26)), 5, -0.7),
        Fold((p(top * 0.74, -24), p(top * 0.5, 6), p(top * 0.62, 34)), 6, -0.8), Fold((p(top * 0.62, -20),
        p(top * 0.42, 6), p(top * 0.5, 34)), 5, 0.8), Fold((p(-bottom, height - 4), p(0, height - 2),
        p(bottom, height - 4)), 7, -0.8),
    )  # fmt: skip
    patches = []
    for side in (1, -1):
        patches.append(
            Part(
                (
                    c(side * x - 5, -26),
                    c(side * x + 5, -26),
                    c(side * x + 5, -8),
                    p(side * x, -3),
                    c(side * x - 5, -8),
                ),
                "trim",
                volume=0.5,
                casts=0.25,
                dots=(Dot(side * x, -20, 2.0, "stud"), Dot(side * x, -9, 1.4, "stud")),
            )
        )
    lines = (
        Line((c(-top, -28), p(0, -25), c(top, -28)), "stitch"),
        Line((c(-bottom - 2, height - 12), p(0, height - 9), c(bottom + 2, height - 12)), "seam", 1.0),
    )
    tag = (
        Part((c(-9, 4), c(9, 4), c(9, 11), c(-9, 11)), "metal", volume=0.3, casts=0.2)
        if dice.random() < 0.5
        else None
    )
    return Shape(
        (
            Part(_handle(x * 0.92, -34, lift + 5), "dark", band=3.8), Part(opening, "lining", volume=1.3),
            Part(body, folds=folds, lines=lines), *patches, *((tag,) if tag else ()), Part(_handle(x, -18,
            lift + 10), "trim", band=5.0),
        ),
        "leather", ground=True,
    )  # fmt: skip


def _satchel(dice: Dice) -> Shape:
    wide, height = between(dice, 60, 68), between(dice, 44, 50)
    body = mirror(
        (
            p(0, -34),
            p(wide * 0.72, -34),
            p(wide * 0.94, -26),
            p(wide, 8),
            p(wide - 1, height - 10),
            p(wide - 11, height),
            p(0, height + 1),
        )
    )
    depth = between(dice, 4, 16)
    flap = mirror(
        (
            p(0, -38),
            p(wide * 0.7, -38),
            p(wide * 0.97, -30),
            c(wide + 1, -8),
            p(wide * 0.8, depth),
            p(wide * 0.4, depth + 7),
            p(0, depth + 9),
        )
    )
    folds = (
        Fold((p(-wide * 0.8, -28), p(0, -31), p(wide * 0.8, -28)), 7, 1.0), Fold((p(-wide * 0.7, -12),
        p(-wide * 0.3, -6), p(wide * 0.2, -10)), 9, 0.9),
        Fold((p(-wide, -10), p(0, depth), p(wide, -10)), 5, -0.6),
    )  # fmt: skip
    inset = tuple(p(q.x * 0.95, q.y - 3.5) for q in flap[3:10])
    x = between(dice, 22, 30)
    clasp = Part(
        mirror((c(0, depth - 1), c(7, depth - 1), c(7, depth + 9), p(0, depth + 13))),
        "metal",
        volume=0.5,
        casts=0.3,
        dots=(Dot(0, depth + 4, 2.2, "stud"),),
    )
    lower = (
        Fold((p(-wide * 0.7, height - 14), p(0, height - 12), p(wide * 0.6, height - 15)), 9, 0.9),
        Fold((p(-wide, height - 4), p(0, height - 1), p(wide, height - 4)), 6, -0.9),
    )
    return Shape(
        (
            Part(_handle(x, -34, between(dice, 34, 44)), "trim", band=6.0), Part(body, "main",
            folds=lower, lines=(Line((c(-wide, height - 8), p(0, height - 6), c(wide, height - 8)),
            "seam"),)),
            Part(flap, folds=folds, casts=0.45, volume=0.8, lines=(Line(inset, "stitch"),)), clasp,
            *(Part((c(s * x - 4, -38), c(s * x + 4, -38), c(s * x + 4, -30), c(s * x - 4, -30)), "metal",
            volume=0.5) for s in (1, -1)),
        ),
        "leather", ground=True,
    )  # fmt: skip


def cap(garment: Garment, dice: Dice) -> Shape:
    """A baseball cap, three quarters from the front, the peak to the right."""
    height = between(dice, -54, -46)
    dome: Points = (
        c(-62, 22),
        p(-63, -6),
        p(-48, -36),
        p(-14, height),
        p(24, -42),
        p(46, -14),
        c(52, 18),
        p(20, 26),
        p(-20, 28),
        p(-46, 26),
    )
    peak: Points = (
        c(-8, 25),
        p(22, 18),
        c(51, 13),
        p(76, 22),
        p(92, 36),
        c(93, 42),
        p(78, 44),
        p(50, 40),
        p(20, 40),
        p(2, 36),
    )
    under: Points = (c(2, 36), p(30, 38), p(60, 41), c(93, 42), p(74, 49), p(44, 47), p(18, 44))
    seams = (
        Line((c(-14, height), p(8, -26), p(14, 0), c(12, 24)), "seam", 1.1), Line((c(-14, height), p(-34,
        -26), p(-42, 0), c(-40, 26)), "seam", 1.1), Line((c(-14, height), p(24, -36), p(40, -10), c(44,
        18)), "seam", 0.8),
        Line((c(-62, 17), p(-20, 23), p(20, 21), c(52, 13)), "stitch"),
    )  # fmt: skip
    stitches = tuple(
        Line((p(-4 + k * 2, 29 + k * 3.2), p(36, 25 + k * 4.2), p(84 - k, 34 + k * 2.6)), "stitch")
        for k in range(3)
    )
    folds = (
        Fold((p(-44, -20), p(-24, -36), p(0, -40)), 12, 1.0), Fold((p(-52, 14), p(0, 20), p(48, 10)), 6,
        -0.7), Fold((p(24, -22), p(34, -4), p(34, 14)), 8, 0.8),
        Fold((p(-30, -16), p(-36, 6), p(-32, 20)), 4, -0.6),
    )  # fmt: skip
    button = Part(
        (p(-20, height + 1), p(-14, height - 3.4), p(-8, height + 0.5), p(-14, height + 3)),
        "trim",
        volume=0.6,
    )
    eyelets = (Dot(-24, -24, 1.5, "eyelet"), Dot(26, -24, 1.5, "eyelet"))
    peak_cloth = "second" if garment.pattern == "Colourblocked" else "main"
    return Shape(
        (
            Part(under, "lining", volume=0.5), Part(dome, folds=folds, lines=seams, dots=eyelets,
            graphic=True), button,
            Part(peak, peak_cloth, 0, volume=0.8, casts=0.4, folds=(Fold((p(10, 30), p(46, 26), p(82,
            36)), 8, 1.0),), lines=stitches),
        ),
        "cotton",
    )  # fmt: skip
