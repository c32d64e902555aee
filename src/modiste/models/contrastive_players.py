"""Both players of the family `contrastive`: conditional norms, pictures that are sums, matches with words.

Every tensor is named after the side it works at, and what a larger network adds can start silent: one that
begins from a smaller one draws, and judges, as that did until it has learnt more.
"""

from itertools import pairwise
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, interpolate, leaky_relu, normalize

from modiste.models.convolution import convolution
from modiste.models.family import sides
from modiste.models.projected import ProjectedHeads

GENERATOR = {4: 256, 8: 256, 16: 128, 32: 64, 64: 32, 128: 16, 256: 8}
"""Channels of the generator's maps by their side, 0.17 GMAC at 128x128; `width` widens the larger ones."""
DISCRIMINATOR = {4: 256, 8: 192, 16: 96, 32: 48, 64: 24, 128: 16, 256: 8}
"""Channels of the discriminator's maps by their side; `discriminator_width` widens the larger ones."""
WIDENED = 16
"""Side of the maps from which on they can be wider: few weights are there, and much of what is seen."""
FINEST = 128
"""Side from which on the generator's maps stay narrow: they take most of a picture's time and show least."""
SMALLEST_PICTURE = 8
"""The side from which on pictures are added up, and seen."""
FEATURES = 256
"""Values in which the discriminator sums up a picture."""
GUESSED_FROM = 32
"""Side at which noise is guessed from a photo."""


def widened(channels: dict[int, int], width: float, below: int = 1024) -> dict[int, int]:
    """A table of channels whose larger maps, below a side, are `width` times as wide, in multiples of 4."""
    return {
        side: count if not WIDENED <= side < below else max(4, round(count * width / 4) * 4)
        for side, count in channels.items()
    }


