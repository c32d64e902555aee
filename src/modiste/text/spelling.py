"""Misspelt words: which word was meant, if only one can have been."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

ONE_EDIT, TWO_EDITS = 5, 8
"""Letters from which a word may have one or two slips; a shorter one is taken as it stands."""


def slips(letters: int) -> int:
    """How many slips a word of so many letters may have."""
    return 0 if letters < ONE_EDIT else 1 if letters < TWO_EDITS else 2


def distance(one: str, other: str, most: int) -> int:
    """Letters added, left out, changed or swapped with their neighbour; `most + 1` where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, written in enumerate(other, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != written))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == written:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]


class Spelling:
    """Words that may be meant, found by their first letter, which people seldom miss, and their length."""

    def __init__(self, known: Iterable[str]) -> None:
        self._places: defaultdict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
        for word in known:
            if word.isalpha():
                self._places[word[0], len(word)].append((_letters(word), word))

    def near(self, word: str) -> Iterator[tuple[int, str]]:
        """Distance and word of each known word that this one may be meant for."""
        most, letters = slips(len(word)), _letters(word)
        for length in range(len(word) - most, len(word) + most + 1) if most else ():
            allowed, longer = min(most, max(1, slips(length))), abs(length - len(word))
            if longer > allowed:
                continue
            most_bits = 2 * allowed - longer  # a letter more changes one bit, another letter two
            for others, other in self._places.get((word[0], length), ()):
                if (letters ^ others).bit_count() <= most_bits:
                    apart = distance(word, other, allowed)
                    if apart <= allowed:
                        yield apart, other


def _letters(word: str) -> int:
    """Which letters a word has, and which it has twice, as bits."""
    once = twice = 0
    for letter in word:
        bit = 1 << (ord(letter) & 31)
        twice |= once & bit
        once |= bit
    return once | twice << 32
