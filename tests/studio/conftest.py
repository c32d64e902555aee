"""A studio on the small model."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from modiste.studio import Studio
from studio.speaking import client_of


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def client(model_folder: Path, home: Path) -> TestClient:
    return client_of(Studio.open(model_folder, home))
