"""Words that fill a short description in: those of its own article, gender and style."""

import pytest

from modiste.design.model import DesignModel
from modiste.design.phrases import fill, fitting, of_cloth

PHRASES = {
    "Shirts": {
        "Men": {"Casual": ["navy", ""], "Formal": ["jean"]},
        "Women": {"Formal": ["green"]},
    }
}


@pytest.mark.parametrize(
    ("description", "fits"),
    [
        ("red shirt", ["navy", "", "jean", "green"]),
        ("red shirt for men", ["navy", "", "jean"]),
        ("casual red shirt for men", ["navy", ""]),
        ("casual red shirt", ["navy", ""]),
        ("casual red shirt for women", ["green"]),  # nobody says anything of casual ones
        ("red dress", []),
    ],
)
def test_phrases_fit_what_the_description_names(
    model: DesignModel, description: str, fits: list[str]
) -> None:
    assert list(fitting(description, PHRASES, model.encoder, model.vocabulary)) == fits


def test_products_without_a_style_are_not_all_that_fits(model: DesignModel) -> None:
    phrases = {"Shirts": {"Men": {"Casual": ["navy"], "": ["odd"]}, "": {"": ["green"]}}}
    assert list(fitting("red shirt", phrases, model.encoder, model.vocabulary)) == ["navy", "odd", "green"]


def test_of_cloth_leaves_brands_out() -> None:
    phrases = {"Shirts": {"Men": {"Casual": ["nike printed polo", "puma"]}}}
    assert of_cloth(phrases) == {"Shirts": {"Men": {"Casual": ["printed polo", ""]}}}


def test_a_seed_says_the_same_words_again() -> None:
    filled = [fill("red shirt", seed, ["navy", ""]) for seed in range(20)]
    assert set(filled) == {"red shirt, navy", "red shirt"}
    assert filled == [fill("red shirt", seed, ["navy", ""]) for seed in range(20)]
    assert fill("red shirt", 1, []) == "red shirt"
