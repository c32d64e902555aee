"""How figures are found in an evaluation, and written for people."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

Figures = dict[str, Any]


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
