"""The training of an adaptation: a run with the family's preset for few photos, from a model's weights."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from modiste.catalogue import Catalogue
from modiste.console import notes
from modiste.design.phrases import of_cloth, open_phrases
from modiste.errors import BadInput
from modiste.game.begin import on_details, plan_run, players, resume, training_split
from modiste.game.budget import Budget
from modiste.game.loop import train
from modiste.game.run import Run
from modiste.game.signals import stop_on_signals
from modiste.game.start import Start, transfer
from modiste.game.state import TrainState
from modiste.models import FAMILIES, family
from modiste.models.family import FEW

SHEETS = 20
"""Frames of the sight of learning: more would take their share of a quarter of an hour."""


def check_family(start: Start) -> None:
    """BadInput unless the model's family knows how to learn from few photos."""
    if FEW not in family(start.family).presets:
        able = [name for name, known in FAMILIES.items() if FEW in known.presets]
        raise BadInput(
            f"{start.folder} is of the family {start.family}, which has no preset for few photos; "
            f"adapt a model of {' or '.join(able)}"
        )


def begin_run(
    catalogue: Catalogue, out: Path, start: Start, budget: Budget, seed: int, device: torch.device
) -> tuple[Run, TrainState]:
    """A new run in a folder that may hold other things, its players as the model has them."""
    (out / "config.json").unlink(missing_ok=True)  # of a run that was killed before its first checkpoint
    run, rate = plan_run(
        catalogue,
        out,
        family_name=start.family,
        preset=FEW,
        size=None,
        budget=budget,
        seed=seed,
        start=start,
        device=device,
    )
    config = replace(run.config, sheets=SHEETS, catalogue=out.resolve().name)
    # Bare photos have no texts; those of the model speak of other brands.
    run = replace(run, config=config, phrases=of_cloth(open_phrases(start.folder)))
    state = players(run, device)
    transfer(start, state, run.family_config.size)
    run.save()
    if about := on_details(run):
        notes.print(about)
    minutes = run.config.images / rate / 60
    notes.print(
        f"learning from {run.config.image_count:,} photos: {run.config.images:,} images at {rate:.0f}/s, "
        f"about {minutes:.0f} min"
    )
    return run, state


def go_on(catalogue: Catalogue, out: Path, budget: Budget, device: torch.device) -> tuple[Run, TrainState]:
    """The run in `out` at its newest checkpoint; a budget, if given, is its new total."""
    run, state = resume(
        out, catalogue, family_name=None, preset=None, size=None, budget=budget, seed=None, device=device
    )
    notes.print(f"going on after {state.images_seen:,} of {run.config.images:,} images")
    return run, state


def train_to_budget(
    catalogue: Catalogue, run: Run, state: TrainState, on_checkpoint: Callable[[TrainState], None]
) -> bool:
    """Plays until the budget is spent or a signal comes; True if it was spent."""
    with stop_on_signals() as stop:
        return train(
            run,
            training_split(catalogue),
            state,
            stop=stop,
            on_checkpoint=on_checkpoint,
        )
