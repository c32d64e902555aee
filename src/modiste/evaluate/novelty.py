"""Are the pictures new: the nearest training photo of each, held against what is normal among real photos.

A photo that nobody trained on has a nearest training photo too, and a catalogue repeats itself: the same
shirt in another colour, the same photo under two product numbers. So a distance says nothing by itself, and
a picture is flagged as a copy by two comparisons:

- *relative*: its distance to its nearest training photo is divided by how far that photo's own third
  neighbour in training is. Plain white shirts lie close together, and a new one is no copy of any of them.
- *calibrated*: the quotient must be lower than that of all but 2% of the held-out photos. Held-out photos
  that are themselves a training photo's twin are left out of this rule and counted, or a catalogue with
  many of them would excuse every copy; they do count in the share that stands beside that of the pictures.

Both are done in a network's features and in pixels, with the picture mirrored too, and a picture is a copy
if either finds it: a moved or darkened copy is far away in pixels, a blurred one in features.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modiste.cielab import lab
from modiste.errors import BadInput
from modiste.evaluate.likeness import (
    MIN_PICTURES,
    Doubles,
    Floats,
    Ints,
    blocks,
    neighbour_distances,
    squared_distances,
)

Pixels = npt.NDArray[np.uint8]

SIDE = 32
"""Thumbnails have this side: the cut and its pattern are there, noise and sharpness are not."""

RANK = 3
"""The neighbour of a training photo whose distance is the photo's radius."""

SMALLEST_RADIUS = 0.1
"""Least radius, as a share of the typical one: a photo that training holds four times has none itself."""

COPY_PERCENT = 2
"""Share of new photos that may be flagged, in features and in pixels each."""

TINY = 1e-12
"""Instead of 0 where every picture is the same to a network."""

TWIN = 1.0
"""Pixel distance in CIELAB below which a held-out photo is a training photo: half of what an eye sees."""


@dataclass(frozen=True)
class Seen:
    """Pictures as novelty sees them."""

    features: Floats
    """[n, d], of a network."""
    mirrored_features: Floats | None
    """[n, d], of the pictures flipped left to right; not needed of training photos."""
    pixels: Floats
    """[n, 3072], of `thumbnails`."""

    @classmethod
    def of(cls, features: Floats, mirrored_features: Floats | None, images: Pixels) -> "Seen":
        """Pictures uint8 [n, side, side, 3] with the features that a network found in them."""
        return cls(features, mirrored_features, thumbnails(images))


@dataclass(frozen=True)
class Nearness:
    """Novelty in one way of seeing.

    Attributes:
        median: median distance of the drawn pictures to their nearest training photo: Euclidean in the
            features, or root mean square CIELAB difference a pixel.
        held_out_median: the same of the held-out photos.
        copies: share of the drawn pictures that are flagged, 0 to 1.
        held_out_copies: the same of the held-out photos, twins of training photos included.
    """

    median: float
    held_out_median: float
    copies: float
    held_out_copies: float


@dataclass(frozen=True)
class Novelty:
    """How new the drawn pictures are.

    Attributes:
        features: in a network's features.
        pixels: in pixels.
        copies: share of the drawn pictures flagged in features or in pixels, 0 to 1.
        held_out_copies: the same of the held-out photos: the share that means nothing.
        held_out_twins: share of the held-out photos that are a training photo, pixel for pixel.
        held_out_photos: number of held-out photos.
        training_photos: number of photos among which the nearest was looked for.
        nearness: [n], the flagging quotient of each drawn picture by its limit, in features or pixels,
            whichever is lower: 0 is a training photo itself, below 1 is flagged.
        index: [n], the training photo that each is nearest to in that way.
    """

    features: Nearness
    pixels: Nearness
    copies: float
    held_out_copies: float
    held_out_twins: float
    held_out_photos: int
    training_photos: int
    nearness: Doubles
    index: Ints

    @property
    def figures(self) -> dict[str, Any]:
        """The figures alone, as `metrics.json` has them."""
        shares = {name: getattr(self, name) for name in ("copies", "held_out_copies", "held_out_twins")}
        counts = {"pictures": len(self.nearness), "held_out_photos": self.held_out_photos}
        counts["training_photos"] = self.training_photos
        return {"features": asdict(self.features), "pixels": asdict(self.pixels), **shares, **counts}

    def closest(self, count: int) -> list[tuple[int, int, float]]:
        """The `count` pictures nearest to training: (picture, training photo, nearness), nearest first."""
        order = np.argsort(self.nearness, kind="stable")[:count]
        return [(int(i), int(self.index[i]), float(self.nearness[i])) for i in order]


