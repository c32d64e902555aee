"""The embedded wardrobe as every room's test data: drawn and prepared once a session."""

from pathlib import Path

import pytest

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.wardrobe import write_sample

COUNT = 160


@pytest.fixture(scope="session")
def wardrobe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "wardrobe"
    write_sample(folder, count=COUNT, size=32, seed=3)
    return folder


@pytest.fixture(scope="session")
def catalogue_path(wardrobe: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared") / "catalogue"
    prepare(wardrobe, folder, PrepareConfig(size=32))
    return folder


@pytest.fixture(scope="session")
def catalogue(catalogue_path: Path) -> Catalogue:
    return Catalogue.open(catalogue_path)
