"""What `modiste train` does: begin or resume, play, export on the way."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from modiste.catalogue import Catalogue
from modiste.console import notes
from modiste.errors import BadInput
from modiste.game.begin import begin, on_details, plan_run, players, resume, training_split
from modiste.game.budget import Budget
from modiste.game.device import find_device
from modiste.game.loop import train
from modiste.game.run import Run
from modiste.game.schedule import schedule
from modiste.game.signals import stop_on_signals
from modiste.game.start import open_start
from modiste.game.state import TrainState
from modiste.memory import keep_large_blocks
from modiste.models import DEFAULT_FAMILY


def train_run(
    catalogue_path: Path,
    out: Path,
    *,
    family: str | None = None,
    preset: str | None = None,
    size: int | None = None,
    budget: Budget,
    seed: int | None = None,
    encoder: str | None = None,
    sheets: int | None = None,
    go_on: bool = False,
    dry_run: bool = False,
    start: Path | None = None,
    device: str | None = None,
    precision: str | None = None,
    on_checkpoint: Callable[[Run, TrainState], None],
) -> bool:
    """Trains a run to its budget, or until a signal; True if the budget was spent.

    Args:
        catalogue_path: folder of the catalogue.
        out: folder of the run: new, or with `go_on` the one to go on with.
        budget: total of the run.
        encoder: kind of the encoder, or None for the preset's.
        sheets: how many are drawn of a new run; None for the default.
        start: a checked model folder whose weights and encoder a new run begins with.
        device: where torch computes: `cpu`, `cuda`, …; None for the first GPU, or else the CPU.
        precision: `float32` or `bfloat16`; None for the quicker one there.
        on_checkpoint: called after each checkpoint, to export a model.

    Raises:
        BadInput: what was asked contradicts the catalogue, the run or itself.
        TrainingStopped: losses stayed non-finite.
    """
    keep_large_blocks()
    place = find_device(device)
    catalogue = Catalogue.open(catalogue_path)
    split = training_split(catalogue)
    if go_on:
        if start is not None:
            raise BadInput("--from is for a new run; leave it out, the run in OUT goes on where it stopped")
        if sheets is not None:
            raise BadInput("--sheets is for a new run; leave it out, the run in OUT keeps its own")
        run, state = resume(
            out,
            catalogue,
            family_name=family,
            preset=preset,
            size=size,
            budget=budget,
            seed=seed,
            encoder=encoder,
            device=place,
            precision=precision,
        )
        if state.growth is not None and (size or budget.given):
            notes.print(schedule(run))
        notes.print(f"going on at step {state.step:,}, {state.images_seen:,} of {run.config.images:,} images")
    else:
        learnt = open_start(start) if start else None
        run, rate = plan_run(
            catalogue,
            out,
            family_name=family or (learnt.family if learnt else DEFAULT_FAMILY),
            preset=preset,
            size=size,
            budget=budget,
            seed=seed or 0,
            start=learnt,
            encoder=encoder,
            device=place,
            precision=precision,
        )
        if sheets is not None:
            run = replace(run, config=replace(run.config, sheets=sheets))
        _say_plan(run, rate)
        if dry_run:
            return True
        state = begin(run, learnt, place)
    with stop_on_signals() as stop:
        finished = train(run, split, state, stop=stop, on_checkpoint=lambda now: on_checkpoint(run, now))
    if finished:
        notes.print(f"trained on {state.images_seen:,} images in {state.train_seconds / 60:.1f} min")
        notes.print(f"model: {out / 'model'}   the sight of learning: {out / 'learning.webp'}")
        notes.print(f'next: modiste design "navy blue shirt for men" --model {out / "model"}')
    else:
        notes.print(
            f"saved at step {state.step:,}; go on with: modiste train {catalogue_path} --out {out} --resume"
        )
    return finished


def _say_plan(run: Run, rate: float) -> None:
    state = players(run)
    parameters = [
        sum(weight.numel() for weight in network.parameters()) / 1e6
        for network in (state.generator, state.discriminator)
    ]
    seconds = run.config.images / rate
    notes.print(
        f"{run.config.family} ({run.config.preset}) at {run.family_config.size}x{run.family_config.size}: "
        f"generator {parameters[0]:.1f} M parameters, discriminator {parameters[1]:.1f} M; "
        f"{run.config.image_count:,} photos"
    )
    if state.growth is not None:
        notes.print(f"{run.config.images:,} images, about {seconds / 60:.0f} min as measured here:")
        notes.print(schedule(run))
        return
    if about := on_details(run):
        notes.print(about)
    notes.print(
        f"{run.config.images:,} images in steps of {run.family_config.batch_size}, {run.config.precision}, "
        f"at {rate:.0f} images/s measured here: about {seconds / 60:.0f} min"
    )
