"""A step in parts, where memory has no room for all of its images at once."""

from dataclasses import fields, replace
from typing import Any

import torch
from torch import Tensor

from modiste.catalogue.batches import Batch
from modiste.game.play import discriminator_step, draw, generator_step
from modiste.game.state import TrainState


class Gathered:
    """An optimizer that steps once, by the mean of what all parts of a batch asked for."""

    def __init__(self, optimizer: torch.optim.Optimizer, num_parts: int) -> None:
        self._optimizer = optimizer
        self._num_parts = num_parts
        self._seen = 0

    def zero_grad(self) -> None:
        """Forgets the last step before the first part."""
        if not self._seen:
            self._optimizer.zero_grad()

    @torch.no_grad()
    def step(self) -> None:
        """Steps after the last part."""
        self._seen += 1
        if self._seen < self._num_parts:
            return
        for group in self._optimizer.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    weight.grad /= self._num_parts
        self._optimizer.step()


def play_in_parts(state: TrainState, batch: Batch, micro_batch: int) -> dict[str, Tensor]:
    """Both players' steps with only `micro_batch` images in memory at once.

    What is compared within a batch (its spread, its descriptions) is compared within each part. Pictures are
    drawn twice, since they cannot all be kept from one player's step to the other's.
    """
    pieces = [torch.split(getattr(batch, part.name), micro_batch) for part in fields(Batch)]
    parts = [Batch(*piece) for piece in zip(*pieces, strict=True)]
    gathered: Any = replace(
        state,
        generator_optimizer=Gathered(state.generator_optimizer, len(parts)),  # type: ignore[arg-type]
        discriminator_optimizer=Gathered(state.discriminator_optimizer, len(parts)),  # type: ignore[arg-type]
    )
    chances = torch.split(state.chance, micro_batch) if state.chance is not None else [None] * len(parts)
    said, real_logits = [], []
    for part, chance in zip(parts, chances, strict=True):
        gathered.chance = chance
        with torch.no_grad():
            fake = draw(gathered, part)
        said.append(discriminator_step(gathered, part, fake))
        real_logits.append(gathered.real_logits)
    for number, part in enumerate(parts):
        gathered.chance, gathered.real_logits = chances[number], real_logits[number]
        said[number] |= generator_step(gathered, part, draw(gathered, part))
    state.real_logits, state.zero = gathered.real_logits, gathered.zero
    return {name: torch.stack([one[name] for one in said]).mean() for name in said[0]}
