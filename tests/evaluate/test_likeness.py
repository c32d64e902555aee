"""Likeness and variety: each figure moves with what it is about, and with nothing else."""

import numpy as np
import pytest
import torch

from modiste.errors import BadInput
from modiste.evaluate.likeness import (
    MIN_PICTURES,
    Floats,
    distinct_per_description,
    frechet,
    kernel_distance,
    likeness,
    neighbour_distances,
    precision_and_recall,
    same_picture_threshold,
    squared_distances,
)

WIDTH = 16


def normal(count: int, seed: int, *, mean: float = 0.0, scale: float = 1.0, width: int = WIDTH) -> Floats:
    return (np.random.default_rng(seed).standard_normal((count, width)) * scale + mean).astype(np.float32)


def test_two_samples_of_one_source_are_alike_in_every_figure() -> None:
    found = likeness(normal(600, 1), normal(400, 2), seed=0)
    assert abs(found.kid) < found.kid_spread
    assert found.frechet < 0.05 * 2 * WIDTH
    assert found.precision > 0.7
    assert found.recall > 0.7
    assert (found.pictures, found.photos) == (600, 400)


def test_a_set_is_at_no_distance_from_itself() -> None:
    photos = normal(200, 1)
    found = likeness(photos, photos, seed=0)
    assert -0.1 < found.kid <= 0, (
        "the unbiased estimate leaves out a picture's likeness to itself on one side"
    )
    assert kernel_distance(normal(200, 2, mean=1), photos, seed=0)[0] > 1
    assert found.frechet == pytest.approx(0, abs=1e-6)
    assert (found.precision, found.recall) == (1.0, 1.0)


@pytest.mark.parametrize("shift", [0.5, 1.0, 2.0])
def test_frechet_of_shifted_and_stretched_normals_is_the_closed_form(shift: float) -> None:
    drawn, photos = normal(20_000, 1, mean=shift, scale=1.5, width=8), normal(20_000, 2, width=8)
    assert frechet(drawn, photos) == pytest.approx(8 * (shift**2 + (1.5 - 1) ** 2), rel=0.05)


def test_frechet_equals_the_nuclear_norm_of_the_samples() -> None:
    """tr (Σ₁ Σ₂)^½ is the sum of the singular values of X Yᵀ: no matrix root, and fewer rows than columns."""
    drawn, photos = normal(40, 1, scale=2, width=64), normal(30, 2, mean=0.3, width=64)
    x, y = ((a - a.mean(0)).astype(np.float64) / np.sqrt(len(a) - 1) for a in (drawn, photos))
    roots = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    expected = ((drawn.mean(0) - photos.mean(0)) ** 2).sum() + (x**2).sum() + (y**2).sum() - 2 * roots
    assert frechet(drawn, photos) == pytest.approx(expected, rel=1e-5)


def test_kernel_distance_is_the_unbiased_estimate_over_all_pairs() -> None:
    drawn, photos = normal(200, 1, mean=0.4), normal(150, 2)

    def kernel(a: Floats, b: Floats) -> np.ndarray:
        return (a.astype(np.float64) @ b.T / WIDTH + 1) ** 3

    def within(a: Floats) -> float:
        k = kernel(a, a)
        return float((k.sum() - np.trace(k)) / (len(a) * (len(a) - 1)))

    expected = within(drawn) + within(photos) - 2 * kernel(drawn, photos).mean()
    mean, spread = kernel_distance(drawn, photos, seed=3)
    assert abs(mean - expected) < 4 * spread / 10  # the standard error of the mean of 100 subsets
    assert mean > 4 * spread


def test_few_pictures_do_not_shift_the_kernel_distance_but_do_raise_frechet() -> None:
    many, few = (normal(800, 1), normal(800, 2)), (normal(40, 1), normal(40, 2))
    assert abs(kernel_distance(*few, seed=0)[0]) < kernel_distance(*few, seed=0)[1]
    assert frechet(*few) > 5 * frechet(*many)


def test_one_picture_repeated_loses_recall_and_not_precision() -> None:
    photos = normal(300, 1)
    collapsed = np.repeat(normal(1, 2, scale=0.3), 300, axis=0)
    precision, recall = precision_and_recall(collapsed, photos)
    assert precision == 1.0
    assert recall < 0.02


def test_a_lost_mode_loses_half_the_recall_and_no_precision() -> None:
    photos = np.concatenate([normal(200, 1, mean=-3), normal(200, 2, mean=3)])
    precision, recall = precision_and_recall(normal(400, 3, mean=3), photos)
    assert precision > 0.7
    assert 0.35 < recall <= 0.5


def test_noise_loses_precision() -> None:
    photos = normal(300, 1)
    noise = normal(300, 2, scale=4)
    assert precision_and_recall(noise, photos)[0] < 0.05
    half = np.concatenate([normal(150, 3), noise[:150]])
    assert precision_and_recall(half, photos)[0] == pytest.approx(0.5, abs=0.1)


