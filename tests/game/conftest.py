"""The family that grows, narrow: what is tested of it does not depend on how many maps it has."""

from collections.abc import Iterator
from functools import partial

import pytest

from modiste.models import FAMILIES
from modiste.models.progan import ProganConfig


@pytest.fixture(autouse=True, scope="module")
def narrow() -> Iterator[None]:
    """Of a module, so that it is there before the runs that a module shares are planned."""
    config = partial(ProganConfig, width=1 / 32, noise_dim=100, batch_size=32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(FAMILIES["progan"].presets, "laptop", config)
        yield
