"""Contestants beside one another: tables, and charts as inline SVG.

Colours are the page's CSS variables, so light and dark both read. A chart is `WIDTH` wide and the page lays
charts out in a grid, so that letters keep their size on a narrow screen. Foreign text is escaped here.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

from modiste.evaluate.wording import Figures, at, interval, kid, number, percent

Keys = tuple[str, ...]
Row = tuple[str, Keys, Keys, Callable[[float], str]]
"""A figure's name (HTML), its keys in a contestant, real photos' keys in all metrics, how it is written."""

ABSENT = "&ndash;"
WIDTH = 260
"""A chart's width in its own units, CSS pixels at full size."""
NUM_SERIES = 6
"""Colours that the page has for contestants; a seventh begins again."""


def contestants(metrics: Figures) -> list[tuple[Figures, str]]:
    """Each contestant with the CSS class of its colour; a search is grey."""
    everyone = metrics.get("contestants") or []
    drawing = [c["name"] for c in everyone if c.get("kind") != "retrieval"]
    series = {name: f"s{number_of_name % NUM_SERIES}" for number_of_name, name in enumerate(drawing)}
    return [(c, series.get(c["name"], "sr")) for c in everyone]


def data(value: float | None, write: Callable[[float], str] = percent) -> str:
    """A figure as it is read, its exact value beside it for a machine; a dash where there is none."""
    return ABSENT if value is None else f'<data value="{float(value)!r}">{escape(write(value))}</data>'


