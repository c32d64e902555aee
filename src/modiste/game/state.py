"""Everything that a resumed run needs, in one place."""

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from modiste.models import family
from modiste.models.family import Rules


@dataclass
class TrainState:
    """Both players, their optimizers, the averaged generator and the counters."""

    generator: nn.Module
    discriminator: nn.Module
    ema: nn.Module
    """The generator's exponential moving average: what is shown, exported and judged."""
    generator_optimizer: torch.optim.Adam
    discriminator_optimizer: torch.optim.Adam
    rules: Rules
    step: int = 0
    images_seen: int = 0
    rollbacks: int = 0
    """How often a loss was not finite and the run went back to its checkpoint."""
    train_seconds: float = 0.0
    """Time spent in steps, over all sittings."""


def new_state(family_name: str, family_config: Any, seed: int) -> TrainState:
    """Freshly initialised players; same seed, same weights."""
    chosen = family(family_name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator, discriminator = chosen.build(family_config)
    ema = copy.deepcopy(generator).eval().requires_grad_(False)
    for network in (generator, discriminator, ema):
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def adam(network: nn.Module, learning_rate: float) -> torch.optim.Adam:
        return torch.optim.Adam(
            network.parameters(),
            lr=learning_rate,
            betas=(family_config.beta1, family_config.beta2),
            fused=True,
        )

    return TrainState(
        generator,
        discriminator,
        ema,
        adam(generator, family_config.learning_rate),
        adam(discriminator, family_config.discriminator_learning_rate),
        chosen.rules(family_config),
    )


RAMP_UP = 0.05
"""The average's half-life is at most this share of the images seen, so that first weights fade soon
(StyleGAN2's `ema_rampup`); without it a short run would be ruled by them."""


@torch.no_grad()
def update_ema(state: TrainState, batch_size: int, half_life_images: float) -> None:
    """Moves the average towards the generator after a step of `batch_size` images."""
    half_life = min(half_life_images, state.images_seen * RAMP_UP)
    keep = 0.5 ** (batch_size / max(half_life, 1e-8))
    averages, currents = _floats(state.ema), _floats(state.generator)
    torch._foreach_lerp_(averages, currents, 1.0 - keep)


def _floats(network: nn.Module) -> list[Tensor]:
    # Batch norm's running statistics are averaged like weights; its integer counter is not needed.
    return [value for value in network.state_dict().values() if value.is_floating_point()]
