"""The family that grows, narrow: what is tested of it does not depend on how many maps it has."""

from collections.abc import Iterator
from functools import partial

import pytest

from modiste.game import growing
from modiste.game.probe import Needs
from modiste.models import FAMILIES
from modiste.models.progan import ProganConfig

TINY = partial(ProganConfig, width=1 / 128, noise_dim=8, condition_dim=8, match_dim=8, batch_size=8)


@pytest.fixture(autouse=True, scope="module")
def narrow() -> Iterator[None]:
    """Of a module, so that it is there before the runs that a module shares are planned."""
    config = partial(ProganConfig, width=1 / 32, noise_dim=100, batch_size=32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FAMILIES["progan"].presets, "laptop", config)
        yield


def num_sizes(config: ProganConfig) -> int:
    return config.size.bit_length() - 2


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured is said here: machines differ."""
    monkeypatch.setitem(FAMILIES["progan"].presets, "laptop", TINY)
    monkeypatch.setattr(growing, "measure_rates", lambda _name, config, *_: [10.0] * num_sizes(config))
    monkeypatch.setattr(growing, "probe", lambda _name, config, *_: [Needs(0, 2**20)] * num_sizes(config))
