from pathlib import Path

import pytest

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import Batch
from modiste.game import begin, budget, checkpoint
from modiste.game.budget import Budget, measure_rate
from modiste.game.run import open_run
from modiste.game.state import TrainState
from modiste.game.train import train_run
from modiste.models import FAMILIES


def test_a_measured_rate_has_as_many_penalties_as_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    config = FAMILIES["contrastive"].presets["laptop"](size=32, text_dim=256)
    played: list[int] = []

    def play(state: TrainState, batch: Batch, _half_life: float, _replay: object) -> None:
        assert len(batch.image) == config.batch_size
        played.append(state.step)
        state.step += 1

    monkeypatch.setattr(budget, "play", play)
    monkeypatch.setattr(budget, "MEASURED_SECONDS", 0.0)
    assert measure_rate("contrastive", config) > 0
    measured = played[1:]
    assert len(measured) >= config.penalty_every
    assert sum(step % config.penalty_every == 0 for step in measured) * config.penalty_every == len(measured)


def test_minutes_of_a_run_that_goes_on_are_those_not_played_yet(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run"

    def train(budget: Budget, go_on: bool) -> dict[str, float]:
        train_run(catalogue.path, path, budget=budget, go_on=go_on, on_checkpoint=lambda *_: None)
        return checkpoint.counters(checkpoint.newest(path / "checkpoints"))

    played = train(Budget(steps=2), False)
    monkeypatch.setattr(begin, "measure_rate", lambda *_: 100.0)
    assert train(Budget(minutes=played["train_seconds"] / 120), True) == played
    seconds = played["train_seconds"] + 2
    train(Budget(minutes=seconds / 60), True)
    assert open_run(path).config.images == played["images_seen"] + 200
