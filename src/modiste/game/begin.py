"""Beginning a run or going on with one: settings are resolved once, before the first step."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from modiste import files
from modiste.catalogue import Catalogue, Split
from modiste.config import check_size, to_json
from modiste.errors import BadInput
from modiste.game import checkpoint
from modiste.game.budget import Budget, measure_rate
from modiste.game.growing import Measured, plan_growth, replanned, size_to_grow_to
from modiste.game.precision import find_precision, kept_precision
from modiste.game.run import Run, TrainConfig, open_run
from modiste.game.schedule import images_of_sizes, seconds_left
from modiste.game.start import Start, check_start, transfer
from modiste.game.state import TrainState, new_state
from modiste.models import family
from modiste.models.sharpness import OCTAVES, lacking_in
from modiste.randomness import permutation
from modiste.record import ROLES, Record, values
from modiste.text.fit import fit_encoder
from modiste.text.phrases import phrases_of
from modiste.text.read import Encoder, TfidfEncoder, WordsEncoder
from modiste.text.write import full_description

FEWEST_ENLARGED, MOST_ENLARGED = 0.02, 0.75
"""Shares of a catalogue's photos. With fewer it is not worth the time; with more, nothing
teaches details, and what a model that goes on at its size knows of them stays as it is."""
LOOKED_AT = 512
"""Photos in which these shares are measured."""
PLAIN_PRESET = "article"
"""The preset that keeps the article's own encoder where none is named."""


def plan_run(
    catalogue: Catalogue,
    path: Path,
    *,
    family_name: str,
    preset: str | None,
    size: int | None,
    budget: Budget,
    seed: int,
    start: Start | None = None,
    encoder: str | None = None,
    device: torch.device | str = "cpu",
    precision: str | None = None,
) -> tuple[Run, float]:
    """Resolves a new run's settings and fits its encoder. Nothing is written.

    Returns:
        The run, and the measured images per second.

    Raises:
        BadInput: an unknown family, preset or encoder, a size that is not the catalogue's, a folder that
            holds a run, or a `start` that does not fit.
    """
    files.check_folder_name(path)
    if (path / "config.json").is_file():
        raise BadInput(f"{path} already holds a run; go on with --resume, or name another folder with --out")
    chosen = family(family_name)
    preset = preset or next(iter(chosen.presets))
    if preset not in chosen.presets:
        raise BadInput(f"unknown preset {preset!r} of {family_name}; use one of: {', '.join(chosen.presets)}")
    if chosen.growth is not None:
        size = size_to_grow_to(size, catalogue)
    elif size is not None and size != catalogue.size:
        check_size(size)  # else the advice below would be wrong
        raise BadInput(
            f"the catalogue holds photos of {catalogue.size}x{catalogue.size}, got --size {size}; "
            f"prepare it with --size {size}, or leave --size out"
        )
    records = catalogue.split("train").records
    if start is not None:
        check_start(start, family_name, size or catalogue.size)
    fitted = _encoder(records, encoder, preset, start)
    family_config = chosen.presets[preset](size=size or catalogue.size, text_dim=fitted.dimensions)
    if start is not None:
        family_config = replace(family_config, **start.network)
        if start.size >= family_config.size and hasattr(family_config, "blur"):
            family_config = replace(family_config, blur=0.0)  # its officer has learnt to see
    if hasattr(family_config, "as_sharp"):
        knows_details = start is not None and start.size >= family_config.size
        seen = _sharpness(catalogue.split("train"), seed, knows_details)
        family_config = replace(family_config, **seen)
    precision = find_precision(precision, torch.device(device))
    measured: Measured | None = None
    if chosen.growth is not None:
        photos, first = catalogue.split("train").kept_bytes, start.size if start else 0
        measured = plan_growth(
            family_name, family_config, budget, device, precision, photos=photos, first=first
        )
        family_config = measured.config
        images = sum(images_of_sizes(chosen.growth, family_config))
    else:
        rate = measure_rate(family_name, family_config, device, precision)
        images = budget.in_images(family_config.batch_size, rate)
    config = TrainConfig(
        family=family_name,
        preset=preset,
        images=images,
        seed=seed,
        catalogue=catalogue.path.resolve().name,
        catalogue_sha256=catalogue.sha256,
        image_count=len(records),
        encoder=fitted.kind,
        precision=precision,
        start_sha256=start.sha256 if start else "",
        images_per_second=tuple(measured.images_per_second) if measured else (),
        memory=tuple(measured.memory) if measured else (),
    )
    values_of = vocabulary(records)
    told = phrases_of(records, fitted.vocabulary, values_of)
    run = Run(path, config, family_config, fitted, values_of, told)
    return run, images / seconds_left(run) if measured else rate


def _encoder(records: tuple[Record, ...], kind: str | None, preset: str, start: Start | None) -> Encoder:
    """That of the start, whose networks know no other; else one of a kind, fitted to training products."""
    if start is None:
        kind = kind or (TfidfEncoder.kind if preset == PLAIN_PRESET else WordsEncoder.kind)
        return fit_encoder(kind, [full_description(record) for record in records], vocabulary(records))
    if kind not in (None, start.encoder.kind):
        raise BadInput(
            f"{start.folder} reads text with its own encoder of kind {start.encoder.kind}, "
            f"got --encoder {kind}; leave it out"
        )
    return start.encoder


