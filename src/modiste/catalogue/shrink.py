"""Lanczos resampling as Pillow's, in half its time: products of small matrices, which BLAS is quick at.

Weights are whole numbers of 2**-15, so that every sum is one of whole numbers below 2**24: exact in single
precision, and so the same bits on every machine, in whatever order its BLAS adds.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]

LOBES = 3
ONE = 2.0**15
BLOCK = 16
"""Pixels of the result that share a matrix, with zeros where one needs pixels that others do not."""


class Band(NamedTuple):
    """Pixels `first` to `last - 1` of a result along one axis, made of pixels `begin` to `end - 1`."""

    first: int
    last: int
    begin: int
    end: int
    weights: Floats
    """[last - first, end - begin], in units of `1 / ONE`."""


def middle_square(picture: Image.Image, size: int) -> Image.Image:
    """The largest square in the middle of an RGB picture, at `size` x `size`."""
    side = min(picture.size)
    columns, lines = (_bands(length, side, size) for length in picture.size)
    box = columns[0].begin, lines[0].begin, columns[-1].end, lines[-1].end
    channels = picture.crop(box).split()
    return Image.merge("RGB", [_resampled(channel, columns, lines) for channel in channels])


def _resampled(channel: Image.Image, columns: tuple[Band, ...], lines: tuple[Band, ...]) -> Image.Image:
    pixels = np.asarray(channel).astype(np.float32)
    left, top = columns[0].begin, lines[0].begin
    across = np.empty((len(pixels), columns[-1].last), np.float32)
    for first, last, begin, end, weights in columns:
        np.matmul(pixels[:, begin - left : end - left], weights.T, out=across[:, first:last])
    _round(across)
    result = np.empty((lines[-1].last, columns[-1].last), np.float32)
    for first, last, begin, end, weights in lines:
        np.matmul(weights, across[begin - top : end - top], out=result[first:last])
    _round(result)
    return Image.fromarray(result.astype(np.uint8))


def _round(sums: Floats) -> None:
    """Weighted sums -> levels from 0 to 255, in place."""
    sums *= np.float32(1 / ONE)
    np.rint(sums, out=sums)
    np.clip(sums, 0, 255, out=sums)


@lru_cache(64)
def _bands(length: int, side: int, size: int) -> tuple[Band, ...]:
    """How `size` pixels are made of the middle `side` of `length` pixels."""
    scale = side / size
    wide = max(scale, 1.0)
    middles = (length - side) / 2 + (np.arange(size) + 0.5) * scale
    begins = np.maximum(0, np.floor(middles - LOBES * wide + 0.5)).astype(int)
    ends = np.minimum(length, np.floor(middles + LOBES * wide + 0.5)).astype(int)
    bands = []
    for first in range(0, size, BLOCK):
        last = min(first + BLOCK, size)
        begin, end = int(begins[first]), int(ends[last - 1])
        apart = (np.arange(begin, end) + 0.5 - middles[first:last, None]) / wide
        weights = np.sinc(apart) * np.sinc(apart / LOBES) * (np.abs(apart) < LOBES)
        whole = np.rint(ONE * weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
        bands.append(Band(first, last, begin, end, whole))
    return tuple(bands)
