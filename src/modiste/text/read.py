"""Description -> vector, with numpy alone: what a picture needs at run time."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from modiste.errors import BadInput
from modiste.files import is_text, read_json
from modiste.text.spelling import Spelling
from modiste.text.words import FILLERS, words

Floats = npt.NDArray[np.float32]

MAX_CHARACTERS = 2000
"""A longer description is refused: it is a pasted document, not a garment."""


class Encoder(Protocol):
    """Turns descriptions into vectors and knows which words it can hear."""

    dimensions: int
    kind: str
    """Its name in `encoder.json`."""

    def encode(self, descriptions: Sequence[str]) -> Floats:
        """Vectors [len(descriptions), dimensions]."""

    def unknown(self, description: str) -> list[str]:
        """The description's words that this encoder cannot hear, in order, each once."""

    def heard(self, description: str) -> dict[str, tuple[str, ...]]:
        """Words and phrases that it hears as other words, those of its vocabulary: crimson as red."""

    @property
    def vocabulary(self) -> list[str]:
        """The words that it learnt, in the order of the vector."""

    def to_json(self) -> dict[str, Any]:
        """What `encoder.json` holds."""


def check_description(description: str) -> str:
    """The description, stripped; BadInput if it is empty, too long or no text (a NUL, half a pair)."""
    if "\0" in description:
        raise BadInput("a description must be text, found a NUL character; remove it")
    if not is_text(description):
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
        if len(words) != len(idf) or not 0 < len(words) <= dimensions or not np.isfinite(idf).all():
            raise BadInput(
                f"a TF-IDF encoder needs 1 to {dimensions} words, each with a finite idf; "
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
        return {"kind": self.kind, "dimensions": self.dimensions, "words": self.vocabulary, "idf": self.idf}

    @property
    def vocabulary(self) -> list[str]:
        """The words that it learnt, in the order of the vector."""
        return list(self._position)

    @property
    def idf(self) -> list[float]:
        """The inverse document frequency of each word of the vocabulary."""
        return [float(x) for x in self._idf[: len(self._position)]]

    def encode(self, descriptions: Sequence[str]) -> Floats:
        """Vectors [len(descriptions), dimensions] of unit length; all zero where no word is known."""
        vectors = np.zeros((len(descriptions), self.dimensions))
        for vector, description in zip(vectors, descriptions, strict=True):
            for word, weight in self._said(description).items():
                position = self._position[word]
                vector[position] = weight * self._idf[position]
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 0, length, 1.0)).astype(np.float32)

    def unknown(self, description: str) -> list[str]:
        """The description's words that it cannot hear, fillers left out, in order, each once."""
        listened = self._listen(description)
        found = [phrase for phrase, meant in listened if not meant and phrase not in FILLERS]
        return list(dict.fromkeys(found))

    def heard(self, description: str) -> dict[str, tuple[str, ...]]:
        """Words and phrases that it hears as words of its vocabulary, loudest first."""
        return {
            phrase: tuple(sorted(meant, key=lambda word: -meant[word]))
            for phrase, meant in self._listen(description)
            if meant and meant.keys() != set(phrase.split())
        }

    def _said(self, description: str) -> dict[str, float]:
        """How often the description says each word of the vocabulary."""
        said: dict[str, float] = {}
        for _, meant in self._listen(description):
            for word, weight in meant.items():
                said[word] = said.get(word, 0.0) + weight
        return said

    def _listen(self, description: str) -> Iterable[tuple[str, Mapping[str, float]]]:
        """Each word, or phrase, with the words of the vocabulary that it is heard as, and their weights."""
        return [(word, {word: 1.0} if word in self._position else {}) for word in words(description)]


MAX_HEARD = 50_000
"""Words that an encoder may hear as others: more is no encoder but an attack on the memory."""

LONGEST_PHRASE = 3
"""Words of a phrase that is heard as a whole."""

APART = re.compile(r"[,.;:!?/&+|()\n]|\s[-\u2010-\u2015]\s|\b(?:and|or)\b", re.IGNORECASE)
"""What no phrase goes over: jeans and a jacket are no jean jacket."""


