"""Layers of the family `progan` that learn at one pace, and what its sizes are (arXiv:1710.10196)."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d, interpolate, leaky_relu, linear

from modiste.models.convolution import convolution

MOST_MAPS, FEWEST_MAPS = 512, 4
SLOPE = 0.2


def maps(side: int, width: float) -> int:
    """Feature maps at a side: 512 up to 32x32, then halved with every doubling (table 2), for width 1.

    A smaller width takes as much of the larger sides' maps, which cost time, but leaves half of the 512 to
    the smaller sides: these cost little, and hold what words mean.
    """
    most = MOST_MAPS * max(width, 0.5)
    return max(FEWEST_MAPS, int(min(most, 32 * MOST_MAPS * width / side)))


class Equalised(nn.Module):
    """A weight of standard deviation 1, multiplied by He's constant whenever it is used (section 4.1).

    Adam's steps then change all layers at the same pace, whatever their size.
    """

    def __init__(self, *shape: int, fan_in: int, biases: int, gain: float = 2**0.5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape))
        self.bias = nn.Parameter(torch.zeros(biases))
        self.scale = gain / fan_in**0.5

    def scaled(self) -> Tensor:
        """The weight as it is used."""
        scaled: Tensor = self.weight * self.scale
        return scaled


class Linear(Equalised):
    """A matrix."""

    def __init__(self, before: int, after: int, gain: float = 2**0.5) -> None:
        super().__init__(after, before, fan_in=before, biases=after, gain=gain)

    def forward(self, values: Float[Tensor, "batch before"]) -> Float[Tensor, "batch after"]:
        """Multiplies and adds."""
        return linear(values, self.scaled(), self.bias)


class Start(Equalised):
    """Values -> features at 4x4: a matrix, too."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after, 4, 4, fan_in=before, biases=after)

    def forward(self, values: Float[Tensor, "batch before"]) -> Float[Tensor, "batch after 4 4"]:
        """Rectified features, each pixel's beside each other in memory."""
        made = (values * self.scale) @ by_pixel(self.weight).flatten(1)
        features = made.unflatten(1, (4, 4, -1)) + self.bias
        return leaky_relu(features.permute(0, 3, 1, 2), SLOPE)


class Whole(Equalised):
    """Features at 4x4 -> values: a matrix of the pixels together."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(after, before, 4, 4, fan_in=before * 16, biases=after)

    def forward(self, features: Float[Tensor, "batch before 4 4"]) -> Float[Tensor, "batch after"]:
        """Rectified values."""
        values = by_pixel(features).flatten(1) * self.scale
        return leaky_relu(linear(values, by_pixel(self.weight).flatten(1), self.bias), SLOPE)


class Conv(Equalised):
    """A convolution that keeps the side."""

    def __init__(self, before: int, after: int, kernel: int = 3, leak: float = SLOPE) -> None:
        gain = 2**0.5 if leak < 1 else 1.0
        super().__init__(after, before, kernel, kernel, fan_in=before * kernel**2, biases=after, gain=gain)
        self.padding, self.leak = kernel // 2, leak

    def forward(self, features: Float[Tensor, "batch before side side"]) -> Tensor:
        """Maps [batch, after, side, side], rectified unless the leak is 1."""
        return convolution(features, self.scaled(), self.bias, padding=self.padding, leak=self.leak)


class Spread(Equalised):
    """A 3x3 kernel that is used at each of four places one pixel apart: one of 4x4, for a larger step."""

    spreading: Tensor

    def __init__(self, *shape: int, fan_in: int, biases: int, share: float = 1.0) -> None:
        super().__init__(*shape, 3, 3, fan_in=fan_in, biases=biases)
        places = torch.zeros(4, 4, 3, 3)
        for row in range(3):
            for column in range(3):
                places[row : row + 2, column : column + 2, row, column] = share * self.scale
        self.register_buffer("spreading", places.view(16, 9), persistent=False)

    def scaled(self) -> Tensor:
        """The sum of the scaled kernel at the four places [., ., 4, 4], as one small product of matrices."""
        kernel = self.spreading @ by_pixel(self.weight).flatten(1, 2)
        return kernel.view(len(kernel), 4, 4, -1).permute(0, 3, 1, 2)


class Up(Spread):
    """Doubling every pixel, then a 3x3 convolution: as one transposed 4x4 convolution, 2.25 times cheaper.

    The weight is kept as that convolution reads it: mirrored.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after, fan_in=before * 9, biases=after)

    def forward(self, features: Float[Tensor, "batch before side side"]) -> Tensor:
        """Rectified maps [batch, after, 2 side, 2 side]."""
        wide = conv_transpose2d(features, self.scaled(), self.bias, stride=2, padding=1)
        return leaky_relu(wide, SLOPE, inplace=True)


class Down(Spread):
    """A 3x3 convolution, then the mean of four pixels: as one 4x4 convolution, 2.25 times cheaper."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(after, before, fan_in=before * 9, biases=after, share=1 / 4)

    def forward(self, features: Float[Tensor, "batch before side side"]) -> Tensor:
        """Rectified maps [batch, after, side / 2, side / 2]."""
        return convolution(features, self.scaled(), self.bias, stride=2, padding=1, leak=SLOPE)


def by_pixel(maps: Float[Tensor, "n maps height width"]) -> Float[Tensor, "n height width maps"]:
    """Each pixel's values beside each other: so they are in memory, and nothing is copied."""
    return maps.permute(0, 2, 3, 1)


def pixel_norm(features: Float[Tensor, "batch maps ..."]) -> Float[Tensor, "batch maps ..."]:
    """Each pixel's features at a mean square of 1 (section 4.2). Its slope cannot be learnt from."""
    if not (torch.is_grad_enabled() and features.requires_grad):
        return features * _per_pixel(features)
    normed: Tensor = _PixelNorm.apply(features)  # type: ignore[no-untyped-call]
    return normed


def _per_pixel(features: Tensor) -> Tensor:
    return (features.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


class _PixelNorm(torch.autograd.Function):
    """By autograd it would go over the features five times as often."""

    @staticmethod
    def forward(ctx: Any, features: Tensor) -> Tensor:
        factor = _per_pixel(features)
        normed = features * factor
        ctx.save_for_backward(normed, factor)
        return normed

    @staticmethod
    def backward(ctx: Any, arrived: Tensor) -> Tensor:
        assert not torch.is_grad_enabled(), "pixel norm's gradient has none of its own"
        normed, factor = ctx.saved_tensors
        along = (arrived * normed).mean(dim=1, keepdim=True)
        return torch.addcmul(arrived, normed, along, value=-1).mul_(factor)


def double(image: Float[Tensor, "batch 3 side side"]) -> Float[Tensor, "batch 3 2*side 2*side"]:
    """Every pixel as four."""
    return interpolate(image, scale_factor=2.0, mode="nearest")