def novelty(drawn: Seen, held_out: Seen, train: Seen) -> Novelty:
    """Novelty of drawn pictures, beside that of held-out photos. The module's text has the rule.

    Raises:
        BadInput: fewer than `MIN_PICTURES` held-out photos that are no twins, or fewer than five photos
            trained on.
    """
    if len(train.pixels) <= RANK + 1:
        raise BadInput(f"novelty needs more than {RANK + 1} training photos, got {len(train.pixels)}")
    real = _nearest(held_out.pixels, mirrored(held_out.pixels), train.pixels)
    new = real[0] >= TWIN
    if new.sum() < MIN_PICTURES:
        raise BadInput(
            f"novelty needs at least {MIN_PICTURES} held-out photos that are not in training too, got "
            f"{new.sum()} of {len(new)}; remove repeated photos or prepare a larger catalogue"
        )
    in_pixels = _compare(
        _nearest(drawn.pixels, mirrored(drawn.pixels), train.pixels), real, train.pixels, new
    )
    in_features = _compare(
        _nearest(drawn.features, drawn.mirrored_features, train.features),
        _nearest(held_out.features, held_out.mirrored_features, train.features),
        train.features,
        new,
    )
    lower = in_features.drawn < in_pixels.drawn
    nearness = np.minimum(in_features.drawn, in_pixels.drawn)
    return Novelty(
        features=in_features.figures,
        pixels=in_pixels.figures,
        copies=float((nearness < 1).mean()),
        held_out_copies=float((np.minimum(in_features.held_out, in_pixels.held_out) < 1).mean()),
        held_out_twins=float(1 - new.mean()),
        held_out_photos=len(new),
        training_photos=len(train.pixels),
        nearness=nearness,
        index=np.where(lower, in_features.index, in_pixels.index),
    )


def nearest(queries: Floats, base: Floats) -> tuple[Floats, Ints]:
    """Euclidean distance [n] of each row to its nearest row of `base`, and that row's index [n]. Exact."""
    distances, indices = np.empty(len(queries), np.float32), np.empty(len(queries), np.int64)
    for rows in blocks(len(queries)):
        indices[rows] = squared_distances(queries[rows], base).argmin(axis=1)
        # Measured directly, so that a picture is at 0 from itself.
        distances[rows] = np.linalg.norm(queries[rows] - base[indices[rows]], axis=1)
    return distances, indices


def thumbnails(images: Pixels) -> Floats:
    """Pictures uint8 [n, side, side, 3] averaged down to 32x32 in CIELAB: [n, 3072].

    The Euclidean distance of two is the root mean square CIELAB difference (ΔE 1976) of their pixels, of
    which an eye just sees about 2.
    """
    side = images.shape[1]
    areas = _areas(side)
    result = np.empty((len(images), SIDE * SIDE * 3), np.float32)
    for rows in blocks(len(images)):
        flat = images[rows].astype(np.float32).reshape(-1, side, side * 3)
        small = areas @ (areas @ flat).reshape(-1, SIDE, side, 3)
        result[rows] = lab(small).reshape(len(flat), -1) / SIDE
    return result


def mirrored(pixels: Floats) -> Floats:
    """Thumbnails [n, 3072] flipped left to right."""
    rows = pixels.reshape(-1, SIDE, SIDE, 3)
    return rows[:, :, ::-1].reshape(len(pixels), SIDE * SIDE * 3)


def _areas(side: int) -> Floats:
    """[32, side]: which share of each cell of a thumbnail the pixels of a row of `side` cover."""
    edges, pixels = np.arange(SIDE + 1) * (side / SIDE), np.arange(side)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    areas: Floats = (np.maximum(overlap, 0) * (SIDE / side)).astype(np.float32)
    return areas


def _nearest(pictures: Floats, flipped: Floats | None, base: Floats) -> tuple[Floats, Ints]:
    """`nearest` of the pictures or of their mirror images, whichever is nearer."""
    distances, indices = nearest(pictures, base)
    if flipped is None:
        return distances, indices
    others, other_indices = nearest(flipped, base)
    return np.minimum(distances, others), np.where(others < distances, other_indices, indices)


@dataclass(frozen=True)
class _Compared:
    figures: Nearness
    drawn: Doubles
    held_out: Doubles
    index: Ints


def _compare(
    drawn: tuple[Floats, Ints], held_out: tuple[Floats, Ints], base: Floats, new: npt.NDArray[np.bool_]
) -> _Compared:
    radii = _radii(held_out[1], base)
    least = max(SMALLEST_RADIUS * float(np.median(radii[new])), TINY)
    real = held_out[0] / np.maximum(radii, least)
    ours = drawn[0] / np.maximum(_radii(drawn[1], base), least)
    # An observed value, and nearer than it: no more of the new photos than stated are flagged, ties or not.
    limit = max(float(np.percentile(real[new], COPY_PERCENT, method="lower")), TINY)
    figures = Nearness(
        median=float(np.median(drawn[0])),
        held_out_median=float(np.median(held_out[0])),
        copies=float((ours < limit).mean()),
        held_out_copies=float((real < limit).mean()),
    )
    return _Compared(figures, ours / limit, real / limit, drawn[1])


def _radii(indices: Ints, base: Floats) -> Doubles:
    """Distance of the photos at `indices` to their third-nearest other photo."""
    unique, where = np.unique(indices, return_inverse=True)
    return neighbour_distances(base, RANK, unique)[where]
