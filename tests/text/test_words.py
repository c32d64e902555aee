"""Words outside the vocabulary: what they are heard as, and what is no encoder."""

import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from modiste.errors import BadInput
from modiste.text.fit import fit_encoder, fit_tfidf, fit_words
from modiste.text.read import WordsEncoder, load_encoder, read_encoder
from modiste.text.table import PATH, word_table

VALUES = {
    "gender": ["Men", "Women", "Boys"],
    "style": ["Casual", "Sports", "Formal"],
    "colour": ["Black", "White", "Blue", "Grey", "Brown", "Green", "Navy Blue", "Red", "Purple", "Yellow"],
    "article": [
        "Tshirts", "Casual Shoes", "Shirts", "Sports Shoes", "Tops", "Dresses", "Trousers", "Sweatshirts",
        "Jackets", "Sweaters", "Skirts", "Kurtas",
    ],
}  # fmt: skip
TEXTS = [" ".join(part) for part in zip(*(values * 12 for values in VALUES.values()), strict=False)]
PLAIN = fit_tfidf([*TEXTS, *(value for values in VALUES.values() for value in values)])
ENCODER = fit_words(PLAIN, VALUES)
AGAIN = read_encoder(json.loads(json.dumps(ENCODER.to_json())), Path("encoder.json"))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("scarlet", "red"),
        ("golf", "sport"),
        ("gentleman", "men"),
        ("daughter", "women"),
        ("pinafore", "dress"),
        ("anorak", "jacket"),
        ("cardigan", "sweater"),
        ("hoodie", "sweatshirt"),
        ("trainers", "sport shoe"),
        ("slacks", "trouser"),
        ("kilt", "skirt"),
        ("jet black", "black"),
        ("emerald green", "green"),
        ("navy", "navy blue"),
        ("T-shirt", "tshirt"),
        ("brogues", "casual shoe"),
        ("aubergine", "purple"),
        ("granddaughter", "women"),
    ],
)
def test_a_word_outside_the_catalogue_is_heard_as_one_inside_it(said: str, meant: str) -> None:
    assert not ENCODER.unknown(said)
    cosine = float((ENCODER.encode([said]) @ PLAIN.encode([meant]).T).item())
    assert cosine > 0.8


@pytest.mark.parametrize(
    ("said", "meant", "not_meant"),
    [
        ("white dress shirt", "white formal shirt", "dress"),
        ("brown dress shoes", "brown formal shoe", "dress"),
        ("shirt dress", "dress", "shirt"),
        ("denim skirt", "blue skirt", "jean"),
        ("tight dress", "dress", "legging"),
        ("tight dress shirt", "formal shirt", "dress"),
        ("ankle boots", "shoe", "top"),
    ],
)
def test_a_noun_before_another_is_not_drawn_too(said: str, meant: str, not_meant: str) -> None:
    values = VALUES | {"article": [*VALUES["article"], "Jeans", "Leggings"]}
    plain = fit_tfidf([*TEXTS, "jeans", "leggings"])
    vector = fit_words(plain, values).encode([said])
    assert float((vector @ plain.encode([meant]).T).item()) > 0.9
    assert float((vector @ plain.encode([not_meant]).T).item()) == 0


@pytest.mark.parametrize(
    "said",
    [
        "shirt and dress",
        "a shirt, a dress",
        "shirt/dress",
        "A SHIRT OR DRESS",
        "Shirt. Dress",
        "shirt - dress",
    ],
)
def test_two_garments_are_not_heard_as_one(said: str) -> None:
    assert not ENCODER.heard(said)
    assert np.array_equal(ENCODER.encode([said]), PLAIN.encode(["shirt dress"]))


def test_an_idiom_that_a_catalogue_says_itself_means_there_what_it_says() -> None:
    values = {"article": ["Dress Shirts", "Dresses", "Boots"]}
    encoder = fit_words(fit_tfidf(["dress shirts", "formal shirts", "dresses", "boots", "shoes"]), values)
    assert not encoder.heard("dress shirt, boots")
    values = {"style": ["Denim"], "colour": ["Blue"], "article": ["Jackets", "Jeans"]}
    encoder = fit_words(fit_tfidf(["denim blue jackets", "jeans", "polka printed"]), values)
    assert not encoder.heard("denim jacket, polka dots")
    assert encoder.heard("jean jacket") == {"jean jacket": ("jacket", "blue")}


