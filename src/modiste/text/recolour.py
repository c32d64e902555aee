"""Descriptions of what no photo shows: a product in the colour of another."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from modiste.record import Record

TRIES = 8
"""Products that are tried until one has another colour that may be described."""
STRIDE = 7919
"""A prime: how far apart these stand in a split."""


class Recolouring:
    """Says of products that they have the colour of another of their split."""

    def __init__(self, records: Sequence[Record], held_out: Callable[[Record], bool]) -> None:
        """Takes the products of a split.

        Args:
            records: all of them.
            held_out: whether a product has a pair of attributes that is kept from training; such a
                product is not described here either, so that what is measured of these pairs holds.
        """
        self._coloured = [record for record in records if record.colour]
        self._held_out = held_out

    def description(self, record: Record, description: str, chance: float) -> str:
        """The description of a product with another colour in it.

        Args:
            record: the product.
            description: what was said of it.
            chance: a number in (0, 1): whose colour it takes.

        Returns:
            The description, its colour's name replaced wherever it stands, or the other colour named first
            where it names none; unchanged if no other colour was found.
        """
        first = int(chance * len(self._coloured))
        for number in range(TRIES if record.colour else 0):
            other = self._coloured[(first + number * STRIDE) % len(self._coloured)].colour
            if other != record.colour and not self._held_out(replace(record, colour=other)):
                return _with_colour(description, str(record.colour), str(other))
        return description


def _with_colour(description: str, own: str, other: str) -> str:
    # whole words, of which the last sign may be no letter: "Grey (Melange)"
    whole = rf"(?<!\w){re.escape(own)}(?!\w)"
    replaced, places = re.subn(whole, lambda _: other, description, flags=re.IGNORECASE)
    return replaced if places else f"{other} {description}"