class WordsEncoder(TfidfEncoder):
    """The article's vector, for words outside the vocabulary too: they are heard as words inside it.

    A phrase of up to three words, or a word, is looked up first as it stands; then a word outside it as a
    slip of the pen: if every known word that is nearest to it means the same. What neither finds is unknown.

    Beside other words an attribute counts twice, as where a catalogue has it in a column and in the text,
    or rare words would drown it: `little` is louder than `black` and `dress`.
    """

    kind = "words"

    def __init__(
        self,
        words: Sequence[str],
        idf: Sequence[float],
        heard: Mapping[str, Mapping[str, float]],
        not_misspelt: Iterable[str] = (),
        attributes: Iterable[str] = (),
        dimensions: int = 256,
    ) -> None:
        """Takes what `TfidfEncoder` takes, and beside it:

        Args:
            heard: word or phrase -> words of the vocabulary and their weights, above 0 and at most 1.
            not_misspelt: words that mean something else, however near to a known one they are written.
            attributes: words of the catalogue's values.

        Raises:
            BadInput: a phrase is not as `words` splits it, a target is outside the vocabulary, a
                weight is out of range, or there are too many.
        """
        super().__init__(words, idf, dimensions)
        if len(heard) > MAX_HEARD:
            raise BadInput(
                f"an encoder must hear at most {MAX_HEARD:,} words as others, found {len(heard):,}; "
                "remove some from `heard`"
            )
        for phrase, meant in heard.items():
            self._check(phrase, meant)
        self._heard = {phrase: dict(meant) for phrase, meant in heard.items()}
        self._not_misspelt = frozenset(not_misspelt)
        self._attributes = frozenset(attributes)
        self._spelling = Spelling([*self._position, *(word for word in heard if word not in self._position)])
        self._meant = lru_cache(1 << 14)(self._look_up)

    def _check(self, phrase: str, meant: Mapping[str, float]) -> None:
        said = words(phrase)
        if " ".join(said) != phrase or not 0 < len(said) <= LONGEST_PHRASE:
            raise BadInput(
                f"expected 1 to {LONGEST_PHRASE} words in lower case and singular in `heard` of the encoder, "
                f"found {phrase[:60]!r}; write {' '.join(said[:LONGEST_PHRASE])[:60]!r}"
            )
        if not meant or not self._position.keys() >= meant.keys():
            odd = next((word for word in meant if word not in self._position), "no word")
            raise BadInput(
                f"{phrase[:60]!r} must be heard as words of the encoder's vocabulary, found {odd[:60]!r}; "
                "name some of `words`, or remove it from `heard`"
            )
        for word, weight in meant.items():
            if type(weight) not in (int, float) or not 0 < weight <= 1:
                raise BadInput(
                    f"{phrase[:60]!r} must be heard as {word!r} with a weight above 0 and at most 1, "
                    f"found {repr(weight)[:40]}"
                )

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "WordsEncoder":
        """Reads what `to_json` gave; BadInput if a part is missing, of another kind or out of range."""
        plain = TfidfEncoder.from_json(value)
        heard = value.get("heard")
        if not isinstance(heard, dict) or not all(isinstance(meant, dict) for meant in heard.values()):
            raise BadInput('expected `heard` in the encoder as {"crimson": {"red": 0.9}}, found another kind')
        # One of before attributes counted twice names none.
        lists = {"not_misspelt": value.get("not_misspelt"), "attributes": value.get("attributes", [])}
        for name, some in lists.items():
            if not isinstance(some, list) or not all(isinstance(word, str) for word in some):
                raise BadInput(f"expected `{name}` in the encoder as a list of words, found something else")
        return cls(plain.vocabulary, plain.idf, heard, **lists, dimensions=plain.dimensions)

    def to_json(self) -> dict[str, Any]:
        """What `encoder.json` holds."""
        lists = {"not_misspelt": sorted(self._not_misspelt), "attributes": sorted(self._attributes)}
        return super().to_json() | {"heard": self._heard} | lists

    def _said(self, description: str) -> dict[str, float]:
        said = super()._said(description)
        named = set() if said.keys() <= self._attributes else said.keys() & self._attributes
        return said | {word: max(said[word], min(2 * said[word], 2.0)) for word in named}

    def _listen(self, description: str) -> Iterable[tuple[str, Mapping[str, float]]]:
        for part in APART.split(description):
            yield from self._listen_to(words(part))

    def _listen_to(self, said: list[str]) -> Iterable[tuple[str, Mapping[str, float]]]:
        position = 0
        while position < len(said):
            for length in range(min(LONGEST_PHRASE, len(said) - position), 0, -1):
                some = said[position : position + length]
                phrase = " ".join(some)
                if length == 1:
                    yield phrase, self._meant(phrase)
                elif phrase in self._heard:
                    yield phrase, self._heard[phrase]
                else:
                    continue
                position += length
                break

    def _look_up(self, word: str) -> Mapping[str, float]:
        """What a single word is heard as; nothing where it is unknown."""
        if word in self._heard:
            return self._heard[word]
        if word in self._position:
            return {word: 1.0}
        if word in self._not_misspelt:
            return {}
        near = sorted(self._spelling.near(word))
        meant = [self._look_up(other) for apart, other in near if apart == near[0][0]]
        return meant[0] if meant and all(each == meant[0] for each in meant) else {}


ENCODERS: dict[str, Callable[[dict[str, Any]], Encoder]] = {
    TfidfEncoder.kind: TfidfEncoder.from_json,
    WordsEncoder.kind: WordsEncoder.from_json,
}
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
