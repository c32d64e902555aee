"""Do the pictures look real, and are they varied: distances between sets of features.

Every figure here is about one set of drawn pictures and one of real photos as a network sees them: rows of
features from the same named network and the same way of resizing. None has a meaning of its own: it is
read beside the same figure of real photos against real photos, in the same features, with as many pictures.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from modiste.errors import BadInput
from modiste.randomness import check_seed

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

MIN_PICTURES = 20
"""Fewer pictures or photos give no figure: three neighbours would be a large part of the set."""

SUBSETS, SUBSET_SIZE = 100, 500
"""KID is the mean over this many random subsets, of this size or half the smaller set if that is less."""

NEIGHBOURS = 3
"""Whose distance is a picture's radius in precision and recall, as in arXiv:1904.06991."""

SAME_PICTURE_PERCENT = 5
"""Share of real photos whose nearest other product may pass for the same picture."""

BLOCK = 512


@dataclass(frozen=True)
class Likeness:
    """How near the drawn pictures are to real photos, as sets.

    Attributes:
        kid: squared maximum mean discrepancy under the kernel (x·y / d + 1)³, unbiased (Bińkowski et al.
            2018, arXiv:1801.01401). Around 0 when both sets come from one source, a little below it too,
            the more so where both hold the same pictures; no upper bound. Few pictures do not shift it.
        kid_spread: standard deviation over the subsets: how much `kid` moves with the choice of pictures.
        frechet: Fréchet distance of the normal distributions fitted to both sets, 0 or more (Heusel et al.
            2017, arXiv:1706.08500). Few pictures raise it: it compares only between equal numbers.
        precision: share of the drawn pictures that lie among the photos, 0 to 1: nearer to some photo than
            that photo's third neighbour (Kynkäänniemi et al. 2019, arXiv:1904.06991), both in `directions` of
            the features. Low for noise.
        recall: share of the photos that lie among the drawn pictures, 0 to 1. Low where variety is lost.
        pictures: number of drawn pictures.
        photos: number of real photos.
    """

    kid: float
    kid_spread: float
    frechet: float
    precision: float
    recall: float
    pictures: int
    photos: int


def likeness(drawn: Floats, photos: Floats, *, seed: int) -> Likeness:
    """The likeness of two sets of features [n, d]; real against real is `likeness(other_photos, photos)`.

    Raises:
        BadInput: fewer than `MIN_PICTURES` rows, or features that are not finite.
    """
    kid, spread = kernel_distance(drawn, photos, seed=seed)
    precision, recall = precision_and_recall(directions(drawn), directions(photos))
    return Likeness(
        kid, spread, frechet(drawn, photos), precision, recall, pictures=len(drawn), photos=len(photos)
    )


