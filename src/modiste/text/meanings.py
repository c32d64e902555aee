"""What words of the table mean in a catalogue's own words: crimson is red here, a frock is a dress."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from modiste.cielab import lab
from modiste.text.read import words
from modiste.text.table import WordTable

Value = tuple[str, ...]
"""A value of the catalogue as the words that it is heard as."""

Meant = dict[str, float]
"""Words of the vocabulary and their weights."""

Meanings = dict[str, tuple[float, Meant]]
"""Word or phrase -> how sure it is, 0 to 1, and what it means."""

NEAR, NEAR_KIN = 0.8, 0.6
"""Likeness from which a word means an article, and from which one of the right kind is told from its kin."""
FAR_COLOUR = 26.0
"""Distance in CIELAB up to which a colour is a value."""
SEEN_SELDOM = 0.1
"""What the rarest value loses in likeness: the networks hardly know it, and people seldom mean it."""
BESIDE = 0.08
"""A value that is less alike by so much no longer counts; one between counts with less weight."""
LEAST_WEIGHT = 0.3
CERTAIN, NAMED_ONLY = 1.0, 0.4
"""How sure a reading is: by a list or a dictionary; of a colour that no dictionary has, moccasin say."""

GROUPS = {
    "gender": {
        "man": (("man",),),
        "woman": (("woman",),),
        "boy": (("boy",), ("child",), ("man",)),
        "girl": (("girl",), ("child",), ("woman",)),
        "child": (("child",), ("boy", "girl")),
        "anyone": (("anyone",),),
    },
    "style": {kind: ((kind,),) for kind in ("casual", "sport", "formal", "ethnic", "party", "travel")},
}
"""Role -> what a word of the table names -> what the catalogue must name for it; the first that it does."""


def sayable(values: Sequence[str], vocabulary: Collection[str]) -> list[Value]:
    """The values whose words are all in the vocabulary, split into words, each once."""
    split = [tuple(words(value)) for value in values]
    return [each for each in dict.fromkeys(split) if each and set(each) <= set(vocabulary)]


def by_group(table: WordTable, role: str, values: list[Value]) -> Meanings:
    """Gentlemen are men, tennis is sport: by the table's lists."""
    groups = GROUPS[role]
    kind = {word: kind for word, kind in zip(table.words, table.kinds, strict=True) if kind in groups}
    named: defaultdict[str, list[Value]] = defaultdict(list)
    for value in values:
        if len(found := {kind[word] for word in value if word in kind}) == 1:
            named[found.pop()].append(value)
    # Where several values name a group, the shortest does so plainly.
    plain = {each: min(values, key=len) for each, values in named.items()}
    meanings: Meanings = {}
    for word, group in kind.items():
        for others in groups[group]:
            if meant := [plain[other] for other in others if other in plain]:
                meanings[word] = CERTAIN, _mixed({value: 1.0 for value in meant})
                break
    return meanings


def by_kind(table: WordTable, values: list[Value]) -> Meanings:
    """A gown is a dress: an article that a dictionary puts under the catalogue's, else one very like it."""
    rows = _rows(table, "article")
    seldom = dict(zip(values, np.linspace(0, SEEN_SELDOM, len(values)), strict=True))
    own = {value: rows.get(" ".join(value)) or rows.get(value[-1], []) for value in values}
    heads = {value[-1] for value in values}
    found: Meanings = {}
    for word, senses in rows.items():
        likely = {value: _likeness(table, senses[:1], own[value]) - seldom[value] for value in values}
        head = next((h for row in senses if (h := _head(table.chains[row], heads, word))), None)
        if head is not None:
            row = next(row for row in senses if _head(table.chains[row], heads, word) == head)
            kin = {
                value: _likeness(table, [row], own[value]) - seldom[value] for value in values if value[-1] == head
            }
            best = max(kin.values())
            found[word] = CERTAIN, _around(kin) if best >= NEAR_KIN else {head: 1.0}
        elif likely and (best := max(likely.values())) >= NEAR:
            found[word] = best, _around(likely)
        elif word.split()[-1] in heads:
            found[word] = CERTAIN, {word.split()[-1]: 1.0}
    return found


def by_colour(table: WordTable, values: list[Value]) -> Meanings:
    """Crimson is red: by what its name ends in, else by its meaning and by how it looks, where both are known."""
    rows = _rows(table, "colour")
    ends = {value[-1]: value for value in reversed(values)}
    seldom = np.linspace(0, SEEN_SELDOM, len(values))
    looks = [table.rgb.get(" ".join(value)) for value in values]
    places = np.array([lab(rgb) if rgb else np.full(3, np.nan) for rgb in looks]).reshape(-1, 3)
    found: Meanings = {}
    for word in dict.fromkeys([*rows, *table.rgb]):
        last = word.split()[-1]
        if " " in word and last in ends:
            found[word] = CERTAIN, {last: 1.0}
            continue
        meaning = np.array([_likeness(table, rows.get(word, []), rows.get(" ".join(v), [])) for v in values])
        apart = np.linalg.norm(places - lab(table.rgb[word]), axis=1) if word in table.rgb else np.full(len(values), np.nan)
        look = 1 - apart / (2 * FAR_COLOUR)
        both = np.nanmean([np.where(meaning > 0, meaning, np.nan), look], axis=0) if values else meaning
        likely = dict(zip(values, (np.nan_to_num(both) - seldom).tolist(), strict=True))
        best = max(likely.values(), default=0.0)
        if best >= (0.5 if word in table.rgb else NEAR):
            found[word] = CERTAIN if word in rows else NAMED_ONLY, _around(likely)
    return found


def _rows(table: WordTable, kind: str) -> dict[str, list[int]]:
    """The rows of each word's senses of a kind, most usual first."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, (word, other) in enumerate(zip(table.words, table.kinds, strict=True)):
        if other == kind:
            rows[word].append(row)
    return dict(rows)


def _likeness(table: WordTable, some: list[int], others: list[int]) -> float:
    """The cosine of the two senses that are nearest; 0 where there is none."""
    if not some or not others:
        return 0.0
    likeness: npt.NDArray[np.float32] = table.vectors[some] @ table.vectors[others].T
    return float(likeness.max())


def _head(chain: Iterable[str], heads: Collection[str], word: str) -> str | None:
    """The nearest thing that a chain names and a value ends in."""
    split = [tuple(words(each)) for each in chain]
    return next((each[-1] for each in split if each and each[-1] in heads and " ".join(each) != word), None)


def _around(likely: Mapping[Value, float]) -> Meant:
    """The likeliest values, those that are nearly as likely with less weight."""
    best = max(likely.values())
    return _mixed({value: 1 - (best - each) / BESIDE for value, each in likely.items()})


def _mixed(weights: Mapping[Value, float]) -> Meant:
    """The words of several values, each at its share; a word that all have is as loud as if said."""
    kept = {value: weight for value, weight in weights.items() if weight >= LEAST_WEIGHT}
    total = sum(kept.values())
    meant: defaultdict[str, float] = defaultdict(float)
    for value, weight in kept.items():
        for word in value:
            meant[word] += weight / total
    return {word: round(min(1.0, float(weight)), 2) for word, weight in meant.items()}
