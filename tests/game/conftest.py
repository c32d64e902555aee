"""The family that grows, narrow: what is tested of it does not depend on how many maps it has."""

from functools import partial

import pytest

from modiste.models import FAMILIES
from modiste.models.progan import ProganConfig


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    config = partial(ProganConfig, width=1 / 32, noise_dim=100, batch_size=32)
    monkeypatch.setitem(FAMILIES["progan"].presets, "laptop", config)
