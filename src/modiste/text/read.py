"""Description -> vector, with numpy alone: what a picture needs at run time."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from modiste.errors import BadInput
from modiste.files import read_json

Floats = npt.NDArray[np.float32]

MAX_CHARACTERS = 2000
"""A longer description is refused: it is a pasted document, not a garment."""

STOP_WORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "into", "is",
    "it", "its", "made", "of", "on", "or", "that", "the", "this", "to", "up", "with", "your",
})  # fmt: skip
"""Words that say nothing of a garment: neither learnt nor reported as unknown."""

KEPT_PLURALS = frozenset({"shorts"})
"""Plurals that are another word than their singular: shorts are not short."""

ONE_WORD = re.compile(r"\b(t|sweat|polo)[\s-]+(shirts?)\b")
"""`t-shirt`, `T shirt` and `sweat-shirt` are one word, as catalogues write them (`Tshirts`)."""

WORD = re.compile(r"[^\W_]{2,}")


class Encoder(Protocol):
    """Turns descriptions into vectors and knows which words it can hear."""

    dimensions: int

    def encode(self, descriptions: Sequence[str]) -> Floats:
        """Vectors [len(descriptions), dimensions]."""

    def unknown(self, description: str) -> list[str]:
        """The description's words that this encoder cannot hear, in order, each once."""

    @property
    def vocabulary(self) -> list[str]:
        """The words it can hear."""

    def to_json(self) -> dict[str, Any]:
        """What `encoder.json` holds."""


def words(description: str) -> list[str]:
    """Lower-case words of a description, in order, plurals folded and stop words left out.

    The same function analyses the training texts, so that fitting and reading cannot differ.
    """
    text = ONE_WORD.sub(r"\1\2", unicodedata.normalize("NFKC", description).casefold().replace("'s", ""))
    return [_singular(word) for word in WORD.findall(text) if word not in STOP_WORDS]


def _singular(word: str) -> str:
    if len(word) < 4 or word in KEPT_PLURALS or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]


def check_description(description: str) -> str:
    """The description, stripped; BadInput if it is empty, too long or no text (a NUL, half a pair)."""
    if "\0" in description:
        raise BadInput("a description must be text, found a NUL character; remove it")
    if any("\ud800" <= character <= "\udfff" for character in description):
        raise BadInput("a description must be Unicode text, found half of a surrogate pair; type it again")
    if len(description) > MAX_CHARACTERS:
        raise BadInput(
            f"a description must have at most {MAX_CHARACTERS:,} characters, "
            f"got {len(description):,}; shorten it"
        )
    if not description.strip():
        raise BadInput(
            'a description must hold words, got an empty one; try "navy blue casual shirt for men"'
        )
    return description.strip()


class TfidfEncoder:
    """The article's text vector: term counts times inverse document frequency, of unit length.

    Equals scikit-learn's `TfidfVectorizer(analyzer=words)` to 1e-6. A vocabulary of fewer than
    `dimensions` words leaves the last values zero.
    """

    kind = "tfidf"

    def __init__(self, words: Sequence[str], idf: Sequence[float], dimensions: int = 256) -> None:
        if len(words) != len(idf) or not 0 < len(words) <= dimensions:
            raise BadInput(
                f"a TF-IDF encoder needs 1 to {dimensions} words, each with its idf; "
                f"got {len(words)} words and {len(idf)} values"
            )
        self.dimensions = dimensions
        self._position = {word: position for position, word in enumerate(words)}
        self._idf = np.zeros(dimensions)
        self._idf[: len(idf)] = idf

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "TfidfEncoder":
        """Reads what `to_json` gave; BadInput if a part is missing or of another kind."""
        try:
            return cls(
                [str(word) for word in value["words"]], [float(x) for x in value["idf"]], value["dimensions"]
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BadInput(
                f"expected words, idf and dimensions in the encoder, found an error: {error}"
            ) from None

    def to_json(self) -> dict[str, Any]:
        """What `encoder.json` holds."""
        idf = [float(x) for x in self._idf[: len(self._position)]]
        return {"kind": self.kind, "dimensions": self.dimensions, "words": self.vocabulary, "idf": idf}

    @property
    def vocabulary(self) -> list[str]:
        """The words it can hear, in the order of the vector."""
        return list(self._position)

    def encode(self, descriptions: Sequence[str]) -> Floats:
        """Vectors [len(descriptions), dimensions] of unit length; all zero where no word is known."""
        vectors = np.zeros((len(descriptions), self.dimensions))
        for vector, description in zip(vectors, descriptions, strict=True):
            for word in words(description):
                position = self._position.get(word)
                if position is not None:
                    vector[position] += self._idf[position]
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 0, length, 1.0)).astype(np.float32)

    def unknown(self, description: str) -> list[str]:
        """The description's words outside the vocabulary, in order, each once."""
        return [word for word in dict.fromkeys(words(description)) if word not in self._position]


ENCODERS = {TfidfEncoder.kind: TfidfEncoder.from_json}
"""Every kind of encoder by the name that `encoder.json` carries."""


def load_encoder(path: Path) -> Encoder:
    """Reads an `encoder.json`; BadInput if it is missing, no JSON, or of an unknown kind."""
    return read_encoder(read_json(path), path)


def read_encoder(value: Any, source: Path) -> Encoder:
    """Builds an encoder from the JSON of an `encoder.json`; BadInput, naming `source`, if it is none."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in ENCODERS:
        raise BadInput(
            f"expected an encoder of kind {', '.join(ENCODERS)} in {source}, found {str(kind)[:40]!r}"
        )
    return ENCODERS[kind](value)
