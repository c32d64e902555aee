"""Both players of the family `progan`: Karras et al. 2018 (arXiv:1710.10196), told in words what to draw.

Built at the target size from the start; `growth` says which part of it draws and judges now. Blocks stand in
the order of their side, so a larger network begins with all that a smaller one has, under the same names.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, normalize

from modiste.models.equalised import (
    SLOPE,
    Conv,
    Down,
    Linear,
    Start,
    Up,
    Whole,
    double,
    maps,
    pixel_norm,
)
from modiste.models.family import Logits, Stage, sides


def words(text_dim: int, dim: int) -> nn.Sequential:
    """Two layers on the text."""
    return nn.Sequential(Linear(text_dim, dim), nn.LeakyReLU(SLOPE), Linear(dim, dim, gain=1.0))


class GeneratorBlock(nn.Module):
    """What the generator does at one side, and its features as colours."""

    def __init__(self, side: int, width: float) -> None:
        super().__init__()
        after = maps(side, width)
        if side > 4:
            self.up = Up(maps(side // 2, width), after)
        self.conv = Conv(after, after)
        self.rgb = Conv(after, 3, kernel=1, leak=1.0)

    def forward(self, features: Tensor) -> Tensor:
        """Features of half the side (at 4: of this one) -> features of this side."""
        if hasattr(self, "up"):
            features = pixel_norm(self.up(features))
        return pixel_norm(self.conv(features))


class Player(nn.Module):
    """A network of which `growth` says how much is used."""

    fade: Tensor

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.growth = Stage(config.size, config.batch_size)
        self.register_buffer("fade", torch.ones(()), persistent=False)
        self.text_length = config.text_dim**0.5
        """Of unit length, the text's values would be too small for layers that expect about 1."""


class Generator(Player):
    """Noise and text -> picture, of the size that `growth` says."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        before = config.noise_dim
        if config.conditional:
            self.text = words(config.text_dim, config.condition_dim)
            before += config.condition_dim
        self.start = Start(before, maps(4, config.width))
        self.blocks = nn.ModuleDict(
            {str(side): GeneratorBlock(side, config.width) for side in sides(config.size)}
        )

    def forward(
        self, noise: Float[Tensor, "batch noise_dim"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch 3 height width"]:
        """Draws pictures from standard normal noise and unit-length text vectors.

        In [-1, 1] where it does not train; in training the last layer is linear, as in the paper.
        """
        code = pixel_norm(noise)
        if hasattr(self, "text"):
            said = pixel_norm(self.text(text_embedding * self.text_length))
            code = torch.cat([code, said], dim=1)
        features = pixel_norm(self.start(code))
        before = features
        for side in sides(self.growth.size):
            before, features = features, self.blocks[str(side)](features)
        picture: Tensor = self._rgb(self.growth.size, features)
        if self.growth.fade < 1:
            # Section 3, figure 2: the new side's picture comes in over the old one's.
            picture = torch.lerp(double(self._rgb(self.growth.size // 2, before)), picture, self.fade)
        return picture if self.training else picture.clamp(-1, 1)

    def _rgb(self, side: int, features: Tensor) -> Tensor:
        block = self.blocks[str(side)]
        assert isinstance(block, GeneratorBlock)
        colours: Tensor = block.rgb(features)
        return colours


class DiscriminatorBlock(nn.Module):
    """What the discriminator does at one side above 4, and its colours as features."""

    def __init__(self, side: int, width: float) -> None:
        super().__init__()
        before, after = maps(side, width), maps(side // 2, width)
        self.rgb = Conv(3, before, kernel=1)
        self.conv = Conv(before, before)
        self.down = Down(before, after)

    def forward(self, features: Tensor) -> Tensor:
        """Features of this side -> features of half the side."""
        halved: Tensor = self.down(self.conv(features))
        return halved


class LastBlock(nn.Module):
    """What the discriminator does at 4x4: features -> one row of values."""

    def __init__(self, width: float) -> None:
        super().__init__()
        last = maps(4, width)
        self.rgb = Conv(3, last, kernel=1)
        self.conv = Conv(last + 1, last)
        self.whole = Whole(last, last)

    def forward(self, features: Float[Tensor, "batch maps 4 4"]) -> Float[Tensor, "batch maps"]:
        """Adds how much the pictures of the batch differ, and sums up."""
        # Minibatch standard deviation, section 3: one picture repeated shows.
        spread_out = (features.var(dim=0, correction=0) + 1e-8).sqrt().mean()
        told = spread_out.expand(len(features), 1, *features.shape[2:])
        whole: Tensor = self.whole(self.conv(torch.cat([features, told], dim=1)))
        return whole


class Discriminator(Player):
    """Picture and text -> logits: real, of this text; then how well it matches each text of the batch."""

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.sharpness = config.sharpness
        last = maps(4, config.width)
        self.score = Linear(last, 1, gain=1.0)
        if config.conditional:
            self.match = Linear(last, config.match_dim, gain=1.0)
            self.text = words(config.text_dim, config.match_dim)
        self.blocks = nn.ModuleDict({"4": LastBlock(config.width)})
        for side in sides(config.size)[1:]:
            self.blocks[str(side)] = DiscriminatorBlock(side, config.width)

    def forward(
        self, image: Float[Tensor, "batch 3 height width"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Logits:
        """Logits [batch, 1 + batch] for pictures in [-1, 1], each beside its unit-length text vector.

        The first says whether the picture is a real photo of its own text; the i-th after it how well it
        matches the i-th text of the batch. Without conditioning there is only the first.
        """
        size = self.growth.size
        assert image.shape[-1] == size, f"pictures of {image.shape[-1]} at the stage of {size}"
        features = self._seen(size, image)
        for side in sides(size)[::-1]:
            features = self.blocks[str(side)](features)
            if side == size and self.growth.fade < 1:
                features = torch.lerp(self._seen(side // 2, avg_pool2d(image, 2)), features, self.fade)
        score: Tensor = self.score(features)
        if not hasattr(self, "match"):
            return score
        shown = normalize(self.match(features), dim=1)
        asked = normalize(self.text(text_embedding * self.text_length), dim=1)
        matches = self.sharpness * shown @ asked.T
        # The own match is the projection of arXiv:1802.05637, equation 4.
        return torch.cat([score + matches.diagonal()[:, None], matches], dim=1)

    def _seen(self, side: int, image: Tensor) -> Tensor:
        block = self.blocks[str(side)]
        assert isinstance(block, DiscriminatorBlock | LastBlock)
        seen: Tensor = block.rgb(image)
        return seen


def grow(player: nn.Module, stage: Stage) -> None:
    """What this player's `forward` does from now on; its modules stay as they are."""
    assert isinstance(player, Player)
    player.growth = stage
    player.fade.fill_(stage.fade)  # as a tensor: recorded rounds read it anew


def used(player: nn.Module, stage: Stage) -> list[str]:
    """Names of the tensors that a player draws or judges with at a stage."""
    colours = {stage.size, stage.size // 2} if stage.fade < 1 else {stage.size}
    names = []
    for name, _ in player.named_parameters():
        parts = name.split(".")
        if parts[0] != "blocks" or (
            int(parts[1]) <= stage.size and (parts[2] != "rgb" or int(parts[1]) in colours)
        ):
            names.append(name)
    return names
