"""What words of the table mean in a catalogue's own words: crimson is red here, a frock is a dress."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from modiste.cielab import lab
from modiste.text.read import LONGEST_PHRASE
from modiste.text.table import WordTable
from modiste.text.words import words

Value = tuple[str, ...]
"""A value of the catalogue as the words that it is heard as."""

Meant = dict[str, float]
"""Words of the vocabulary and their weights."""

Meanings = dict[str, tuple[float, Meant]]
"""Word or phrase -> how sure it is, 0 to 1, and what it means."""

NEAR, NEAR_KNOWN, NEAR_KIN = 0.72, 0.85, 0.6
"""Likeness from which a word means an article; a phrase that ends in a known word; one of a known kind."""
NEAR_COLOUR, NEAR_TINGE = 0.45, 0.6
"""Likeness from which a word means a colour, and one whose look and kind no list knows."""
FAR_COLOUR = 26.0
"""Distance in CIELAB at which two colours are half alike."""
SEEN_SELDOM = 0.1
"""What the rarest value loses in likeness: the networks hardly know it, and people seldom mean it."""
BESIDE = 0.08
"""A value that is less alike by so much no longer counts; one between counts with less weight."""
LEAST_WEIGHT = 0.3
MOST_VALUES = 3
"""A word that may be more values than this says nothing."""
LIGHTNESS = 0.6
"""How much a difference in lightness counts beside one in hue: aubergine is purple before it is navy."""
CERTAIN, NAMED_ONLY = 1.0, 0.4
"""How sure a reading is: by a list or a dictionary; of a colour that no dictionary has, moccasin say."""

GROUPS: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {
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
                meanings[word] = CERTAIN, _mixed(dict.fromkeys(meant, 1.0))
                break
    return meanings


def by_kind(table: WordTable, values: list[Value], vocabulary: Collection[str]) -> Meanings:
    """A gown is a dress: an article very like a value, or one that a dictionary puts under it.

    Only the most usual of its senses is compared, since likeness alone finds something for any. A
    fabric is no garment, whatever is made of it.
    """
    rows = _rows(table, "article")
    own = {value: (rows.get(" ".join(value)) or rows.get(value[-1], []))[:1] for value in values}
    seldom = dict(zip(values, np.linspace(0, SEEN_SELDOM, len(values)).tolist(), strict=True))
    kin: defaultdict[str, list[Value]] = defaultdict(list)
    for value in values:
        kin[value[-1]].append(value)
    found: Meanings = {}
    for word in rows.keys() - _rows(table, "fabric").keys():
        senses, last = rows[word], word.split()[-1]
        if (called := tuple(table.called[senses[0]].split())) in values:
            found[word] = CERTAIN, dict.fromkeys(called, 1.0)
            continue
        likely = {value: _likeness(table, senses[:1], own[value]) - seldom[value] for value in values}
        best = max(likely.values(), default=0.0)
        heads = (head for row in senses for head in _above(table.chains[row], word) if head in kin)
        ends_known = last != word and last in vocabulary
        head = last if ends_known else next(heads, "")
        if best >= (NEAR_KNOWN if ends_known else NEAR):
            found[word] = best, _around(likely)
        elif (
            head in kin and max((alike := {value: likely[value] for value in kin[head]}).values()) >= NEAR_KIN
        ):
            found[word] = CERTAIN, _around(alike)
        elif head:
            found[word] = CERTAIN, {head: 1.0}
    return {word: reading for word, reading in found.items() if reading[1]}


def by_colour(table: WordTable, values: list[Value]) -> Meanings:
    """Crimson is red: by what its name ends in, else by its meaning and how it looks."""
    rows = _rows(table, "colour")
    ends = {value[-1] for value in values}
    seldom = np.linspace(0, SEEN_SELDOM, len(values))
    looks = {value: _look(table.rgb[name]) for value in values if (name := " ".join(value)) in table.rgb}
    found: Meanings = {}
    for word in dict.fromkeys([*rows, *table.rgb]):
        called = tuple(table.called[rows[word][0]].split()) if word in rows else ()
        if called in values:
            found[word] = CERTAIN, dict.fromkeys(called, 1.0)
            continue
        if (last := word.split()[-1]) in ends and last != word:
            found[word] = CERTAIN, {last: 1.0}
            continue
        senses = rows.get(word, [])
        kinds = {
            end for row in senses for each in _above(table.chains[row], word) for end in each.split()[-1:]
        }
        look = _look(table.rgb[word]) if word in table.rgb else None
        likely = {}
        for value, less in zip(values, seldom.tolist(), strict=True):
            signs = []
            if senses and (named := rows.get(" ".join(value))):
                signs.append(_likeness(table, senses, named))
            if len(value) == 1 and value[0] in kinds:
                signs = [1.0]
            if look is not None and value in looks:
                signs.append(max(0.0, 1 - float(np.linalg.norm(look - looks[value])) / (2 * FAR_COLOUR)))
            likely[value] = sum(signs) / len(signs) - less if signs else 0.0
        sure = NEAR_COLOUR if look is not None or kinds.intersection(ends) else NEAR_TINGE
        if max(likely.values(), default=0.0) >= sure and (meant := _around(likely)):
            found[word] = CERTAIN if senses else NAMED_ONLY, meant
    return found


def in_part(table: WordTable, values: list[Value]) -> Meanings:
    """Navy is navy blue: a colour's name that is part of one value alone. The whole value stays itself."""
    rows, found = _rows(table, "colour"), Meanings()
    whose: defaultdict[str, list[Value]] = defaultdict(list)
    for value in values:
        for word in value:
            whose[word].append(value)
    for word, (value, *others) in whose.items():
        if 1 < len(value) <= LONGEST_PHRASE and not others and (word in rows or word in table.rgb):
            found |= dict.fromkeys((word, " ".join(value)), as_a_whole(value))
    return found


def as_a_whole(value: Value) -> tuple[float, Meant]:
    """What a value means as a whole, whatever its words are heard as alone."""
    return CERTAIN, dict.fromkeys(value, 1.0)


def _look(rgb: tuple[int, int, int]) -> npt.NDArray[np.float64]:
    return lab(rgb) * (LIGHTNESS, 1, 1)


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


def _above(chain: Iterable[str], word: str) -> list[str]:
    """What a chain names beside the word itself, as the encoder splits it, the nearest first."""
    return [said for each in chain if (said := " ".join(words(each))) and said != word]


def _around(likely: Mapping[Value, float]) -> Meant:
    """The likeliest values, those that are nearly as likely with less weight; none where it may be many."""
    best = max(likely.values())
    weights = {value: 1 - (best - each) / BESIDE for value, each in likely.items()}
    return _mixed(weights) if sum(each >= LEAST_WEIGHT for each in weights.values()) <= MOST_VALUES else {}


def _mixed(weights: Mapping[Value, float]) -> Meant:
    """The words of several values, each at its share; a word that all have is as loud as if said."""
    kept = {value: weight for value, weight in weights.items() if weight >= LEAST_WEIGHT}
    total = sum(kept.values())
    meant: defaultdict[str, float] = defaultdict(float)
    for value, weight in kept.items():
        for word in value:
            meant[word] += weight / total
    return {word: round(min(1.0, float(weight)), 2) for word, weight in meant.items()}
