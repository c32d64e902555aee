"""Scores, their intervals and their floor."""

import numpy as np
import pytest

from modiste.evaluate.scores import floor_of, interval, score_of


def test_balanced_accuracy_does_not_reward_saying_the_frequent_value() -> None:
    asked = np.array([0] * 78 + [1] * 22)
    score = score_of(np.zeros(100, np.int64), asked)
    assert score is not None
    assert (score.accuracy, score.balanced, score.count) == (0.78, 0.5, 100)


def test_pictures_that_were_not_asked_do_not_count() -> None:
    score = score_of(np.array([0, 1, 1]), np.array([0, -1, 0]))
    assert score is not None
    assert (score.accuracy, score.count) == (0.5, 2)
    assert score_of(np.array([0]), np.array([-1])) is None


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [(0.5, 100, 0.4038, 0.5962), (0.0, 10, 0.0, 0.2775), (0.9, 50, 0.7864, 0.9565)],
)
def test_interval_is_wilsons(share: float, count: int, low: float, high: float) -> None:
    assert interval(share, count) == pytest.approx((low, high), abs=5e-4)


def test_floor_is_what_chance_gives() -> None:
    random = np.random.default_rng(0)
    asked = random.choice(3, 3000, p=[0.6, 0.3, 0.1])
    floor = floor_of(asked.copy(), asked, seed=1)  # pictures that obey perfectly, dealt to others
    assert floor is not None
    assert floor.accuracy == pytest.approx(0.6**2 + 0.3**2 + 0.1**2, abs=0.02)
    assert floor.balanced == pytest.approx(1 / 3, abs=0.02)
