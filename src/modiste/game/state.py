"""Everything that a resumed run needs, in one place."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from modiste.game.precision import FLOAT32
from modiste.models import family
from modiste.models.family import Growth, Logits, Rules, Stage


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
    stages: Callable[[int], Stage]
    """Images seen -> what holds then."""
    precision: str = FLOAT32
    """In which the networks compute, see `precision.py`."""
    growth: Growth | None = None
    """How the players grow, if they do."""
    step: int = 0
    images_seen: int = 0
    rollbacks: int = 0
    """How often a loss was not finite and the run went back to its checkpoint."""
    train_seconds: float = 0.0
    """Time spent in steps, over all sittings."""
    aside: Any = None
    """What a family's rules lay aside when they draw this round's pictures; not kept between rounds."""
    real_logits: Logits | None = None
    """What the officer said of this round's photos; not kept between rounds."""
    chance: Tensor | None = None
    """Uniform random numbers [batch, CHANCES] of this round, for what befalls pictures; not kept either."""
    zero: Tensor | None = None
    """The verdict that was neither for nor against, when it last said something; not kept either."""

    @property
    def stage(self) -> Stage:
        """What holds after the images seen so far."""
        return self.stages(self.images_seen)

    @property
    def device(self) -> torch.device:
        """Where both players are."""
        return next(self.generator.parameters()).device


def new_state(
    family_name: str,
    family_config: Any,
    seed: int,
    device: torch.device | str = "cpu",
    precision: str = FLOAT32,
) -> TrainState:
    """Freshly initialised players on `device`; same seed, same weights, wherever that is."""
    chosen = family(family_name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator, discriminator = chosen.build(family_config)
    ema = copy.deepcopy(generator).eval().requires_grad_(False)
    for network in (generator, discriminator, ema):
        network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def adam(network: nn.Module, learning_rate: float) -> torch.optim.Adam:
        return torch.optim.Adam(
            network.parameters(),
            lr=learning_rate,
            betas=(family_config.beta1, family_config.beta2),
            fused=True,
            capturable=torch.device(device).type == "cuda",
        )

    state = TrainState(
        generator,
        discriminator,
        ema,
        adam(generator, family_config.learning_rate),
        adam(discriminator, family_config.discriminator_learning_rate),
        chosen.rules(family_config),
        partial(chosen.stage, family_config),
        precision,
        chosen.growth,
    )
    enter_stage(state)
    return state


def enter_stage(state: TrainState) -> Stage:
    """Makes the players and their optimizers what they are after the images seen so far, and says that."""
    now = state.stage
    if state.growth is not None:
        for player in (state.generator, state.discriminator, state.ema):
            state.growth.grow(player, now)
    if now.learning_rate is not None:
        for optimizer in (state.generator_optimizer, state.discriminator_optimizer):
            for group in optimizer.param_groups:
                group["lr"] = now.learning_rate
    return now