def table(caption: str, head: Sequence[str], groups: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> str:
    """A table in a box that scrolls, from groups (title, rows) of cells that are HTML.

    A row's first cell names it. Rows with nothing but dashes fall out, and groups without rows.
    """
    bodies = ""
    for title, rows in groups:
        lines = [
            f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
            for row in rows
            if set(row[1:]) - {ABSENT, ""}
        ]
        group = f'<tr><th colspan="{len(head)}" scope="rowgroup"><span>{title}</span></th></tr>'
        bodies += f"<tbody>{group if title else ''}{''.join(lines)}</tbody>" if lines else ""
    columns = "".join(f'<th scope="col">{cell}</th>' if cell else "<td></td>" for cell in head)
    return bodies and (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption><span>{escape(caption)}</span></caption><thead><tr>{columns}</tr></thead>{bodies}</table></div>"
    )


def matrix(
    metrics: Figures, caption: str, groups: Sequence[tuple[str, Sequence[Row]]], real: bool = True
) -> str:
    """A table with a column for whoever has any of the figures, after one for real photos."""
    keys_of_all = [keys for _, rows in groups for _, keys, _, _ in rows]
    who = [c for c, _ in contestants(metrics) if any(at(c, *keys) is not None for keys in keys_of_all)]
    head = ["", *["Real photos"][:real], *(f"{escape(c['name'])}<small>{_told(c)}</small>" for c in who)]
    filled = [
        (title, [
            [name, *[_cell(metrics, whole, write)][:real], *(_cell(c, keys, write) for c in who)]
            for name, keys, whole, write in rows
        ])
        for title, rows in groups
    ]  # fmt: skip
    return table(caption, head, filled)


def _told(contestant: Figures) -> str:
    if contestant.get("kind") == "retrieval":
        return "the photo with the nearest text"
    said = [str(contestant[key]) for key in ("family", "preset") if contestant.get(key)]
    return escape(", ".join(said))


def _cell(tree: Figures, keys: Keys, write: Callable[[float], str]) -> str:
    """A figure with what it is read beside: its interval or spread, its floor, held-out photos' value."""
    value, parent = at(tree, *keys), at(tree, *keys[:-1])
    if value is None or not keys:
        return ABSENT if keys else ""
    if keys[-1] == "kid":
        return data(value, lambda _: kid(parent))
    text = data(value, write)
    if keys[-1] == "accuracy" and "low" in parent:
        text += f' <span class="soft">{interval(parent)}</span>'
    floor = at(tree, "floor", *keys[1:]) if keys[0] == "alignment" else parent.get(f"floor_{keys[-1]}")
    shuffled = floor is not None and keys[-1] != "count"
    text += f"<small>shuffled {data(floor, write)}</small>" if shuffled else ""
    for said, beside in (
        ("held-out photos", parent.get(f"held_out_{keys[-1]}")),
        ("at a new seed", at(tree, *keys[:-2], f"{keys[-2]}_by_seed", keys[-1]) if keys[1:] else None),
        ("at a new seed", parent.get(f"{keys[-1]}_by_seed")),
    ):
        text += f"<small>{said} {data(beside, write)}</small>" if beside is not None else ""
    return text


def coverage(metrics: Figures, attribute: str, most: int = 20) -> str:
    """Bars of how often the judge sees each of the most frequent values, in photos and in pictures."""
    found = {c["name"]: at(c, "coverage", attribute, "shares") for c, _ in contestants(metrics)}
    found = {name: shares for name, shares in found.items() if shares}
    missing = {c["name"]: at(c, "coverage", attribute, "missing") or () for c, _ in contestants(metrics)}
    photos = {value: share for shares in found.values() for value, (share, _) in shares.items()}
    shown = sorted(photos, key=lambda value: -photos[value])[:most]
    top = max([0.0, *(share for shares in found.values() for pair in shares.values() for share in pair)]) or 1

    def bar(share: float | None, vanished: bool = False) -> str:
        gone = " gone" if vanished else ""
        return f'<span class="share{gone}" style="--v:{(share or 0) / top:.3f}">{data(share)}</span>'

    rows = []
    for value in shown:
        drawn = [
            bar(shares.get(value, (None, None))[1], value in missing[name]) for name, shares in found.items()
        ]
        rows.append([escape(value), bar(photos[value]), *drawn])
    counts = [at(metrics["contestants"][0], "coverage", attribute, which) for which in ("photos", "pictures")]
    caption = f"How often the judge sees the {len(shown)} most frequent of {len(photos)} values"
    if None not in counts:
        caption += ", in {:,} photos and {:,} pictures of each".format(*counts)
    return table(caption, ["", "Photos", *(escape(name) for name in found)], [("", rows)])


def grid(charts: Iterable[str]) -> str:
    """Charts in as many columns as fit."""
    drawn = "".join(charts)
    return f'<div class="charts">{drawn}</div>' if drawn else ""


def bars(metrics: Figures, title: str, keys: Keys, whole: Keys) -> str:
    """Bars from 0 to 100% of an accuracy with its interval, between floor (dashed) and ceiling (solid)."""
    ceiling = at(metrics, *whole, "accuracy")
    rows: list[str] = []
    said: list[str] = []
    for c, series in contestants(metrics):
        score = at(c, *keys)
        if not score:
            continue
        y, floor = 34 + 42 * len(said), at(c, "floor", *keys[1:], "accuracy")
        said.append(f"{c['name']} {percent(score['accuracy'])}")
        rows += [
            _label(c["name"], percent(score["accuracy"]), y),
            f'<rect class="track" x="0" y="{y + 8}" width="{WIDTH}" height="11"/>',
            f'<rect class="{series}" x="0" y="{y + 8}" width="{WIDTH * score["accuracy"]:.1f}" height="11"/>',
        ]
        if "low" in score:
            rows.append(_whisker(WIDTH * score["low"], WIDTH * score["high"], y + 13.5))
        for share, kind in ((floor, "floor"), (ceiling, "ceiling")):
            if share is not None:
                rows.append(f'<path class="{kind}" d="M{1 + (WIDTH - 2) * share:.1f} {y + 5}v17"/>')
    height = 18 + 42 * len(said)
    said += [f"real photos {percent(ceiling)}"] if ceiling is not None else []
    return _svg(title, ", ".join(said), height, rows) if rows else ""


def dots(metrics: Figures, title: str, keys: Keys, whole: Keys) -> str:
    """Dots with their spread on an axis that holds 0; the solid line is the value of real photos."""
    real = at(metrics, *whole)
    found = []
    for c, series in contestants(metrics):
        value, parent = at(c, *keys), at(c, *keys[:-1])
        if value is not None:
            text = kid(parent) if keys[-1] == "kid" else number(value)
            found.append((c["name"], series, value, parent.get(f"{keys[-1]}_spread") or 0.0, text))
    if not found:
        return ""
    ends = [value + sign * spread for _, _, value, spread, _ in found for sign in (-1, 1)]
    ticks, height = _axis([0.0, real or 0.0, *ends]), 16 + 42 * len(found)

    def x(value: float) -> float:
        return float(6 + (WIDTH - 12) * (value - ticks[0]) / (ticks[-1] - ticks[0]))

    rows = []
    for tick in ticks:
        rows.append(_small(x(tick), height + 14, "middle", f"{tick:g}"))
        rows += [f'<path class="grid" d="M{x(tick):.1f} {42 + 42 * row}v12"/>' for row in range(len(found))]
    for row, (name, series, value, spread, text) in enumerate(found):
        y = 34 + 42 * row
        rows += [_label(name, text, y), f'<path class="grid" d="M6 {y + 14}H{WIDTH - 6}"/>']
        rows.append(f'<path class="ceiling" d="M{x(real):.1f} {y + 5}v18"/>' if real is not None else "")
        rows.append(_whisker(x(value - spread), x(value + spread), y + 14) if spread else "")
        rows.append(f'<circle class="{series}" cx="{x(value):.1f}" cy="{y + 14}" r="5"/>')
    said = [f"{name} {text}" for name, _, _, _, text in found]
    said += [f"real photos {number(real)}"] if real is not None else []
    return _svg(title, ", ".join(said), height + 20, rows)


Curve = tuple[str, str, Sequence[float | None], Sequence[float | None]]
"""A line's name, the CSS class of its colour, x and y of its points."""


def lines(title: str, curves: Iterable[Curve], axis: str, log: bool = False, top: float = 0) -> str:
    """Lines over one x axis from 0.

    `log` gives the y axis powers of ten and leaves out what is not above 0; without it, the y axis holds 0
    and `top`.
    """
    kept = []
    for name, series, xs, ys in curves:
        points = [(x, y) for x, y in zip(xs, ys, strict=True) if x is not None and y is not None]
        if points := _thin([(x, y) for x, y in points if y > 0 or not log]):
            kept.append((name, series, points))
    if not kept:
        return ""
    heights = [math.log10(y) if log else y for _, _, points in kept for _, y in points]
    ticks = _axis(heights, least=1.0) if log else _axis([*heights, 0.0, top])
    right = max(x for _, _, points in kept for x, _ in points) or 1.0
    left, bottom = 40, 168

    def place(x: float, y: float) -> tuple[float, float]:
        share = ((math.log10(y) if log else y) - ticks[0]) / (ticks[-1] - ticks[0])
        return left + (WIDTH - left - 8) * x / right, bottom - 140 * share

    rows = []
    for tick in [10**tick if log else tick for tick in ticks]:
        y = place(0, tick)[1]
        rows.append(f'<path class="grid" d="M{left} {y:.1f}H{WIDTH - 8}"/>')
        rows.append(_small(left - 6, y + 4, "end", f"{tick:g}"))
    for tick in _axis([0.0, right]):
        if tick <= right:
            rows.append(_small(left + (WIDTH - left - 8) * tick / right, 186, "middle", _short(tick)))
    rows.append(_small(WIDTH - 8, 203, "end", axis))
    for name, series, points in kept:
        path = "L".join("{:.1f} {:.1f}".format(*place(*point)) for point in points)
        rows.append(f'<path class="line {series}" d="M{path}"><title>{escape(name)}</title></path>')
    said = (f"{name} from {number(points[0][1])} to {number(points[-1][1])}" for name, _, points in kept)
    return _svg(title, "; ".join(said), 206, rows)


def legend(metrics: Figures, key: str) -> str:
    """The line and the name of whoever has the part `key`."""
    items = [
        f'<li><svg width="30" height="8" aria-hidden="true"><path class="line {series}" d="M0 4H30"/></svg>'
        f"{escape(c['name'])}</li>"
        for c, series in contestants(metrics)
        if c.get(key)
    ]
    return f'<ul class="legend" aria-label="Contestants">{"".join(items)}</ul>' if items else ""


def _svg(title: str, said: str, height: float, rows: Iterable[str]) -> str:
    """A chart with its title above; `said` is what a screen reader reads."""
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}: '
        f'{escape(said)}"><text class="title" x="0" y="11">{escape(title)}</text>{"".join(rows)}</svg>'
    )