def test_a_suit_is_no_night_suit_but_where_a_catalogue_calls_something_else_so() -> None:
    values = VALUES | {"article": [*VALUES["article"], "Night Suits"]}
    encoder = fit_words(fit_tfidf([*TEXTS, "night suits pyjamas", "printed", "print"]), values)
    heard = {"suit": ("jacket", "formal"), "pyjama": ("night", "suit"), "leopard print": ("printed",)}
    assert encoder.heard("a suit, pyjamas, a night suit, leopard print") == heard
    for suits in ("Suits", "Suit Sets", "Nightwear"):
        values = VALUES | {"article": [*VALUES["article"], suits]}
        encoder = fit_words(fit_tfidf([*TEXTS, suits, "pyjamas"]), values)
        assert ("suit" in encoder.heard("grey suit")) == (suits == "Nightwear")
        assert "pyjama" not in encoder.heard("pyjamas")


def test_a_value_too_long_for_a_phrase_leaves_its_words_as_they_are() -> None:
    articles = ["Stitched Salwar Kurta Suit", "Jackets"]
    values = {"colour": ["Very Pale Dusty Navy Blue"], "style": ["Formal"], "article": articles}
    encoder = fit_words(fit_tfidf([" ".join(each) for each in values.values()]), values)
    assert not encoder.heard("navy suit")
    assert not encoder.unknown("navy suit")


def test_a_pattern_is_heard_where_the_catalogue_knows_a_word_for_it() -> None:
    assert ENCODER.unknown("plaid floral shirt") == ["plaid", "floral"]
    encoder = fit_words(fit_tfidf([*TEXTS, "checked", "print"]), VALUES)
    assert encoder.heard("plaid floral shirt") == {"plaid": ("checked",), "floral": ("print",)}


def test_what_shops_call_it_goes_before_how_it_looks() -> None:
    more = {"colour": "Maroon", "article": "Formal Shoes"}
    values = VALUES | {role: [*VALUES[role], value] for role, value in more.items()}
    encoder = fit_words(fit_tfidf([*TEXTS, *values["colour"], *values["article"]]), values)
    assert encoder.heard("wine brogues") == {"wine": ("maroon",), "brogue": ("formal", "shoe")}
    assert ENCODER.heard("wine") != {"wine": ("maroon",)}


@pytest.mark.parametrize("said", ["dog", "xylophone", "steal", "greed", "press", "shore", "sleeve", "turban"])
def test_a_word_that_names_nothing_here_is_unknown(said: str) -> None:
    assert ENCODER.unknown(said) == [said]
    assert not ENCODER.encode([said]).any()


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("swaetshirt", "sweatshirt"), ("yelow", "yellow"), ("jacekt", "jacket"), ("trowsers", "trouser")],
)
def test_a_slip_of_the_pen_is_heard_as_what_was_meant(slip: str, meant: str) -> None:
    assert list(ENCODER.heard(slip).values()) == [(meant,)]


@pytest.mark.parametrize("short", ["rad", "blus", "tpo", "mon"])
def test_a_short_word_is_never_taken_for_another(short: str) -> None:
    assert ENCODER.unknown(short)


def test_two_words_as_near_and_different_are_not_guessed() -> None:
    encoder = WordsEncoder(["marlin", "martin"], [1.0, 1.0], {})
    assert encoder.unknown("marmin") == ["marmin"]
    assert encoder.heard("marlinn") == {"marlinn": ("marlin",)}


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLAIN.vocabulary), max_size=8).map(" ".join))
def test_words_of_the_vocabulary_keep_their_vectors_save_where_they_mean_more(description: str) -> None:
    assume(not ENCODER.heard(description))
    assert np.array_equal(ENCODER.encode([description]), PLAIN.encode([description]))


def test_a_part_of_a_colours_name_is_the_colour_and_the_whole_is_no_more_than_itself() -> None:
    plain = fit_tfidf([*TEXTS, "navy", "turquoise blue", "off white", "beach"])
    encoder = fit_words(plain, VALUES | {"colour": [*VALUES["colour"], "Turquoise Blue", "Off White"]})
    assert encoder.heard("navy") == {"navy": ("navy", "blue")}
    assert np.array_equal(encoder.encode(["turquoise shirt"]), plain.encode(["turquoise blue shirt"]))
    for said in ("navy blue shirt", "off white shirt", "turquoise blue shirt", "off shirt", "white shirt"):
        assert not encoder.heard(said)
        assert np.array_equal(encoder.encode([said]), plain.encode([said]))


def test_a_word_for_a_gender_is_heard_as_one_though_texts_have_it_too() -> None:
    encoder = fit_words(fit_tfidf([*TEXTS, "her heels", "woman", "kids"]), VALUES)
    assert encoder.heard("dress for her, woman") == {"her": ("women",), "woman": ("women",)}


