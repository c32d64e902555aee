"""The eyes of every judgement: one frozen network, one resize path for photos and drawn pictures."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import interpolate

from modiste.catalogue.batches import to_images, to_tensor
from modiste.models.backbone import load_backbone
from modiste.models.sharpness import as_sharp_as

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

NAME = "lite1"
"""No discriminator may see with the same network: it would be judged by its own teacher."""
SIDE = 128
"""Every picture is seen at this side, whatever its own."""
AT_ONCE = 64
GRID = 4
"""The colours of a picture are averaged over GRID x GRID fields."""


@dataclass(frozen=True)
class Sight:
    """What the eyes see in n pictures."""

    features: Floats
    """[n, 1280]: EfficientNet-Lite1's pooled features, in which likeness and novelty are measured."""
    details: Floats
    """[n, d]: means and peaks of its earlier maps and a coarse picture: where colour and pattern are."""

    @property
    def all(self) -> Floats:
        """[n, 1280 + d]: both side by side, what the judge decides from."""
        return np.concatenate([self.features, self.details], axis=1)


class Eyes:
    """EfficientNet-Lite1 with ImageNet weights, frozen (`models/backbone.py`)."""

    name = f"EfficientNet-{NAME.capitalize()}, ImageNet, {SIDE}x{SIDE}"

    def __init__(self) -> None:
        self._backbone = load_backbone(NAME)

    @torch.inference_mode()
    def see(self, images: Pixels) -> Sight:
        """Looks at uint8 pictures [n, side, side, 3]; a picture's sight is its own, whatever is beside it."""
        starts = range(0, max(1, len(images)), AT_ONCE)  # an empty batch has shapes, too
        parts = [self._look(images[start : start + AT_ONCE]) for start in starts]
        return Sight(*(torch.cat(part).numpy() for part in zip(*parts, strict=True)))

    def _look(self, images: Pixels) -> tuple[Tensor, Tensor]:
        image = resized(to_tensor(images))
        maps = self._backbone(image)
        coarse = interpolate(image, size=(GRID, GRID), mode="area").flatten(1)
        details = [m.mean(dim=(2, 3)) for m in maps] + [m.amax(dim=(2, 3)) for m in maps]
        return self._backbone.pooled(maps[-1]), torch.cat([*details, coarse], dim=1)


def resized(image: Tensor) -> Tensor:
    """Pictures [n, 3, side, side] at the side of the eyes: bilinear, averaged where that is smaller."""
    if image.shape[-1] == SIDE:
        return image
    return interpolate(image, size=(SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False)


def as_sharply_seen(images: Pixels, lacking: Int[Tensor, " n"]) -> Pixels:
    """The pictures without the finest octaves that the photos in whose place they stand lack.

    Else a picture as blurred as an enlarged photo would count as nearer to it than a better one.

    Args:
        images: uint8 [n, side, side, 3].
        lacking: of each, how many octaves (`models/sharpness.py`).
    """
    images = images.copy()
    blurred = np.flatnonzero(lacking.numpy())
    for rows in np.split(blurred, range(AT_ONCE, len(blurred), AT_ONCE)):
        seen = as_sharp_as(to_tensor(images[rows]), lacking[rows])
        images[rows] = to_images(seen)
    return images


def mirrored(images: Pixels) -> Pixels:
    """The pictures seen in a mirror."""
    return np.ascontiguousarray(images[:, :, ::-1])
