"""The table of a growing run: what each size gets, and what it takes on this machine."""

from typing import Any

from rich.table import Table

from modiste.game.run import Run
from modiste.models import family
from modiste.models.family import Growth

COLUMNS = ("size", "fades in", "goes on", "batch", "rate", "G + D", "memory", "time")


def schedule(run: Run) -> Table:
    """One row a size: images of its fade and after it, batch, learning rate, parameters, memory, time."""
    chosen = family(run.config.family)
    growth = chosen.growth
    assert growth is not None
    players = chosen.build(run.family_config)
    table = Table()
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    began = 0
    stages, plan = growth.stages(run.family_config), growth.plan(run.family_config)
    for stage, (fading, holding), memory in zip(stages, plan, run.config.memory, strict=True):
        last = stage.size == run.family_config.size
        ends = run.config.images if last else began + fading + holding
        counts = [
            sum(player.get_parameter(name).numel() for name in growth.used(player, stage)) / 1e6
            for player in players
        ]
        parts = f" in {stage.batch_size // stage.micro_batch}" if stage.micro_batch else ""
        minutes = (seconds_left(run, began) - seconds_left(run, ends)) / 60
        table.add_row(
            f"{stage.size}",
            f"{fading:,}",
            f"{max(0, ends - began - fading):,}",
            f"{stage.batch_size}{parts}",
            f"{stage.learning_rate:g}",
            f"{counts[0]:.1f} + {counts[1]:.1f} M",
            f"{memory / 2**30:.1f} GB",
            f"{minutes:.1f} min",
        )
        began = ends
    return table


def seconds_left(run: Run, images_seen: int = 0) -> float:
    """How long a growing run takes from there on, by what was measured when it was planned."""
    growth = family(run.config.family).growth
    assert growth is not None
    planned = images_of_sizes(growth, run.family_config)
    total, began = 0.0, 0
    for number, (count, rate) in enumerate(zip(planned, run.config.images_per_second, strict=True)):
        ends = run.config.images if number == len(planned) - 1 else min(run.config.images, began + count)
        total += max(0, ends - max(began, images_seen)) / rate
        began += count
    return total


def images_of_sizes(growth: Growth, config: Any) -> list[int]:
    """Images that each size gets by a config's plan."""
    return [fading + holding for fading, holding in growth.plan(config)]
