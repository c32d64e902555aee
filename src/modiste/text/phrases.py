"""What a catalogue's texts say of garments beyond their attributes: printed, striped, a brand's name.

`design/phrases.py` fills descriptions in with them. In `phrases.json` of a run and of a model folder:
{"Tshirts": {"Men": {"Casual": ["printed", "", "striped polo"], …}, …}, …}, "" for no gender or style.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from modiste.errors import BadInput
from modiste.record import Record
from modiste.text.words import words

FILE = "phrases.json"
MOST, LONGEST = 64, 8
"""Phrases of one article and gender, and words of one phrase."""
MOST_CHARACTERS = 400
"""Of a phrase in a folder that may come from a stranger."""

Phrases = Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]
"""Article -> gender -> style -> phrases, as often as they occur; an empty one where a text says no more."""


def attribute_words(vocabulary: Mapping[str, Sequence[str]]) -> set[str]:
    """The words of a vocabulary's values (role -> values)."""
    return {word for values in vocabulary.values() for value in values for word in words(value)}


def phrases_of(
    records: Sequence[Record], known: Collection[str], vocabulary: Mapping[str, Sequence[str]]
) -> Phrases:
    """What the first texts of products say beyond attributes, in words that an encoder knows.

    Args:
        records: the training products.
        known: the encoder's vocabulary.
        vocabulary: role -> values, whose words are left out.
    """
    told = set(known) - attribute_words(vocabulary)
    every: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for record in records:
        if record.article and record.texts:
            said = [word for word in words(record.texts[0]) if word in told]
            of_these = every.setdefault((record.article, record.gender or ""), [])
            of_these.append((record.style or "", " ".join(said[:LONGEST])))
    result: dict[str, dict[str, dict[str, list[str]]]] = {}
    for (article, gender), of_these in every.items():
        by_style = result.setdefault(article, {}).setdefault(gender, {})
        for style, phrase in of_these[:: -(-len(of_these) // MOST)]:
            by_style.setdefault(style, []).append(phrase)
    return result


def check_phrases(value: Any, source: Path) -> Phrases:
    """What a `phrases.json` holds; BadInput, naming `source`, if it is something else."""
    lists: list[Any] = [value]
    for _ in range(3):  # article, gender, style
        tables = [table if isinstance(table, dict) else {"": None} for table in lists]
        lists = [below for table in tables for below in table.values()]
    fine = isinstance(value, dict) and all(
        isinstance(phrases, list) and all(isinstance(each, str) and _short(each) for each in phrases)
        for phrases in lists
    )
    if not fine:
        raise BadInput(
            f'expected phrases as {{"Tshirts": {{"Men": {{"Casual": ["printed"]}}}}}} in {source}, each of '
            f"at most {MOST_CHARACTERS} printable characters, found something else"
        )
    phrases: Phrases = value
    return phrases


def _short(phrase: str) -> bool:
    return len(phrase) <= MOST_CHARACTERS and (not phrase or phrase.isprintable())
