"""Layers of the family `progan` that learn at one pace, and what its sizes are (arXiv:1710.10196)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv_transpose2d, interpolate, linear, pad

from modiste.models.convolution import convolution

MOST_MAPS, FEWEST_MAPS = 512, 4


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


class Conv(Equalised):
    """A convolution that keeps the side."""

    def __init__(self, before: int, after: int, kernel: int = 3, gain: float = 2**0.5) -> None:
        super().__init__(after, before, kernel, kernel, fan_in=before * kernel**2, biases=after, gain=gain)
        self.padding = kernel // 2

    def forward(self, features: Float[Tensor, "batch before side side"]) -> Tensor:
        """Maps [batch, after, side, side]."""
        return convolution(features, self.scaled(), self.bias, padding=self.padding)


class Up(Equalised):
    """Doubling every pixel, then a 3x3 convolution: as one transposed 4x4 convolution, 2.25 times cheaper.

    The weight is kept as that convolution reads it: mirrored.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after, 3, 3, fan_in=before * 9, biases=after)

    def forward(self, features: Float[Tensor, "batch before side side"]) -> Tensor:
        """Maps [batch, after, 2 side, 2 side]."""
        return conv_transpose2d(features, spread(self.scaled()), self.bias, stride=2, padding=1)


class Down(Equalised):
    """A 3x3 convolution, then the mean of four pixels: as one 4x4 convolution, 2.25 times cheaper."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(after, before, 3, 3, fan_in=before * 9, biases=after)

    def forward(self, features: Float[Tensor, "batch before side side"]) -> Tensor:
        """Maps [batch, after, side / 2, side / 2]."""
        return convolution(features, spread(self.scaled() / 4), self.bias, stride=2, padding=1)


def spread(kernel: Float[Tensor, "out in 3 3"]) -> Float[Tensor, "out in 4 4"]:
    """The sum of a kernel at each of four places one pixel apart."""
    wide = pad(kernel, (1, 1, 1, 1))
    return wide[..., 1:, 1:] + wide[..., :-1, 1:] + wide[..., 1:, :-1] + wide[..., :-1, :-1]


def pixel_norm(features: Float[Tensor, "batch maps ..."]) -> Float[Tensor, "batch maps ..."]:
    """Each pixel's features at a mean square of 1 (section 4.2)."""
    return features * (features.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


def double(image: Float[Tensor, "batch 3 side side"]) -> Float[Tensor, "batch 3 2*side 2*side"]:
    """Every pixel as four."""
    return interpolate(image, scale_factor=2.0, mode="nearest")
