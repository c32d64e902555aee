"""How long a run is: minutes become images once, at the start, by what was measured on this machine."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from modiste.catalogue.batches import Batch
from modiste.config import check_positive
from modiste.errors import BadInput
from modiste.game.loop import play
from modiste.game.precision import FLOAT32
from modiste.game.replay import Replay
from modiste.game.state import TrainState, enter_stage, new_state
from modiste.models import family
from modiste.models.family import LAST_SHARE, Stage

DEFAULT_MINUTES = 60.0
SETTLED, RECORDED = 10**9, 48
"""Images after which rounds are as most of a run's, and rounds after which a GPU replays them."""
MEASURED_ROUNDS, MEASURED_SECONDS = 3, 0.3
"""How long the game is measured: so many rounds, and more of them where these are quick."""


@dataclass(frozen=True)
class Budget:
    """How long a run is, as the person said it: one of the three, or none for an hour."""

    images: int | None = None
    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        given = {
            name: value
            for name in ("images", "steps", "minutes")
            if (value := getattr(self, name)) is not None
        }
        if len(given) > 1:
            raise BadInput(
                f"expected one budget, got {' and '.join('--' + name for name in given)}; keep one"
            )
        for name, value in given.items():
            check_positive(f"--{name}", value)

    @property
    def given(self) -> bool:
        """Whether the person named a budget."""
        return (self.images, self.steps, self.minutes) != (None, None, None)

    @property
    def total(self) -> float:
        """In the unit that was given: images, steps, or seconds."""
        if self.images is not None:
            return self.images
        if self.steps is not None:
            return self.steps
        return (self.minutes or DEFAULT_MINUTES) * 60

    def cost(self, batch_size: int, images_per_second: float) -> float:
        """What one image takes of `total`."""
        if self.images is not None:
            return 1.0
        if self.steps is not None:
            return 1 / batch_size
        return 1 / images_per_second

    def in_images(self, batch_size: int, images_per_second: float) -> int:
        """The budget as photos shown, where all images take the same time."""
        return max(batch_size, round(self.total / self.cost(batch_size, images_per_second)))


def shared(total: float, costs: Sequence[float]) -> list[int]:
    """Images of each size of a growing run: as many for each, but twice for the last.

    Args:
        total: what there is to spend.
        costs: what an image of each size takes of it.
    """
    shares = [1] * (len(costs) - 1) + [LAST_SHARE]
    each = total / sum(share * cost for share, cost in zip(shares, costs, strict=True))
    images = [max(1, int(share * each)) for share in shares[:-1]]
    spent = sum(count * cost for count, cost in zip(images, costs, strict=False))
    return [*images, max(1, round((total - spent) / costs[-1]))]


def reached(total: float, planned: Sequence[int], costs: Sequence[float]) -> int:
    """Images of a growing run that `total` is enough for; the last size goes on as long as there is any."""
    images = 0.0
    for number, (count, cost) in enumerate(zip(planned, costs, strict=True)):
        if total <= count * cost or number == len(planned) - 1:
            images += total / cost
            break
        images += count
        total -= count * cost
    return max(1, round(images))


def measure_rate(
    family_name: str, family_config: Any, device: torch.device | str = "cpu", precision: str = FLOAT32
) -> float:
    """Images per second of whole rounds of the game on `device`, with players that are thrown away."""
    state = new_state(family_name, family_config, seed=0, device=device, precision=precision)
    return _rate(state, family_config, state.stage)


def measure_rates(
    family_name: str, family_config: Any, device: torch.device | str = "cpu", precision: str = FLOAT32
) -> list[float]:
    """The same at each size of a growing family, while that size comes in: then a step takes longest."""
    chosen = family(family_name)
    assert chosen.growth is not None
    state = new_state(family_name, family_config, seed=0, device=device, precision=precision)
    rates = []
    for number, stage in enumerate(chosen.growth.stages(family_config)):
        rates.append(_rate(state, family_config, replace(stage, fade=0.5 if number else 1.0)))
    return rates


def blank_batch(family_config: Any, size: int, count: int, device: torch.device) -> Batch:
    """A batch in a family's shapes, to measure a round with."""
    noise = torch.randn(count, family_config.noise_dim, generator=torch.Generator().manual_seed(0))
    text = torch.zeros(count, family_config.text_dim, device=device)
    return Batch(
        image=torch.zeros(count, 3, size, size, device=device).contiguous(memory_format=torch.channels_last),
        text_embedding=text,
        recoloured_embedding=text,
        noise=noise.to(device),
    )


def _rate(state: TrainState, family_config: Any, stage: Stage) -> float:
    state.stages = lambda _images_seen: stage
    state.images_seen = SETTLED
    enter_stage(state)
    batch = blank_batch(family_config, stage.size, stage.batch_size, state.device)
    replay = Replay()
    # Of families whose penalties come every so many rounds, as many with them as in a run.
    period = getattr(family_config, "penalty_every", 1)
    for _ in range(1 if state.device.type == "cpu" else RECORDED):
        play(state, batch, 1.0, replay)
    rounds, started = 0, time.perf_counter()
    while rounds < MEASURED_ROUNDS or rounds % period or time.perf_counter() - started < MEASURED_SECONDS:
        play(state, batch, 1.0, replay)
        rounds += 1
    return rounds * stage.batch_size / (time.perf_counter() - started)
