"""The light on a garment as a grey SVG: 50% grey changes nothing, black is shadow, white is light.

It is drawn apart from the cloth, since it is soft: less resolution is enough for it, and one blur
serves all parts.
"""

from collections import defaultdict

from modiste.wardrobe.attributes import Garment
from modiste.wardrobe.cloth import colours, stroke
from modiste.wardrobe.outline import Fold, Part, Shape, curve
from modiste.wardrobe.palette import BLACK, WHITE, Colour

NEUTRAL = "#808080"

CAP = 'stroke-linecap="round"'

LARGE = 2000.0
"""Square units from which a part's side light is seen; a gradient is slow to draw."""

FLAT = 0.5
"""Up to this `Part.volume` a part lies flat: no shadow along its edges."""

GLOSS = {"leather": 1.7, "sport": 1.1}
"""How much brighter than cotton a material shines."""


def strengths(colour: Colour) -> tuple[float, float]:
    """How strongly shadow and light show on a colour: shadows on pale cloth, lights on dark cloth."""
    brightness = (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255
    return 0.52 - 0.28 * brightness, 0.17 + 0.16 * brightness


def svg(garment: Garment, shape: Shape, transform: str) -> str:
    """The light on the garment, as a 200 x 200 picture on neutral grey."""
    heights = [q.y for part in shape.parts for q in part.outline]
    scale = (max(heights) - min(heights)) / 165
    cloths, gloss = colours(garment), GLOSS.get(shape.material, 1.0)
    definitions, body = [], []
    for i, part in enumerate(shape.parts):
        shadow, light = strengths(cloths[part.cloth])
        path = part.path
        if part.band:
            body.append(stroke(path, (118, 118, 118), part.band + 0.9))
            body.append(stroke(path, WHITE, part.band * 0.3, 0.7 * light))
            continue
        body.append(f'<path d="{path}" fill="{NEUTRAL}"/>')
        if part.volume > FLAT:  # half of this stroke rounds the part, the other half is its shadow below
            strength = 0.95 * part.volume * shadow + 0.12 * part.casts
            body.append(stroke(path, BLACK, (8 if part.casts else 6) * scale, strength))
        if _area(part) > LARGE:
            definitions.append(_side_light(i, part, shadow, light * gloss, shape.ground))
            body.append(f'<path d="{path}" fill="url(#s{i})"/>')
        if part.folds:
            definitions.append(f'<clipPath id="c{i}"><path d="{path}"/></clipPath>')
            body.append(f'<g clip-path="url(#c{i})">{_folds(part.folds, shadow, light)}</g>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200">'
        f"<defs>{''.join(definitions)}</defs>"
        f'<rect x="-100" y="-100" width="200" height="200" fill="{NEUTRAL}"/>'
        f"<g transform='{transform}'>{''.join(body)}</g></svg>"
    )


def _area(part: Part) -> float:
    xs, ys = [q.x for q in part.outline], [q.y for q in part.outline]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _side_light(i: int, part: Part, shadow: float, light: float, ground: bool) -> str:
    """A cylinder's light: brightest left of the middle (from above for what stands on the ground)."""
    axis = (
        'x1="0" y1="0" x2=".1" y2="1"'
        if ground
        else f'x1="0" y1="0" x2="1" y2="{0.1 if part.turn else 0.25}"'
    )
    steps = (
        (0.0, "#000", 0.25 * shadow * part.volume), (0.14, "#fff", 0.0), (0.34, "#fff", 0.62 * light),
        (0.58, "#fff", 0.0), (0.62, "#000", 0.0), (1.0, "#000", 0.55 * shadow * part.volume),
    )  # fmt: skip
    stops = "".join(f'<stop offset="{at}" stop-color="{c}" stop-opacity="{o:.3f}"/>' for at, c, o in steps)
    return f'<linearGradient id="s{i}" {axis}>{stops}</linearGradient>'


def _folds(folds: tuple[Fold, ...], shadow: float, light: float) -> str:
    """Folds of about the same width and strength are one path, which draws several times sooner."""
    groups: dict[tuple[bool, int, int], list[Fold]] = defaultdict(list)
    for fold in folds:
        groups[fold.strength < 0, round(fold.width / 3), round(abs(fold.strength) * 2.4)].append(fold)
    content = []
    for (dark, _, _), alike in groups.items():
        width = sum(fold.width for fold in alike) / len(alike)
        strength = min(1.0, sum(abs(fold.strength) for fold in alike) / len(alike))
        path = "".join(curve(fold.points, closed=False) for fold in alike)
        content.append(
            stroke(path, BLACK if dark else WHITE, width, strength * (shadow if dark else light), CAP)
        )
    return "".join(content)
