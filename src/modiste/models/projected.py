"""Verdicts of what a frozen pretrained network sees in pictures (Projected GANs, arXiv:2111.01007).

A discriminator that learns from some thousand photos alone learns their shapes late. One that also looks
through a network which knows a million photos tells a sleeve from a smear at once, and its generator draws
clean outlines after half of the images (docs/experiments.md). These heads stand beside a discriminator of the
family's own (arXiv:2112.09130) and see shades of grey: what colour a thing may have is not theirs to say, or
they would know every pair of article and colour that the photos lack.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu, normalize

from modiste.models.backbone import Backbone, load_backbone

NAME = "lite0"
"""Not the judge's eyes (`evaluate/eyes.py`): no family may be taught by who judges it."""
CHANNELS = (24, 40, 112)
"""Of the maps that are looked at: a quarter, an eighth and a sixteenth of the picture's side."""
WIDTH = 64
"""Channels of the heads' own maps."""
LEAST_SIDE = 64
"""Smaller pictures are enlarged to it: the network has never seen any as small."""
SHARE = 3 / 4
"""Larger ones are seen at so much of their side: it costs a third less, and edges are still there."""
LAST_SIDE = 4
"""From maps of at most this side a verdict is made."""
LOUDNESS = 2.0
"""What the text adds to a verdict is multiplied by."""


class _Look(NamedTuple):
    """Pictures, and the maps that the network made of them, with the way back."""

    image: Tensor
    maps: list[Tensor]


class _Remembered(torch.autograd.Function):
    """What was seen in the same pictures before; gradients go back through how it was seen then."""

    @staticmethod
    def forward(context: Any, _image: Tensor, looked: _Look) -> tuple[Tensor, ...]:
        """The maps, as they are."""
        context.looked = looked
        return tuple(each.detach() for each in looked.maps)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """The gradient of the pictures."""
        (gradient,) = torch.autograd.grad(context.looked.maps, context.looked.image, gradients)
        return gradient, None


def unlikeness(one: Sequence[Tensor], other: Sequence[Tensor]) -> Tensor:
    """How far the maps [batch, channels, side, side] of pictures are from those of others: 0 to 4.

    The mean squared distance of what is seen at each place, its channels scaled to length 1 (LPIPS,
    arXiv:1801.03924, equation 1, all channels alike).
    """
    pairs = [
        (normalize(mine.float()), normalize(theirs.float())) for mine, theirs in zip(one, other, strict=True)
    ]
    return torch.stack([(mine - theirs).square().sum(dim=1).mean() for mine, theirs in pairs]).mean()


class Head(nn.Module):
    """One of the maps, and text -> a verdict."""

    def __init__(self, channels: int, side: int, text_dim: int) -> None:
        super().__init__()
        convs = [nn.Conv2d(channels, WIDTH, 3, 1, 1, bias=False)]
        while side > LAST_SIDE:
            convs.append(nn.Conv2d(WIDTH, WIDTH, 4, 2, 1, bias=False))
            side //= 2
        self.convs = nn.ModuleList(convs)
        self.norms = nn.ModuleList(nn.BatchNorm2d(WIDTH, track_running_stats=False) for _ in convs)
        self.score = nn.Linear(WIDTH * side * side, 1)
        self.text = nn.Linear(text_dim, WIDTH)

    def forward(
        self, features: Float[Tensor, "batch channels side side"], text: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch 1"]:
        """The score's weights have length 1, as the text's direction has: neither outshouts the maps."""
        for conv, norm in zip(self.convs, self.norms, strict=True):
            features = leaky_relu(norm(conv(features)), 0.2)
        seen = features.flatten(1) @ normalize(self.score.weight, dim=1).T + self.score.bias
        own = (features.mean(dim=(2, 3)) * normalize(self.text(text), dim=1)).sum(dim=1, keepdim=True)
        return seen + LOUDNESS * own


class ProjectedHeads(nn.Module):
    """Picture and text -> a verdict from each map of the pretrained network."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.text_scale = config.text_scale
        self.side = max(LEAST_SIDE, round(SHARE * config.size))
        heads = (
            Head(channels, self.side // (4 << place), config.text_dim)
            for place, channels in enumerate(CHANNELS)
        )
        self.heads = nn.ModuleList(heads)
        network = load_backbone(NAME)
        network.blocks = network.blocks[: network.taps[len(CHANNELS) - 1] + 1]
        self._network = (network,)  # in a tuple: it does not learn, and is no part of what is saved
        self._last: _Look | None = None
        self.seen: Sequence[Tensor] = ()
        """The maps that the last verdicts were made from."""

    @property
    def network(self) -> Backbone:
        """The pretrained network, frozen."""
        return self._network[0]

    def forward(
        self, image: Float[Tensor, "batch 3 height width"], text_embedding: Float[Tensor, "batch text_dim"]
    ) -> Float[Tensor, "batch heads"]:
        """Logits for pictures in [-1, 1], of which grey is seen, each beside its unit-length text vector."""
        maps = self.seen = self.look(image)
        text = text_embedding * self.text_scale
        return torch.cat(
            [head(features, text) for head, features in zip(self.heads, maps, strict=True)], dim=1
        )

    def look(self, image: Float[Tensor, "batch 3 height width"]) -> Sequence[Tensor]:
        """The maps of pictures in [-1, 1].

        Both players' steps look at what was drawn, and the network does not change between them. So the
        officer's, which needs no gradient of the pictures, keeps the way back for the other's.
        """
        if not torch.is_grad_enabled() or image.device.type != "cpu":  # a GPU would have to be waited for
            return self._maps(image)
        last, self._last = self._last, None
        if not image.requires_grad:
            seen = image.detach().clone().requires_grad_(True)
            self._last = _Look(seen, self._maps(seen))
            return [each.detach() for each in self._last.maps]
        if last is None or not torch.equal(last.image, image):
            return self._maps(image)
        remembered: tuple[Tensor, ...] = _Remembered.apply(image, last)  # type: ignore[no-untyped-call]
        return remembered

    def _maps(self, image: Tensor) -> list[Tensor]:
        if image.shape[-1] != self.side:
            image = interpolate(image, size=(self.side, self.side), mode="bilinear", align_corners=False)
        grey = image.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)
        maps: list[Tensor] = self.network.to(image.device)(grey.contiguous(memory_format=torch.channels_last))
        return maps
