"""WordNet's nouns and adjectives as senses: words, what they mean, and what kind of thing that is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modiste.text.words import words

Key = tuple[str, str]
"""Part of speech (`n` or `a`) and offset in its data file."""

ROOTS = {
    "article": ("clothing", "footwear", "jewelry", "handbag", "eyeglasses", "wristwatch", "backpack"),
    "colour": ("chromatic color", "achromatic color"),
    "sport": ("athletics", "athletic facility"),
    "fabric": ("fabric", "leather"),
}
"""Kind -> nouns; whatever WordNet lists below them is of that kind."""

COLOUR_ADJECTIVES = ("chromatic", "achromatic")
MOST_SENSES = {"article": 3, "colour": 6, "sport": 1, "fabric": 2}
"""Senses of a word that are looked at, by kind: the rarer ones are what a dictionary alone knows."""


@dataclass(frozen=True)
class Sense:
    """One meaning of a word."""

    word: str
    """The word or phrase as the encoder splits it: `tank top`."""
    kind: str
    gloss: str
    """`frock, dress: a one-piece garment for a woman`."""
    chain: str
    """What it is, from the narrow to the wide: `dress, garment, clothing`."""
    called: str = ""
    """What shops call it, where that is known."""


class WordNet:
    """The database files of WordNet 3 (folder `dict`)."""

    def __init__(self, folder: Path) -> None:
        self._synsets: dict[Key, tuple[list[str], str, list[tuple[str, Key]]]] = {}
        self._senses: list[tuple[str, list[Key]]] = []
        for part in ("noun", "adj"):
            self._read_data(folder / f"data.{part}", part[0])
            self._read_index(folder / f"index.{part}", part[0])
        self._folder = folder
        self._adjectives = {lemma for lemma, keys in self._senses if keys[0][0] == "a"}
        self._roots = {kind: self._synsets_named(names) for kind, names in ROOTS.items()}
        self._heads = {
            key for key in self._synsets if key[0] == "a" and self._synsets[key][0][0] in COLOUR_ADJECTIVES
        }

    def _read_data(self, path: Path, part: str) -> None:
        for line in path.read_text(encoding="latin-1").splitlines():
            if line.startswith("  "):
                continue  # the licence
            head, _, gloss = line.partition("|")
            fields = head.split()
            count = int(fields[3], 16)
            lemmas = [re.sub(r"\(.*\)", "", name).replace("_", " ") for name in fields[4 : 4 + 2 * count : 2]]
            first = 5 + 2 * count
            pointers = [
                (fields[place], (fields[place + 2].replace("s", "a"), fields[place + 1]))
                for place in range(first, first + 4 * int(fields[first - 1]), 4)
            ]
            self._synsets[part, fields[0]] = (lemmas, gloss.strip(), pointers)

    def _read_index(self, path: Path, part: str) -> None:
        for line in path.read_text(encoding="latin-1").splitlines():
            if line.startswith("  "):
                continue
            fields = line.split()
            place = 4 + int(fields[3])
            senses = [(part, offset) for offset in fields[place + 2 :]]
            self._senses.append((fields[0].replace("_", " "), senses))

    def _synsets_named(self, names: tuple[str, ...]) -> set[Key]:
        return {
            key
            for key, (lemmas, _, _) in self._synsets.items()
            if key[0] == "n" and set(names).intersection(lemmas)
        }

    def _above(self, key: Key) -> list[Key]:
        return [other for sign, other in self._synsets[key][2] if sign in ("@", "@i")]

    def _ancestors(self, key: Key) -> list[Key]:
        """The synset and all that it is a kind of, nearest first."""
        found = [key]
        for each in found:
            found.extend(other for other in self._above(each) if other not in found)
        return found

    def kind(self, key: Key) -> str | None:
        """`article`, `colour`, `sport`, `fabric`, or None for what is none of them."""
        if key[0] == "a":
            return "colour" if any(s == "&" and o in self._heads for s, o in self._synsets[key][2]) else None
        above = self._ancestors(key)
        return next((kind for kind, roots in self._roots.items() if roots.intersection(above)), None)

    def sense(self, word: str, kind: str, key: Key) -> Sense:
        """A word in one of its meanings."""
        lemmas, gloss, _ = self._synsets[key]
        meaning = gloss.split(";")[0].split('"')[0].strip()
        chain = [self._synsets[each][0][0] for each in self._ancestors(key)[:4]]
        return Sense(word, kind, f"{', '.join(lemmas[:4])}: {meaning}", ", ".join(chain))

    def senses(self) -> Iterator[Sense]:
        """Every sense of a kind in `ROOTS`, of words and of phrases of up to three words."""
        for lemma, keys in self._senses:
            split = words(lemma)
            if not 0 < len(split) == len(lemma.replace("-", " ").split()) <= 3:
                continue  # a part that the encoder does not hear would leave another word: no-hitter
            if re.search("colou?r", lemma):
                continue
            word = " ".join(split)
            for number, key in enumerate(keys):
                kind = self.kind(key)
                if kind == "sport" and lemma in self._adjectives:
                    continue  # single, double, floating: seldom of sport
                if kind is not None and number < MOST_SENSES[kind]:
                    yield self.sense(word, kind, key)

    def chain_of(self, lemma: str, kind: str) -> list[str]:
        """The chain of a word in its first sense of a kind; empty where it has none."""
        keys = next((keys for name, keys in self._senses if name == lemma), [])
        for key in keys:
            if self.kind(key) == kind:
                return self.sense(lemma, kind, key).chain.split(", ")
        return []

    def lemmas(self) -> set[str]:
        """Its single words, of all four parts of speech."""
        files = [self._folder / f"index.{part}" for part in ("noun", "adj", "verb", "adv")]
        firsts = {line.split()[0] for file in files for line in file.read_text().splitlines()}
        return {lemma for lemma in firsts if lemma.isalpha()}
