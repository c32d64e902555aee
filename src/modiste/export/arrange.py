"""The same sums, arranged as onnxruntime is quick at: a copy of a generator whose modules are exchanged.

onnxruntime convolves at the speed of the machine where the channels that come out are a multiple of 16. Its
transposed convolutions are slower and its convolutions to three channels waste most of that, and batch norm
that stands alone is one more pass through memory. What is measured of it is in docs/experiments.md.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad
from torch.nn.utils.fusion import fuse_conv_bn_eval

from modiste.models.contrastive_players import ConditionalNorm

BLOCK = 16
"""Channels that onnxruntime convolves at once with AVX-512; 8 or 4 elsewhere, which divide it."""
TAPS = ((3, 1), (2, 0))
"""Rows of a transposed convolution's kernel of 4 that even rows are made by, and odd ones."""


class Interleaved(nn.Module):
    """A transposed convolution of kernel 4, stride 2 and padding 1, as convolutions of kernel 2.

    Even and odd rows and columns have one each, and are laid between each other.
    """

    def __init__(self, conv: nn.ConvTranspose2d) -> None:
        super().__init__()
        weight = conv.weight.detach().transpose(0, 1)
        self.channels = conv.out_channels
        self.whole = self.channels % BLOCK == 0
        of_phase = [[weight[:, :, rows][:, :, :, columns] for columns in TAPS] for rows in TAPS]
        if not self.whole:  # even and odd columns in one convolution, to come nearer to whole blocks
            of_phase = [[torch.cat(of_row)] for of_row in of_phase]
        self.weights = nn.ParameterList(part.contiguous() for of_row in of_phase for part in of_row)
        self.bias = conv.bias

    def forward(
        self, features: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out 2*height 2*width"]:
        """What the transposed convolution gives."""
        count, _, height, width = features.shape
        if self.whole:
            halves = [self._rows(features, columns) for columns in (0, 1)]
        else:
            both = self._rows(features, None)
            halves = [both[:, : self.channels, :, :width], both[:, self.channels :, :, 1:]]
        image = torch.stack(halves, dim=-1).reshape(count, self.channels, 2 * height, 2 * width)
        return image if self.bias is None else image + self.bias[:, None, None]

    def _rows(self, features: Tensor, columns: int | None) -> Tensor:
        """Even and odd rows of the even (0) or odd (1) columns, or of both beside each other."""
        sides = (1, 1) if columns is None else (1 - columns, columns)
        each = 1 if columns is None else 2
        rows = [
            conv2d(pad(features, (*sides, 1 - row, row)), self.weights[each * row + (columns or 0)])
            for row in (0, 1)
        ]
        count, channels, height, width = rows[0].shape
        return torch.cat(rows, dim=3).reshape(count, channels, 2 * height, width)


class Shifted(nn.Module):
    """A 3x3 convolution to few channels: 3x1 to three times as many, whose thirds are shifted and added."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.channels = conv.out_channels
        self.weight = nn.Parameter(torch.cat(conv.weight.detach().chunk(3, dim=3)))
        self.bias = conv.bias

    def forward(
        self, features: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out height width"]:
        """What the convolution gives."""
        width = features.shape[3]
        columns = pad(conv2d(features, self.weight, padding=(1, 0)), (1, 1)).chunk(3, dim=1)
        image = sum(part[:, :, :, at : at + width] for at, part in enumerate(columns))
        assert isinstance(image, Tensor)
        return image if self.bias is None else image + self.bias[:, None, None]


class Folded(nn.Module):
    """A conditional norm whose running mean and variance are in the map from the condition."""

    def __init__(self, norm: ConditionalNorm) -> None:
        super().__init__()
        known = norm.norm
        assert known.running_mean is not None
        assert known.running_var is not None
        scale = (known.weight * torch.rsqrt(known.running_var + known.eps)).detach()
        shift = (known.bias - known.running_mean * scale).detach()
        weight, bias = norm.map.weight.detach().chunk(2), norm.map.bias.detach().chunk(2)
        self.map = nn.Linear(norm.map.in_features, norm.map.out_features)
        with torch.no_grad():
            self.map.weight.copy_(
                torch.cat([weight[0] * scale[:, None], weight[1] + weight[0] * shift[:, None]])
            )
            gain = 1 + bias[0]
            self.map.bias.copy_(torch.cat([gain * scale, bias[1] + gain * shift]))

    def forward(
        self, features: Float[Tensor, "batch channels side side"], condition: Float[Tensor, "batch condition"]
    ) -> Float[Tensor, "batch channels side side"]:
        """What the conditional norm gives when it is not trained."""
        gain, bias = self.map(condition)[:, :, None, None].chunk(2, dim=1)
        result: Tensor = features * gain + bias
        return result


def arrange(generator: nn.Module) -> None:
    """Exchanges what is slow in a generator that draws; its pictures differ by rounding alone."""
    for parent in list(generator.modules()):
        if isinstance(parent, nn.Sequential):
            for at, (conv, norm) in enumerate(pairwise(parent)):
                if isinstance(conv, nn.ConvTranspose2d) and isinstance(norm, nn.BatchNorm2d):
                    parent[at], parent[at + 1] = fuse_conv_bn_eval(conv, norm, transpose=True), nn.Identity()
        for name, module in list(parent.named_children()):
            if exchange := _exchange(module):
                setattr(parent, name, exchange(module))


def _exchange(module: nn.Module) -> Callable[[nn.Module], nn.Module] | None:
    if isinstance(module, ConditionalNorm):
        return Folded  # type: ignore[return-value]
    if isinstance(module, nn.ConvTranspose2d) and _is(module, 4, 2, 1):
        return Interleaved  # type: ignore[return-value]
    if isinstance(module, nn.Conv2d) and _is(module, 3, 1, 1) and 3 * module.out_channels <= BLOCK:
        return Shifted  # type: ignore[return-value]
    return None


def _is(conv: nn.Conv2d | nn.ConvTranspose2d, kernel: int, stride: int, padding: int) -> bool:
    same = (conv.kernel_size, conv.stride, conv.padding) == ((kernel,) * 2, (stride,) * 2, (padding,) * 2)
    return same and conv.groups == 1 and conv.dilation == (1, 1)
