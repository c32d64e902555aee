"""What the officer sees of a picture, photo or drawn: it is short-sighted at first."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from modiste.errors import BadInput

SHARP = 0.3
"""A blur of fewer pixels is none."""


def short_sighted(
    image: Float[Tensor, "batch 3 size size"], images_seen: int, *, blur: float, blur_images: int
) -> Float[Tensor, "batch 3 size size"]:
    """Blurs pictures, less and less until `blur_images` have been seen.

    Without it an officer at 128x128 tells noise from photos by single pixels, and all that the
    counterfeiter learns is other noise (docs/experiments.md). After StyleGAN3's training, which blurs
    what its discriminator sees at first (arXiv:2106.12423, appendix F).

    Args:
        image: pictures in [-1, 1].
        images_seen: so far in the run.
        blur: standard deviation at the start, as a share of the side.
        blur_images: when sight is sharp.
    """
    left = 1.0 - images_seen / blur_images if blur_images else 0.0
    sigma = blur * image.shape[-1] * left
    if sigma < SHARP:
        return image
    rows = _gaussian(image.shape[-1], sigma).to(image)
    # Along columns, then rows: a product of matrices, several times as quick as a convolution this wide.
    return (rows @ image @ rows.T).contiguous(memory_format=torch.channels_last)


def short_sighted_view(config: Any) -> Callable[[Any, Tensor], Tensor]:
    """`Rules.view` of a family whose config has `blur` and `blur_images`."""
    return lambda state, image: short_sighted(
        image, state.images_seen, blur=config.blur, blur_images=config.blur_images
    )


def check_blur(blur: float, blur_images: int) -> None:
    """BadInput unless both can be what `short_sighted` takes."""
    if not (0 <= blur <= 1 and blur_images >= 0):
        raise BadInput(
            f"blur must be a share of the side from 0 to 1 and blur_images not negative, "
            f"got {blur} and {blur_images}"
        )


@lru_cache(maxsize=8)
def _gaussian(size: int, sigma: float) -> Tensor:
    places = torch.arange(size, dtype=torch.float32)
    weights = torch.exp(-((places[:, None] - places) ** 2) / (2 * sigma**2))
    return weights / weights.sum(dim=1, keepdim=True)
