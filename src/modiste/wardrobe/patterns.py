"""What is woven or printed into the cloth, as SVG paints; the ground colour always covers most of it."""

from math import cos, pi, sin

from modiste.wardrobe.attributes import Dice, Garment
from modiste.wardrobe.outline import between
from modiste.wardrobe.palette import PALETTE, Colour, css, mix

SCALES = {
    "Striped": (9.0, 17.0), "Checked": (14.0, 24.0), "Dotted": (9.0, 14.0), "Floral": (24.0, 34.0),
    "Printed": (15.0, 22.0)
}  # fmt: skip
"""Side of a tile in units of the shape, from and to."""

GRAPHIC_ARTICLES = ("Tshirts", "Sweatshirts", "Sweaters", "Caps")
"""Their print is one picture at the front; on all others `Printed` is all over."""


Stop = tuple[float, float, Colour, float]
"""From, to (shares of a period), colour and opacity of one stripe."""


def weave(garment: Garment, name: str, turn: float, scale: float) -> tuple[str, tuple[str, ...]]:
    """SVG definitions of the pattern turned by `turn` degrees, and the names of its one or two paints."""
    if garment.pattern not in SCALES or (
        garment.pattern == "Printed" and garment.article in GRAPHIC_ARTICLES
    ):
        return "", ()
    dice = garment.dice("wardrobe pattern")
    side = between(dice, *SCALES[garment.pattern]) * scale
    ground, second = PALETTE[garment.colour], PALETTE[garment.second]
    if garment.pattern == "Striped":
        upright = garment.article in ("Shirts", "Trousers", "Blazers", "Skirts", "Shorts")
        return _bands(name, _stripes(dice, ground, second), turn + 90 * upright, side), (name,)
    if garment.pattern == "Checked":
        checks = _checks(dice, ground, second)
        crossed = _bands(name, checks, turn, side) + _bands(name + "b", checks, turn + 90, side)
        return crossed, (name, name + "b")
    content = {"Dotted": _dots, "Floral": _flowers, "Printed": _motifs}[garment.pattern](dice, ground, second)
    return (
        f'<pattern id="{name}" width="1" height="1" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn:.1f}) scale({side:.2f})">{content}</pattern>'
    ), (name,)


def _bands(name: str, stripes: tuple[Stop, ...], turn: float, side: float) -> str:
    """Stripes as a repeating gradient: exact at every size, where a tile is rounded to whole pixels."""
    edge = 0.012
    stops = "".join(
        f'<stop offset="{at:.3f}" stop-color="{css(colour)}" stop-opacity="{opacity}"/>'
        for start, end, colour, strength in stripes
        for at, opacity in (
            (start - edge, 0),
            (start + edge, strength),
            (end - edge, strength),
            (end + edge, 0),
        )
    )
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="0" y2="{side:.2f}" '
        f'spreadMethod="repeat" gradientTransform="rotate({turn:.1f})">{stops}</linearGradient>'
    )


def _stripes(dice: Dice, ground: Colour, second: Colour) -> tuple[Stop, ...]:
    width = between(dice, 0.22, 0.38)
    main = (0.45 - width / 2, 0.45 + width / 2, second, 1.0)
    return (main, (0.86, 0.93, mix(ground, second, 0.7), 1.0)) if dice.random() < 0.35 else (main,)


def _checks(dice: Dice, ground: Colour, second: Colour) -> tuple[Stop, ...]:
    width = between(dice, 0.24, 0.32)
    thin = mix(second, (255, 255, 255) if sum(ground) < 420 else (20, 20, 30), 0.6)
    return (0.06, 0.06 + width, second, 0.42), (0.67, 0.73, thin, 0.5)


def _dots(dice: Dice, ground: Colour, second: Colour) -> str:
    del ground
    radius = between(dice, 0.14, 0.2)
    return "".join(_disc(x, x, radius, second) for x in (0.25, 0.75))


