"""The embedded wardrobe as every room's test data, and a small model folder; each made once a session."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before torch is loaded: threads that wait for each other sleep. Where they spin, they are a tenth quicker
# on an idle machine, and ten times slower beside another program.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:  # one of several, each of which has a core
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.design import DesignModel
from modiste.export.folder import write_model_folder
from modiste.game import average, begin
from modiste.game.run import Run, TrainConfig
from modiste.game.state import new_state
from modiste.memory import keep_large_blocks
from modiste.models.dcgan import DcganConfig
from modiste.text.read import TfidfEncoder
from modiste.wardrobe import write_sample

COUNT = 160


@pytest.fixture(scope="session", autouse=True)
def quick_game() -> Iterator[None]:
    """Runs of a few steps spend their time on what is around the steps: here it is done on less.

    That batch norm is settled on enough samples, and how quick the game is, are tests of their own.
    """
    keep_large_blocks()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(average, "SETTLED_ON", 2 * average.AT_ONCE)
        patch.setattr(begin, "measure_rate", lambda *_: 1000.0)
        yield


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


WORDS = ["blue", "casual", "dress", "green", "jean", "men", "navy", "red", "shirt", "shorts", "women"]

PHRASES = {"Shirts": {"Men": {"Casual": ["navy", "green jean", ""]}, "Women": {"Formal": ["dress"]}}}


def export_random_model(folder: Path, seed: int) -> None:
    """Writes the model of a DCGAN whose weights are large enough that seeds and words show."""
    config = DcganConfig(size=32, width=4, noise_dim=16)
    encoder = TfidfEncoder(WORDS, [1.0 + 0.1 * number for number in range(len(WORDS))])
    vocabulary = {"gender": ["Men", "Women"], "style": ["Casual"], "colour": ["Red"], "article": ["Shirts"]}
    settings = TrainConfig("dcgan", "laptop", 100, catalogue="tests")
    run = Run(folder.parent, settings, config, encoder, vocabulary, PHRASES)
    state = new_state("dcgan", config, seed)
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in state.ema.parameters():
            if parameter.ndim == 4:
                parameter.normal_(0, 0.12)
    write_model_folder(folder, run, state)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "model"
    export_random_model(folder, seed=1)
    return folder


@pytest.fixture(scope="session")
def other_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other") / "model"
    export_random_model(folder, seed=2)
    return folder


@pytest.fixture(scope="session")
def model(model_folder: Path) -> DesignModel:
    return DesignModel.open(model_folder)


@pytest.fixture
def copied(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the model folder that a test may damage."""
    return Path(shutil.copytree(model_folder, tmp_path / "copied"))
