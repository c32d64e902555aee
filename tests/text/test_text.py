import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from modiste.errors import BadInput
from modiste.record import Record
from modiste.text.fit import fit_tfidf
from modiste.text.read import MAX_CHARACTERS, TfidfEncoder, check_description, load_encoder
from modiste.text.words import words
from modiste.text.write import UNIFORMS, full_description, random_description

TEXTS = [
    "Men Navy Blue Casual Shirts. Turtle Check Men Navy Blue Shirt",
    "Women Red Party Dresses. A flowing red dress",
    "Unisex White Sports Shoes. White running shoes, white laces",
    "Women Black Heels",
    "Men Blue Jeans. Slim jeans",
]
SHIRT = Record("1", "Men", "Casual", "Navy Blue", "Shirts", ("Turtle Check Shirt", "A check shirt"))


@given(st.lists(st.sampled_from(" ".join(TEXTS).split()), min_size=1, max_size=12).map(" ".join))
def test_reader_equals_scikit_learn(description: str) -> None:
    vectorizer = TfidfVectorizer(analyzer=words, max_features=256).fit(TEXTS)
    expected = np.zeros((1, 256))
    expected[:, : len(vectorizer.vocabulary_)] = vectorizer.transform([description]).toarray()
    assert np.abs(fit_tfidf(TEXTS).encode([description]) - expected).max() < 1e-6


def test_vector_has_exactly_the_articles_256_values() -> None:
    many = [f"word{chr(97 + i % 26)}{chr(97 + i // 26)} shirt" for i in range(600)]
    assert fit_tfidf(many).encode(["shirt"]).shape == (1, 256)
    assert len(fit_tfidf(many).vocabulary) == 256
    assert fit_tfidf(TEXTS).encode(["shirt"]).shape == (1, 256)


def test_encoder_survives_json(tmp_path: Path) -> None:
    encoder = fit_tfidf(TEXTS)
    (tmp_path / "encoder.json").write_text(json.dumps(encoder.to_json()))
    again = load_encoder(tmp_path / "encoder.json")
    assert np.array_equal(again.encode(TEXTS), encoder.encode(TEXTS))


def test_unknown_words_are_reported_by_name() -> None:
    assert fit_tfidf(TEXTS).unknown("a crimson dress with CRIMSON frills") == ["crimson", "frill"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("shirts", "shirt"),
        ("dresses", "dress"),
        ("T-shirt", "Tshirts"),
        ("t shirts", "tshirt"),
        ("white t\u2011shirt", "white T\u2013shirt"),
        ("red 'slim fit' jeans", "red slim fit jeans"),
        ("dre\u00adss", "dress"),
        ("WOMEN'S", "women"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert words(one) == words(other) != []


def test_shorts_are_not_short() -> None:
    assert words("shorts") != words("short")


def test_full_description_names_all_that_is_known() -> None:
    assert full_description(SHIRT) == "Men Casual Navy Blue Shirts. Turtle Check Shirt"


@given(st.lists(st.floats(0, 1, exclude_min=True, exclude_max=True), min_size=UNIFORMS, max_size=UNIFORMS))
def test_random_description_is_a_part_and_never_empty(uniforms: list[float]) -> None:
    description = random_description(SHIRT, uniforms)
    everything = words(" ".join([full_description(SHIRT), *SHIRT.texts]))
    assert set(words(description)) <= set(everything)
    assert words(description)


def test_short_prompts_occur_in_training() -> None:
    assert random_description(SHIRT, [0.99, 0.99, 0.1, 0.1, 0.99, 0.5]) == "Navy Blue Shirts"


@pytest.mark.parametrize("description", ["", "  \n", "a" * 100_000, "red\0shirt", "red \ud83d"])
def test_descriptions_that_are_none_are_refused(description: str) -> None:
    with pytest.raises(BadInput, match="description must"):
        check_description(description)


@given(st.text(max_size=MAX_CHARACTERS))
def test_any_text_gives_a_finite_vector(description: str) -> None:
    vector = TfidfEncoder(["red", "shirt"], [1.0, 1.5]).encode([description])
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(0) or np.linalg.norm(vector) == pytest.approx(1)
