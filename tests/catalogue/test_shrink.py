"""Photos are resampled as Pillow does it, and to the same bits wherever it runs."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from modiste.catalogue import shrink
from modiste.catalogue.shrink import middle_square

LANCZOS = Image.Resampling.LANCZOS


@pytest.mark.parametrize(
    ("size", "side"),
    [((224, 224), 128), ((300, 224), 128), ((225, 301), 128), ((60, 80), 64), ((5, 9), 16), ((900, 40), 16)],
)
def test_the_middle_is_resampled_as_pillow_does(size: tuple[int, int], side: int) -> None:
    rng = np.random.default_rng(0)
    cloth = Image.fromarray(rng.integers(0, 256, (9, 9, 3), np.uint8)).resize(size, Image.Resampling.BICUBIC)
    found = np.asarray(middle_square(cloth, side)).astype(int)
    expected = np.asarray(ImageOps.fit(cloth, (side, side), LANCZOS))
    assert np.abs(found - expected).max() <= 2  # it rounds once between the axes, whichever comes first
    assert np.abs(found - expected).mean() < 0.2


@pytest.mark.parametrize("level", [0, 1, 128, 254, 255])
def test_a_flat_photo_stays_flat(level: int) -> None:
    assert (np.asarray(middle_square(Image.new("RGB", (301, 224), (level,) * 3), 128)) == level).all()


@pytest.mark.parametrize(("length", "side", "size"), [(224, 224, 128), (4095, 2900, 1024), (3, 2, 1024)])
def test_every_sum_is_exact_in_single_precision(length: int, side: int, size: int) -> None:
    for band in shrink._bands(length, side, size):
        assert (band.weights == np.rint(band.weights)).all()
        assert 255 * np.abs(band.weights).sum(axis=1).max() < 2**24
