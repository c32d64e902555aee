"""The cloth of a garment as SVG: colours, weave, seams, buttons; the light on it is in `light.py`."""

from collections.abc import Iterable
from itertools import groupby

from modiste.wardrobe.attributes import Garment
from modiste.wardrobe.outline import Dot, Line, Part, Shape, curve
from modiste.wardrobe.palette import BLACK, PALETTE, WHITE, Colour, css, mix
from modiste.wardrobe.patterns import GRAPHIC_ARTICLES, graphic, weave

LINE_WIDTHS = {
    "seam": 0.7,
    "stitch": 0.7,
    "rib": 0.7,
    "lace": 2.6,
    "zip": 2.0,
    "stripe": 4.0,
    "handle": 4.5,
    "label": 3.6,
}
"""Usual width of each kind of line, in units of a shape."""

SHOES = ("Sports Shoes", "Casual Shoes", "Formal Shoes", "Heels")


def colours(garment: Garment) -> dict[str, Colour]:
    """The colour of each kind of cloth (`Part.cloth`) on this garment."""
    main, second = PALETTE[garment.colour], PALETTE[garment.second]
    pale = garment.colour == "White"
    other = mix(main, WHITE if sum(main) < 200 else BLACK, 0.14)
    return {
        "main": main,
        "trim": mix(main, BLACK, 0.1),
        "lining": mix(mix(main, BLACK, 0.38), (120, 110, 100), 0.2 if pale else 0.12),
        "second": second if garment.pattern == "Colourblocked" else other,
        "contrast": mix(main, BLACK, 0.1) if garment.pattern == "Solid" else second,
        "sole": (206, 196, 178) if pale else (236, 234, 228),
        "dark": mix(main, BLACK, 0.62) if garment.article == "Handbags" else (40, 36, 34),
        "metal": (196, 178, 130),
    }


def svg(garment: Garment, shape: Shape, transform: str) -> str:
    """The garment's cloth on a transparent ground, as a 200 x 200 picture."""
    return Tailor(garment, shape).svg(transform)


def stroke(path: str, colour: Colour, width: float, opacity: float = 1.0, more: str = "") -> str:
    """An SVG path that is drawn as a line."""
    return (
        f'<path d="{path}" fill="none" stroke="{css(colour)}" stroke-width="{width:.2f}" '
        f'stroke-opacity="{opacity:.2f}" stroke-linejoin="round" {more}/>'
    )


def _sticks_out(part: Part) -> bool:
    """Whether lines must be cut at the part's edge; cutting costs more than a fine line does."""
    if any(line.kind in ("rib", "stripe") for line in part.lines):
        return True
    xs, ys = [q.x for q in part.outline], [q.y for q in part.outline]
    left, right, top, bottom = min(xs) - 0.2, max(xs) + 0.2, min(ys) - 0.2, max(ys) + 0.2
    return any(not (left < q.x < right and top < q.y < bottom) for line in part.lines for q in line.points)


