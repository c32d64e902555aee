"""Shirts, T-shirts and women's tops."""

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import Dot, Line, Part, Points, Shape, between, c, flip, mirror, p
from modiste.wardrobe.torso import (
    Torso,
    back_panel,
    body_folds,
    body_outline,
    neckline,
    sleeves,
    torso,
    whole,
)


def neck_band(t: Torso, kind: str, width: float = 4.5) -> tuple[Part, ...]:
    """The rib that runs round the neck: the back of it behind, the front of it on the body."""
    front = whole(tuple(q._replace(y=q.y + 1) for q in neckline(t, kind)))
    return (Part(front, "trim", band=width),)


def placket(x: float, top: float, bottom: float, width: float, buttons: int) -> Part:
    """The strip that carries the buttons."""
    outline = (
        c(x - width / 2, top),
        c(x + width / 2, top),
        c(x + width / 2, bottom),
        c(x - width / 2, bottom),
    )
    step = (bottom - top - 8) / max(1, buttons - 1)
    return Part(
        outline,
        volume=0.25,
        lines=(
            Line((c(x - width / 2 + 1.1, top), c(x - width / 2 + 1.1, bottom)), "stitch"),
            Line((c(x + width / 2 - 1.1, top), c(x + width / 2 - 1.1, bottom)), "stitch"),
        ),
        dots=tuple(Dot(x, top + 4 + i * step, 1.5) for i in range(buttons)),
    )


def collar_leaves(
    t: Torso, reach: float, spread: float, cloth: str = "main", buttons: bool = False
) -> tuple[Part, ...]:
    """A turned-down collar: its stand at the back and two leaves."""
    y = t.neck_y
    stand = Part(
        mirror(
            (
                p(0, y - 4.5),
                p(t.neck * 0.7, y - 4.5),
                c(t.neck + 1.5, y - 0.5),
                p(t.neck * 0.6, y + 5.5),
                p(0, y + 6.5),
            )
        ),
        cloth,
        volume=0.8,
    )
    tip = c(t.neck * 0.62 + spread, y + reach + 8)
    leaf: Points = (
        c(t.neck * 0.62, y - 4.5), p(t.neck + 2.4, y - 1.5), c(t.neck + 6, y + 4.5),
        p(t.neck * 0.8 + spread + 2, y + reach * 0.7 + 5), tip,
        p(t.neck * 0.3 + spread * 0.4, y + reach * 0.72 + 5), c(0.4, y + t.drop - 1.5), p(t.neck * 0.62,
        y + 5),
    )  # fmt: skip
    inner = tuple(p(q.x - 1.2, q.y - 2.0) for q in leaf[3:6])
    dots = (Dot(tip.x - 0.6, tip.y - 3.4, 1.0),) if buttons else ()
    right = Part(leaf, cloth, 24, volume=0.55, casts=0.4, lines=(Line(inner, "stitch"),), dots=dots)
    left = Part(
        flip(leaf), cloth, -24, volume=0.55, casts=0.4, lines=(Line(flip(inner), "stitch"),),
        dots=tuple(Dot(-d.x, d.y, d.radius) for d in dots),
    )  # fmt: skip
    return stand, right, left


def chest_pocket(t: Torso, x: float = 0.0) -> Line:
    """The seam of a patch pocket on the chest."""
    x, y, w, h = x or t.chest * 0.5, t.armpit_y + 2, 8.5, 19
    return Line(
        (c(x - w, y), c(x + w, y), c(x + w, y + h - 4), c(x, y + h), c(x - w, y + h - 4)),
        "seam",
        0.9,
        closed=True,
    )


def shoulder_seams(t: Torso) -> tuple[Line, ...]:
    """Where the sleeves are set in."""
    half = (
        c(t.shoulder - 1, t.shoulder_y),
        p(t.chest - 5, (t.shoulder_y + t.armpit_y) / 2 + 4),
        c(t.chest - 1, t.armpit_y),
    )
    return Line(half, "seam"), Line(flip(half), "seam")


def hem_seam(t: Torso, inset: float = 3.0) -> Line:
    """The line of stitches above the hem."""
    return Line(
        whole(
            (
                c(t.hem, t.hem_y - 1 - inset),
                p(t.hem * 0.5, t.hem_y + 1.4 - inset),
                p(0, t.hem_y + 2.2 - inset),
            )
        ),
        "stitch",
    )


def tshirt(garment: Garment, dice: Dice) -> Shape:
    """A T-shirt or polo shirt."""
    t = torso(garment, dice)
    polo = garment.neckline == "Polo Collar"
    kind = "Round Neck" if polo else garment.neckline
    lines = (*shoulder_seams(t), hem_seam(t))
    body = Part(body_outline(t, kind), casts=0.35, folds=body_folds(t, dice), lines=lines, graphic=not polo)
    parts = [*sleeves(t, garment, dice, roomy=1.1), back_panel(t, kind), body]
    if polo:
        parts += [
            placket(0, t.neck_y + t.drop - 1, t.neck_y + t.drop + 26, 6.5, 3),
            *collar_leaves(t, 10, 3, "trim"),
        ]
    else:
        parts += neck_band(t, kind)
    return Shape(tuple(parts), "sport" if garment.style == "Sports" else "cotton")


