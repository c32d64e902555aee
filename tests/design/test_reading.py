import pytest
from hypothesis import given
from hypothesis import strategies as st

from modiste.design.reading import read_description, replace_value, suggestions
from modiste.text.read import TfidfEncoder, WordsEncoder

VOCABULARY = {
    "gender": ["Men", "Women"],
    "style": ["Casual"],
    "colour": ["Blue", "Navy Blue", "Red"],
    "article": ["Shirts", "Tshirts", "Casual Shoes"],
}
WORDS = ["blue", "casual", "checked", "men", "navy", "red", "shirt", "shoe", "sweatshirt", "tshirt", "women"]
ENCODER = TfidfEncoder(WORDS, [1.0] * len(WORDS))


def heard(description: str) -> list[tuple[str, str, str]]:
    segments = read_description(description, ENCODER, VOCABULARY)
    return [(part.text, part.kind, part.value) for part in segments if part.kind != "quiet"]


def test_values_are_found_as_people_write_them_the_longest_first() -> None:
    assert heard("Women's navy-blue T-Shirt, checked; casual shoes for the crimson man") == [
        ("Women's", "value", "Women"),
        ("navy-blue", "value", "Navy Blue"),
        ("T-Shirt", "value", "Tshirts"),
        ("checked", "known", ""),
        ("casual shoes", "value", "Casual Shoes"),
        ("crimson", "unknown", ""),
        ("man", "unknown", ""),
    ]
    assert heard("ca\u00adsual 'shirt', T\u2011shirt") == [
        ("ca\u00adsual", "value", "Casual"),
        ("shirt", "value", "Shirts"),
        ("T\u2011shirt", "value", "Tshirts"),
    ]


@given(st.text(max_size=200))
def test_segments_together_are_the_description(description: str) -> None:
    segments = read_description(description, ENCODER, VOCABULARY)
    assert "".join(part.text for part in segments) == description


@pytest.mark.parametrize(
    ("word", "expected"),
    [("crimson", "red"), ("hoodie", "sweatshirt"), ("chekced", "checked"), ("sneeker", "casual shoes")],
)
def test_suggestions_are_words_that_the_model_knows(word: str, expected: str) -> None:
    found = suggestions(word, WORDS)
    assert expected in found
    assert not ENCODER.unknown(" ".join(found))


def test_words_of_attributes_come_first_and_brands_never() -> None:
    known = ["adida", "nike", "peter", "miller", "hane", "pink", "leather", "shirt", "short"]
    assert [suggestions(word, known) for word in ("tiller", "hanger", "nikes")] == [(), (), ()]
    assert suggestions("pnik", known, {"pink", "shirt", "short"}) == ("pink",)
    assert suggestions("shrit", known, {"shirt"}) == ("shirt", "short")
    assert suggestions("lether", known, {"pink"}) == ("leather",)


def test_a_word_like_no_other_gets_no_suggestion() -> None:
    assert suggestions("xylophone", WORDS) == ()


@pytest.mark.parametrize(
    ("description", "role", "value", "expected"),
    [
        ("navy blue shirt", "colour", "Red", "red shirt"),
        ("shirt for men", "colour", "Red", "red shirt for men"),
        ("shirt for men", "gender", "Women", "shirt for women"),
        ("checked", "article", "Shirts", "checked shirts"),
        ("red or blue shirt", "colour", "", "or shirt"),
        ("red shirt", "gender", "Women", "women red shirt"),
        ("", "colour", "Red", "red"),
    ],
)
def test_a_picked_value_takes_its_place_among_the_words(
    description: str, role: str, value: str, expected: str
) -> None:
    assert replace_value(description, role, value, VOCABULARY, ENCODER) == expected


HEARING = WordsEncoder(
    WORDS, [1.0] * len(WORDS), {"crimson": {"red": 0.7, "blue": 0.3}, "sport car": {"shirt": 1.0}}
)


def test_a_word_heard_as_another_says_so_and_which_value_that_is() -> None:
    parts = {part.text: part for part in read_description("Crimson tshirt", HEARING, VOCABULARY)}
    assert parts["Crimson"].kind == "heard"
    assert (parts["Crimson"].role, parts["Crimson"].value) == ("colour", "Red")
    assert parts["Crimson"].heard == ("red", "blue")


def test_a_phrase_is_heard_as_a_whole() -> None:
    parts = read_description("a Sports Car", HEARING, VOCABULARY)
    assert [(part.text, part.kind, part.value) for part in parts[2:]] == [("Sports Car", "heard", "Shirts")]


def test_a_picked_value_replaces_a_word_heard_as_its_like() -> None:
    assert replace_value("crimson shirt", "colour", "Navy Blue", VOCABULARY, HEARING) == "navy blue shirt"


def test_a_value_that_the_encoder_hears_in_part_is_heard_as_other_words() -> None:
    vocabulary = {"style": ["Smart Casual"], "article": ["Stockings"]}
    hearing = WordsEncoder(WORDS, [1.0] * len(WORDS), {"smart": {"men": 1.0}})
    parts = read_description("smart casual stockings", hearing, vocabulary)
    assert [(part.kind, part.value, part.heard) for part in parts] == [
        ("heard", "Smart Casual", ("men", "casual")),
        ("quiet", "", ()),
        ("unknown", "", ()),  # a value of which the encoder hears nothing
    ]


def test_a_phrase_is_heard_over_stop_words() -> None:
    hearing = WordsEncoder(
        WORDS, [1.0] * len(WORDS), {"brother law": {"men": 1.0}, "maid honour": {"men": 1.0}}
    )
    for said in ("brother-in-law", "maid of the honour"):
        parts = read_description(said, hearing, {"gender": ["Men"]})
        assert [(part.text, part.kind, part.value) for part in parts] == [(said, "heard", "Men")]


def test_words_that_say_nothing_are_not_unknown_but_heard_where_they_were_learnt() -> None:
    said = "something for my dog"
    plain, learnt = (TfidfEncoder(known, [1.0] * len(known)) for known in (["shirt"], ["my", "shirt"]))
    assert plain.unknown(said) == learnt.unknown(said) == ["dog"]
    kinds = [
        [part.kind for part in read_description(said, each, {}) if part.text != " "]
        for each in (plain, learnt)
    ]
    assert kinds == [["quiet", "quiet", "quiet", "unknown"], ["quiet", "quiet", "known", "unknown"]]


def test_a_word_of_free_texts_alone_is_told_from_one_of_cloth() -> None:
    encoder = TfidfEncoder(["checked", "nike", "shirt"], [1.0] * 3)
    kinds = [part.kind for part in read_description("nike checked shirt", encoder, VOCABULARY)]
    assert kinds == ["free", "quiet", "known", "quiet", "value"]
    assert read_description("nike", encoder, {})[0].kind == "known"  # nothing else to go by


@given(st.text(max_size=200))
def test_segments_are_the_description_also_where_other_words_are_heard(description: str) -> None:
    segments = read_description(description, HEARING, VOCABULARY)
    assert "".join(part.text for part in segments) == description
