"""The Inception-v3 behind the FID that papers quote, for who has its weights: `--inception FOLDER`.

The network is the one of Heusel et al. 2017 (arXiv:1706.08500): TensorFlow's Inception of 5 December 2015,
whose weights the projects pytorch-fid and torch-fidelity publish as one and the same `.pth` file under two
names. It differs from the usual Inception-v3 (arXiv:1512.00567) in its pools: averages leave the border's
padding out, and the last block takes the maximum. Pictures are enlarged to 299x299 as TensorFlow 1 did,
bilinear with sample `i` at `i * side / 299` (no half-pixel offset, no smoothing), and scaled by
(value - 128) / 128: as in the original and in torch-fidelity. pytorch-fid and clean-fid resize otherwise,
so their figures differ a little from these on the same pictures. Nothing is downloaded.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from modiste import files
from modiste.errors import BadInput
from modiste.evaluate.likeness import Floats, frechet

FILES = ("pt_inception-2015-12-05-6726825d.pth", "weights-inception-2015-12-05-6726825d.pth")
"""The weights' names in pytorch-fid and in torch-fidelity."""

SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
"""Of both files, 95,628,359 bytes."""

SIDE = 299
BATCH = 16

Layer = tuple[int, int, int]
"""Channels, height and width of a convolution's kernel."""
Branches = dict[str, list[list[Layer]]]
"""Name of a branch -> its steps; two layers in a step read the same input, side by side."""


class InceptionFeatures:
    """Pictures -> the 2048 features of the last pool, which FID is measured in."""

    def __init__(self, folder: Path) -> None:
        """Reads the weights from `folder`.

        Raises:
            BadInput: the folder holds neither of `FILES`, or another file under that name.
        """
        path = next((folder / name for name in FILES if (folder / name).is_file()), None)
        if path is None:
            raise BadInput(
                f"expected {FILES[0]} (or {FILES[1]}) in {folder}, found neither; "
                "get it from the pytorch-fid or torch-fidelity project, or leave --inception out"
            )
        found = files.sha256(path)
        if found != SHA256:
            raise BadInput(
                f"expected {path.name} with SHA-256 {SHA256[:12]}…, found {found[:12]}…; fetch the file again"
            )
        weights: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
        self.network = network()
        self.network.load_state_dict({name: w for name, w in weights.items() if not name.startswith("fc.")})
        self.network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, images: npt.NDArray[np.uint8]) -> Floats:
        """Features, float32 [n, 2048], of pictures uint8 [n, height, width, 3]."""
        batches = [images[first : first + BATCH] for first in range(0, len(images), BATCH)]
        with torch.inference_mode():
            result = [features_of(self.network, torch.from_numpy(batch)).numpy() for batch in batches]
        return np.concatenate([np.empty((0, 2048), np.float32), *result])


def fid(drawn: Floats, photos: Floats) -> float:
    """The Fréchet Inception distance, 0 or more, of two sets of `InceptionFeatures.features`.

    Few pictures raise it (below 2,048 a set it is mostly this bias), so it compares only with figures
    from the same photos and as many pictures; their numbers belong beside it.

    Raises:
        BadInput: fewer pictures than `likeness` needs.
    """
    return frechet(drawn, photos)


def features_of(inception: nn.Module, images: Tensor) -> Tensor:
    """Resized, scaled and seen: uint8 [n, height, width, 3] -> float32 [n, 2048]."""
    pictures = images.permute(0, 3, 1, 2).float()
    pictures = _bilinear(images.shape[1]) @ pictures @ _bilinear(images.shape[2]).T
    scaled = ((pictures - 128) / 128).contiguous(memory_format=torch.channels_last)
    maps: Tensor = inception(scaled)
    return maps.mean(dim=(2, 3))


def _bilinear(side: int) -> Tensor:
    """The matrix [299, side] by which TensorFlow 1 resizes a column of `side` pixels."""
    where = torch.arange(SIDE, dtype=torch.float32) * (side / SIDE)
    below = where.long()
    above = (below + 1).clamp(max=side - 1)
    share = (where - below)[:, None]
    return (1 - share) * F.one_hot(below, side) + share * F.one_hot(above, side)