class Tailor:
    """Puts the parts of one garment together."""

    def __init__(self, garment: Garment, shape: Shape) -> None:
        heights = [q.y for part in shape.parts for q in part.outline]
        self.garment, self.shape = garment, shape
        self.top, self.bottom = min(heights), max(heights)
        self.scale = (self.bottom - self.top) / 165
        self.colours = colours(garment)
        self.definitions: dict[str, str] = {}
        self.weaves: dict[str, tuple[str, ...]] = {}

    def svg(self, transform: str) -> str:
        """All parts, the first lowest."""
        body = "".join(self._part(i, part) for i, part in enumerate(self.shape.parts))
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-100 -100 200 200">'
            f"<defs>{''.join(self.definitions.values())}</defs><g transform='{transform}'>{body}</g></svg>"
        )

    def _part(self, i: int, part: Part) -> str:
        colour = self.colours[part.cloth]
        path = part.path
        if part.band:
            return stroke(path, mix(colour, BLACK, 0.3), part.band + 0.8) + stroke(path, colour, part.band)
        fine = self._lines(part.lines, colour) + "".join(self._dot(dot, colour) for dot in part.dots)
        if fine and _sticks_out(part):
            self.definitions[f"c{i}"] = f'<clipPath id="c{i}"><path d="{path}"/></clipPath>'
            fine = f'<g clip-path="url(#c{i})">{fine}</g>'
        return f'<path d="{path}" fill="{css(colour)}"/>{self._print(part, path)}{fine}'

    def _print(self, part: Part, path: str) -> str:
        """What is woven into a part or printed on it."""
        garment, content = self.garment, ""
        if part.cloth == "main":
            name = f"weave{part.turn:.0f}".replace("-", "m")
            if name not in self.weaves:
                self.definitions[name], self.weaves[name] = weave(garment, name, part.turn, self.scale)
            content += "".join(f'<path d="{path}" fill="url(#{paint})"/>' for paint in self.weaves[name])
            if garment.pattern == "Colourblocked" and garment.article not in (*SHOES, "Caps"):
                self.definitions.setdefault("block", self._block())
                content += f'<path d="{path}" fill="url(#block)"/>'
        if part.graphic and garment.pattern == "Printed" and garment.article in GRAPHIC_ARTICLES:
            xs, ys = [q.x for q in part.outline], [q.y for q in part.outline]
            height = max(ys) - min(ys)
            content += graphic(garment, (min(xs) + max(xs)) / 2, min(ys) + height * 0.42, height * 0.36)
        return content

    def _block(self) -> str:
        """The upper or the lower third in the second colour: a gradient with hard steps."""
        lower = self.garment.dice("wardrobe block").random() < 0.5
        steps = ((0.66, 0), (0.66, 1)) if lower else ((0.34, 1), (0.34, 0))
        second = css(self.colours["second"])
        stops = "".join(
            f'<stop offset="{at}" stop-color="{second}" stop-opacity="{on}"/>' for at, on in steps
        )
        return (
            '<linearGradient id="block" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
            f'y1="{self.top:.1f}" y2="{self.bottom:.1f}">{stops}</linearGradient>'
        )

    def _lines(self, lines: Iterable[Line], colour: Colour) -> str:
        """Lines of one kind and width that follow each other are one path: it draws sooner."""
        content = []
        for (kind, width), group in groupby(lines, lambda line: (line.kind, line.width)):
            path = "".join(curve(line.points, line.closed) for line in group)
            content.append(self._line(kind, path, width or LINE_WIDTHS[kind] * self.scale, colour))
        return "".join(content)

    def _line(self, kind: str, path: str, width: float, colour: Colour) -> str:
        scale, brightness = self.scale, sum(colour)
        if kind == "seam":
            lit = stroke(path, WHITE, width, 0.24, 'transform="translate(.5 .7)"') if brightness < 200 else ""
            return stroke(path, BLACK, width, 0.45) + lit
        if kind == "rib":
            return stroke(path, BLACK, width, 0.24)
        if kind == "stitch":
            plain = mix(colour, WHITE if brightness < 330 else BLACK, 0.38)
            thread = (206, 150, 82) if self.shape.material == "denim" else plain
            return stroke(
                path, thread, width, 0.85, f'stroke-dasharray="{2.2 * scale:.1f} {1.1 * scale:.1f}"'
            )
        if kind == "zip":
            teeth = f'stroke-dasharray="{0.9 * scale:.1f} {0.7 * scale:.1f}"'
            return stroke(path, BLACK, width * 1.7, 0.45) + stroke(path, (190, 190, 192), width, 0.95, teeth)
        if kind == "lace":
            ink = (244, 243, 240) if brightness < 600 else (90, 90, 96)
            under = 'stroke-linecap="round" transform="translate(0 .6)"'
            return stroke(path, BLACK, width * 1.35, 0.35, under) + stroke(
                path, ink, width, 1, 'stroke-linecap="round"'
            )
        if kind == "label":
            return stroke(path, (238, 236, 230), width)
        if kind == "stripe":
            plain = mix(colour, WHITE if brightness < 560 else BLACK, 0.6)
            return stroke(
                path, plain if self.garment.pattern == "Solid" else self.colours["contrast"], width, 0.95
            )
        return stroke(path, mix(colour, BLACK, 0.3), width, 1, 'stroke-linecap="round"')

    def _dot(self, dot: Dot, colour: Colour) -> str:
        def disc(radius: float, fill: Colour, opacity: float = 1.0, down: float = 0.0) -> str:
            return (
                f'<circle cx="{dot.x:.1f}" cy="{dot.y + down:.1f}" r="{radius:.2f}" '
                f'fill="{css(fill)}" fill-opacity="{opacity}"/>'
            )

        if dot.kind == "eyelet":
            return disc(dot.radius, mix(colour, BLACK, 0.6))
        plain = mix(colour, WHITE, 0.72) if sum(colour) < 640 else (196, 192, 184)
        fill = self.colours["metal"] if dot.kind == "stud" else plain
        hole = disc(dot.radius * 0.45, mix(fill, BLACK, 0.3))
        return disc(dot.radius * 1.15, BLACK, 0.4, 0.7) + disc(dot.radius, fill) + hole
