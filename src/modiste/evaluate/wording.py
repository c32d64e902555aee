"""How figures are found in an evaluation, and written for people."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

Figures = dict[str, Any]

LEADING = ("article", "colour", "gender", "style")
"""The order in which attributes are told; a catalogue's further columns follow."""


def at(tree: Any, *keys: str) -> Any:
    """What lies under the keys, one level each; None where any is absent."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def titled(name: str) -> str:
    """An attribute's name as a heading: `masterCategory` is `MasterCategory`."""
    return name[:1].upper() + name[1:]


def joined(texts: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = [text for text in texts if text] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def few(names: Sequence[str], most: int = 6) -> str:
    """The first names, and how many more there are."""
    return joined([*names[:most], f"{len(names) - most} more" if len(names) > most else ""])


def percent(share: float) -> str:
    """A share in whole per cent, near either end with a digit more: 0% means none and 100% all."""
    value = 100 * share
    if 0 < value < 0.05 or 99.95 <= value < 100:
        return "<0.1%" if value < 50 else ">99.9%"
    return f"{value:.{int(not 1.95 < value < 98.05)}f}%".replace(".0%", "%")


def interval(score: Figures) -> str:
    """The 95% interval of an accuracy, `48 to 56%`."""
    return f"{percent(score['low'])[:-1]} to {percent(score['high'])}"


def number(value: float, digits: int = 3) -> str:
    """A figure with so many digits at most, never in powers of ten: 51.2, 5.4, 0.31, 0.0342."""
    places = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:,.{max(0, places)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def kid(likeness: Figures) -> str:
    """KID with its spread, both to the spread's digits: `0.0340 ± 0.0030`."""
    spread = likeness.get("kid_spread")
    if not spread:
        return number(likeness["kid"])
    places = max(0, 1 - math.floor(math.log10(spread)))
    return f"{likeness['kid']:.{places}f} ± {spread:.{places}f}"


def repeats(distinct: float, of: int) -> bool:
    """Whether so many distinct pictures of `of` are nearly one again and again."""
    return distinct <= 1 + 0.2 * (of - 1)


def kid_ends(likeness: Figures) -> tuple[float, float]:
    """KID less and plus its spread."""
    spread = likeness.get("kid_spread") or 0.0
    return likeness["kid"] - spread, likeness["kid"] + spread


def way(metrics: Figures, contestant: Figures, part: str, attribute: str) -> tuple[float, ...] | None:
    """An accuracy's place from floor (0) to ceiling (1 and above), and the interval of both; None without.

    None too where the ceiling's interval ends within 5 points of the floor: the judge hardly sees that.
    """
    score, ceiling = at(contestant, "alignment", part, attribute), at(metrics, "ceiling", part, attribute)
    floor = at(contestant, "floor", part, attribute, "accuracy")
    if not score or floor is None or not ceiling or ceiling["low"] - floor < 0.05:
        return None
    ends = (("accuracy", "accuracy"), ("low", "high"), ("high", "low"))
    place, low, high = ((score[own] - floor) / (ceiling[real] - floor) for own, real in ends)
    return min(1.0, max(0.0, place)), max(0.0, low), max(0.0, high)


def order(names: Iterable[str]) -> list[str]:
    """Attributes in the order they are told."""
    names = list(names)
    return [n for n in LEADING if n in names] + [n for n in names if n not in LEADING]


def leading(metrics: Figures, part: str) -> list[str]:
    """Every attribute that a contestant was judged on in a set of descriptions, in order."""
    return order(
        dict.fromkeys(a for c in metrics.get("contestants") or [] for a in at(c, "alignment", part) or {})
    )