def _label(name: str, text: str, y: float) -> str:
    clipped = name if len(name) <= 24 else f"{name[:23]}…"
    return (
        f'<text x="0" y="{y}">{escape(clipped)}<title>{escape(name)}</title></text>'
        f'<text x="{WIDTH}" y="{y}" text-anchor="end">{escape(text)}</text>'
    )


def _small(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text class="small" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _whisker(low: float, high: float, y: float) -> str:
    return f'<path class="whisker" d="M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 3}v6M{high:.1f} {y - 3}v6"/>'


def _thin(points: list[tuple[float, float]], most: int = 150) -> list[tuple[float, float]]:
    """At most `most` points, means of neighbours, so that a long run's page stays small."""
    size = max(1, -(-len(points) // most))
    groups = [points[start : start + size] for start in range(0, len(points), size)]
    return [(sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups]


def _axis(values: Sequence[float], least: float = 0.0) -> list[float]:
    """Two to six round ticks around the values, no nearer to each other than `least`."""
    length = max(values) - min(values)
    power = 10.0 ** math.floor(math.log10(length / 4)) if length > 0 else 1.0
    step = max(least, next((power * n for n in (1, 2, 2.5, 5) if length <= 5 * power * n), 10 * power))
    first, last = math.floor(min(values) / step + 1e-9), math.ceil(max(values) / step - 1e-9)
    return [step * number_of_tick for number_of_tick in range(first, max(last, first + 1) + 1)]


def _short(count: float) -> str:
    size, letter = next(((s, n) for s, n in ((1e6, "M"), (1e3, "k")) if count >= s), (1, ""))
    return f"{count / size:g}{letter}"
