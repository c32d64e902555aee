"""Garment pixels and named colours."""

import numpy as np
import pytest

from modiste.catalogue import Catalogue
from modiste.cielab import lab
from modiste.evaluate.colours import (
    NamedColours,
    fit_codes,
    garment,
    histograms,
    median_colours,
    overlap,
)


def disc(colour: tuple[int, int, int], ground: tuple[int, int, int] = (250, 250, 250)) -> np.ndarray:
    image = np.full((64, 64, 3), ground, np.uint8)
    rows, columns = np.mgrid[:64, :64]
    image[(rows - 32) ** 2 + (columns - 32) ** 2 < 15**2] = colour
    return image


@pytest.mark.parametrize("ground", [(250, 250, 250), (20, 30, 60)])
def test_colour_is_the_garments_and_not_the_grounds(ground: tuple[int, int, int]) -> None:
    images = np.stack([disc((200, 30, 40), ground), disc((40, 120, 60), ground)])
    found = median_colours(garment(images))
    assert np.abs(found - lab([(200, 30, 40), (40, 120, 60)])).max() < 0.5


def test_garments_overlap_whatever_their_colours_as_far_as_they_are_in_the_same_place() -> None:
    red, green = disc((200, 30, 40))[None], disc((40, 120, 60))[None]
    seen = garment(red)
    assert overlap(seen, garment(green)) == 1
    assert overlap(seen, garment(np.roll(red, 32, axis=2))) == 0
    assert (
        0.22 < overlap(seen, garment(np.roll(green, 15, axis=2)))[0] < 0.3
    )  # discs a radius apart: 0.24, and rims


def test_picture_of_nothing_counts_as_a_whole() -> None:
    seen = garment(np.full((1, 64, 64, 3), 128, np.uint8))
    assert seen.weight.all()
    assert np.allclose(median_colours(seen)[0], lab((128, 128, 128)), atol=0.01)


def test_histograms_are_shares_and_find_their_colour() -> None:
    images = np.stack([disc((200, 30, 40)), disc((40, 120, 60))])
    seen = garment(images)
    codes = fit_codes(seen, seed=0)
    found = histograms(seen, codes) ** 2
    assert found.shape == (2, 2 * len(codes))
    assert np.allclose(found.reshape(4, -1).sum(axis=1), 1, atol=1e-5)
    nearest = np.linalg.norm(codes - lab((200, 30, 40)), axis=1).argmin()
    assert found[0].argmax() % len(codes) == nearest


def test_named_colours_of_the_wardrobe_name_its_photos(shop: Catalogue) -> None:
    split = shop.split("train")
    seen = garment(split.images(np.arange(len(split))))
    known = sorted({record.colour for record in split.records if record.colour})
    asked = np.array([known.index(record.colour) for record in split.records if record.colour])
    codes = fit_codes(seen, seed=0)
    named = NamedColours.fit(histograms(seen, codes), codes, asked, known)
    assert (named.shown(seen) == asked).mean() > 0.8  # 16 colours: chance is about 0.1
    right, wrong = named.distance(seen, asked), named.distance(seen, (asked + 5) % len(known))
    assert np.median(right) < np.median(wrong) / 3


def test_red_is_red_where_red_things_are_mostly_white_with_red_checks() -> None:
    checked = disc((240, 238, 236), ground=(250, 250, 250))
    checked[20:44:8, 20:44] = checked[20:44, 20:44:8] = (190, 30, 40)
    checked[checked.sum(axis=2) > 700] -= 30
    white, blue = disc((240, 238, 236), (200, 200, 200)), disc((40, 80, 170))
    seen = garment(np.stack([checked] * 8 + [white] * 8 + [blue] * 8))
    codes = fit_codes(seen, seed=0)
    labels = np.repeat([0, 1, 2], 8)
    named = NamedColours.fit(histograms(seen, codes), codes, labels, ("Red", "White", "Blue"))
    assert named.shown(garment(disc((190, 30, 40))[None])) == 0
    assert named.lab[0, 1] > 25
