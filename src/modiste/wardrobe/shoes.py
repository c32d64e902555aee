"""Sports, casual and formal shoes, seen from the side with the toe to the right."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import Dot, Fold, Line, Part, Points, Shape, between, c, p


def _laces(
    start: tuple[float, float], end: tuple[float, float], count: int, reach: float
) -> tuple[tuple[Line, ...], tuple[Dot, ...]]:
    """Laces across the instep between two ends of the lacing, and the eyelets they come from."""
    lines, dots = [], []
    for k in range(count):
        share = k / (count - 1)
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        lines.append(
            Line(
                (
                    p(x - reach * 0.35, y + reach),
                    p(x + reach * 0.15, y + reach * 0.3),
                    p(x + reach * 0.55, y - reach * 0.42),
                ),
                "lace",
                2.7,
            )
        )
        dots.append(Dot(x - reach * 0.35, y + reach, 1.3, "eyelet"))
    return tuple(lines), tuple(dots)


def _sole(thick: float, heel: float, rise: float, cloth: str, lines: tuple[Line, ...] = ()) -> Part:
    outline: Points = (
        c(-79, 28), p(-83, 33), p(-81 - heel, 36 + thick * 0.6), p(-74, 38 + thick), p(-10, 38 + thick),
        p(56, 38 + thick), p(80, 33 + thick - rise),
        p(90, 26 + thick * 0.35 - rise), c(86, 22 - rise * 0.2), p(50, 29), p(0, 30), p(-40, 29),
    )  # fmt: skip
    return Part(outline, cloth, volume=0.7, lines=lines)


def sports_shoe(_: Garment, dice: Dice) -> Shape:
    """A running shoe: mesh upper, overlays, laces, a thick sole."""
    lift = between(dice, -3, 3)
    upper: Points = (
        c(-78, 31), p(-81, 8), p(-75, -14), c(-78, -33 + lift), p(-66, -30 + lift), p(-52, -17), p(-38,
        -17), c(-22, -36 + lift),
        p(-8, -24), p(14, -10), p(38, -2), p(62, 4), p(80, 15), c(86, 27), p(40, 33), p(-30, 33),
    )  # fmt: skip
    tongue: Points = (
        c(-36, -18),
        p(-33, -40 + lift),
        p(-26, -47 + lift),
        c(-15, -43 + lift),
        p(-6, -24),
        c(8, -10),
    )
    inside: Points = (c(-77, -32 + lift), p(-52, -38 + lift), c(-24, -37 + lift), p(-36, -14), p(-54, -12))
    laces, eyelets = _laces((-17, -35 + lift), (24, -8), 5, 9)
    toe: Points = (c(56, 32), p(57, 16), p(62, 3), p(72, 6), p(82, 16), c(87, 28), p(70, 33))
    counter: Points = (c(-78, 32), p(-80, 10), p(-76, -12), c(-77, -22), p(-62, -8), p(-52, 12), c(-46, 32))
    swoop = int(dice.integers(3))
    if swoop == 0:
        marks = tuple(
            Line((c(-28 + k * 13, 29), p(-20 + k * 13, 10), c(-10 + k * 11, -12 + k * 5)), "stripe", 4.6)
            for k in range(3)
        )
    elif swoop == 1:
        marks = (Line((c(-52, 4), p(-30, 20), p(0, 14), c(36, -2)), "stripe", 6.0),)
    else:
        marks = (
            Line((c(-44, 24), p(-22, 4), c(8, -8)), "stripe", 5.0),
            Line((c(-14, 28), p(8, 10), c(34, 0)), "stripe", 5.0),
        )
    mesh = tuple(Line((c(x, -24), c(x + 20, 34)), "rib", 0.6) for x in range(-6, 70, 5))
    overlay = Line((c(-40, -12), p(-24, -8), p(-8, 4), p(14, 10), c(30, 32)), "seam", 1.1)
    folds = (
        Fold((p(40, 4), p(50, 14), p(46, 26)), 4, -0.7), Fold((p(46, 4), p(56, 14), p(52, 24)), 4, 0.8),
        Fold((p(-70, -10), p(-60, 8), p(-20, 12), p(30, 10), p(70, 14)), 9, 0.9),
        Fold((p(-78, 30), p(0, 30), p(84, 28)), 6, -0.9),
    )  # fmt: skip
    wave = (Line((c(-82, 36), p(-40, 42), p(0, 36), p(40, 40), c(86, 28)), "seam", 1.2),)
    treads = tuple(Line((c(x, 46), c(x - 3, 56)), "seam", 1.6) for x in range(-70, 70, 9))
    return Shape(
        (
            Part(inside, "lining"),
            Part(tongue, "trim", volume=0.8, casts=0.2),
            _sole(15, 4, 3, "sole", (*wave, *treads)),
            Part(upper, folds=folds, lines=(*mesh, *marks, overlay), casts=0.2),
            Part(toe, "second", volume=0.6, lines=(Line(toe[:4], "seam"),)),
            Part(counter, "second", volume=0.6, lines=(Line(counter[3:], "seam"),)),
            Part((c(-40, -16), p(-24, -36 + lift), c(-18, -37 + lift), p(4, -17), c(30, -4), p(26, 5),
            p(0, -7), c(-28, -12)), "trim", volume=0.5, lines=laces, dots=eyelets),
        ),
        "sport",
        ground=True,
    )  # fmt: skip


def casual_shoe(garment: Garment, dice: Dice) -> Shape:
    """A canvas or leather sneaker, low or high, on a flat white sole."""
    high = garment.length == "High-Top"
    top = -62.0 if high else -28.0
    upper: Points = (
        c(-76, 32), p(-78, 6), p(-74, top * 0.6), c(-74, top), *((p(-55, top + 4), c(-26,
        top - 2)) if high else (p(-60, top + 7), p(-44, -13), c(-22, -30))),
        *((p(-17, top * 0.55),) if high else ()), p(-4, -21), p(18, -6), p(44, 2), p(68, 8), c(84, 26),
        p(84, 32), p(0, 34),
    )  # fmt: skip
    tongue: Points = (
        (c(-38, -12), p(-32, top - 8), p(-25, top - 13), c(-13, top - 8), p(-8, -26), c(10, -8))
        if high
        else (c(-38, -14), p(-32, -36), c(-26, -43), c(-14, -38), p(-4, -22), c(10, -8))
    )
    inside: Points = (c(-74, top), p(-50, top - 6), c(-24, top - 4), p(-38, top + 14), p(-56, top + 14))
    start = (-22.0, top - 1) if high else (-18.0, -31.0)
    laces, eyelets = _laces(start, (22, -5), 7 if high else 5, 8.5)
    toe_y = 6.0
    toe: Points = (c(54, 34), p(53, 16), p(60, toe_y), p(72, 9), p(84, 20), c(87, 30), p(72, 35))
    heel: Points = (c(-77, 32), p(-78, 6), c(-75, top * 0.45), p(-66, top * 0.4), c(-64, 32))
    folds = (
        Fold((p(36, 2), p(44, 14), p(40, 28)), 3.5, -0.9), Fold((p(41, 2), p(49, 14), p(45, 28)), 3.5, 0.8),
        Fold((p(-66, -8), p(-40, 10), p(0, 12), p(40, 14)), 10, 0.9), Fold((p(-78, 31), p(0, 32), p(84,
        30)), 5, -0.9),
        *((Fold((p(-70, -20), p(-46, -14), p(-20, -22)), 4, -0.8), Fold((p(-70, -15), p(-46, -9), p(-20,
        -17)), 4, 0.8)) if high else ()),
    )  # fmt: skip
    facing = (
        (c(-34, -10), p(-24, top), p(-2, -12), c(34, 4), p(28, 12), p(4, 4))
        if not high
        else (c(-36, -8), p(-33, top * 0.6), c(-27, top), p(-12, -22), p(6, -8), c(34, 4), p(26, 12), p(2, 4))
    )
    lines = [
        Line((c(-64, 32), p(-66, 8), c(-64, top * 0.8)), "stitch"),
        Line((c(-36, -10), p(-20, 12), c(-12, 33)), "stitch"),
    ]
    dots: tuple[Dot, ...] = (Dot(-28, -16, 4.6),) if high and dice.random() < 0.5 else ()
    canvas_toe = dice.random() < 0.5
    strip = (Line((c(-80, 40), p(0, 43), c(84, 37)), "stripe", 1.8),)
    return Shape(
        (
            Part(inside, "lining"),
            Part(tongue, "trim", volume=0.8, casts=0.2),
            Part(upper, folds=folds, lines=tuple(lines), casts=0.2),
            Part(heel, "second", volume=0.5, lines=(Line(heel[2:], "seam"),)),
            Part(toe, "sole" if canvas_toe else "second", volume=0.7, lines=(Line(toe[:4], "seam"),)),
            Part(facing, "trim", volume=0.4, lines=laces, dots=(*eyelets, *dots)),
            _sole(12, 0, 1, "sole", strip),
        ),
        "cotton",
        ground=True,
    )


def formal_shoe(_: Garment, dice: Dice) -> Shape:
    """A leather derby, brogue or loafer with a low heel."""
    kind = int(dice.integers(3))
    loafer = kind == 2
    throat = -14.0 if loafer else -30.0
    upper: Points = (
        c(-76, 30), p(-78, 8), p(-73, -12), c(-72, -27), p(-62, -22), p(-46, -13), p(-34, -14), c(-20,
        throat), p(-4, throat + 9 if not loafer else -7),
        p(18, -2), p(44, 7), p(72, 13), p(88, 21), c(90, 28), p(40, 33), p(-20, 30), p(-50, 30),
    )  # fmt: skip
    inside: Points = (c(-72, -26), p(-48, -32), c(-18, -34 if not loafer else -24), p(-32, -10), p(-52, -8))
    folds = (
        Fold((p(22, 0), p(34, 12), p(32, 26)), 3, -0.9), Fold((p(26, 1), p(38, 13), p(36, 26)), 3, 1.0),
        Fold((p(58, 12), p(74, 16), p(84, 22)), 6, 1.0), Fold((p(56, 13), p(72, 17), p(82, 22)), 3, 1.0),
        Fold((p(-68, -8), p(-58, 6), p(-36, 8)), 8, 1.0), Fold((p(-30, 4), p(0, 10), p(26, 12)), 7, 0.8),
        Fold((p(-76, 29), p(0, 31), p(88, 27)), 6, -1.0),
    )  # fmt: skip
    lines = [Line((c(-62, 30), p(-58, 6), c(-66, -22)), "seam", 0.9)]
    cap_line = (c(50, 32), p(50, 20), c(56, 9))
    if kind == 1:
        lines += [
            Line(cap_line, "stitch", 1.2),
            Line(tuple(q._replace(x=q.x + 2.4) for q in cap_line), "seam", 0.9),
            Line((c(86, 24), p(72, 20), c(52, 22)), "stitch", 1.2),
        ]
    elif kind == 0:
        lines.append(Line(cap_line, "seam", 1.0))
    else:
        lines.append(Line((c(-18, 4), p(20, 2), p(62, 14), c(84, 24)), "seam", 1.4))
    parts = [
        Part(inside, "lining", volume=1.3),
        Part((c(-78, 28), p(-60, 31), p(-10, 32), p(50, 35), p(86, 27), c(93, 26), p(92, 31), p(60, 39),
        p(20, 37), c(-34, 36), c(-36, 47), c(-77, 47), p(-80, 38)), "dark", volume=0.6,
        lines=(Line((c(-78, 35), c(-36, 35)), "seam"),)),
        Part(upper, folds=folds, lines=tuple(lines)),
    ]  # fmt: skip
    if loafer:
        strap: Points = (c(-22, 8), p(-12, -4), c(-2, -9), c(12, -3), p(4, 6), c(-4, 16))
        parts.append(Part(strap, "trim", volume=0.6, casts=0.3, lines=(Line(strap, "stitch", closed=True),)))
        return Shape(tuple(parts), "leather", ground=True)
    laces, eyelets = _laces((-16, -27), (10, -9), 4, 6.5)
    tongue: Points = (c(-28, -18), p(-26, -37), c(-14, -38), p(0, -18), c(14, -5))
    facing: Points = (
        c(-40, 6),
        p(-32, -14),
        c(-22, -30),
        c(-16, -29),
        p(4, -11),
        c(22, 0),
        p(10, 9),
        p(-12, 12),
    )
    parts.insert(1, Part(tongue, "trim", volume=0.8))
    thin = tuple(Line(q.points, "seam", 2.0) for q in laces)
    parts.append(
        Part(facing, volume=0.5, casts=0.25, lines=(Line(facing, "stitch", closed=True), *thin), dots=eyelets)
    )
    return Shape(tuple(parts), "leather", ground=True)
