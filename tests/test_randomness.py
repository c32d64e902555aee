import numpy as np
import pytest

from modiste.errors import BadInput
from modiste.randomness import normals, permutation, seed_noise, uniforms


def test_a_samples_numbers_do_not_depend_on_its_neighbours() -> None:
    assert np.array_equal(normals(7, "noise", 0, 50, 11)[20:25], normals(7, "noise", 20, 5, 11))


def test_seeds_and_purposes_give_other_numbers() -> None:
    base = uniforms(1, "noise", 0, 4, 4)
    assert not np.isin(base, uniforms(2, "noise", 0, 4, 4)).any()
    assert not np.isin(base, uniforms(1, "flip", 0, 4, 4)).any()


def test_normals_are_standard() -> None:
    values = normals(0, "noise", 0, 20_000, 10)
    assert abs(values.mean()) < 0.01
    assert abs(values.std() - 1) < 0.01
    assert abs((values**4).mean() - 3) < 0.1
    assert np.abs(np.corrcoef(values.T) - np.eye(10)).max() < 0.03


def test_each_round_is_another_order_of_the_same() -> None:
    first, second = permutation(3, "order", 0, 40), permutation(3, "order", 1, 40)
    assert sorted(first) == sorted(second) == list(range(40))
    assert list(first) != list(second)


@pytest.mark.parametrize("seed", [-1, 2**70])
def test_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(BadInput, match="seed must be from 0"):
        seed_noise(seed, 4)
