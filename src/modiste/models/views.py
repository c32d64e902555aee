"""What the officer sees of a picture, photo or drawn: short-sighted at first, or never all of it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import pad

from modiste.errors import BadInput

SHARP = 0.3
"""A blur of fewer pixels is none."""
CHANCES = 5
"""Random numbers that decide what befalls one picture."""
MOVED, HIDDEN = 1 / 8, 3 / 8
"""A picture moves by up to so much of its side, and a square of so much of it is hidden."""


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


def augmented(
    image: Float[Tensor, "batch 3 size size"], chance: Float[Tensor, "count 5"], *, share: float
) -> Float[Tensor, "batch 3 size size"]:
    """Moves a share of the pictures and hides a part of them, each by chance.

    Of few photos an officer soon knows every one, and then says nothing of use about others; what it never
    sees twice alike it cannot learn by heart (differentiable augmentation, arXiv:2006.10738). Product photos
    are on white, so white is what comes in at the sides and what hides. Colours stay: words name them.

    Args:
        image: pictures in [-1, 1]; gradients pass through.
        chance: uniform random numbers in [0, 1], on the pictures' device: five for each, over again where
            there are more pictures.
        share: 0 changes none, 1 all.
    """
    count, _, size, _ = image.shape
    number, channel = (torch.arange(n, device=image.device) for n in (count, 3))
    chance = chance[number % len(chance)]
    margin = round(MOVED * size)
    places = torch.arange(size, device=image.device)
    # a number just below 1 is 1 in 32 bits: at the first such one, image 6,512,045, a run would end for good
    moved = (chance[:, :2] * (2 * margin + 1)).long().clamp_(max=2 * margin)
    rows, columns = (moved[:, i, None] + places for i in (0, 1))
    all_of_it = number[:, None, None, None], channel[:, None, None]
    depth = pad(1 - image, (margin,) * 4)[*all_of_it, rows[:, None, :, None], columns[:, None, None, :]]
    hidden = round(HIDDEN * size)
    top, left = ((chance[:, i] * (size + hidden)).long()[:, None] - hidden for i in (2, 3))
    below, beside = ((places >= first) & (places < first + hidden) for first in (top, left))
    seen = ~(below[:, None, :, None] & beside[:, None, None, :])
    chosen = (chance[:, 4] < share)[:, None, None, None]
    return torch.where(chosen, 1 - depth * seen, image).contiguous(memory_format=torch.channels_last)


def view_of(config: Any) -> Callable[[Any, Tensor], Tensor]:
    """`Rules.view` of a family whose config has `blur`, `blur_images` and `augment`."""
    short = short_sighted_view(config)
    if not config.augment:
        return short

    def view(state: Any, image: Tensor) -> Tensor:
        seen = short(state, image)
        return seen if state.chance is None else augmented(seen, state.chance, share=config.augment)

    return view


def steady(config: Any, state: Any) -> bool:
    """Whether what the officer sees of a picture is no longer another function of it each round."""
    return bool(config.blur == 0 or state.images_seen >= config.blur_images)


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
