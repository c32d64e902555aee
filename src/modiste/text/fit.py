"""Vocabulary and idf, from the training split alone; and what other words are heard as."""

from collections.abc import Mapping, Sequence
from itertools import chain

from sklearn.feature_extraction.text import TfidfVectorizer

from modiste.errors import BadInput
from modiste.record import ROLES
from modiste.text.idioms import by_idiom
from modiste.text.meanings import Meant, by_colour, by_group, by_kind, in_part, sayable
from modiste.text.read import ENCODERS, Encoder, TfidfEncoder, WordsEncoder
from modiste.text.spelling import Spelling
from modiste.text.table import word_table
from modiste.text.words import words


def fit_tfidf(descriptions: Sequence[str], dimensions: int = 256) -> TfidfEncoder:
    """Fits the article's encoder: the `dimensions` most frequent words and their idf.

    Args:
        descriptions: full descriptions of the training split, one a product.
        dimensions: length of the vector; fewer words than that leave zeros at its end.

    Raises:
        BadInput: no description holds a word.
    """
    vectorizer = TfidfVectorizer(analyzer=words, max_features=dimensions)
    try:
        vectorizer.fit(descriptions)
    except ValueError:
        raise BadInput(
            "expected descriptions with words in them, found none; map a text column with --map"
        ) from None
    return TfidfEncoder(
        [str(word) for word in vectorizer.get_feature_names_out()], list(vectorizer.idf_), dimensions
    )


def fit_encoder(kind: str, descriptions: Sequence[str], values: Mapping[str, Sequence[str]]) -> Encoder:
    """An encoder of the kind that `--encoder` names; arguments as below. BadInput: there is no such kind."""
    if kind not in ENCODERS:
        raise BadInput(f"unknown encoder {kind!r}; use one of: {', '.join(ENCODERS)}")
    plain = fit_tfidf(descriptions)
    return fit_words(plain, values) if kind == WordsEncoder.kind else plain


def fit_words(plain: TfidfEncoder, values: Mapping[str, Sequence[str]]) -> WordsEncoder:
    """An encoder that also hears words outside the vocabulary, as words of the catalogue's values.

    A function of what a run or a model folder holds, so that an older one can be given it: words of
    the vocabulary keep their vectors, save where several are heard as a whole (`idioms.py`), where one is a
    part of a colour's name or a word for a gender, and where attributes stand beside other words.

    Args:
        plain: the encoder whose vocabulary, idf and vectors it keeps.
        values: role -> values of the training split.
    """
    table, vocabulary = word_table(), set(plain.vocabulary)
    sayables = {role: sayable(values.get(role, ()), vocabulary) for role in ROLES}
    genders = by_group(table, "gender", sayables["gender"])
    readings = (
        genders,
        by_group(table, "style", sayables["style"]),
        by_kind(table, sayables["article"], vocabulary),
        by_colour(table, sayables["colour"]),
    )
    known = set(chain.from_iterable(sayables.values()))
    heard: dict[str, tuple[float, Meant]] = by_idiom(known, vocabulary)
    for reading in readings:  # a word of two kinds is what it is more surely
        for word, (sure, meant) in reading.items():
            if not set(word.split()) <= vocabulary and sure > heard.get(word, (0.0, {}))[0]:
                heard[word] = sure, meant
    attributes = set(chain.from_iterable(known))
    heard |= in_part(table, sayables["colour"])
    for word in genders.keys() & (vocabulary - attributes):
        if len(genders[word][1]) == 1:  # her, not kid
            heard[word] = genders[word]
    spelling = Spelling([*vocabulary, *heard])
    others = {*table.common, *table.words} - vocabulary - heard.keys()
    return WordsEncoder(
        plain.vocabulary,
        plain.idf,
        {word: heard[word][1] for word in sorted(heard)},
        [word for word in others if any(spelling.near(word))],
        attributes,
        plain.dimensions,
    )
