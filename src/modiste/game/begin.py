"""Beginning a run or going on with one: settings are resolved once, before the first step."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from modiste import files
from modiste.catalogue import Catalogue, Split
from modiste.catalogue.batches import Batch
from modiste.errors import BadInput
from modiste.game import checkpoint
from modiste.game.loop import play
from modiste.game.replay import Replay
from modiste.game.run import Run, TrainConfig, open_run
from modiste.game.start import Start, check_start, transfer
from modiste.game.state import TrainState, new_state
from modiste.models import family
from modiste.record import ROLES, Record, values
from modiste.text.fit import fit_encoder
from modiste.text.read import TfidfEncoder, WordsEncoder
from modiste.text.write import full_description

DEFAULT_MINUTES = 60.0

SETTLED, RECORDED = 10**9, 48
"""Images after which rounds are as most of a run's, and rounds after which a GPU replays them."""

PLAIN_PRESET = "article"
"""The preset that keeps the article's own encoder where none is named."""


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
            if not value > 0:
                raise BadInput(f"--{name} must be above 0, got {value}")

    @property
    def given(self) -> bool:
        """Whether the person named a budget."""
        return (self.images, self.steps, self.minutes) != (None, None, None)

    def in_images(self, batch_size: int, images_per_second: float) -> int:
        """The budget as photos shown; minutes by the rate that was measured at the start."""
        if self.images is not None:
            return self.images
        if self.steps is not None:
            return self.steps * batch_size
        return max(batch_size, round((self.minutes or DEFAULT_MINUTES) * 60 * images_per_second))


def measure_rate(
    family_name: str, family_config: Any, device: torch.device | str = "cpu", rounds: int = 3
) -> float:
    """Images per second of whole rounds of the game on `device`, with players that are thrown away."""
    state = new_state(family_name, family_config, seed=0, device=device)
    count, size = family_config.batch_size, family_config.size
    batch = Batch(
        torch.zeros(count, 3, size, size, device=device).contiguous(memory_format=torch.channels_last),
        torch.zeros(count, family_config.text_dim, device=device),
        torch.randn(count, family_config.noise_dim, generator=torch.Generator().manual_seed(0)).to(device),
    )
    state.images_seen = SETTLED
    replay = Replay()
    for _ in range(1 if state.device.type == "cpu" else RECORDED):
        play(state, batch, 1.0, replay)
    started = time.perf_counter()
    for _ in range(rounds):
        play(state, batch, 1.0, replay)
    rate: float = rounds * count / (time.perf_counter() - started)
    return rate


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
) -> tuple[Run, float]:
    """Resolves a new run's settings and fits its encoder. Nothing is written.

    Returns:
        The run, and the measured images per second.

    Raises:
        BadInput: an unknown family, preset or encoder, a size that is not the catalogue's, a folder that
            holds a run, or a `start` that does not fit.
    """
    if (path / "config.json").is_file():
        raise BadInput(f"{path} already holds a run; go on with --resume, or name another folder with --out")
    chosen = family(family_name)
    preset = preset or next(iter(chosen.presets))
    if preset not in chosen.presets:
        raise BadInput(f"unknown preset {preset!r} of {family_name}; use one of: {', '.join(chosen.presets)}")
    if size is not None and size != catalogue.size:
        raise BadInput(
            f"the catalogue holds photos of {catalogue.size}x{catalogue.size}, got --size {size}; "
            f"prepare it with --size {size}, or leave --size out"
        )
    records = catalogue.split("train").records
    if start is None:
        kind = encoder or (TfidfEncoder.kind if preset == PLAIN_PRESET else WordsEncoder.kind)
        fitted = fit_encoder(kind, [full_description(record) for record in records], vocabulary(records))
    else:
        check_start(start, family_name, catalogue.size)
        fitted = start.encoder
        if encoder not in (None, fitted.kind):
            raise BadInput(
                f"{start.folder} reads text with its own encoder of kind {fitted.kind}, "
                f"got --encoder {encoder}; leave it out"
            )
    family_config = chosen.presets[preset](size=catalogue.size, text_dim=fitted.dimensions)
    rate = measure_rate(family_name, family_config, device)
    config = TrainConfig(
        family=family_name,
        preset=preset,
        images=budget.in_images(family_config.batch_size, rate),
        seed=seed,
        catalogue=catalogue.path.resolve().name,
        catalogue_sha256=catalogue.sha256,
        image_count=len(records),
        encoder=fitted.kind,
        start_sha256=start.sha256 if start else "",
    )
    return Run(path, config, family_config, fitted, vocabulary(records)), rate


def vocabulary(records: tuple[Record, ...]) -> dict[str, list[str]]:
    """The values of each attribute, most frequent first: what a designer can pick from."""
    return {role: list(values(records, role)) for role in ROLES}


def begin(run: Run, start: Start | None = None, device: torch.device | str = "cpu") -> TrainState:
    """Makes the run's folder and its players, fresh or from `start`; BadInput if the folder is not empty."""
    state = new_state(run.config.family, run.family_config, run.config.seed, device)
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
) -> tuple[Run, TrainState]:
    """Opens a run at its newest whole checkpoint; a budget, if given, is the run's new total.

    Raises:
        BadInput: no run there, another catalogue, or an option that contradicts the run.
    """
    run = open_run(path)
    if catalogue.sha256 != run.config.catalogue_sha256:
        raise BadInput(
            f"the run in {path} began with the catalogue {run.config.catalogue!r} as it was then; "
            f"{catalogue.path} is another one: give that, or start a new run"
        )
    asked = {"family": family_name, "preset": preset, "size": size, "seed": seed, "encoder": encoder}
    has = {
        "family": run.config.family,
        "preset": run.config.preset,
        "size": run.family_config.size,
        "seed": run.config.seed,
        "encoder": run.config.encoder,
    }
    for name, value in asked.items():
        if value is not None and value != has[name]:
            raise BadInput(
                f"{path} holds a run with {name} {has[name]}, got --{name} {value}; "
                "leave it out, or start a new run elsewhere"
            )
    if budget.given:
        rate = measure_rate(run.config.family, run.family_config, device) if budget.minutes else 0.0
        images = budget.in_images(run.family_config.batch_size, rate)
        run = replace(run, config=replace(run.config, images=images))
        run.save()
    state = new_state(run.config.family, run.family_config, run.config.seed, device)
    checkpoint.load(checkpoint.newest(run.checkpoints), state)
    return run, state


def training_split(catalogue: Catalogue) -> Split:
    """The photos that training sees; BadInput if there is none."""
    split = catalogue.split("train")
    if not len(split):
        raise BadInput(f"the catalogue {catalogue.path} has no photo to train on; prepare one with more rows")
    return split
