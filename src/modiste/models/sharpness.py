"""Photos that were enlarged: how much of their detail is none, and pictures seen as sharply as they are.

A catalogue holds all photos at one size, small ones enlarged. To an officer that sees them as they are, a
blurred dress is what a dress looks like. One that sees a drawn dress no more sharply than the photo in whose
place it stands says nothing of finer details: these are learnt from the photos that have them.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import interpolate

from modiste.catalogue.batches import to_tensor

OCTAVES = 2
"""So many of the finest octaves may be found lacking: a photo enlarged to four times its side."""
LACKING = 0.48
"""An octave with less detail than this share of the next coarser one has none of its own: of photos shot at
their size 99.9% have more, of photos enlarged fourfold 99.8% have less (docs/experiments.md)."""

ROUNDING = 1e-5
"""A blank picture lacks nothing."""
AT_ONCE = 64


def lacking_in(images: npt.NDArray[np.uint8]) -> Int[Tensor, " batch"]:
    """`lacking_octaves` of many pictures uint8 [batch, size, size, 3], some at a time."""
    parts = [lacking_octaves(to_tensor(images[at : at + AT_ONCE])) for at in range(0, len(images), AT_ONCE)]
    return torch.cat(parts)


@torch.no_grad()
def lacking_octaves(image: Float[Tensor, "batch 3 size size"]) -> Int[Tensor, " batch"]:
    """How many of the finest octaves each photo lacks, 0 to `OCTAVES`.

    Natural photos have about 0.6 times as much detail in each octave as in the next coarser, at every size.
    """
    with torch.autocast(image.device.type, enabled=False):  # details are finer than 16 bits
        grey = image.float().mean(dim=1)
        coarser = [rows @ grey @ rows.mT for rows in _coarse(image.shape[-1], grey.device, grey.dtype)]
    details = [(fine - coarse).abs().mean(dim=(1, 2)) for fine, coarse in pairwise(coarser)]
    lacks = torch.stack([fine < LACKING * coarse - ROUNDING for fine, coarse in pairwise(details)])
    return lacks.long().cumprod(dim=0).sum(dim=0)


def as_sharp_as(
    image: Float[Tensor, "batch 3 size size"], lacking: Int[Tensor, " batch"]
) -> Float[Tensor, "batch 3 size size"]:
    """Pictures without the finest octaves that are lacking, each its own number of them."""
    rows = _coarse(image.shape[-1], image.device, image.dtype)[lacking][:, None]
    seen = torch.where(lacking[:, None, None, None] > 0, rows @ image @ rows.mT, image)
    return seen.contiguous(memory_format=torch.channels_last)


@lru_cache(maxsize=8)
def _coarse(size: int, device: torch.device, dtype: torch.dtype) -> Float[Tensor, "octaves size size"]:
    """What takes none, one, … octaves from each column: made smaller, and larger by the transpose.

    So it is nearly its own transpose, and what it lets through is smooth in both directions: gradients of
    another one, of means say, draw their squares.
    """
    whole = torch.eye(size)
    found = [whole]
    for octave in range(1, OCTAVES + 2):
        smaller = interpolate(whole[None, None], (size >> octave, size), mode="bicubic", antialias=True)[0, 0]
        found.append(smaller.mT / smaller.sum(dim=0)[:, None] @ smaller)
    return torch.stack(found).to(device, dtype)