def test_pictures_in_which_the_eyes_see_little_are_not_precise() -> None:
    kinds = np.repeat(
        np.arange(1, 9), [97, 98, 97, 98, 97, 98, 2, 2]
    )  # two kinds are rare, so far from others
    seen = 0.6 * np.eye(1, WIDTH) + 0.8 * np.eye(WIDTH)[kinds] + 0.02 * normal(len(kinds), 1)
    photos, others = seen[::2].astype(np.float32), seen[1::2].astype(np.float32)
    dim = 0.05 * np.abs(normal(300, 2)) * (np.arange(WIDTH) > 8)
    assert precision_and_recall(dim.astype(np.float32), photos)[0] == 1.0
    assert likeness(dim.astype(np.float32), photos, seed=0).precision == 0.0
    assert likeness(others, photos, seed=0).precision > 0.6


def test_the_order_of_the_pictures_does_not_matter() -> None:
    drawn, photos = normal(700, 1, mean=0.3), normal(200, 2)
    shuffled = np.random.default_rng(0).permutation(drawn)
    assert precision_and_recall(shuffled, photos) == precision_and_recall(drawn, photos)
    assert frechet(shuffled, photos) == pytest.approx(frechet(drawn, photos), rel=1e-9)
    mean, spread = kernel_distance(drawn, photos, seed=0)
    assert abs(kernel_distance(shuffled, photos, seed=0)[0] - mean) < spread


def test_the_seed_alone_decides_the_subsets() -> None:
    drawn, photos = normal(100, 1, mean=0.3), normal(100, 2)
    torch.manual_seed(1)
    first = likeness(drawn, photos, seed=7)
    before = torch.rand(())
    torch.manual_seed(1)
    torch.rand(5)
    assert likeness(drawn, photos, seed=7) == first
    assert likeness(drawn, photos, seed=8).kid != first.kid
    torch.manual_seed(1)
    assert torch.rand(()) == before, "the caller's random numbers are as they were"


def test_blocks_give_what_all_at_once_gives() -> None:
    features, others = normal(1_100, 1), normal(700, 2)
    plain = np.linalg.norm(features[:, None].astype(np.float64) - others, axis=2)
    assert np.allclose(np.sqrt(squared_distances(features, others)), plain, atol=1e-6)
    within = np.linalg.norm(others[:, None].astype(np.float64) - others, axis=2)
    assert np.allclose(neighbour_distances(others, 3), np.sort(within, axis=1)[:, 3], atol=1e-6)
    assert np.allclose(neighbour_distances(others, 1, np.array([650, 3])), np.sort(within)[[650, 3], 1])


def test_distinct_pictures_are_counted_by_groups() -> None:
    far, near = np.eye(6, dtype=np.float32) * 10, np.zeros((6, 6), np.float32)
    near[:, 0] = np.linspace(0, 0.5, 6)
    chain = np.zeros((6, 6), np.float32)
    chain[:, 0] = [0, 1, 2, 3, 4, 9]  # neighbours within 1.5, ends not
    pairs = np.repeat(far[:3], 2, axis=0)
    for group, count in ((far, 6), (near, 1), (chain, 2), (pairs, 3)):
        assert distinct_per_description(group[None], 1.5) == count
        assert distinct_per_description(group[None, [4, 0, 5, 2, 1, 3]], 1.5) == count
    assert distinct_per_description(np.stack([far, near, chain, pairs]), 1.5) == 3.0


def test_equal_pictures_are_one_even_where_the_threshold_is_zero() -> None:
    assert distinct_per_description(np.ones((1, 6, 4), np.float32), 0.0) == 1.0


def test_threshold_joins_variants_of_a_photo_and_not_two_photos() -> None:
    photos = normal(300, 1)
    threshold = same_picture_threshold(photos)
    nearest = neighbour_distances(photos, 1)
    assert (nearest <= threshold).mean() == pytest.approx(0.05, abs=0.005)
    variants = photos[:60, None] + normal(360, 2, scale=0.1).reshape(60, 6, WIDTH)
    assert distinct_per_description(variants, threshold) < 1.05
    assert distinct_per_description(photos.reshape(50, 6, WIDTH), threshold) > 5.9


def test_too_few_or_broken_features_give_no_figure() -> None:
    enough, few = normal(MIN_PICTURES, 1), normal(MIN_PICTURES - 1, 2)
    likeness(enough, enough, seed=0)
    with pytest.raises(BadInput, match="at least 20 real photos, got 19; prepare"):
        likeness(enough, few, seed=0)
    with pytest.raises(BadInput, match="at least 20 pictures, got 19; draw more"):
        likeness(few, enough, seed=0)
    broken = enough.copy()
    broken[3, 4] = np.nan
    with pytest.raises(BadInput, match="finite"):
        likeness(broken, enough, seed=0)
    with pytest.raises(BadInput, match="at least 20"):
        same_picture_threshold(few)
