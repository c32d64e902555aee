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
    colours = median_colours(garment(split.images(np.arange(len(split)))))
    names = [record.colour for record in split.records]
    known = sorted({name for name in names if name})
    named = NamedColours.fit(colours, names, known)
    asked = np.array([known.index(name) for name in names if name])
    assert (named.nearest(colours) == asked).mean() > 0.6  # 16 colours: chance is about 0.1
    right, wrong = named.distance(colours, asked), named.distance(colours, (asked + 5) % len(known))
    assert np.median(right) < np.median(wrong) / 3
