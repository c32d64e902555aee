"""What `modiste adapt` does: photos, labels, figures before, training, figures after."""

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from modiste import files
from modiste.adapt.labels import propose, read_labels, write_labels
from modiste.adapt.measure import Measure, card_text, remarks, table
from modiste.adapt.photos import FILE as PHOTO
from modiste.adapt.photos import Labels, photo_names, prepare_photos
from modiste.adapt.training import begin_run, check_family, go_on, train_to_budget
from modiste.adapt.work import Work, open_work
from modiste.catalogue import Catalogue
from modiste.catalogue.photos import FolderPhotos
from modiste.catalogue.prepare import PrepareConfig
from modiste.console import notes, silence
from modiste.design.folder import JUDGE, check_sums, read_sums
from modiste.design.model import DesignModel
from modiste.errors import BadInput
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import Judge, read_judge
from modiste.export.folder import Beside, write_model_folder
from modiste.export.noise import Noise, read_noise
from modiste.game.budget import Budget
from modiste.game.device import find_device
from modiste.game.start import FILE, Start, open_start
from modiste.game.state import TrainState
from modiste.machine import machine
from modiste.memory import keep_large_blocks
from modiste.record import ROLES
from modiste.text.write import attribute_description

VERSION = 2
"""Of `metrics.json`: since 2, pictures are compared with photos that lack details without those."""
DEFAULT_MINUTES = 15.0
JUDGE_FILES = (f"{JUDGE}/judge.json", f"{JUDGE}/judge.safetensors")


@dataclass(frozen=True)
class AdaptConfig:
    """How a model is adapted."""

    minutes: float | None = None
    """Training in all; None: a quarter of an hour, or what a run that goes on was planned for."""
    labels: Path | None = None
    """Table of labels to learn from; None: those in the folder, or the judge's."""
    labels_only: bool = False
    """Stop when the labels are written."""
    square: str = "crop"
    """What is kept of a photo, see `catalogue.square.SQUARES`."""
    seed: int = 0
    """Of the held-out photos, of training and of what is drawn to measure it."""
    device: str | None = None
    """Where the training computes: `cpu`, `cuda`, …; None for the first GPU, or else the CPU."""


def adapt(photos: Path, out: Path, model: Path, config: AdaptConfig) -> dict[str, Any] | None:
    """Makes a model of a folder of photos, from what another model has learnt.

    Args:
        photos: the folder; photos in folders beneath it are taken too.
        out: new or empty, or an adaptation that was stopped.
        model: folder of the model to begin with.
        config: see `AdaptConfig`.

    Returns:
        What `metrics.json` holds; None where only labels were asked for, or a signal came.

    Raises:
        BadInput: photos, labels, model or folder are not what was expected.
    """
    keep_large_blocks()
    asked = Budget(minutes=config.minutes)
    device = find_device(config.device)
    opened = DesignModel.open(model)
    start, judge, noise = _open_model(model, opened)
    settings = {
        "model": opened.name,
        "start": start.sha256,
        "photos": files.readable(photos.resolve().name),
        "square": config.square,
        "seed": config.seed,
    }
    square = PrepareConfig(size=start.size, square=config.square, seed=config.seed)
    names = [] if Work(out).begun else photo_names(photos, out)
    work, eyes = open_work(out, settings), Eyes()
    known = {role: [*opened.vocabulary.get(role, ()), *judge.attributes.get(role, ())] for role in ROLES}
    labels: Labels | None = None
    if work.begun:
        if config.labels is not None or config.labels_only:
            raise BadInput(f"the training in {out} has its labels already; name a new folder for others")
        catalogue = Catalogue.open(work.catalogue)
        if work.labels.is_file():
            learnt = [record.id for name in ("train", "test") for record in catalogue.split(name).records]
            there = FolderPhotos(photos).names() if photos.is_dir() else []  # some, or all, may be gone
            ever = list(dict.fromkeys([*there, *learnt]))
            labels = read_labels(work.labels, ever, start.encoder, known)
    else:
        if config.labels is None and not work.labels.is_file():
            notes.print(f"photos: {len(names):,} in {photos}, made square at {start.size}x{start.size}")
            write_labels(
                work.labels,
                propose(judge, eyes, start.encoder, prepare_photos(photos, work.catalogue, names, square)),
            )
            _say_labels(work, judge, config.labels_only)
        labels = read_labels(config.labels or work.labels, names, start.encoder, known)
        if config.labels and not (work.labels.is_file() and config.labels.samefile(work.labels)):
            write_labels(work.labels, [{PHOTO: name, **values} for name, values in labels.items()])
        if config.labels_only:
            return None
        with silence() if work.prepared else nullcontext():  # else nothing was said of them yet
            catalogue = prepare_photos(photos, work.catalogue, list(labels), square, labels)
    measure = cache(partial(Measure, catalogue, judge, eyes, config.seed))
    metrics = _begin_metrics(work, settings, catalogue, labels, lambda: measure().figures(opened))
    planned = metrics.get("minutes_planned", DEFAULT_MINUTES)
    metrics["minutes_planned"] = config.minutes or planned
    if work.begun:  # the same minutes again are no others, however quick the machine is now
        budget = Budget() if metrics["minutes_planned"] == planned else asked
        run, state = go_on(catalogue, out, budget, device)
        finished = metrics.get("images_seen") == state.images_seen >= run.config.images
        if finished and work.model.is_dir():
            _say_result(work, metrics)
            return metrics
    else:
        budget = Budget(minutes=metrics["minutes_planned"])
        run, state = begin_run(catalogue, out, start, budget, config.seed, device)
    files.write_json(work.metrics, metrics)
    beside = Beside(judge=model / JUDGE, noise=noise)

    def export(now: TrainState) -> None:
        if now.step:  # before that it is the model that it began with
            write_model_folder(work.model, run, now, beside)

    if not train_to_budget(catalogue, run, state, export):
        notes.print(f"saved after {state.images_seen:,} images; the same command goes on")
        return None
    metrics |= {
        "images_seen": state.images_seen,
        "minutes": round(state.train_seconds / 60, 1),
        "after": measure().figures(DesignModel.open(work.model)),
    }
    write_model_folder(work.model, run, state, replace(beside, about=card_text(metrics)))
    files.write_json(work.metrics, metrics)
    _say_result(work, metrics)
    return metrics