def test_beside_other_words_an_attribute_is_as_loud_as_a_catalogue_says_it() -> None:
    plain = fit_tfidf([*TEXTS, "little", "crew"])
    encoder = fit_words(plain, VALUES)
    for said, catalogue in (
        ("little black dress", "black dress. little black dress"),
        ("black shirts. crew black shirt", "black shirts. crew black shirt"),
        ("scarlet crew tshirts", "scarlet tshirts. scarlet crew tshirt"),
        ("casual black shirts for men", "casual black shirts for men"),
        ("little crew", "little crew"),
    ):
        assert np.allclose(encoder.encode([said]), plain.encode([catalogue.replace("scarlet", "red")]))


def test_an_encoder_of_before_attributes_counted_twice_reads_as_it_did() -> None:
    plain = fit_tfidf([*TEXTS, "little"])
    value = fit_words(plain, VALUES).to_json()
    del value["attributes"]
    older = read_encoder(value, Path("encoder.json"))
    assert np.array_equal(older.encode(["little red dress"]), plain.encode(["little red dress"]))


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=40)
def test_any_text_gives_a_unit_vector_or_none_and_the_same_again(description: str) -> None:
    vector = ENCODER.encode([description])
    assert np.linalg.norm(vector) == pytest.approx(1) or not vector.any()
    assert np.array_equal(vector, AGAIN.encode([description]))
    assert AGAIN.unknown(description) == ENCODER.unknown(description)


def test_a_description_of_the_longest_length_is_read_within_a_keystroke() -> None:
    random = np.random.default_rng(5)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    long = " ".join("".join(random.choice(letters, 9)) for _ in range(200))
    start = time.process_time()
    ENCODER.encode([long])
    assert time.process_time() - start < 0.1


def test_the_encoder_is_small_and_readable() -> None:
    value = ENCODER.to_json()
    assert len(json.dumps(value, indent=1)) < 1_000_000
    assert value["heard"]["scarlet"] == {"red": 1.0}


def test_a_list_that_a_person_edited_is_obeyed(tmp_path: Path) -> None:
    value = ENCODER.to_json()
    value["heard"]["zorble"] = {"green": 0.5}
    (tmp_path / "encoder.json").write_text(json.dumps(value))
    assert load_encoder(tmp_path / "encoder.json").heard("a zorble") == {"zorble": ("green",)}


def test_a_catalogue_without_attributes_gets_an_encoder_too() -> None:
    encoder = fit_words(PLAIN, {})
    assert encoder.unknown("scarlet") == ["scarlet"]


@pytest.mark.parametrize(
    "part",
    [
        {"heard": None},
        {"heard": ["red"]},
        {"heard": {"crimson": "red"}},
        {"heard": {"crimson": {}}},
        {"heard": {"crimson": {"mauve": 1.0}}},
        {"heard": {"crimson": {"red": math.nan}}},
        {"heard": {"crimson": {"red": math.inf}}},
        {"heard": {"crimson": {"red": 0}}},
        {"heard": {"crimson": {"red": "1"}}},
        {"heard": {"crimson": {"red": True}}},
        {"heard": {"crimson": {"red": 10**400}}},
        {"heard": {"Crimson": {"red": 1.0}}},
        {"heard": {"": {"red": 1.0}}},
        {"heard": {"one two three four": {"red": 1.0}}},
        {"heard": {f"word{number}": {"red": 1.0} for number in range(60_000)}},
        {"not_misspelt": None},
        {"not_misspelt": [1]},
        {"attributes": None},
        {"attributes": [1]},
        {"idf": [math.nan]},
        {"words": None},
    ],
    ids=lambda part: json.dumps(part)[:40],
)
def test_an_encoder_that_is_none_is_refused_in_one_line(part: dict[str, Any]) -> None:
    value = {
        "kind": "words",
        "dimensions": 8,
        "words": ["red"],
        "idf": [1.0],
        "heard": {},
        "not_misspelt": [],
    }
    with pytest.raises(BadInput) as refusal:
        read_encoder(value | part, Path("encoder.json"))
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_an_unknown_kind_of_encoder_is_refused() -> None:
    with pytest.raises(BadInput, match="use one of: tfidf, words"):
        fit_encoder("word2vec", TEXTS, VALUES)


def test_the_table_is_whole_and_small() -> None:
    table = word_table()
    assert len(table.words) == len(table.kinds) == len(table.chains) == len(table.vectors)
    assert np.allclose(np.linalg.norm(table.vectors, axis=1), 1)
    assert PATH.stat().st_size < 2_500_000