def shirt(garment: Garment, dice: Dice) -> Shape:
    """A shirt with a collar, a placket and cuffs."""
    t = torso(garment, dice)
    yoke = whole(
        (c(t.shoulder - 2, t.shoulder_y + 9), p(t.shoulder * 0.5, t.shoulder_y + 7), p(0, t.shoulder_y + 10))
    )
    lines = [*shoulder_seams(t), hem_seam(t)]
    if garment.style == "Casual":
        lines.append(Line(yoke[:2], "seam"))
        lines.append(Line(yoke[-2:], "seam"))
    if dice.random() < 0.65:
        lines.append(chest_pocket(t))
        if garment.style == "Casual" and dice.random() < 0.4:
            lines.append(chest_pocket(t, -t.chest * 0.5))
    curve = 7.0 if garment.style == "Casual" else 3.5
    if garment.gender == "Women" and dice.random() < 0.6:
        for side in (1, -1):
            dart = (
                c(side * t.chest * 0.5, t.armpit_y + 24),
                p(side * t.waist * 0.46, t.waist_y),
                c(side * t.hem * 0.48, t.hem_y - 8),
            )
            lines.append(Line(dart, "seam", 0.5))
    body = Part(
        body_outline(t, "Round Neck", curve_y=curve),
        casts=0.35,
        folds=body_folds(t, dice),
        lines=tuple(lines),
    )
    cuff = 10.0 if garment.sleeve == "Long" else 6.0
    parts = [*flat_cuffs(sleeves(t, garment, dice, cuff)), back_panel(t, "Round Neck"), body]
    parts.append(placket(0, t.neck_y + t.drop - 3, t.hem_y + curve - 0.6, 7.0, 7))
    if garment.neckline == "Mandarin Collar":
        band = (
            c(t.neck + 1, t.neck_y + 1),
            p(t.neck * 0.8, t.neck_y + 7.5),
            p(t.neck * 0.42, t.neck_y + 12),
            c(1, t.neck_y + t.drop),
        )
        parts += [
            Part(whole((*band[:3], p(0, t.neck_y + t.drop - 1))), "main", band=7),
            Part(((*band[:3], c(0.5, t.neck_y + t.drop - 1))), "trim", band=5.5),
        ]
    else:
        down = garment.neckline == "Button-Down Collar"
        parts += collar_leaves(t, 17 if down else 15, 1.5 if down else between(dice, 4, 7), buttons=down)
    return Shape(tuple(parts), "cotton")


def flat_cuffs(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Woven cuffs have a seam and no ribs."""
    return tuple(
        Part(q.outline, "main", q.turn, volume=0.6, lines=(Line((q.outline[0], q.outline[1]), "seam", 1.0),))
        if q.cloth == "trim"
        else q
        for q in parts
    )


def top(garment: Garment, dice: Dice) -> Shape:
    """A woman's top."""
    t = torso(garment, dice, hem_y=44.0 if garment.length == "Cropped" else 66.0)
    loose = garment.fit == "Relaxed"
    t = Torso(**{**t.__dict__, "hem": t.chest * (1.22 if loose else 1.0), "waist_y": 10.0})
    bare = garment.sleeve == "Sleeveless"
    lines = (hem_seam(t),) if bare else (*shoulder_seams(t), hem_seam(t))
    body = Part(
        body_outline(t, garment.neckline, bare, 3.5), casts=0.3, folds=body_folds(t, dice, 1.15), lines=lines
    )
    edge = whole(neckline(t, garment.neckline))
    parts = [
        *sleeves(t, garment, dice),
        *([back_arms(t)] if bare else []),
        back_panel(t, garment.neckline),
        body,
        Part(edge, "trim", band=2.2),
    ]
    if garment.fit == "Slim" and dice.random() < 0.4:
        bow = (
            c(0, t.neck_y + t.drop + 1),
            p(-9, t.neck_y + t.drop - 4),
            p(-8, t.neck_y + t.drop + 6),
            p(0, t.neck_y + t.drop + 1),
        )
        for wing in (bow, flip(bow)):
            parts.append(Part(wing, "trim", casts=0.3, volume=0.7))
    return Shape(tuple(parts), "cotton")


def back_arms(t: Torso) -> Part:
    """The back of a sleeveless garment, which shows at the armholes."""
    return Part(
        mirror(
            (
                p(0, t.neck_y + 6),
                c(t.neck, t.neck_y),
                c(t.shoulder * 0.83 - 1, t.shoulder_y - 3),
                p(t.chest - 8, t.armpit_y - 16),
                c(t.chest - 1, t.armpit_y + 1),
                p(0, t.armpit_y + 8),
            )
        ),
        "lining",
    )