def on_details(run: Run) -> str | None:
    """What becomes of fine details in a run where many photos lack them, for people; None elsewhere."""
    if getattr(run.family_config, "still", 0):
        return "hardly a photo has fine details (enlarged?): the layers that draw these stay as they are"
    if getattr(run.family_config, "as_sharp", False):
        return (
            "some photos lack fine details (enlarged?): what is drawn in their place is judged without these"
        )
    return None


def _sharpness(split: Split, seed: int, knows_details: bool) -> dict[str, Any]:
    """Settings by how many photos lack their finest octave, their two finest, …, among some of them.

    Args:
        knows_details: the run begins with a model that has learnt details of that size.
    """
    lacking = lacking_in(split.images(permutation(seed, "sharpness", 0, len(split))[:LOOKED_AT]))
    shares = [float((lacking > octave).float().mean()) for octave in range(OCTAVES)]
    most = 1.0 if knows_details else MOST_ENLARGED
    still = sum(share > MOST_ENLARGED for share in shares) if knows_details else 0
    return {"as_sharp": FEWEST_ENLARGED <= shares[0] <= most, "still": still}


def vocabulary(records: tuple[Record, ...]) -> dict[str, list[str]]:
    """The values of each attribute, most frequent first: what a designer can pick from."""
    return {role: list(values(records, role)) for role in ROLES}


def players(run: Run, device: torch.device | str = "cpu") -> TrainState:
    """Freshly initialised players of a run, in its precision."""
    config = run.config
    return new_state(config.family, run.family_config, config.seed, device, config.precision)


def begin(run: Run, start: Start | None = None, device: torch.device | str = "cpu") -> TrainState:
    """Makes the run's folder and its players, fresh or from `start`; BadInput if the folder is not empty."""
    state = players(run, device)
    if start is not None:
        transfer(start, state, run.family_config.size)
    files.empty_folder(run.path, "a run folder")
    run.save()
    return state


def resume(
    path: Path,
    catalogue: Catalogue,
    *,
    family_name: str | None,
    preset: str | None,
    size: int | None,
    budget: Budget,
    seed: int | None,
    encoder: str | None = None,
    device: torch.device | str = "cpu",
    precision: str | None = None,
) -> tuple[Run, TrainState]:
    """Opens a run at its newest whole checkpoint; a budget, if given, is the run's new total.

    One that was killed before its first checkpoint begins anew, unless it had begun with another model.

    Raises:
        BadInput: no run there, another catalogue, or an option that contradicts the run.
    """
    run = open_run(path)
    if catalogue.sha256 != run.config.catalogue_sha256:
        raise BadInput(
            f"the run in {path} began with the catalogue {run.config.catalogue!r} as it was then; "
            f"{catalogue.path} is another one: give that, or start a new run"
        )
    growing = family(run.config.family).growth is not None
    grown = size_to_grow_to(size, catalogue) if growing and size is not None else None
    if grown is not None and grown > run.family_config.size:
        size = None  # a larger one than it has contradicts nothing: it grows further
    asked = {"family": family_name, "preset": preset, "size": size, "seed": seed, "encoder": encoder}
    has = to_json(run.config) | {"size": run.family_config.size}
    for name, value in asked.items():
        if value is not None and value != has[name]:
            raise BadInput(
                f"{path} holds a run with {name} {has[name]}, got --{name} {value}; "
                "leave it out, or start a new run elsewhere"
            )
    newest = checkpoint.newest(run.checkpoints) if checkpoint.any_in(run.checkpoints) else None
    if newest is None and run.config.start_sha256:
        raise BadInput(
            f"the run in {path} was ended before its first checkpoint; remove the folder and start again, "
            "with --from as before"
        )
    played = checkpoint.counters(newest) if newest else {"images_seen": 0, "train_seconds": 0.0}
    precision = kept_precision(precision, run.config.precision, torch.device(device))
    run = replace(run, config=replace(run.config, precision=precision))
    if growing:
        run = replanned(
            run,
            grown,
            budget,
            played,
            device,
            catalogue.split("train").kept_bytes,
        )
    elif budget.given:
        if budget.minutes:
            rate = measure_rate(run.config.family, run.family_config, device, precision)
            seconds = max(0.0, budget.total - played["train_seconds"])
            images = int(played["images_seen"]) + round(seconds * rate)
        else:
            images = budget.in_images(run.family_config.batch_size, 1.0)
        run = replace(run, config=replace(run.config, images=images))
    run.save()
    state = players(run, device)
    if newest is not None:
        checkpoint.load(newest, state)
    return run, state


def training_split(catalogue: Catalogue) -> Split:
    """The photos that training sees; BadInput if there is none."""
    split = catalogue.split("train")
    if not len(split):
        raise BadInput(f"the catalogue {catalogue.path} has no photo to train on; prepare one with more rows")
    return split