def _open_model(model: Path, opened: DesignModel) -> tuple[Start, Judge, Noise | None]:
    """What an adaptation needs of a model, beside what draws, which was checked.

    Raises:
        BadInput: it has no weights to learn on, no judge, or a file is not what SHA256SUMS lists.
    """
    start = open_start(model)
    check_family(start)
    if not set(JUDGE_FILES) <= set(read_sums(model)):
        raise BadInput(
            f"{model} carries no judge that could read photos; give --model another, or export one with "
            "modiste export RUN --out MODEL --judge JUDGE"
        )
    check_sums(model, [FILE, *JUDGE_FILES])
    return start, read_judge(model / JUDGE), read_noise(model, int(opened.config["noise_dim"]))


def _begin_metrics(
    work: Work,
    settings: dict[str, Any],
    catalogue: Catalogue,
    labels: Labels | None,
    before: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """What is known before training, measured once and kept.

    Raises:
        BadInput: the labels, if they are still there, were changed after training began.
    """
    said = json.dumps(labels, sort_keys=True).encode()  # what they say, however a program has written it
    digest = hashlib.sha256(said).hexdigest()
    if work.begun and work.metrics.is_file():
        metrics: dict[str, Any] = files.read_json(work.metrics)
        if labels is not None and metrics["labels_sha256"] != digest:
            raise BadInput(
                f"{work.labels} was changed after training began; name a new folder with --out and give it "
                "with --labels"
            )
        if metrics["version"] == VERSION:
            return metrics
    notes.print("drawing what the photos show, before anything is learnt")
    metrics = {
        "format": "modiste-adaptation-metrics",
        "version": VERSION,
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        **settings,
        "labels_sha256": digest,
        "photos_learnt_from": len(catalogue.split("train")),
        "photos_held_out": len(catalogue.split("test")),
        "before": before(),
        "after": None,
    }
    files.write_json(work.metrics, metrics)
    return metrics


def _say_labels(work: Work, judge: Judge, only: bool) -> None:
    right = judge.about.get("held_out", {})
    known = ", ".join(f"{name} {right[name]['accuracy']:.0%}" for name in ROLES if name in right)
    notes.print(
        f"labels: {work.labels}, the least sure first"
        + (f" (on photos of its own catalogue the judge is right about {known})" if known else ""),
    )
    notes.print(f"the photos, made square: modiste inspect {work.catalogue} --sheet photos.webp")
    notes.print(
        "correct the labels if you like, then give the command without --labels-only"
        if only
        else "learning begins with these; to correct them first, Ctrl-C now, and then the same command again"
    )


def _say_result(work: Work, metrics: dict[str, Any]) -> None:
    notes.print(f"{'':46} {'before':>7} {'after':>7}")
    for what, before, after in table(metrics["before"], metrics["after"]):
        notes.print(f"{what:46} {before:>7} {after:>7}")
    for note in remarks(metrics["after"]):
        notes.print(note)
    example = attribute_description(Catalogue.open(work.catalogue).split("train").records[0]).lower()
    notes.print(f"model: {work.model}   figures: {work.metrics}")
    notes.print(f'next: modiste design "{example}" --model {work.model}')
