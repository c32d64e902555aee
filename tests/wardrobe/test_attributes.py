"""What a garment is: exact, plausible, a function of seed and index."""

from collections import Counter

import numpy as np
import pytest

from modiste.cielab import lab
from modiste.wardrobe.attributes import ARTICLES, PATTERNS, garment
from modiste.wardrobe.palette import PALETTE, nearest
from modiste.wardrobe.words import SINGULAR, descriptions

GARMENTS = [garment(5, index) for index in range(6000)]


def test_garment_is_a_function_of_seed_and_index() -> None:
    assert garment(5, 17) == GARMENTS[17]
    assert garment(5, 17) != garment(6, 17)
    assert len({(g.article, g.colour, g.pattern, g.second) for g in GARMENTS[:200]}) > 100


def test_wardrobe_holds_the_promised_variety() -> None:
    assert len(ARTICLES) >= 14
    assert len(PALETTE) >= 16
    assert len(PATTERNS) >= 6
    assert {g.article for g in GARMENTS} == set(ARTICLES)
    assert {g.colour for g in GARMENTS} == set(PALETTE)
    assert {g.pattern for g in GARMENTS} == set(PATTERNS)


def test_every_colour_meets_every_article() -> None:
    met = {(g.article, g.colour) for index in range(40) for g in [garment(1, index)]} | {
        (g.article, g.colour) for g in (garment(2, index) for index in range(9000))
    }
    missing = [(a, c) for a in ARTICLES for c in PALETTE if (a, c) not in met]
    assert missing == []


def test_frequencies_are_unequal_as_in_a_shop() -> None:
    colours = Counter(g.colour for g in GARMENTS)
    assert colours["Black"] > 2 * colours["Teal"] > 0


def test_articles_for_women_are_for_women_only() -> None:
    for g in GARMENTS:
        if g.article in ("Dresses", "Skirts", "Heels", "Tops", "Handbags"):
            assert g.gender == "Women"
    for article in ("Shirts", "Tshirts", "Jeans", "Jackets"):
        assert {g.gender for g in GARMENTS if g.article == article} == {"Men", "Women"}


def test_attributes_are_those_of_the_article() -> None:
    for g in GARMENTS:
        rules = ARTICLES[g.article]
        assert g.sleeve in rules.sleeves
        assert g.neckline in rules.necklines
        assert g.length in rules.lengths
        assert g.fit in rules.fits
        assert g.style in rules.styles
        assert g.second in PALETTE
        assert g.second != g.colour


def test_named_colours_can_be_told_apart() -> None:
    points = lab(list(PALETTE.values()))
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1) + 1e3 * np.eye(len(points))
    assert distances.min() > 18
    assert nearest((0, 0, 0))[0] == "Black"


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_lab_agrees_with_published_values(
    rgb: tuple[int, int, int], expected: tuple[float, float, float]
) -> None:
    np.testing.assert_allclose(lab(rgb), expected, atol=0.05)


def test_descriptions_name_the_garment_and_vary() -> None:
    written = [descriptions(g) for g in GARMENTS[:500]]
    for g, (name, sentence, *search) in zip(GARMENTS, written, strict=False):
        assert g.gender in name
        assert all(g.colour.lower() in text.lower() for text in (name, sentence, *search))
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        assert not any("  " in text or "{" in text for text in (name, sentence, *search))
    assert len({sentence for _, sentence, *_ in written}) > 400
    assert 250 < sum(len(texts) == 3 for texts in written) < 420


def test_every_article_has_a_name() -> None:
    assert set(SINGULAR) == set(ARTICLES)
