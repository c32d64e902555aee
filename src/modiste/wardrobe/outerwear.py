"""Jackets and blazers."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.knits import hood, rib_hem
from modiste.wardrobe.outline import Dot, Fold, Line, Part, Shape, between, c, flip, mirror, p
from modiste.wardrobe.tops import collar_leaves, flat_cuffs, placket, shoulder_seams
from modiste.wardrobe.torso import Torso, back_panel, body_folds, body_outline, sleeves, torso


def jacket(garment: Garment, dice: Dice) -> Shape:
    """A zipped jacket: bomber, trucker or with a hood."""
    t = torso(garment, dice, hem_y=72.0)
    kind = "Round Neck"
    sporty = garment.style == "Sports"
    lines = [*shoulder_seams(t)]
    slant = (c(t.waist * 0.82, t.waist_y + 8), c(t.waist * 0.5, t.waist_y + 32))
    for pocket in (slant, flip(slant)):
        lines.append(Line(pocket, "zip" if sporty else "seam", 0 if sporty else 1.6))
    quilted = not sporty and garment.neckline != "Spread Collar" and dice.random() < 0.5
    if quilted:
        for k in range(7):
            y = t.shoulder_y + 16 + k * 17
            lines.append(Line((c(-t.chest - 3, y), p(0, y + 2.5), c(t.chest + 3, y)), "seam", 1.3))
    folds = body_folds(t, dice, 0.9)
    if quilted:
        folds = (
            tuple(
                fold
                for k in range(8)
                for y in [t.shoulder_y + 8 + k * 17]
                for fold in (
                    Fold((p(-t.chest, y - 2), p(0, y), p(t.chest, y - 2)), 6, 0.95),
                    Fold((p(-t.chest, y + 7), p(0, y + 9), p(t.chest, y + 7)), 4, -0.8),
                )
            )
            + folds[::3]
        )
    if garment.neckline == "Spread Collar":
        for side in (1, -1):
            x = side * t.chest * 0.5
            flap = (
                c(x - 9, t.armpit_y - 4),
                c(x + 9, t.armpit_y - 4),
                c(x + 9, t.armpit_y + 3),
                c(x, t.armpit_y + 6),
                c(x - 9, t.armpit_y + 3),
            )
            lines += [
                Line(flap, "seam", 1.0, closed=True),
                Line((c(x, t.armpit_y + 6), c(x * 0.8, t.hem_y - 10)), "stitch"),
            ]
    body = Part(body_outline(t, kind), casts=0.4, folds=folds, lines=tuple(lines))
    cuffs = sleeves(t, garment, dice, 9.5, roomy=1.25)
    parts = [
        *(cuffs if garment.neckline != "Spread Collar" else flat_cuffs(cuffs)),
        back_panel(t, kind),
        body,
    ]
    parts.append(rib_hem(t, 11) if garment.neckline != "Spread Collar" else _waistband(t))
    bottom = t.hem_y + 2.5
    if garment.neckline == "Spread Collar":
        parts += [placket(0, t.neck_y + t.drop - 2, bottom, 8, 6), *collar_leaves(t, 17, 7)]
    else:
        parts.append(
            Part(
                (
                    c(-3.2, t.neck_y + t.drop - 2),
                    c(3.2, t.neck_y + t.drop - 2),
                    c(3.2, bottom),
                    c(-3.2, bottom),
                ),
                "trim",
                volume=0.5,
                lines=(Line((c(0, t.neck_y + t.drop - 2), c(0, bottom)), "zip"),),
            )
        )
        parts += hood(t) if garment.neckline == "Hooded" else _stand(t)
    return Shape(
        tuple(parts),
        "leather" if not sporty and garment.neckline == "Stand Collar" and not quilted else "sport",
    )


def _waistband(t: Torso) -> Part:
    outline = mirror((p(0, t.hem_y - 5), c(t.hem + 0.4, t.hem_y - 8), c(t.hem, t.hem_y), p(0, t.hem_y + 3)))
    return Part(
        outline,
        volume=0.7,
        lines=(Line((c(-t.hem, t.hem_y - 7), p(0, t.hem_y - 4), c(t.hem, t.hem_y - 7)), "stitch"),),
    )


def _stand(t: Torso) -> tuple[Part, ...]:
    y = t.neck_y
    back = mirror(
        (p(0, y - 8), p(t.neck * 0.75, y - 8), c(t.neck + 1, y - 5), p(t.neck * 0.7, y + 6), p(0, y + 8))
    )
    side = (
        c(t.neck * 0.75, y - 8),
        p(t.neck + 3.5, y - 4),
        c(t.neck + 5, y + 4),
        p(t.neck * 0.75, y + 13),
        c(3, y + t.drop + 5),
        c(2.5, y + t.drop - 7),
        p(t.neck * 0.55, y + 3),
    )
    return (
        Part(back, "lining"),
        Part(side, "trim", casts=0.3, volume=0.8),
        Part(flip(side), "trim", casts=0.3, volume=0.8),
    )


def blazer(garment: Garment, dice: Dice) -> Shape:
    """A tailored jacket with notched lapels, open on its lining."""
    t = torso(garment, dice, hem_y=78.0)
    stance = t.waist_y + between(dice, -10, 0) - 6
    t = Torso(**{**t.__dict__, "drop": stance - t.neck_y, "neck": 16.0, "hem": t.hem * 1.04})
    flap_y = t.waist_y + 16
    lines = [*shoulder_seams(t)]
    for side in (1, -1):
        x = side * t.waist * 0.6
        lines.append(
            Line(
                (
                    c(x - 11, flap_y),
                    c(x + 11, flap_y + side * 0.5),
                    c(x + 11, flap_y + 7),
                    c(x - 11, flap_y + 7),
                ),
                "seam",
                1.1,
                closed=True,
            )
        )
        lines.append(
            Line((c(x * 0.92, t.armpit_y + 20), p(x * 0.86, t.waist_y), c(x * 0.95, flap_y)), "seam", 0.6)
        )
    lines.append(
        Line((c(t.chest * 0.36, t.armpit_y + 2), c(t.chest * 0.36 + 15, t.armpit_y - 1.5)), "seam", 2.2)
    )
    edge = (c(1.5, stance), p(2, stance + 30), p(5, t.hem_y - 12), c(16, t.hem_y + 2))
    lines.append(Line(edge, "seam", 1.4))
    folds = (*body_folds(t, dice, 0.6), Fold(tuple(p(q.x - 2.5, q.y) for q in edge), 3, -0.7))
    outline = body_outline(t, "V-Neck", curve_y=2.0)
    buttons = tuple(Dot(-3.5, stance + 5 + k * 15, 2.0) for k in range(2))
    body = Part(outline, casts=0.4, folds=folds, lines=tuple(lines), dots=buttons)
    y = t.neck_y
    lapel = (
        c(t.neck * 0.55, y - 5),
        p(t.neck + 3, y - 1.5),
        c(t.neck + 6.5, y + 6),
        c(t.neck + 8, y + 17),
        c(t.neck + 3, y + 20),
        c(t.neck + 12, y + 23),
        p(t.neck * 0.9, y + 48),
        c(0.5, stance + 3),
        p(t.neck * 0.5, y + t.drop * 0.5),
    )
    collar = Part(
        mirror(
            (
                p(0, y - 5.5),
                p(t.neck * 0.6, y - 5.5),
                c(t.neck + 2, y - 1),
                p(t.neck * 0.6, y + 4),
                p(0, y + 6),
            )
        ),
        volume=0.9,
    )
    notch = Line((c(t.neck + 3, y + 20), c(t.neck * 0.62, y + 16)), "seam", 1.1)
    left_notch = Line(flip(notch.points), "seam", 1.1)
    inside = Part(
        mirror((p(0, y + 1), c(t.neck, y), p(t.neck * 0.8, y + t.drop * 0.5), c(0, stance + 6))),
        "lining",
        volume=1.2,
        lines=(Line((c(-4, y + 9), c(4, y + 9)), "label", 4.5),),
    )
    return Shape(
        (
            *flat_cuffs(sleeves(t, garment, dice, roomy=1.1)), inside, body, collar,
            Part(flip(lapel), turn=-20, casts=0.7, volume=0.6, lines=(left_notch, Line(flip(lapel),
            "seam", 1.1, closed=True))),
            Part(lapel, turn=20, casts=0.7, volume=0.6, lines=(notch, Line(lapel, "seam", 1.1,
            closed=True))),
        ),
        "wool",
    )  # fmt: skip
