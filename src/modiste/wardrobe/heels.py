"""Women's shoes with a heel, seen from the side with the toe to the right."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import Dot, Fold, Line, Part, Points, Shape, between, c, p


def heel(garment: Garment, dice: Dice) -> Shape:
    """A pump, open or with straps, on a stiletto or a block heel."""
    lift = 0.0 if garment.length == "High" else 24.0
    block = garment.length == "Mid" or dice.random() < 0.4
    kind = int(dice.integers(3))
    back = -58.0 + lift
    seat = back + 26
    upper: Points = (
        c(-70, seat), p(-73, seat - 14), c(-69, back), p(-58, back + 9), p(-38, back + 28), p(-10,
        back * 0.1 + 14), p(14, 20 + lift * 0.1), c(28, 15),
        p(46, 21), p(66, 33), p(80, 43), c(84, 48), p(60, 50), p(36, 46), p(14, 36 + lift * 0.05), p(-12,
        seat * 0.35 + 24), p(-40, seat + 8 + lift * 0.05), c(-56, seat + 1),
    )  # fmt: skip
    far: Points = (
        c(-68, back + 2),
        p(-50, back + 2),
        p(-20, back * 0.25 + 4),
        p(8, 10),
        c(30, 14),
        p(10, 26),
        p(-30, back * 0.3 + 22),
        p(-56, back + 14),
    )
    sole: Points = (
        c(-71, seat - 2), p(-40, seat + 7 + lift * 0.05), p(-12, seat * 0.35 + 24), p(14, 37), p(36, 47),
        p(60, 50), c(85, 47),
        c(85, 51), p(62, 54), p(34, 52), p(10, 41), p(-16, seat * 0.4 + 30), p(-42, seat + 12), c(-70,
        seat + 4),
    )  # fmt: skip
    width = between(dice, 15, 22) if block else between(dice, 5, 8)
    foot = 54.0
    stem: Points = (
        c(-73, seat - 6), p(-72, seat + 12), c(-68 if not block else -70, foot),
        c(-68 + width * (1 if not block else 1.1), foot),
        p(-61 + width * 0.7, seat + 24), p(-52 + width * 0.3, seat + 10), c(-38, seat + 7),
    )  # fmt: skip
    folds = (
        Fold((p(38, 24), p(58, 34), p(76, 44)), 6, 1.0), Fold((p(44, 25), p(60, 34), p(74, 43)), 3, 1.0),
        Fold((p(-68, back + 8), p(-62, seat - 6), p(-42, seat - 1)), 6, 1.0), Fold((p(-30,
        seat * 0.4 + 10), p(0, 24), p(20, 32)), 5, 0.9),
        Fold((p(-60, seat), p(-20, seat * 0.4 + 24), p(20, 38), p(60, 49)), 5, -0.9),
    )  # fmt: skip
    parts = [
        Part(far, "lining", volume=1.1),
        Part(stem, "trim", volume=1.1, folds=(Fold((p(-66, seat + 6), p(-66, foot - 4)), 3, 0.9),)),
        Part(
            (c(-69, foot - 3), c(-67 + width, foot - 3), c(-67 + width, foot), c(-69, foot)),
            "dark",
            volume=0.3,
        ),
        Part(sole, "dark" if dice.random() < 0.6 else "metal", volume=0.4),
        Part(upper, folds=folds, lines=(Line(upper[2:8], "stitch"),)),
    ]
    if kind == 1:  # an ankle strap with a buckle
        y = back - 17
        strap: Points = (
            c(-71, y + 3),
            p(-52, y + 7),
            p(-34, y + 2),
            c(-27, y - 5),
            c(-25, y),
            p(-34, y + 7.5),
            p(-52, y + 12),
            c(-71, y + 8),
        )
        parts.insert(
            0,
            Part(
                (c(-71, y + 3), p(-52, y - 5), c(-26, y - 5), c(-26, y - 1), p(-52, y), c(-70, y + 8)),
                "lining",
            ),
        )
        parts.append(Part((c(-72, y + 2), c(-66, y + 2), c(-65, back + 6), c(-71, back + 6)), volume=0.8))
        parts.append(Part(strap, volume=0.8, dots=(Dot(-44, y + 8, 2.6, "stud"),)))
    elif kind == 2:  # a bow or a jewel on the vamp
        bow: Points = (c(33, 17), p(22, 6), p(15, 12), p(22, 21))
        other: Points = (c(33, 17), p(46, 12), p(50, 20), p(42, 25))
        parts += [
            Part(bow, "trim", casts=0.3),
            Part(other, "trim", casts=0.3),
            Part((p(29, 15), p(33, 12), p(37, 16), p(33, 21)), "trim", volume=0.5),
        ]
    return Shape(tuple(parts), "leather", ground=True)
