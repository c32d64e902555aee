import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.errors import BadInput, TrainingStopped
from modiste.game import average, checkpoint
from modiste.game import begin as beginning
from modiste.game.average import SETTLED_ON
from modiste.game.begin import Budget, begin, measure_rate, plan_run, resume
from modiste.game.loop import train
from modiste.game.precision import PRECISIONS
from modiste.game.run import Run, open_run
from modiste.game.signals import stop_on_signals
from modiste.game.state import TrainState
from modiste.game.train import train_run
from modiste.wardrobe import write_sample

STEPS = 6


@pytest.fixture(autouse=True, scope="module")
def settled_as_in_a_command() -> Iterator[None]:
    """Runs of this process are compared with those of another, which no fixture makes quicker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(average, "SETTLED_ON", SETTLED_ON)
        yield


def plan(catalogue: Catalogue, out: Path, steps: int = STEPS, family: str = "dcgan") -> Run:
    run, _ = plan_run(
        catalogue, out, family_name=family, preset="laptop", size=None, budget=Budget(steps=steps), seed=2
    )
    return run


def play(run: Run, state: TrainState, catalogue: Catalogue, stop_at: int | None = None) -> bool:
    with stop_on_signals() as stop:
        if stop_at is not None:

            class StopAt(type(stop)):  # type: ignore[misc]
                def is_set(self) -> bool:
                    return state.step >= stop_at

            stop = StopAt()
        return train(run, catalogue.split("train"), state, stop=stop, on_checkpoint=lambda _: None)


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "modiste", *map(str, words)]


@pytest.fixture(scope="module")
def uninterrupted(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "whole"
    run = plan(catalogue, out)
    assert play(run, begin(run), catalogue)
    return out


def tensors(run: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(checkpoint.newest(run / "checkpoints"))


def test_resumed_run_equals_uninterrupted_run(
    uninterrupted: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    run = plan(catalogue, tmp_path / "run")
    assert not play(run, begin(run), catalogue, stop_at=2)
    run, state = resume(
        run.path, catalogue, family_name=None, preset=None, size=None, budget=Budget(), seed=None
    )
    assert state.step == 2
    assert play(run, state, catalogue)
    whole, resumed = tensors(uninterrupted), tensors(run.path)
    assert whole.keys() == resumed.keys()
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_run_killed_at_any_moment_goes_on_and_ends_the_same(
    uninterrupted: Path, catalogue_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    words = ["train", catalogue_path, "--out", out, "--seed", "2", "--family", "dcgan"]
    process = subprocess.Popen(command(*words, "--steps", "100000"), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (out / "log.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (out / "model" / "SHA256SUMS").is_file(), "a model folder stands from the first checkpoint on"
    subprocess.run(command(*words, "--steps", STEPS, "--resume"), check=True, capture_output=True)
    whole, resumed = tensors(uninterrupted), tensors(out)
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_run_killed_before_its_first_checkpoint_begins_anew(
    uninterrupted: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    run = plan(catalogue, tmp_path / "run")
    begin(run)
    run, state = resume(
        run.path, catalogue, family_name=None, preset=None, size=None, budget=Budget(), seed=None
    )
    assert state.step == 0
    assert play(run, state, catalogue)
    whole, resumed = tensors(uninterrupted), tensors(run.path)
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_both_signals_ask_a_run_to_stop_and_their_handlers_come_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    for number in (signal.SIGINT, signal.SIGTERM):
        with stop_on_signals() as stop:
            assert not stop.is_set()
            os.kill(os.getpid(), number)
            assert stop.wait(5)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_signal_saves_and_ends_cleanly(number: signal.Signals, catalogue_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    process = subprocess.Popen(
        command("train", catalogue_path, "--out", out, "--steps", "100000", "--family", "dcgan"),
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 120
    while not (out / "log.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "--resume" in said
    assert "Traceback" not in said
    assert checkpoint.newest(out / "checkpoints").name > "step-000000000"


def test_log_counts_each_step_once(uninterrupted: Path) -> None:
    entries = [json.loads(line) for line in (uninterrupted / "log.jsonl").read_text().splitlines()]
    assert entries[-1]["step"] == STEPS
    steps = [entry["step"] for entry in entries]
    assert steps == sorted(set(steps))
    for name in ("discriminator_loss", "generator_loss", "hits_on_real", "hits_on_fake", "images_per_second"):
        assert np.isfinite(entries[-1][name])


def test_sheets_show_the_same_noise_as_it_learns(uninterrupted: Path) -> None:
    frames = sorted((uninterrupted / "sheets").glob("[0-9]*.png"))
    assert frames[0].name == "000000000.png"
    assert len(frames) > 2
    first, last = (np.asarray(Image.open(path).convert("RGB")) for path in (frames[0], frames[-1]))
    assert first.shape == last.shape
    assert (first != last).any()
    with Image.open(uninterrupted / "learning.webp") as animation:
        assert animation.n_frames == len(frames)


def test_checkpoint_cut_short_is_passed_over(uninterrupted: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "checkpoints"
    shutil.copytree(uninterrupted / "checkpoints", folder)
    newest = checkpoint.newest(folder)
    with newest.open("r+b") as file:
        file.truncate(newest.stat().st_size // 2)
    assert checkpoint.newest(folder).name < newest.name
    for path in folder.glob("*.safetensors"):
        path.write_bytes(b"")
    with pytest.raises(BadInput, match="only damaged"):
        checkpoint.newest(folder)


def test_last_good_checkpoint_survives_a_full_disk(catalogue: Catalogue, tmp_path: Path) -> None:
    run = plan(catalogue, tmp_path / "run")
    state = begin(run)
    run.checkpoints.mkdir()
    (run.checkpoints / ".step-000000000.safetensors.0a1b2c3d.safetensors").touch()  # a kill has left it
    good = checkpoint.save(run.checkpoints, state)
    state.step = 1
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))  # the disk takes 100 kB and no more
    try:
        with pytest.raises(OSError, match="too large"):
            checkpoint.save(run.checkpoints, state)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert checkpoint.newest(run.checkpoints) == good
    assert len(list(run.checkpoints.iterdir())) == 2, "nothing half-written is left"


def test_loss_that_is_not_finite_goes_back_and_the_third_time_stops(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    run = plan(catalogue, tmp_path / "run")
    state = begin(run)
    play(run, state, catalogue, stop_at=2)
    next(state.generator.parameters()).data.fill_(float("nan"))
    assert play(run, state, catalogue), "one broken moment is survived"
    assert state.rollbacks == 1

    # A learning rate beyond all measure makes each attempt end in the same way.
    again = plan(catalogue, tmp_path / "again")
    broken = begin(again)
    for group in broken.discriminator_optimizer.param_groups:
        group["lr"] = float("inf")
    with pytest.raises(TrainingStopped, match="third time"):
        play(again, broken, catalogue)
    assert checkpoint.newest(again.checkpoints)


def test_minutes_become_images_once(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Budget(minutes=2).in_images(64, 10.0) == 1200
    assert Budget(steps=10).in_images(64, 10.0) == 640
    with pytest.raises(BadInput, match="one budget"):
        Budget(images=1, minutes=1)
    with pytest.raises(BadInput, match="above 0"):
        Budget(images=0)
    monkeypatch.setattr(beginning, "measure_rate", measure_rate)  # as in a real run
    run, rate = plan_run(
        catalogue,
        tmp_path / "run",
        family_name="dcgan",
        preset=None,
        size=None,
        budget=Budget(minutes=1),
        seed=0,
    )
    assert run.config.images == pytest.approx(60 * rate, abs=1)
    assert not run.path.exists(), "a plan writes nothing"


def refuse(match: str, catalogue: Path, out: Path, **options: object) -> None:
    options = {"budget": Budget(steps=1), "on_checkpoint": lambda *_: None} | options
    with pytest.raises(BadInput, match=match):
        train_run(catalogue, out, **options)  # type: ignore[arg-type]


def test_a_run_goes_on_in_another_precision_if_asked(
    catalogue: Catalogue, uninterrupted: Path, tmp_path: Path
) -> None:
    path = shutil.copytree(uninterrupted, tmp_path / "run")
    had = open_run(path).config.precision
    other = next(name for name in PRECISIONS if name != had)
    asked = {"family_name": None, "preset": None, "size": None, "budget": Budget(), "seed": None}
    for precision, expected in ((None, had), (other, other), (None, other)):
        run, state = resume(path, catalogue, precision=precision, **asked)  # type: ignore[arg-type]
        assert run.config.precision == state.precision == open_run(path).config.precision == expected


def test_what_contradicts_is_refused(catalogue_path: Path, uninterrupted: Path, tmp_path: Path) -> None:
    refuse("already holds a run", catalogue_path, uninterrupted)
    refuse("seed 2, got --seed 5", catalogue_path, uninterrupted, go_on=True, seed=5)
    refuse("use one of: float32, bfloat16", catalogue_path, tmp_path / "a", precision="half")
    refuse("unknown family", catalogue_path, tmp_path / "a", family="stylegan")
    refuse("unknown preset", catalogue_path, tmp_path / "a", preset="huge")
    refuse("32x32, got --size 64", catalogue_path, tmp_path / "a", size=64)
    refuse("power of two .* got 33; use 32 or 64", catalogue_path, tmp_path / "a", size=33)
    refuse("expected a catalogue", tmp_path, tmp_path / "a")
    refuse("expected a run folder", catalogue_path, tmp_path / "none", go_on=True)
    assert not (tmp_path / "a").exists()


def test_a_run_heeds_which_photos_are_enlarged_where_some_are(tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_sample(source, count=60, size=128, seed=3)
    photos = sorted(source.rglob("*.png"))
    for stage, heeds in enumerate((False, True, False)):
        for photo in photos[: len(photos) * stage // 2]:
            Image.open(photo).resize((32, 32)).save(photo)
        prepare(source, tmp_path / str(stage), PrepareConfig(size=128))
        run = plan(Catalogue.open(tmp_path / str(stage)), tmp_path / "run", family="contrastive")
        assert run.family_config.as_sharp == heeds