class _Given(nn.Module):
    """Hands torchmetrics features that are already there, in double precision.

    `num_features` keeps it from asking this module about a random picture.
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.num_features = num_features

    def forward(self, features: Tensor) -> Tensor:
        return features.double()


def kernel_distance(drawn: Floats, photos: Floats, *, seed: int) -> tuple[float, float]:
    """KID and its spread, see `Likeness`. The subsets depend on the seed and on the rows' order.

    A subset is at most half of the smaller set: with the whole of it in each, the spread would not show
    what the choice of those pictures does. The spread is that of `kid` from one subset's number of
    pictures; the mean is steadier.
    """
    _check(drawn, photos)
    size = min(SUBSET_SIZE, len(drawn) // 2, len(photos) // 2)
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.filterwarnings("ignore", message="Metric `Kernel Inception Distance`")  # it keeps features
        torch.manual_seed(check_seed(seed))
        metric = KernelInceptionDistance(_Given(drawn.shape[1]), subsets=SUBSETS, subset_size=size)
        metric.update(torch.from_numpy(photos), real=True)
        metric.update(torch.from_numpy(drawn), real=False)
        mean, spread = metric.compute()
    return float(mean), float(spread)


def frechet(drawn: Floats, photos: Floats) -> float:
    """Fréchet distance of two sets of features [n, d], see `Likeness`."""
    _check(drawn, photos)
    metric = FrechetInceptionDistance(_Given(drawn.shape[1]))
    metric.update(torch.from_numpy(photos), real=True)
    metric.update(torch.from_numpy(drawn), real=False)
    return max(0.0, float(metric.compute()))  # equal sets give rounding errors of either sign


def directions(features: Floats) -> Floats:
    """The features at length 1: [n, d].

    What a network sees little in has short features, and so is near to everything: noise would lie among the
    photos, and so would blots.
    """
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    result: Floats = features / np.maximum(lengths, np.finfo(np.float32).tiny)
    return result


def precision_and_recall(drawn: Floats, photos: Floats) -> tuple[float, float]:
    """Improved precision and recall, see `Likeness`: exact, in blocks of rows.

    Few photos have wide radii, which flatters precision, and few drawn pictures flatter recall: both compare
    between equal numbers only.
    """
    _check(drawn, photos)
    radii, drawn_radii = neighbour_distances(photos, NEIGHBOURS), neighbour_distances(drawn, NEIGHBOURS)
    precise = []
    recalled = np.zeros(len(photos), dtype=bool)
    for rows in blocks(len(drawn)):
        distances = np.sqrt(squared_distances(drawn[rows], photos))
        precise.append((distances <= radii).any(axis=1))
        recalled |= (distances <= drawn_radii[rows, None]).any(axis=0)
    return float(np.concatenate(precise).mean()), float(recalled.mean())


def neighbour_distances(features: Floats, rank: int, of: Ints | None = None) -> Doubles:
    """Euclidean distance of each row, or of the rows `of` alone, to its `rank`-th nearest other row."""
    chosen = np.arange(len(features)) if of is None else of
    result = np.empty(len(chosen))
    for rows in blocks(len(chosen)):
        squared = squared_distances(features[chosen[rows]], features)
        squared[np.arange(len(squared)), chosen[rows]] = np.inf  # itself
        result[rows] = np.sqrt(np.partition(squared, rank - 1, axis=1)[:, rank - 1])
    return result


def squared_distances(rows: Floats, others: Floats) -> Doubles:
    """Squared Euclidean distances [len(rows), len(others)].

    In double precision: |x|² + |y|² - 2 x·y loses half of its digits where the two are close.
    """
    left = rows.astype(np.float64)
    result = np.empty((len(rows), len(others)))
    for columns in blocks(len(others)):
        right = others[columns].astype(np.float64)
        result[:, columns] = (right**2).sum(axis=1) - 2 * left @ right.T
    result += (left**2).sum(axis=1)[:, None]
    return np.maximum(result, 0, out=result)


def same_picture_threshold(photos: Floats) -> float:
    """The distance below which two pictures count as the same one: from real photos of different products.

    It is where 5% of the photos have another product nearer than that, so two real products seldom pass for
    one picture. The percentile is that of the nearest neighbours, not of all pairs: most pairs are a shoe
    and a shirt, and a small share of them would join photos that are merely of one kind.

    Args:
        photos: features [n, d] of photos of different products, at least `MIN_PICTURES`.
    """
    _check(photos, photos)
    return float(np.percentile(neighbour_distances(photos, 1), SAME_PICTURE_PERCENT))


def distinct_per_description(features: Floats, threshold: float) -> float:
    """Mean number of distinct pictures among the seeds of one description, 1 to the number of seeds.

    Pictures at most `threshold` apart are joined, and chains of them too (single linkage): unlike a greedy
    choice of representatives, the groups do not depend on the order of the seeds, and a smear of pictures
    that pass into each other counts as one, so the figure never flatters.

    Args:
        features: [descriptions, seeds, d].
        threshold: of `same_picture_threshold`, in the same features.
    """
    return float(np.mean([_groups(pictures.astype(np.float64), threshold) for pictures in features]))


def _groups(pictures: Doubles, threshold: float) -> int:
    near = np.linalg.norm(pictures[:, None] - pictures, axis=2) <= threshold
    for _ in range(len(pictures).bit_length()):  # each round doubles the length of the chains that count
        near = near @ near
    return len(np.unique(near, axis=0))


def blocks(count: int) -> Iterator[slice]:
    """Slices that cover `count` rows, so that no table of all distances is ever in memory."""
    for first in range(0, count, BLOCK):
        yield slice(first, min(first + BLOCK, count))


def _check(drawn: Floats, photos: Floats) -> None:
    assert drawn.ndim == photos.ndim == 2
    assert drawn.shape[1] == photos.shape[1], (drawn.shape, photos.shape)
    for features, what, todo in (
        (drawn, "pictures", "draw more"),
        (photos, "real photos", "prepare a larger catalogue"),
    ):
        if len(features) < MIN_PICTURES:
            raise BadInput(f"likeness needs at least {MIN_PICTURES} {what}, got {len(features)}; {todo}")
        if not np.isfinite(features).all():
            raise BadInput(f"expected finite features of {what}, found NaN or infinity; look at the pictures")
