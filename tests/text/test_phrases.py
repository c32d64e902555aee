from pathlib import Path
from typing import Any

import pytest

from modiste.catalogue import Catalogue
from modiste.errors import BadInput
from modiste.game.begin import vocabulary
from modiste.record import Record
from modiste.text.fit import fit_tfidf
from modiste.text.phrases import LONGEST, MOST, check_phrases, phrases_of
from modiste.text.words import words
from modiste.text.write import full_description

VOCABULARY = {"gender": ["Men"], "style": [], "colour": ["Navy Blue"], "article": ["Tshirts"]}


def product(
    text: str, article: str | None = "Tshirts", gender: str | None = "Men", style: str | None = None
) -> Record:
    return Record("1", article=article, gender=gender, style=style, texts=(text,) if text else ())


def test_phrases_are_known_words_that_are_no_attribute_s() -> None:
    records = [
        product("Turtle Men's Printed Navy Stripes T-shirt"),
        product("Navy Tshirt"),
        product("Printed", gender=None),
        product("Formal Printed", style="Formal"),
        product("Printed", article=None),
        product(""),
    ]
    known = ["printed", "stripe", "navy", "tshirt", "men"]
    assert phrases_of(records, known, VOCABULARY) == {
        "Tshirts": {"Men": {"": ["printed stripe", ""], "Formal": ["printed"]}, "": {"": ["printed"]}}
    }


def test_phrases_are_few_short_and_from_the_whole_catalogue() -> None:
    records = [product(f"word{number} " + "printed " * 20) for number in range(10 * MOST)]
    known = ["printed", "word0", f"word{10 * MOST - 10}"]
    found = phrases_of(records, known, VOCABULARY)["Tshirts"]["Men"][""]
    assert len(found) == MOST
    assert all(len(phrase.split()) == LONGEST for phrase in found)
    assert found[0].startswith("word0")
    assert found[-1].startswith("word")


def test_phrases_of_a_real_catalogue_name_no_colour_and_no_garment(catalogue: Catalogue) -> None:
    records = catalogue.split("train").records
    encoder = fit_tfidf([full_description(record) for record in records])
    values_of = vocabulary(records)
    found = phrases_of(records, encoder.vocabulary, values_of)
    lists = [told for genders in found.values() for styles in genders.values() for told in styles.values()]
    said = {word for told in lists for phrase in told for word in phrase.split()}
    assert said
    assert said <= set(encoder.vocabulary)
    assert not said & {word for role in values_of.values() for value in role for word in words(value)}
    assert check_phrases(found, Path("phrases.json")) == found


@pytest.mark.parametrize(
    "value",
    [None, [], {"Shirts": ["red"]}, {"Shirts": {"Men": ["red"]}}, {"Shirts": {"Men": {"": "red"}}},
     {"Shirts": {"Men": {"": [1]}}}, {"Shirts": {"Men": {"": ["red\n"]}}}, {"Shirts": None},
     {"Shirts": {"Men": {"": ["r" * 500]}}}],
)  # fmt: skip
def test_other_files_are_refused(value: Any) -> None:
    with pytest.raises(BadInput, match="expected phrases"):
        check_phrases(value, Path("phrases.json"))
