"""Colours of garments in CIELAB: which pixels are the garment's, and which named colour they have."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sklearn.cluster import MiniBatchKMeans
from torch.nn.functional import interpolate

from modiste.cielab import lab

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SIDE = 32
"""Colours are looked at in pictures averaged down to this side."""
GROUND = 8.0
"""Distance in CIELAB from the picture's border beyond which a pixel is the garment's."""
CODES = 96
"""Colours of the histograms, found among the training photos' garments."""
FITTED_PIXELS = 60_000


@dataclass(frozen=True)
class Garment:
    """The garments' own pixels in n pictures."""

    lab: Floats
    """[n, 1024, 3]: CIELAB of each pixel."""
    weight: Floats
    """[n, 1024]: 0 on the ground; on the garment 1."""
    central: Floats
    """[n, 1024]: the same, falling off from the middle, where the garment is and the person is not."""


def garment(images: Pixels) -> Garment:
    """Finds the garment in uint8 pictures [n, side, side, 3]: what differs from their border's median.

    A picture with nothing but ground counts as garment as a whole.
    """
    values = torch.from_numpy(images).permute(0, 3, 1, 2).float()
    small = interpolate(values, size=(SIDE, SIDE), mode="area").permute(0, 2, 3, 1).numpy()
    colours = lab(small).astype(np.float32)
    border = np.concatenate([colours[:, 0], colours[:, :, 0], colours[:, :, -1]], axis=1)
    ground = np.median(border, axis=1)[:, None, None]
    weight = (np.linalg.norm(colours - ground, axis=-1) > GROUND).astype(np.float32)
    weight[weight.mean(axis=(1, 2)) < 0.01] = 1.0
    middle = (SIDE - 1) / 2
    rows, columns = np.mgrid[:SIDE, :SIDE]
    bell = np.exp(-(((rows - middle) / 9) ** 2 + ((columns - middle) / 7) ** 2) / 2).astype(np.float32)
    flat = (len(images), SIDE * SIDE)
    return Garment(colours.reshape(*flat, 3), weight.reshape(flat), (weight * bell).reshape(flat))


def overlap(one: Garment, other: Garment) -> Floats:
    """How far n garments are where n others are [n]: the pixels of both, as a share of those of either."""
    both, either = np.minimum(one.weight, other.weight), np.maximum(one.weight, other.weight)
    share: Floats = both.sum(axis=1) / either.sum(axis=1)
    return share


def median_colours(seen: Garment) -> Floats:
    """The garments' median colours [n, 3], each CIELAB axis by itself, weighted towards the middle."""
    order = np.argsort(seen.lab, axis=1)
    weights = np.take_along_axis(seen.central[:, :, None], order, axis=1).cumsum(axis=1)
    half = (weights >= weights[:, -1:] / 2).argmax(axis=1)
    index = np.take_along_axis(order, half[:, None], axis=1)
    return np.take_along_axis(seen.lab, index, axis=1)[:, 0]


def fit_codes(seen: Garment, seed: int) -> Floats:
    """The colours [CODES, 3] that histograms count: k-means over garment pixels."""
    pixels = seen.lab[seen.weight > 0]
    random = np.random.default_rng(seed)
    chosen = pixels[random.choice(len(pixels), min(FITTED_PIXELS, len(pixels)), replace=False)]
    codes = min(CODES, len(np.unique(chosen, axis=0)))
    centres = MiniBatchKMeans(codes, random_state=seed, n_init=3).fit(chosen).cluster_centers_
    return np.asarray(centres, np.float32)


def histograms(seen: Garment, codes: Floats) -> Floats:
    """Square roots of the shares of each code [n, 2 * codes]: of the whole garment, and of its middle."""
    number = len(codes)
    result = np.empty((len(seen.lab), 2 * number), np.float32)
    for row, (colours, *weights) in enumerate(zip(seen.lab, seen.weight, seen.central, strict=True)):
        nearest = _nearest(colours, codes)
        for part, weight in enumerate(weights):
            counts = np.bincount(nearest, weights=weight, minlength=number)
            result[row, part * number : (part + 1) * number] = np.sqrt(counts / max(counts.sum(), 1e-6))
    return result


@dataclass(frozen=True)
class NamedColours:
    """What a catalogue means by its colour names."""

    names: tuple[str, ...]
    lab: Floats
    """[names, 3]"""

    @classmethod
    def fit(cls, histograms: Floats, codes: Floats, labels: Ints, names: Sequence[str]) -> "NamedColours":
        """From the training photos: the mean colour of what a name's garments have more of than all have.

        The plain mean will not do: where most of the red things are white shirts with red checks, it is pink.

        Args:
            histograms: [n, 2 * codes], of `histograms`.
            codes: [codes, 3], the colours that they count.
            labels: [n], each photo's place in `names`, or -1; every name occurs.
            names: the colours' names.
        """
        shares = histograms[:, len(codes) :] ** 2  # of the garment's middle
        of_names = np.stack([shares[labels == place].mean(axis=0) for place in range(len(names))])
        more = np.maximum(of_names - shares.mean(axis=0), 0)
        more += 1e-6 * of_names  # a name that has more of nothing keeps its own mean
        return cls(tuple(names), (more @ codes / more.sum(axis=1, keepdims=True)).astype(np.float32))

    def shown(self, seen: Garment) -> Ints:
        """Which named colour each garment shows [n]: its pixels vote for the nearest, in CIELAB."""
        result = np.empty(len(seen.lab), np.int64)
        for row, (colours, weight) in enumerate(zip(seen.lab, seen.central, strict=True)):
            votes = np.bincount(_nearest(colours, self.lab), weights=weight, minlength=len(self.names))
            result[row] = votes.argmax()
        return result

    def distance(self, seen: Garment, asked: Ints) -> Floats:
        """Distance in CIELAB (deltaE 1976) of each garment's median colour to the colour `asked` [n]."""
        distance: Floats = np.linalg.norm(median_colours(seen) - self.lab[asked], axis=-1).astype(np.float32)
        return distance


def _nearest(colours: Floats, codes: Floats) -> Ints:
    """Index of the code nearest to each colour."""
    # |x - c|^2 without |x|^2, which is the same for all codes
    nearest: Ints = ((codes**2).sum(axis=1) - 2 * colours @ codes.T).argmin(axis=1)
    return nearest
