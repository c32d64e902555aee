"""What a model hears in a description: values of its vocabulary, known words, unknown ones."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from modiste.design.synonyms import CLOTH, SYNONYMS
from modiste.record import ROLES
from modiste.text.phrases import attribute_words
from modiste.text.read import Encoder
from modiste.text.words import BETWEEN, FILLERS, UNSEEN, words

Vocabulary = Mapping[str, Sequence[str]]

CHUNK = re.compile(
    rf"\b(?:t|sweat|polo){BETWEEN}shirts?\b|(?:[^\W_][\u0300-\u036f{UNSEEN}]*)+(?:'s\b)?", re.IGNORECASE
)
"""A word as it stands in a description; `words` says what is heard of it."""

STOPS_BETWEEN = 2
"""Stop words inside a phrase: maid of honour."""
SUGGESTIONS = 3
MOST_LOOKED_UP = 12
"""Unknown words that get suggestions: a pasted text has hundreds."""


@dataclass(frozen=True)
class Segment:
    """A stretch of a description; the texts of all segments together are the description."""

    text: str
    kind: str
    """`value` (of the vocabulary), `heard` (as other words), `known`, `free` (known from free texts alone,
    where most words are brands), `unknown`, or `quiet` (signs, stop words)."""
    role: str = ""
    """The attribute that a value belongs to."""
    value: str = ""
    """The value as the vocabulary writes it."""
    suggestions: tuple[str, ...] = ()
    """For an unknown word: words that the model does know."""
    heard: tuple[str, ...] = ()
    """For a word that is heard as others: those, the loudest first."""


def read_description(
    description: str, encoder: Encoder, vocabulary: Vocabulary, *, looked_up: int = MOST_LOOKED_UP
) -> list[Segment]:
    """Splits a description into what the model hears and what it does not.

    Args:
        looked_up: how many unknown words get suggestions.
    """
    unknown, others = set(encoder.unknown(description)), encoder.heard(description)
    attributes, known = attribute_words(vocabulary), set(encoder.vocabulary)
    segments: list[Segment] = []
    end = 0
    for start, stop, role, value in _spans(description, vocabulary, encoder):
        if start > end:
            segments.append(Segment(description[end:start], "quiet"))
        text, end = description[start:stop], stop
        said = words(text)
        meant = others.get(" ".join(said), ())
        if not meant and others.keys() & set(said):  # some words of a value are others to the encoder
            heard = [others.get(word, (word,)) for word in said if word not in unknown]
            meant = tuple(dict.fromkeys(word for each in heard for word in each))
        if meant:
            segments.append(Segment(text, "heard", role, value, heard=meant))
        elif not said or (FILLERS.issuperset(said) and known.isdisjoint(said)):
            segments.append(Segment(text, "quiet"))
        elif unknown.issuperset(said):
            near = suggestions(said[0], encoder.vocabulary, attributes) if looked_up > 0 else ()
            looked_up -= 1
            segments.append(Segment(text, "unknown", suggestions=near))
        elif role:
            segments.append(Segment(text, "value", role, value))
        else:
            of_cloth = not attributes or attributes & set(said) or CLOTH & set(said)
            segments.append(Segment(text, "known" if of_cloth else "free"))
    if end < len(description):
        segments.append(Segment(description[end:], "quiet"))
    return segments


def suggestions(word: str, known: Sequence[str], attributes: Collection[str] = ()) -> tuple[str, ...]:
    """Up to three words that the model knows instead of one that it does not: synonyms, then spellings.

    A misspelt synonym counts too: `sneekers` gives what `sneakers` would. Of spellings, only the words of
    attributes, which come first, and of cloth count: free texts are full of brands.
    """
    vocabulary, word = set(known), word[:40]
    ours = [other for other in known if len(other) > 2 and (other in attributes or other in CLOTH)]
    near = difflib.get_close_matches(word, ours, SUGGESTIONS, 0.75)
    near.sort(key=lambda other: other not in attributes)
    meant = [word] if word in SYNONYMS or near else difflib.get_close_matches(word, SYNONYMS, 1, 0.85)
    same = [other for key in meant for other in SYNONYMS.get(key, ()) if set(words(other)) <= vocabulary]
    return tuple(dict.fromkeys([*same, *near]))[:SUGGESTIONS]


def replace_value(description: str, role: str, value: str, vocabulary: Vocabulary, encoder: Encoder) -> str:
    """The description with another value of an attribute, or without one if `value` is empty.

    It takes the place of the first such value, or of a word heard as one; where there is none, it stands
    before the attributes that are said after it (`ROLES`), or at the end.
    """
    new = value.lower()
    spans = [span for span in _spans(description, vocabulary, encoder) if span[2]]
    ours = [span for span in spans if span[2] == role]
    if not ours and new:
        later = ROLES[ROLES.index(role) + 1 :]
        place = next((start for start, _, other, _ in spans if other in later), len(description))
        return _tidy(f"{description[:place]} {new} {description[place:]}")
    for number, (start, stop, _, _) in reversed(list(enumerate(ours))):
        description = description[:start] + (new if number == 0 else "") + description[stop:]
    return _tidy(description)


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _spans(description: str, vocabulary: Vocabulary, encoder: Encoder) -> list[tuple[int, int, str, str]]:
    """Start, end, role and value of each word or phrase; the longest phrases come first."""
    chunks = [(match.start(), match.end(), words(match.group())) for match in CHUNK.finditer(description)]
    phrases: dict[tuple[str, ...], tuple[str, str]] = {}
    for role in ROLES:
        for value in vocabulary.get(role, ()):
            if heard := tuple(words(value)):
                phrases.setdefault(heard, (role, value))
    values = {frozenset(heard): named for heard, named in reversed(phrases.items())}
    for phrase, meant in encoder.heard(description).items():
        parts = (values.get(frozenset(meant[:count])) for count in range(len(meant), 0, -1))
        phrases.setdefault(tuple(phrase.split()), next(filter(None, parts), ("", "")))
    longest = max(map(len, phrases), default=0) + STOPS_BETWEEN
    spans: list[tuple[int, int, str, str]] = []
    position = 0
    while position < len(chunks):
        start, stop, _ = chunks[position]
        role, value, taken = "", "", 1
        for length in range(min(longest, len(chunks) - position), 0, -1):
            some = chunks[position : position + length]
            found = phrases.get(tuple(word for _, _, heard in some for word in heard))
            if found and some[0][2] and some[-1][2]:
                (role, value), stop, taken = found, some[-1][1], length
                break
        spans.append((start, stop, role, value))
        position += taken
    return spans
