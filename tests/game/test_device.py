"""The game on a GPU, where there is one, and what a device that is not there gets."""

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
import torch

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import Batches
from modiste.errors import BadInput
from modiste.game.device import find_device
from modiste.game.loop import play
from modiste.game.replay import Replay
from modiste.game.state import new_state
from modiste.models import FAMILIES
from modiste.text.fit import fit_tfidf
from modiste.text.write import full_description


@pytest.mark.parametrize("name", ["toaster", "cuda:99"])
def test_a_device_that_is_not_there_is_said_in_one_line(name: str) -> None:
    with pytest.raises(BadInput, match=f"--device {name}"):
        find_device(name)


def test_without_a_gpu_the_game_is_on_the_cpu() -> None:
    expected = "cpu" if not torch.accelerator.is_available() else torch.accelerator.current_accelerator().type
    assert find_device(None).type == expected


def test_train_refuses_a_device_before_it_writes(catalogue_path: Path, tmp_path: Path) -> None:
    words = ["train", str(catalogue_path), "--out", str(tmp_path / "run"), "--device", "toaster"]
    result = subprocess.run([sys.executable, "-m", "modiste", *words], capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()


def rounds(
    name: str, catalogue: Catalogue, device: torch.device, replay: Replay | None, count: int
) -> list[float]:
    """Losses of rounds in which nobody learns enough for two devices to drift apart."""
    split = catalogue.split("train")
    encoder = fit_tfidf([full_description(record) for record in split.records])
    preset = next(iter(FAMILIES[name].presets.values()))
    config = preset(size=32, text_dim=encoder.dimensions)
    still = {"learning_rate": 1e-7, "discriminator_learning_rate": 1e-7, "blur": 0.0}
    own = {field.name for field in fields(config)}
    config = replace(config, **{name: value for name, value in still.items() if name in own})
    state = new_state(name, config, 0, device)
    batches = Batches(split, encoder, seed=0, noise_dim=config.noise_dim, flip=config.flip, device=device)
    said = []
    for _ in range(count):
        batch_size = FAMILIES[name].stage(config, state.images_seen).batch_size
        said.append(play(state, batches.at(state.images_seen, batch_size), 1.0, replay)["discriminator_loss"])
    return said


@pytest.mark.parametrize("name", FAMILIES)
def test_on_the_cpu_rounds_are_played_as_written(name: str, catalogue: Catalogue) -> None:
    cpu = torch.device("cpu")
    assert rounds(name, catalogue, cpu, Replay(), 3) == rounds(name, catalogue, cpu, None, 3)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch has no CUDA GPU here")
@pytest.mark.parametrize("name", FAMILIES)
def test_rounds_that_a_gpu_replays_are_those_of_the_cpu(name: str, catalogue: Catalogue) -> None:
    on_cpu = rounds(name, catalogue, torch.device("cpu"), None, 12)
    replay = Replay()
    assert rounds(name, catalogue, find_device("cuda"), replay, 12) == pytest.approx(on_cpu, rel=0.02)
    assert replay.recorded
