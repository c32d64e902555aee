"""Sweaters and sweatshirts, and the ribs and hoods that jackets borrow from them."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import Fold, Line, Part, Shape, c, flip, mirror, p
from modiste.wardrobe.tops import neck_band, shoulder_seams
from modiste.wardrobe.torso import Torso, back_panel, body_folds, body_outline, sleeves, torso


def sweater(garment: Garment, dice: Dice) -> Shape:
    """A knitted pullover."""
    t = torso(garment, dice)
    kind = "Round Neck" if garment.neckline == "High Neck" else garment.neckline
    cables = dice.random() < 0.35
    lines = list(shoulder_seams(t))
    for k in range(-9, 10):
        x = t.chest * k / 9.5
        lines.append(
            Line(
                (c(x, t.shoulder_y), p(x * 0.95, t.waist_y), c(x, t.hem_y)),
                "rib",
                1.3 if cables and k % 3 == 0 else 0.55,
            )
        )
    body = Part(
        body_outline(t, kind), casts=0.35, folds=body_folds(t, dice, 0.8), lines=tuple(lines), graphic=True
    )
    parts = [*sleeves(t, garment, dice, 10.0, roomy=1.1), back_panel(t, kind), body, rib_hem(t, 11)]
    if garment.neckline == "High Neck":
        ribs = tuple(Line((c(x, t.neck_y - 9), c(x * 1.05, t.neck_y + 9)), "rib") for x in range(-14, 15, 4))
        neck = mirror(
            (
                p(0, t.neck_y - 11),
                p(t.neck * 0.7, t.neck_y - 11.5),
                c(t.neck * 0.98, t.neck_y - 9),
                c(t.neck * 1.16, t.neck_y + 2),
                p(t.neck * 0.6, t.neck_y + 8),
                p(0, t.neck_y + 9.5),
            )
        )
        parts.append(
            Part(
                neck,
                "trim",
                casts=0.3,
                lines=ribs,
                folds=(Fold((p(-14, t.neck_y - 1), p(0, t.neck_y + 1), p(14, t.neck_y - 1)), 3, -0.8),),
            )
        )
    else:
        parts += neck_band(t, kind, 6.0)
    return Shape(tuple(parts), "knit")


def sweatshirt(garment: Garment, dice: Dice) -> Shape:
    """A sweatshirt with ribbed cuffs and hem; a hooded one has a pouch pocket."""
    t = torso(garment, dice)
    hooded = garment.neckline == "Hooded"
    lines = [*shoulder_seams(t)]
    body = Part(
        body_outline(t, "Round Neck"),
        casts=0.35,
        folds=body_folds(t, dice, 1.0),
        lines=tuple(lines),
        graphic=not hooded,
    )
    parts = [*sleeves(t, garment, dice, 10.0, roomy=1.15), back_panel(t, "Round Neck"), body, rib_hem(t, 11)]
    if not hooded:
        return Shape((*parts, *neck_band(t, "Round Neck", 5.5)), "cotton")
    top, bottom, half = t.hem_y - 42, t.hem_y - 9, t.waist * 0.62
    pouch = mirror(
        (
            c(0, top),
            c(half * 0.66, top),
            p(half * 0.86, top + 12),
            c(half, bottom - 8),
            c(half, bottom),
            c(0, bottom + 2),
        )
    )
    parts.append(Part(pouch, volume=0.4, lines=(Line(pouch, "stitch", closed=True),)))
    return Shape((*parts, *hood(t)), "cotton")


def rib_hem(t: Torso, height: float = 9.0) -> Part:
    """A ribbed band along the hem."""
    half = t.hem * 0.93
    ribs = tuple(
        Line((c(x, t.hem_y - height + 3), c(x * 0.98, t.hem_y + 3)), "rib")
        for x in [half * k / 9 for k in range(-8, 9)]
    )
    outline = mirror(
        (
            p(0, t.hem_y - height + 4),
            c(t.hem, t.hem_y - height + 1),
            p(half + 3, t.hem_y - 3),
            c(half, t.hem_y + 1),
            p(0, t.hem_y + 4),
        )
    )
    return Part(outline, "trim", volume=0.8, lines=ribs)


def hood(t: Torso) -> tuple[Part, ...]:
    """A hood that lies open behind the neck, with its cords."""
    y = t.neck_y
    back = mirror(
        (
            p(0, y - 19),
            p(t.neck * 0.8, y - 17),
            p(t.neck + 7, y - 5),
            c(t.neck + 9, y + 5),
            p(t.neck * 0.75, y + 14),
            p(0, y + 20),
        )
    )
    inside = mirror(
        (p(0, y - 13), p(t.neck * 0.72, y - 11), p(t.neck + 0.5, y), p(t.neck * 0.62, y + 12), p(0, y + 17))
    )
    rims = (c(t.neck * 0.2, y - 14), p(t.neck + 5, y - 6), p(t.neck * 0.95, y + 9), c(0.4, y + t.drop + 9))
    cords = ((c(7, y + 17), p(8.5, y + 28), p(7.5, y + 44)), (c(-7, y + 17), p(-8, y + 30), p(-8.5, y + 42)))
    return (
        Part(
            back,
            casts=0.3,
            volume=1.2,
            folds=(Fold((p(-t.neck, y - 8), p(0, y - 15), p(t.neck, y - 8)), 4, 0.9),),
        ),
        Part(inside, "lining", volume=1.3),
        Part(rims, "trim", band=6),
        Part(flip(rims), "trim", band=6),
        *(
            Part((*q, *(c(r.x + 1.7, r.y) for r in reversed(q))), "sole", volume=0.5, casts=0.3)
            for q in cords
        ),
    )