class Convolution(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, before: int, layer: Layer, stride: int = 1, padded: bool = True) -> None:
        super().__init__()
        after, height, width = layer
        padding = (height // 2, width // 2) if padded else 0
        self.conv = nn.Conv2d(before, after, (height, width), stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(after, eps=1e-3)

    def forward(self, features: Tensor) -> Tensor:
        """[n, before, height, width] -> [n, after, height, width], or half the sides at stride 2."""
        return F.relu(self.bn(self.conv(features)))


class Mixed(nn.Module):
    """Branches side by side, their channels joined; the layers bear the published file's names."""

    def __init__(self, before: int, branches: Branches, pool: Callable[[Tensor], Tensor], stride: int = 1):
        super().__init__()
        self.pool = pool
        self.branches: dict[str, list[list[str]]] = {}
        for branch, steps in branches.items():
            self.branches[branch] = []
            channels = before
            for number, step in enumerate(steps, start=1):
                stem = branch if len(steps) == 1 else f"{branch}_{number}"
                names = [stem] if len(step) == 1 else [f"{stem}{letter}" for letter in "ab"]
                # A block that halves the side does so, unpadded, in the last layer of each branch.
                halves = stride > 1 and number == len(steps)
                for name, layer in zip(names, step, strict=True):
                    self.add_module(name, Convolution(channels, layer, stride if halves else 1, not halves))
                channels = sum(layer[0] for layer in step)
                self.branches[branch].append(names)

    def forward(self, features: Tensor) -> Tensor:
        """Every branch on the same input; `branch_pool` on its pool."""
        joined = []
        for branch, steps in self.branches.items():
            value = self.pool(features) if branch == "branch_pool" else features
            for names in steps:
                value = torch.cat([self.get_submodule(name)(value) for name in names], dim=1)
            joined.append(value)
        return torch.cat(joined, dim=1)


def network() -> nn.Sequential:
    """The network up to its last maps [n, 2048, 8, 8]: 21,785,568 parameters, no classifier."""
    layers: dict[str, nn.Module] = {
        "Conv2d_1a_3x3": Convolution(3, (32, 3, 3), stride=2, padded=False),
        "Conv2d_2a_3x3": Convolution(32, (32, 3, 3), padded=False),
        "Conv2d_2b_3x3": Convolution(32, (64, 3, 3)),
        "maxpool1": nn.MaxPool2d(3, 2),
        "Conv2d_3b_1x1": Convolution(64, (80, 1, 1)),
        "Conv2d_4a_3x3": Convolution(80, (192, 3, 3), padded=False),
        "maxpool2": nn.MaxPool2d(3, 2),
        "Mixed_5b": Mixed(192, _thirty_five(32), _average),
        "Mixed_5c": Mixed(256, _thirty_five(64), _average),
        "Mixed_5d": Mixed(288, _thirty_five(64), _average),
        "Mixed_6a": Mixed(288, TO_SEVENTEEN, _halved, stride=2),
        "Mixed_6b": Mixed(768, _seventeen(128), _average),
        "Mixed_6c": Mixed(768, _seventeen(160), _average),
        "Mixed_6d": Mixed(768, _seventeen(160), _average),
        "Mixed_6e": Mixed(768, _seventeen(192), _average),
        "Mixed_7a": Mixed(768, TO_EIGHT, _halved, stride=2),
        "Mixed_7b": Mixed(1280, EIGHT, _average),
        "Mixed_7c": Mixed(2048, EIGHT, _largest),
    }
    result = nn.Sequential()
    for name, layer in layers.items():
        result.add_module(name, layer)
    return result


def _average(features: Tensor) -> Tensor:
    return F.avg_pool2d(features, 3, stride=1, padding=1, count_include_pad=False)


def _largest(features: Tensor) -> Tensor:
    return F.max_pool2d(features, 3, stride=1, padding=1)


def _halved(features: Tensor) -> Tensor:
    return F.max_pool2d(features, 3, stride=2)


def _thirty_five(pooled: int) -> Branches:
    """A block on maps of side 35; `pooled` channels come from its pool."""
    return {
        "branch1x1": [[(64, 1, 1)]],
        "branch5x5": [[(48, 1, 1)], [(64, 5, 5)]],
        "branch3x3dbl": [[(64, 1, 1)], [(96, 3, 3)], [(96, 3, 3)]],
        "branch_pool": [[(pooled, 1, 1)]],
    }


def _seventeen(inner: int) -> Branches:
    """A block on maps of side 17, its long kernels on `inner` channels."""
    return {
        "branch1x1": [[(192, 1, 1)]],
        "branch7x7": [[(inner, 1, 1)], [(inner, 1, 7)], [(192, 7, 1)]],
        "branch7x7dbl": [
            [(inner, 1, 1)],
            [(inner, 7, 1)],
            [(inner, 1, 7)],
            [(inner, 7, 1)],
            [(192, 1, 7)],
        ],
        "branch_pool": [[(192, 1, 1)]],
    }


TO_SEVENTEEN: Branches = {
    "branch3x3": [[(384, 3, 3)]],
    "branch3x3dbl": [[(64, 1, 1)], [(96, 3, 3)], [(96, 3, 3)]],
    "branch_pool": [],
}

TO_EIGHT: Branches = {
    "branch3x3": [[(192, 1, 1)], [(320, 3, 3)]],
    "branch7x7x3": [[(192, 1, 1)], [(192, 1, 7)], [(192, 7, 1)], [(192, 3, 3)]],
    "branch_pool": [],
}

EIGHT: Branches = {
    "branch1x1": [[(320, 1, 1)]],
    "branch3x3": [[(384, 1, 1)], [(384, 1, 3), (384, 3, 1)]],
    "branch3x3dbl": [[(448, 1, 1)], [(384, 3, 3)], [(384, 1, 3), (384, 3, 1)]],
    "branch_pool": [[(192, 1, 1)]],
}
