"""Batches: the photos, descriptions and noise of a step, each a function of the sample's index alone."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import interpolate

from modiste.catalogue import Split
from modiste.catalogue.pyramid import Pyramid
from modiste.randomness import normals, permutation, uniforms
from modiste.text.read import Encoder
from modiste.text.recolour import Recolouring
from modiste.text.write import UNIFORMS, random_description


@dataclass(frozen=True)
class Batch:
    """What both players are shown in one step."""

    image: Float[Tensor, "batch 3 height width"]
    """Real photos in [-1, 1]."""
    text_embedding: Float[Tensor, "batch text_dim"]
    """The vectors of these photos' descriptions."""
    noise: Float[Tensor, "batch noise_dim"]
    """Standard normal."""
    recoloured_embedding: Float[Tensor, "batch text_dim"]
    """The vectors of the same descriptions with another colour; their own, if a family has no use for it."""


class Stream(Protocol):
    """What gives samples by their position."""

    def at(self, first: int, count: int) -> Batch:
        """The samples `first` to `first + count - 1`."""


class Batches:
    """An endless stream of samples: shuffled rounds through a split, described and mirrored at random."""

    def __init__(
        self,
        split: Split,
        encoder: Encoder,
        *,
        seed: int,
        noise_dim: int,
        flip: bool,
        recoloured: bool = False,
        device: torch.device | str = "cpu",
    ) -> None:
        self._split = split
        self._encoder = encoder
        self._seed = seed
        self._noise_dim = noise_dim
        self._flip = flip
        self._recolouring = Recolouring(split.records, split.holds_out) if recoloured else None
        self._device = device
        self._pyramid: Pyramid | None = None
        self._shown: Callable[[int], tuple[int, float]] = lambda _first: (split.size, 1.0)
        self._order: tuple[int, npt.NDArray[np.int64]] = (-1, np.empty(0, np.int64))

    def grow(self, pyramid: Pyramid, shown: Callable[[int], tuple[int, float]]) -> None:
        """From now on the photos are of several sizes.

        Args:
            pyramid: of the same split.
            shown: number of a batch's first sample -> side of the photos, and how much they show of what
                half of it cannot: what is drawn beside them shows no more.
        """
        self._pyramid, self._shown = pyramid, shown

    def at(self, first: int, count: int) -> Batch:
        """The samples `first` to `first + count - 1` of the stream."""
        rows = self._rows(first, count)
        records = [self._split.records[row] for row in rows]
        chances = uniforms(self._seed, "description", first, count, UNIFORMS).tolist()
        descriptions = [random_description(*each) for each in zip(records, chances, strict=True)]
        text = recoloured = self._encoded(descriptions)
        if self._recolouring is not None:
            whose = uniforms(self._seed, "recolouring", first, count, 1)[:, 0].tolist()
            told = zip(records, descriptions, whose, strict=True)
            recoloured = self._encoded([self._recolouring.description(*each) for each in told])
        size, fade = self._shown(first)
        image = self._images(rows, size, first)
        if fade < 1:
            image = faded(image, self._images(rows, size // 2, first), fade)
        return Batch(
            image=image,
            text_embedding=text,
            recoloured_embedding=recoloured,
            noise=torch.from_numpy(normals(self._seed, "noise", first, count, self._noise_dim)).to(
                self._device
            ),
        )

    def _encoded(self, descriptions: Sequence[str]) -> Tensor:
        return torch.from_numpy(self._encoder.encode(descriptions)).to(self._device)

    def _images(self, rows: npt.NDArray[np.int64], size: int, first: int) -> Tensor:
        images = self._pyramid.images(rows, size) if self._pyramid else self._split.images(rows)
        if self._flip:
            mirrored = uniforms(self._seed, "flip", first, len(rows), 1)[:, 0] < 0.5
            images[mirrored] = images[mirrored, :, ::-1]
        return to_tensor(images, self._device)

    def _rows(self, first: int, count: int) -> npt.NDArray[np.int64]:
        total = len(self._split)
        positions = np.arange(first, first + count)
        rows = np.empty(count, np.int64)
        for round in range(first // total, (first + count - 1) // total + 1):
            order = self._order
            if order[0] != round:
                self._order = order = (round, permutation(self._seed, "order", round, total))
            here = positions // total == round
            rows[here] = order[1][positions[here] % total]
        return rows


def faded(
    image: Float[Tensor, "batch 3 side side"], half: Float[Tensor, "batch 3 side/2 side/2"], fade: float
) -> Float[Tensor, "batch 3 side side"]:
    """Pictures between those of half the side (0) and themselves (1): section 3 of arXiv:1710.10196."""
    return torch.lerp(interpolate(half, scale_factor=2.0, mode="nearest"), image, fade)


class Ahead:
    """A stream that makes the next batch in another thread while this one is played."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._thread = ThreadPoolExecutor(1)
        self._next: tuple[tuple[int, int], Future[Batch]] | None = None

    def at(self, first: int, count: int) -> Batch:
        """As the stream's own; the batch behind it is begun."""
        waiting, self._next = self._next, None
        if waiting is not None and waiting[0] == (first, count):
            batch = waiting[1].result()
        else:
            batch = self._stream.at(first, count)
        after = (first + count, count)
        self._next = (after, self._thread.submit(self._stream.at, *after))
        return batch


def to_tensor(
    images: npt.NDArray[np.uint8], device: torch.device | str = "cpu"
) -> Float[Tensor, "batch 3 height width"]:
    """uint8 [batch, height, width, 3] -> float in [-1, 1] on `device`, channels last in memory."""
    return torch.from_numpy(images).to(device).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def to_images(image: Float[Tensor, "batch 3 height width"]) -> npt.NDArray[np.uint8]:
    """Values in [-1, 1] -> uint8 [batch, height, width, 3]; what lies outside is clipped."""
    levels = ((image.detach().float() + 1) * 127.5).round().clamp(0, 255)
    images: npt.NDArray[np.uint8] = levels.byte().permute(0, 2, 3, 1).cpu().numpy()
    return images
