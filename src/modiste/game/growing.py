"""The plan of a growing run: which size gets how many images, made once from the budget and this machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from modiste.catalogue import Catalogue
from modiste.config import check_size
from modiste.console import notes
from modiste.errors import BadInput
from modiste.game.budget import Budget, measure_rates, reached, shared
from modiste.game.probe import SPARE, Needs, fitting, probe, room
from modiste.game.run import Run
from modiste.game.schedule import images_of_sizes
from modiste.models import family
from modiste.models.family import Growth

GIGABYTE = 2**30


@dataclass(frozen=True)
class Measured:
    """What each size of a growing family takes on this machine."""

    config: Any
    """The family's, with as many images in memory at once as there is room for."""
    images_per_second: list[float]
    memory: list[int]
    """Bytes."""

    def costs(self, growth: Growth, budget: Budget) -> list[float]:
        """What an image of each size takes of a budget."""
        pairs = zip(growth.stages(self.config), self.images_per_second, strict=True)
        return [budget.cost(stage.batch_size, rate) for stage, rate in pairs]


def size_to_grow_to(size: int | None, catalogue: Catalogue) -> int:
    """The size that was asked for, or the photos' own; never more than these, with a word about it."""
    if size is None:
        return catalogue.size
    check_size(size)
    if size > catalogue.size:
        notes.print(
            f"growth stops at {catalogue.size}x{catalogue.size}, where this catalogue's photos end; "
            f"prepare one with --size {size} for more"
        )
    return min(size, catalogue.size)


def measure(
    family_name: str, config: Any, device: torch.device | str, precision: str, photos: int
) -> Measured:
    """Measures memory and time of each size that a config grows through.

    Args:
        photos: bytes that the run's photos take in memory, beside the game.

    Raises:
        BadInput: at some size there is no room for a single image.
    """
    growth = _growth(family_name)
    stages = growth.stages(config)
    needs = probe(family_name, config, device, precision)
    there = room(device) - (photos if torch.device(device).type == "cpu" else 0)
    fits = [fitting(need, stage.batch_size, there) for need, stage in zip(needs, stages, strict=False)]
    _check_room([stage.size for stage in stages], needs, fits, there)
    for stage, count in zip(stages, fits, strict=True):
        if count < stage.batch_size:
            notes.print(
                f"at {stage.size}x{stage.size} a step takes its {stage.batch_size} images {count} at a time, "
                "for memory: what is compared within a batch is compared within these"
            )
    config = growth.in_parts(config, fits)
    memory = [need.of(count) for need, count in zip(needs, fits, strict=True)]
    return Measured(config, measure_rates(family_name, config, device, precision), memory)


def plan_growth(
    family_name: str,
    config: Any,
    budget: Budget,
    device: torch.device | str,
    precision: str,
    *,
    photos: int,
    first: int = 0,
) -> Measured:
    """Divides a new run's budget among its sizes, from `first` on if it begins with a model of that size.

    Returns:
        What was measured, its config with the plan.
    """
    growth = _growth(family_name)
    measured = measure(family_name, config, device, precision, photos)
    costs = measured.costs(growth, budget)
    skipped = sum(stage.size < first for stage in growth.stages(config))
    images = [0] * skipped + shared(budget.total, costs[skipped:])
    return replace(measured, config=_planned(growth, measured.config, config, images))


def replanned(
    run: Run,
    size: int | None,
    budget: Budget,
    counters: Mapping[str, Any],
    device: torch.device | str,
    photos: int,
) -> Run:
    """The run with a new total, or with more sizes after those that it has.

    Raises:
        BadInput: the budget leaves nothing for the sizes that are added, or the memory has no room for them.
    """
    growth, config = _growth(run.config.family), run.family_config
    grows = size is not None and size > config.size
    if not (grows or budget.given):
        return run
    if grows:
        config = growth.lasted(config, counters["images_seen"])
    done = images_of_sizes(growth, config)
    target = max(size or 0, config.size)
    unplanned = [1] * (target.bit_length() - config.size.bit_length())
    larger = growth.planned(config, target, unplanned)
    measured = measure(run.config.family, larger, device, run.config.precision, photos)
    costs = measured.costs(growth, budget)
    if not grows:
        images = reached(budget.total, done, costs)
        changed = replace(run.config, images=images, images_per_second=tuple(measured.images_per_second))
        return replace(run, config=changed)
    spent = sum(count * cost for count, cost in zip(done, costs, strict=False)) if budget.given else 0.0
    if budget.total <= spent:
        raise BadInput(
            f"the budget is a total, and the sizes up to {config.size} take all of it; give a larger one "
            f"to grow to {size}"
        )
    config = _planned(growth, measured.config, config, shared(budget.total - spent, costs[len(done) :]))
    return replace(
        run,
        family_config=config,
        config=replace(
            run.config,
            images=sum(images_of_sizes(growth, config)),
            images_per_second=tuple(measured.images_per_second),
            memory=tuple(measured.memory),
        ),
    )


def _planned(growth: Growth, measured: Any, config: Any, images: list[int]) -> Any:
    """The config with further sizes, up to that of the measured one, and as many images at once as that."""
    micro_batches = [stage.micro_batch or stage.batch_size for stage in growth.stages(measured)]
    return growth.in_parts(growth.planned(config, measured.size, images), micro_batches)


def _check_room(sizes: Sequence[int], needs: Sequence[Needs], fits: Sequence[int], there: int) -> None:
    unfit = next((number for number, count in enumerate(fits) if not count), len(fits))
    if unfit == len(sizes):
        return
    takes = (
        f"about {needs[unfit].of(1) * SPARE / GIGABYTE:.1f} GB"
        if unfit < len(needs)
        else "more memory than it"
    )
    advice = f"use --size {sizes[unfit - 1]}, or" if unfit else "use"
    raise BadInput(
        f"at {sizes[unfit]}x{sizes[unfit]} a single image takes {takes}, and this machine has "
        f"{there / GIGABYTE:.1f} GB for it; {advice} a preset with fewer feature maps, or another machine"
    )


def _growth(family_name: str) -> Growth:
    growth = family(family_name).growth
    assert growth is not None
    return growth
