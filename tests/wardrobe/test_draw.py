"""What a picture shows: the named colour, a large garment in the middle, on white."""

from collections import defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from modiste.cielab import lab
from modiste.errors import BadInput
from modiste.wardrobe import PALETTE, Garment, draw, garment
from modiste.wardrobe.attributes import ARTICLES, PATTERNS
from modiste.wardrobe.draw import layers
from modiste.wardrobe.palette import nearest


@cache
def one_of_each() -> tuple[Garment, ...]:
    found: dict[str, Garment] = {}
    for index in range(4000):
        piece = garment(9, index)
        found.setdefault(piece.article, piece)
        if len(found) == len(ARTICLES):
            break
    return tuple(found[article] for article in ARTICLES)


def median_colour(piece: Garment, size: int = 96) -> npt.NDArray[np.float64]:
    """Median colour of the garment in the finished picture; where it is comes from its opacity."""
    inside = layers(piece, size)[1] > 0.9
    colour: npt.NDArray[np.float64] = np.median(draw(piece, size)[inside], axis=0)
    return colour


def test_same_garment_is_the_same_picture() -> None:
    piece = garment(3, 14)
    np.testing.assert_array_equal(draw(piece, 64), draw(garment(3, 14), 64))
    assert (draw(piece, 64) != draw(garment(3, 15), 64)).any()


@pytest.mark.parametrize("size", [32, 33, 100, 256, 1024])
def test_any_size_from_32_to_1024_is_drawn(size: int) -> None:
    picture = draw(garment(0, 2), size)
    assert picture.shape == (size, size, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("size", [0, 31, 1025])
def test_other_sizes_are_refused(size: int) -> None:
    with pytest.raises(BadInput, match=f"from 32 to 1024 pixels, got {size}"):
        draw(garment(0, 0), size)


def test_size_changes_the_resolution_and_not_the_garment() -> None:
    piece = garment(0, 4)
    large = draw(piece, 256).astype(np.float64).reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    small = draw(piece, 64).astype(np.float64)
    assert np.abs(large - small).mean() < 4


@pytest.mark.parametrize("piece", one_of_each(), ids=lambda g: g.article)
def test_garment_is_large_centred_and_on_white(piece: Garment) -> None:
    picture, alpha = draw(piece, 128), layers(piece, 128)[1]
    corners = picture[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.min() >= 245
    rows, columns = np.where(alpha.max(axis=1) > 0.5)[0], np.where(alpha.max(axis=0) > 0.5)[0]
    assert 0.75 < max(np.ptp(rows), np.ptp(columns)) / 128 < 0.95
    assert abs(rows.min() + rows.max() - 127) < 12
    assert abs(columns.min() + columns.max() - 127) < 12


def test_solid_garments_have_their_named_colour() -> None:
    right = total = 0
    far = []
    for index in range(700):
        piece = garment(21, index)
        if piece.pattern != "Solid":
            continue
        colour = median_colour(piece)
        name, _ = nearest(colour)
        distance = float(np.linalg.norm(lab(colour) - lab(PALETTE[piece.colour])))
        total += 1
        right += name == piece.colour
        if distance > 20:
            far.append((piece.article, piece.colour, round(distance, 1)))
    assert total > 250
    assert right >= 0.95 * total, (right, total)
    assert len(far) <= 0.02 * total, far


@pytest.mark.parametrize("pattern", PATTERNS)
def test_named_colour_covers_the_most_of_every_pattern(pattern: str) -> None:
    share: dict[str, list[float]] = defaultdict(list)
    for index in range(900):
        piece = garment(8, index)
        if piece.pattern != pattern or len(share[piece.article]) > 2:
            continue
        inside = layers(piece, 96)[1] > 0.9
        pixels = lab(draw(piece, 96)[inside])
        distances = {
            name: np.linalg.norm(pixels - lab(PALETTE[name]), axis=1) for name in (piece.colour, piece.second)
        }
        share[piece.article].append(float((distances[piece.colour] < distances[piece.second]).mean()))
    shares = [value for values in share.values() for value in values]
    assert len(shares) > 5
    assert np.mean(np.array(shares) > 0.5) >= 0.9, dict(share)


def test_white_garments_stand_out_from_the_paper() -> None:
    for piece in one_of_each():
        white = replace(piece, colour="White", pattern="Solid")
        picture, alpha = draw(white, 96).astype(np.float64), layers(white, 96)[1]
        brightness = picture.mean(axis=-1)
        assert np.percentile(brightness[alpha > 0.9], 20) < brightness[0, 0] - 15, piece.article


def test_pictures_are_shaded_and_no_flat_icons() -> None:
    for piece in one_of_each():
        solid = replace(piece, pattern="Solid", colour="Blue")
        inside = layers(solid, 128)[1] > 0.9
        brightness = draw(solid, 128).astype(np.float64).mean(axis=-1)[inside]
        assert len(np.unique(brightness.round())) > 60, piece.article


def test_attributes_change_the_picture() -> None:
    shirt = next(g for g in one_of_each() if g.article == "Shirts")
    reference = draw(shirt, 96).astype(np.int16)
    other = {
        "gender": "Women" if shirt.gender == "Men" else "Men",
        "pattern": "Checked" if shirt.pattern != "Checked" else "Solid",
        "sleeve": "Short" if shirt.sleeve == "Long" else "Long",
        "neckline": "Mandarin Collar" if shirt.neckline != "Mandarin Collar" else "Spread Collar",
        "fit": "Relaxed" if shirt.fit != "Relaxed" else "Slim",
        "colour": "Teal" if shirt.colour != "Teal" else "Red",
    }
    for attribute, value in other.items():
        changed = draw(replace(shirt, **{attribute: value}), 96).astype(np.int16)
        assert np.abs(changed - reference).mean() > 0.2, attribute