def _flowers(dice: Dice, ground: Colour, second: Colour) -> str:
    leaf = css((74, 122, 76) if sum(ground) > 260 else (120, 168, 118))
    heart = (250, 214, 90) if second != PALETTE["Yellow"] else (150, 70, 40)
    pale = mix(second, (255, 255, 255), 0.45)
    parts = []
    for x, y, size, colour in (
        (0.28, 0.3, 0.19, second),
        (0.76, 0.72, 0.15, second),
        (0.8, 0.2, 0.09, pale),
        (0.25, 0.8, 0.1, pale),
    ):
        start = between(dice, 0, 2 * pi)
        for side in (0.9, 2.6):
            lx, ly = x + cos(start + side) * size, y + sin(start + side) * size
            angle = (start + side) * 180 / pi
            parts.append(
                f'<ellipse cx="{lx:.3f}" cy="{ly:.3f}" rx="{size * 0.6:.3f}" ry="{size * 0.22:.3f}" '
                f'fill="{leaf}" transform="rotate({angle:.0f} {lx:.3f} {ly:.3f})"/>'
            )
        for k in range(5):
            angle = start + k * 2 * pi / 5
            px, py = x + cos(angle) * size * 0.5, y + sin(angle) * size * 0.5
            parts.append(_disc(px, py, size * 0.4, colour))
        parts.append(_disc(x, y, size * 0.26, heart))
    return "".join(parts)


def _motifs(dice: Dice, ground: Colour, second: Colour) -> str:
    pale, kind = mix(second, ground, 0.45), int(dice.integers(4))
    if kind == 0:  # diamonds
        return _area("M.5 .1L.8 .5L.5 .9L.2 .5Z", second) + _area("M.5 .32L.63 .5L.5 .68L.37 .5Z", ground)
    if kind == 1:  # leaves
        leaf = "M.1 .5C.2 .2 .4 .1 .5 .05C.5 .3 .4 .45 .1 .5Z"
        return _area(leaf, second) + _area(leaf, pale, 'transform="translate(.45 .47)"')
    if kind == 2:  # chevrons
        zigzag = "M0 .35L.5 .1L1 .35V.5L.5 .25L0 .5ZM0 .85L.5 .6L1 .85V1L.5 .75L0 1Z"
        return _area(zigzag, second)
    petal = "M.5 .1C.62 .18 .62 .36 .5 .44C.38 .36 .38 .18 .5 .1Z"
    turns = (f'transform="rotate({k * 60} .5 .5)"' for k in range(6))
    return "".join(_area(petal, second, turn) for turn in turns) + _disc(0.5, 0.5, 0.07, pale)


def _area(path: str, colour: Colour, more: str = "") -> str:
    return f'<path d="{path}" fill="{css(colour)}" {more}/>'


def _disc(x: float, y: float, radius: float, colour: Colour) -> str:
    return f'<circle cx="{x:.3f}" cy="{y:.3f}" r="{radius:.3f}" fill="{css(colour)}"/>'


def graphic(garment: Garment, x: float, y: float, size: float) -> str:
    """A print of about `size` units, middle at (x, y): no letters, since no font is needed."""
    dice = garment.dice("wardrobe graphic")
    ink, ground = PALETTE[garment.second], PALETTE[garment.colour]
    other = PALETTE[("Orange", "Teal", "Yellow", "Red")[int(dice.integers(4))]]
    kind = int(dice.integers(5))
    if kind == 0:  # a sun over the sea
        waves = "".join(f"M-.5 {0.02 + k * 0.13:.2f}h1v{0.03 + k * 0.012:.3f}h-1Z" for k in range(4))
        art = _disc(0, 0, 0.48, mix(other, ink, 0.55)) + _area(waves, ground)
    elif kind == 1:  # mountains under the moon
        snow = "M-.12 -.3L-.02 -.1L-.12 -.04L-.22 -.12Z"
        peaks = "M-.5 .4L-.12 -.3L.08 .05L.2 -.1L.5 .4Z"
        art = _disc(0.18, -0.2, 0.2, other) + _area(peaks, ink) + _area(snow, ground)
    elif kind == 2:  # rays
        turns = (f'transform="rotate({k * 30})"' for k in range(12))
        art = "".join(_area("M0 -.16L.05 -.5L-.05 -.5Z", ink, t) for t in turns) + _disc(0, 0, 0.14, other)
    elif kind == 3:  # a bolt in a frame
        frame = "M-.42 -.5H.42V.5H-.42ZM-.36 -.44V.44H.36V-.44Z"
        art = _area(frame, ink) + _area("M.1 -.4L-.22 .08L0 .08L-.1 .4L.24 -.1L.02 -.1Z", ink)
    else:  # three bars
        bars = ((0, ink), (1, other), (2, ink))
        art = "".join(_area(f"M-.5 {k * 0.25 - 0.34:.2f}h{1 - k * 0.2:.1f}v.15H-.5Z", c) for k, c in bars)
    return f'<g transform="translate({x:.1f} {y:.1f}) scale({size:.1f})">{art}</g>'
