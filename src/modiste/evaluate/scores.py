"""How often pictures show what was asked for, with the doubt that few pictures leave."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

Z = 1.96
"""Standard deviations on either side of a 95% interval."""
SHUFFLES = 20
"""How often descriptions are dealt out anew for the floor."""


@dataclass(frozen=True)
class Score:
    """Accuracy of one attribute over the pictures that were asked for it."""

    accuracy: float
    """Share of pictures with the asked value, 0 to 1."""
    balanced: float
    """The mean of that share over the asked values: a frequent value counts no more than a rare one."""
    low: float
    """Lower end of the accuracy's 95% interval (Wilson's)."""
    high: float
    """Upper end."""
    count: int
    """Pictures."""


def score_of(shown: Ints, asked: Ints) -> Score | None:
    """Compares what the judge sees [n] with what was asked [n], -1 where nothing was; None if never."""
    known = asked >= 0
    count = int(known.sum())
    if count == 0:
        return None
    right = shown[known] == asked[known]
    each = [float(right[asked[known] == value].mean()) for value in np.unique(asked[known])]
    accuracy = float(right.mean())
    low, high = interval(accuracy, count)
    return Score(accuracy, float(np.mean(each)), low, high, count)


def interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share that was seen in `count` cases (JASA 22, 1927)."""
    centre = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z / (1 + Z * Z / count) * sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def floor_of(shown: Ints, asked: Ints, seed: int) -> Score | None:
    """The same pictures against the descriptions of others: what a model reaches that cannot read.

    The mean over `SHUFFLES` ways to deal the descriptions out; the interval is that of one of them.
    """
    known = np.flatnonzero(asked >= 0)
    random = np.random.default_rng(seed)
    scores = [score_of(shown[known], asked[random.permutation(known)]) for _ in range(SHUFFLES)]
    found = [score for score in scores if score is not None]
    if not found:
        return None
    accuracy = float(np.mean([score.accuracy for score in found]))
    balanced = float(np.mean([score.balanced for score in found]))
    low, high = interval(accuracy, found[0].count)
    return Score(accuracy, balanced, low, high, found[0].count)
