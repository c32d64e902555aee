"""Novelty: copies of training photos are found, however they were hidden, and new garments are not."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from modiste.errors import BadInput
from modiste.evaluate.novelty import Floats, Pixels, Seen, mirrored, nearest, novelty, thumbnails
from modiste.wardrobe import draw, garment

SIDE = 48
TRAIN, HELD_OUT, FRESH = 600, 150, 150


def garments(first: int, count: int) -> Pixels:
    return np.stack([draw(garment(11, first + i), SIDE) for i in range(count)])


def features(images: Pixels) -> Floats:
    """A stand-in for a network: a fixed random projection of a coarse picture."""
    coarse = images.reshape(len(images), 16, SIDE // 16, 16, SIDE // 16, 3).mean(axis=(2, 4))
    weights = np.random.default_rng(0).standard_normal((16 * 16 * 3, 96))
    return (coarse.reshape(len(images), -1) @ weights / 100).astype(np.float32)


def seen(images: Pixels) -> Seen:
    return Seen.of(features(images), features(flipped(images)), images)


def flipped(images: Pixels) -> Pixels:
    return np.ascontiguousarray(images[:, :, ::-1])


def each(images: Pixels, change: Callable[[Image.Image], Image.Image]) -> Pixels:
    return np.stack([np.asarray(change(Image.fromarray(image))) for image in images])


@pytest.fixture(scope="module")
def train_images() -> Pixels:
    return garments(0, TRAIN)


@pytest.fixture(scope="module")
def train(train_images: Pixels) -> Seen:
    return Seen.of(features(train_images), None, train_images)


@pytest.fixture(scope="module")
def held_out_images() -> Pixels:
    return garments(TRAIN, HELD_OUT)


@pytest.fixture(scope="module")
def held_out(held_out_images: Pixels) -> Seen:
    return seen(held_out_images)


@pytest.fixture(scope="module")
def fresh_images() -> Pixels:
    return garments(TRAIN + HELD_OUT, FRESH)


COPIES: dict[str, tuple[Callable[[Image.Image], Image.Image], float]] = {
    "exact": (lambda image: image, 1.0),
    "mirrored": (lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 1.0),
    "blurred": (lambda image: image.filter(ImageFilter.GaussianBlur(0.8)), 0.95),
    "brightened": (lambda image: ImageEnhance.Brightness(image).enhance(1.08), 0.85),
    "mirrored, blurred and darkened": (
        lambda image: (
            ImageEnhance.Brightness(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
            .enhance(0.97)
            .filter(ImageFilter.GaussianBlur(0.5))
        ),
        0.95,
    ),
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_found_however_they_were_hidden(
    kind: str, train_images: Pixels, train: Seen, held_out: Seen
) -> None:
    change, least = COPIES[kind]
    found = novelty(seen(each(train_images[100:200], change)), held_out, train)
    assert found.copies >= least
    assert found.held_out_copies <= 0.04
    assert (found.index == np.arange(100, 200)).mean() > 0.95
    if kind in ("exact", "mirrored"):
        assert (found.nearness == 0).all()


def test_a_mirrored_copy_is_missed_by_the_features_that_are_not_mirrored(
    train_images: Pixels, train: Seen, held_out: Seen
) -> None:
    copies = seen(flipped(train_images[:100]))
    straight = Seen(copies.features, None, copies.pixels)
    assert novelty(copies, held_out, train).features.copies == 1.0
    assert novelty(straight, held_out, train).features.copies < 0.5


def test_new_garments_are_flagged_no_more_than_the_share_that_is_stated(
    fresh_images: Pixels, train: Seen, held_out: Seen
) -> None:
    found = novelty(seen(fresh_images), held_out, train)
    assert found.held_out_twins == 0
    assert found.features.held_out_copies <= 0.02
    assert found.pixels.held_out_copies <= 0.02
    assert found.held_out_copies <= 0.04
    assert found.copies <= 0.08, "garments that neither the training nor the rule has seen"
    assert found.features.median == pytest.approx(found.features.held_out_median, rel=0.15)
    assert found.pixels.median == pytest.approx(found.pixels.held_out_median, rel=0.15)
    blurred = seen(each(fresh_images, lambda image: image.filter(ImageFilter.GaussianBlur(1.5))))
    assert novelty(blurred, held_out, train).copies <= 0.1, "soft pictures are no copies for being soft"


def test_a_quarter_of_copies_among_new_garments_is_a_quarter(
    train_images: Pixels, fresh_images: Pixels, train: Seen, held_out: Seen
) -> None:
    drawn = np.concatenate([fresh_images[:90], flipped(train_images[300:330])])
    found = novelty(seen(drawn), held_out, train)
    assert found.copies == pytest.approx(0.25, abs=0.07)
    closest = found.closest(30)
    assert {picture for picture, _, _ in closest} == set(range(90, 120))
    assert all(photo == 300 + picture - 90 for picture, photo, _ in closest)
    assert [nearness for _, _, nearness in closest] == sorted(found.nearness)[:30]


def test_repeated_photos_among_the_held_out_do_not_excuse_copies(
    train_images: Pixels, held_out_images: Pixels, train: Seen
) -> None:
    twins = np.concatenate([held_out_images[:70], train_images[:30]])
    copies = seen(each(train_images[100:200], COPIES["blurred"][0]))
    found = novelty(copies, seen(twins), train)
    assert found.held_out_twins == pytest.approx(0.3)
    assert found.copies >= 0.95
    assert 0.3 <= found.held_out_copies <= 0.34


def test_a_new_plain_shirt_among_many_alike_is_no_copy() -> None:
    """Where the training photos lie close together, a small distance is normal."""
    dice = np.random.default_rng(0)

    def sample(count: int, plain: bool) -> Seen:
        scale = 0.2 if plain else 1.0
        values = (dice.standard_normal((count, 12)) * scale + (20 if plain else 0)).astype(np.float32)
        return Seen(values, None, np.repeat(values, 3072 // 12, axis=1) / 4)

    def both(first: Seen, second: Seen) -> Seen:
        return Seen(
            np.concatenate([first.features, second.features]),
            None,
            np.concatenate([first.pixels, second.pixels]),
        )

    plain, rest = sample(300, True), sample(300, False)
    train, held_out = both(plain, rest), both(sample(3, True), sample(97, False))
    drawn = sample(200, True)
    distances = nearest(drawn.features, train.features)[0]
    usual = nearest(held_out.features, train.features)[0]
    assert (distances < np.percentile(usual, 4)).mean() > 0.8, "distance alone would flag most of them"
    assert novelty(drawn, held_out, train).features.copies < 0.25
    assert novelty(plain, held_out, train).copies == 1.0


def test_order_of_the_pictures_does_not_matter(fresh_images: Pixels, train: Seen, held_out: Seen) -> None:
    order = np.random.default_rng(1).permutation(60)
    found = novelty(seen(fresh_images[:60]), held_out, train)
    shuffled = novelty(seen(fresh_images[order]), held_out, train)
    assert np.allclose(shuffled.nearness, found.nearness[order], rtol=1e-5)
    assert (shuffled.features, shuffled.pixels) == (found.features, found.pixels)
    assert (shuffled.index == found.index[order]).all()


def test_figures_are_data_for_a_report(fresh_images: Pixels, train: Seen, held_out: Seen) -> None:
    figures = novelty(seen(fresh_images[:40]), held_out, train).figures
    shares = {"copies", "held_out_copies", "held_out_twins"}
    assert set(figures) == {"features", "pixels", *shares, "pictures", "held_out_photos", "training_photos"}
    counts = [figures[name] for name in ("pictures", "held_out_photos", "training_photos")]
    assert counts == [40, len(held_out.pixels), len(train.pixels)]
    assert set(figures["pixels"]) == {"median", "held_out_median", "copies", "held_out_copies"}
    assert all(type(value) is float for value in [*map(figures.get, shares), *figures["pixels"].values()])


def test_too_few_new_photos_give_no_figure(train_images: Pixels, train: Seen, held_out: Seen) -> None:
    def some(photos: Seen, count: int) -> Seen:
        return Seen(photos.features[:count], None, photos.pixels[:count])

    with pytest.raises(BadInput, match="20 held-out photos that are not in training too, got 19 of 19"):
        novelty(held_out, some(held_out, 19), train)
    with pytest.raises(BadInput, match="got 0 of 40; remove repeated photos"):
        novelty(held_out, seen(train_images[:40]), train)
    with pytest.raises(BadInput, match="more than 4 training photos, got 4"):
        novelty(held_out, held_out, some(train, 4))


def test_nearest_is_exact_in_blocks_and_zero_from_itself() -> None:
    dice = np.random.default_rng(0)
    base = (dice.standard_normal((1_200, 24)) + 50).astype(np.float32)
    queries = np.concatenate([base[[7, 1_111]], (dice.standard_normal((900, 24)) + 50).astype(np.float32)])
    distances, indices = nearest(queries, base)
    plain = np.linalg.norm(queries[:, None].astype(np.float64) - base, axis=2)
    assert (indices == plain.argmin(axis=1)).all()
    assert np.allclose(distances, plain.min(axis=1), atol=1e-5)
    assert indices[:2].tolist() == [7, 1_111]
    assert distances[:2].tolist() == [0, 0]


def grey(value: int, side: int = 64) -> npt.NDArray[np.uint8]:
    return np.full((1, side, side, 3), value, np.uint8)


def test_thumbnails_are_apart_by_their_difference_in_cielab() -> None:
    black, white = thumbnails(grey(0)), thumbnails(grey(255))
    assert np.linalg.norm(white - black) == pytest.approx(100, abs=0.1)
    half = grey(0)
    half[:, :32] = 255
    assert np.linalg.norm(thumbnails(half) - black) == pytest.approx(100 / np.sqrt(2), abs=0.1)


@pytest.mark.parametrize("side", [16, 32, 48, 64, 128])
def test_thumbnails_of_any_side_average_whole_areas(side: int) -> None:
    image = np.zeros((1, side, side, 3), np.uint8)
    image[:, : side // 2] = 200
    expected = thumbnails(np.repeat(np.repeat(image[:, :: side // 16, :: side // 16], 4, 1), 4, 2))
    assert np.allclose(thumbnails(image), expected, atol=1e-4)


def test_mirrored_thumbnails_are_those_of_the_mirrored_picture(train_images: Pixels) -> None:
    assert np.allclose(
        mirrored(thumbnails(train_images[:20])), thumbnails(flipped(train_images[:20])), atol=1e-4
    )
