import pytest

from modiste.catalogue.batches import Batch
from modiste.game import budget
from modiste.game.budget import measure_rate
from modiste.game.state import TrainState
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
