"""Descriptions of what no photo shows: one product in the colour of another."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from modiste.record import Record
from modiste.text.write import KEEP, compose, short_description

UNIFORMS = 4
"""How many random numbers a crossing uses."""
TRIES = 8
"""Products that are tried until one is unlike enough."""
STRIDE = 7919
"""A prime: how far apart these stand in a split."""


class Crossing:
    """Crosses products with others of their split: the colour is of one, all else of the other."""

    def __init__(self, records: Sequence[Record], held_out: Callable[[Record], bool]) -> None:
        """Takes the products of a split.

        Args:
            records: all of them.
            held_out: whether a product has a pair of attributes that is kept from training; such a
                product is not described here either, so that what is measured of these pairs holds.
        """
        self._named = [record for record in records if record.colour and record.article]
        self._held_out = held_out

    def description(self, record: Record, uniforms: Sequence[float]) -> str:
        """A product in another's colour, or that one in its: never its own colour and article.

        Args:
            record: the product.
            uniforms: four numbers in (0, 1): who the other is, which of the two keeps all but its colour, and
                whether style and gender are named.

        Returns:
            The description; of a product that cannot be crossed its own colour and article.
        """
        who, which, style, gender = uniforms
        for step in range(TRIES if record.colour and record.article else 0):
            other = self._named[(int(who * len(self._named)) + step * STRIDE) % len(self._named)]
            dyed, colour = (record, other.colour) if which < 0.5 else (other, record.colour)
            crossed = replace(dyed, colour=colour)
            unlike = (crossed.colour, crossed.article) != (record.colour, record.article)
            if unlike and not self._held_out(crossed):
                named = [("gender", gender < KEEP["gender"]), ("style", style < KEEP["style"])]
                roles = [role for role, kept in named if kept]
                return compose(crossed, [*roles, "colour", "article"], None)
        return short_description(record)