class ConditionalNorm(nn.Module):
    """Batch norm whose gain and bias the condition says."""

    def __init__(self, channels: int, condition_dim: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.map = nn.Linear(condition_dim, 2 * channels)
        nn.init.normal_(self.map.weight, 0.0, 0.02)
        nn.init.zeros_(self.map.bias)

    def forward(
        self, features: Float[Tensor, "batch channels side side"], condition: Float[Tensor, "batch condition"]
    ) -> Float[Tensor, "batch channels side side"]:
        """Normalises over the batch, then multiplies and adds what the condition says."""
        gain, bias = self.map(condition)[:, :, None, None].chunk(2, dim=1)
        normed: Tensor = self.norm(features)
        return torch.addcmul(bias, normed, 1 + gain)


class Guess(nn.Module):
    """Photo and text -> mean and logarithm of the variance of the noise that could have drawn it."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.text_scale = config.text_scale
        widths = (3, 32, 64, 128)
        self.convs = nn.ModuleList(nn.Conv2d(before, after, 4, 2, 1) for before, after in pairwise(widths))
        self.noise = nn.Linear(widths[-1] * 16 + config.text_dim, 2 * config.noise_dim)
        nn.init.normal_(self.noise.weight, 0.0, 0.01)
        nn.init.zeros_(self.noise.bias)

    def forward(
        self, image: Float[Tensor, "batch 3 height width"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> tuple[Float[Tensor, "batch noise_dim"], Float[Tensor, "batch noise_dim"]]:
        """Looks at photos in [-1, 1], each beside its unit-length text vector."""
        features = adaptive_avg_pool2d(image, GUESSED_FROM)
        for conv in self.convs:
            features = leaky_relu(conv(features), 0.2)
        known = torch.cat([features.flatten(1), text_embedding * self.text_scale], dim=1)
        mean, log_variance = self.noise(known).chunk(2, dim=1)
        return mean, log_variance.clamp(-8.0, 4.0)


class Generator(nn.Module):
    """Noise and text -> picture."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.text_scale = config.text_scale
        self.noise_length = config.noise_dim**0.5
        dim = config.condition_dim
        self.text = nn.Sequential(nn.Linear(config.text_dim, dim), nn.LeakyReLU(0.2), nn.Linear(dim, dim))
        self.start = nn.Linear(config.noise_dim + dim, GENERATOR[4] * 16)
        channels = widened(GENERATOR, config.width, FINEST)
        self.convs = nn.ModuleDict()
        self.norms = nn.ModuleDict({"4": ConditionalNorm(GENERATOR[4], config.noise_dim + dim)})
        self.rgb = nn.ModuleDict()
        self.guess = Guess(config)
        for side in sides(config.size)[1:]:
            before, after = channels[side // 2], channels[side]
            self.convs[str(side)] = nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)
            self.norms[str(side)] = ConditionalNorm(after, config.noise_dim + dim)
            if side >= SMALLEST_PICTURE:
                self.rgb[str(side)] = nn.Conv2d(after, 3, 3, padding=1)
        for layers in (self.convs, self.norms, self.rgb):
            for name, layer in layers.items():
                layer.requires_grad_(int(name) <= config.size >> config.still)

    def forward(
        self, noise: Float[Tensor, "batch noise_dim"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch 3 height width"]:
        """Draws pictures in [-1, 1] from standard normal noise and unit-length text vectors."""
        text = normalize(self.text(text_embedding * self.text_scale), dim=1) * self.noise_length
        condition = torch.cat([noise, text], dim=1)
        features = self.start(condition).view(-1, GENERATOR[4], 4, 4)
        features = features.contiguous(memory_format=torch.channels_last)
        features = self.norms["4"](features, condition).relu_()
        picture = None
        for side, conv in self.convs.items():
            features = conv(features)
            features = self.norms[side](features, condition).relu_()
            if side in self.rgb:
                added = self.rgb[side](features)
                picture = added if picture is None else added + _double(picture)
        assert picture is not None
        return torch.tanh(picture)


def _double(picture: Tensor) -> Tensor:
    return interpolate(picture, scale_factor=2.0, mode="bilinear", align_corners=False)


class Convolution(nn.Conv2d):
    """One whose slope R1 and R2 learn from without a kernel as large as the picture (`convolution.py`)."""

    def forward(
        self, features: Float[Tensor, "batch before height width"]
    ) -> Float[Tensor, "batch after rows columns"]:
        """What any convolution gives."""
        assert self.bias is not None
        return convolution(
            features, self.weight, self.bias, stride=self.stride[0], padding=int(self.padding[0])
        )


class Discriminator(nn.Module):
    """Picture and text -> logits: real, of this text; how well it matches each text of the batch; by heads.

    The heads, if the config gives them a weight, see through a pretrained network; each says whether the
    picture is a real photo of its own text.
    """

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.text_scale = config.text_scale
        self.sharpness = config.sharpness
        channels = widened(DISCRIMINATOR, config.discriminator_width)
        self.convs = nn.ModuleDict()
        self.rgb = nn.ModuleDict()
        for side in sides(config.size)[:0:-1]:
            if side >= SMALLEST_PICTURE:
                self.rgb[str(side)] = Convolution(3, channels[side], 1)
            self.convs[str(side)] = Convolution(channels[side], channels[side // 2], 4, 2, 1)
        dim = config.match_dim
        self.whole = nn.Linear((DISCRIMINATOR[4] + 1) * 16, FEATURES)
        self.score = nn.Linear(FEATURES, 1)
        self.match = nn.Linear(FEATURES, dim)
        self.text = nn.Sequential(nn.Linear(config.text_dim, dim), nn.LeakyReLU(0.2), nn.Linear(dim, dim))
        self.projected = ProjectedHeads(config) if config.projected else None

    def forward(
        self, image: Float[Tensor, "batch 3 height width"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch 1+batch+heads"]:
        """Logits for pictures in [-1, 1], each beside its unit-length text vector."""
        logits = self.unaided(image, text_embedding)
        if self.projected is None:
            return logits
        return torch.cat([logits, self.projected(image, text_embedding)], dim=1)

    def unaided(
        self, image: Float[Tensor, "batch 3 height width"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch 1+batch"]:
        """All logits but those of the heads.

        The first says whether the picture is a real photo of its own text; the i-th after it how well it
        matches the i-th text of the batch.
        """
        features: Tensor | None = None
        for side, conv in self.convs.items():
            if side in self.rgb:
                if features is not None:
                    image = avg_pool2d(image, 2)
                seen = self.rgb[side](image)
                features = seen if features is None else features + seen
            assert features is not None
            features = conv(leaky_relu(features, 0.2))
        assert features is not None
        features = leaky_relu(features, 0.2)
        # How much the pictures of the batch differ shows one picture repeated (arXiv:1710.10196, section 3).
        spread = features.std(dim=0).mean().expand(len(image), 1, 4, 4)
        whole = leaky_relu(self.whole(torch.cat([features, spread], dim=1).flatten(1)), 0.2)
        shown = normalize(self.match(whole), dim=1)
        asked = normalize(self.text(text_embedding * self.text_scale), dim=1)
        matches = self.sharpness * shown @ asked.T
        # The own match is the projection of arXiv:1802.05637, equation 4.
        return torch.cat([self.score(whole) + matches.diagonal()[:, None], matches], dim=1)


def silence(player: nn.Module, size: int) -> None:
    """Makes a player draw, or judge, as its own parts up to `size` do: what is beyond adds zero."""
    parts = player.rgb if isinstance(player, Generator) else player.convs
    for side, part in parts.items():  # type: ignore[operator, union-attr]
        if int(side) > size:
            for weight in part.parameters():
                nn.init.zeros_(weight)
