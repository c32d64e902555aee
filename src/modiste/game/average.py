"""The averaged generator: what is shown, exported and judged, never trained."""

import torch
from torch import nn

from modiste.catalogue.batches import Stream
from modiste.game.state import TrainState

RAMP_UP = 0.3
"""The average's half-life is at most this share of the images seen, so that first weights fade soon
(StyleGAN2's `ema_rampup`, there 0.05); without it a short run would be ruled by them."""
SETTLED_ON, AT_ONCE = 1024, 64
"""Samples that batch norm's statistics are measured on, and how many are drawn at once."""


@torch.no_grad()
def update_ema(state: TrainState, batch_size: int, half_life_images: float, began: int = 0) -> None:
    """Moves the average towards the generator after a step of `batch_size` images.

    Args:
        began: images seen when the present size began: its first weights, too, should fade soon.
    """
    half_life = min(half_life_images, (state.images_seen - began) * RAMP_UP)
    keep = 0.5 ** (batch_size / max(half_life, 1e-8))
    # What has no gradient did not move: of a growing generator, all that is beyond its present size.
    pairs = zip(state.ema.parameters(), state.generator.parameters(), strict=True)
    moved = [(mean, weight) for mean, weight in pairs if weight.grad is not None]
    if moved:
        torch._foreach_lerp_([mean for mean, _ in moved], [weight for _, weight in moved], 1.0 - keep)


@torch.no_grad()
def settle(ema: nn.Module, batches: Stream) -> None:
    """Measures the statistics of the average's batch norm anew, on the same samples each time.

    Averaged weights make other features than those that the generator's own running statistics
    describe: with these, colours shift, the more so the longer the half-life (docs/experiments.md).
    """
    norms = [module for module in ema.modules() if isinstance(module, nn.BatchNorm2d)]
    if not norms:
        return
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all that follows
    ema.train()
    for first in range(0, SETTLED_ON, AT_ONCE):
        batch = batches.at(first, AT_ONCE)
        ema(batch.noise, batch.text_embedding)
    ema.eval()
