"""Vocabulary and idf, from the descriptions of the training split alone."""

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from modiste.errors import BadInput
from modiste.text.read import TfidfEncoder, words


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
