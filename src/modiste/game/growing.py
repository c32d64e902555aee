"""The plan of a growing run: which size gets how many images, made once from the budget."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch

from modiste.catalogue import Catalogue
from modiste.config import check_size
from modiste.console import notes
from modiste.errors import BadInput
from modiste.game.budget import Budget, measure_rates, reached, shared
from modiste.game.run import Run
from modiste.models import family
from modiste.models.family import Growth


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


def plan_growth(
    family_name: str, config: Any, budget: Budget, device: torch.device | str, first: int = 0
) -> tuple[Any, list[float]]:
    """Divides a new run's budget among its sizes, from `first` on if it begins with a model of that size.

    Returns:
        The family's config with its plan, and the measured images per second of each size.
    """
    growth = _growth(family_name)
    rates = measure_rates(family_name, config, device)
    stages = growth.stages(config)
    costs = [budget.cost(stage.batch_size, rate) for stage, rate in zip(stages, rates, strict=True)]
    skipped = sum(stage.size < first for stage in stages)
    images = [0] * skipped + shared(budget.total, costs[skipped:])
    return growth.planned(config, config.size, images), rates


def replanned(
    run: Run, size: int | None, budget: Budget, counters: Mapping[str, Any], device: torch.device | str
) -> Run:
    """The run with a new total, or with more sizes after those that it has.

    Raises:
        BadInput: the budget leaves nothing for the sizes that are added.
    """
    growth, config = _growth(run.config.family), run.family_config
    grows = size is not None and size > config.size
    if not (grows or budget.given):
        return run
    if grows:
        config = growth.lasted(config, counters["images_seen"])
    done = growth.images(config)
    target_size = max(size or 0, config.size)
    target = growth.planned(config, target_size, [1] * (_num_sizes(target_size) - len(done)))
    rates = measure_rates(run.config.family, target, device)
    stages = growth.stages(target)
    costs = [budget.cost(stage.batch_size, rate) for stage, rate in zip(stages, rates, strict=True)]
    if grows:
        spent = sum(count * cost for count, cost in zip(done, costs, strict=False))
        left = budget.total - (spent if budget.given else 0)
        if left <= 0:
            raise BadInput(
                f"the budget is a total, and the sizes up to {config.size} take all of it; give a larger one "
                f"to grow to {size}"
            )
        config = growth.planned(config, target_size, shared(left, costs[len(done) :]))
        images = sum(growth.images(config))
    else:
        images = reached(budget.total, done, costs)
    return replace(
        run,
        family_config=config,
        config=replace(run.config, images=images, images_per_second=tuple(rates)),
    )


def seconds(run: Run) -> float:
    """How long the whole run takes by what was measured at its start."""
    left, total = run.config.images, 0.0
    planned = _growth(run.config.family).images(run.family_config)
    for number, (count, rate) in enumerate(zip(planned, run.config.images_per_second, strict=True)):
        here = left if number == len(planned) - 1 else min(left, count)
        total, left = total + here / rate, left - here
    return total


def _growth(family_name: str) -> Growth:
    growth = family(family_name).growth
    assert growth is not None
    return growth


def _num_sizes(size: int) -> int:
    return size.bit_length() - 2
