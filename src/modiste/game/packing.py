"""Weights in 8 bits: a start need not be exact, since the first steps of a training move it anyway."""

import torch
from torch import Tensor

SCALE = ".scale"
"""Ending of the tensor that says what the whole numbers of a packed one are multiplied by, row by row."""
LEVELS = 127


def pack(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices and kernels as whole numbers from -127 to 127 with a scale for each row; others as they are.

    Biases, gains and statistics are few and stay exact. What a network draws from packed weights is off by a
    quarter of a level of 255 in the mean (docs/experiments.md).
    """
    packed = {}
    for name, value in tensors.items():
        if value.ndim < 2 or not value.is_floating_point():
            packed[name] = value
            continue
        scale = value.abs().amax(dim=tuple(range(1, value.ndim)), keepdim=True) / LEVELS
        scale = scale.clamp(min=torch.finfo(value.dtype).tiny)
        packed[name] = (value / scale).round().to(torch.int8)
        packed[name + SCALE] = scale
    return packed


def unpack(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """What `pack` gave, as numbers again; tensors that were not packed are as they are."""
    return {
        name: value * tensors[name + SCALE] if name + SCALE in tensors else value
        for name, value in tensors.items()
        if not name.endswith(SCALE)
    }
