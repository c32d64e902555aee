"""A small wardrobe with held-out pairs, and a run on it that has hardly begun."""

from pathlib import Path

import pytest

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import Judge
from modiste.evaluate.teaching import open_judge
from modiste.export import export_state
from modiste.game.begin import Budget
from modiste.game.run import Run
from modiste.game.state import TrainState
from modiste.game.train import train_run
from modiste.wardrobe import write_sample


@pytest.fixture(scope="session")
def shop_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate")
    write_sample(folder / "wardrobe", count=420, size=32, seed=11)
    config = PrepareConfig(size=32, hold_out=("colour", "article"), hold_out_count=4)
    prepare(folder / "wardrobe", folder / "shop", config)
    return folder / "shop"


@pytest.fixture(scope="session")
def shop(shop_path: Path) -> Catalogue:
    return Catalogue.open(shop_path)


@pytest.fixture(scope="session")
def shop_run(shop_path: Path) -> Path:
    run = shop_path.parent / "young"
    train_run(shop_path, run, family="dcgan", budget=Budget(images=256), on_checkpoint=_export_the_last)
    return run


def _export_the_last(run: Run, state: TrainState) -> None:
    if state.step:
        export_state(run, state)


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture(scope="session")
def judge_folder(shop: Catalogue, eyes: Eyes, shop_path: Path) -> Path:
    folder = shop_path.parent / "judge"
    open_judge(shop, eyes, folder)
    return folder


@pytest.fixture(scope="session")
def judge(shop: Catalogue, eyes: Eyes, judge_folder: Path) -> Judge:
    return open_judge(shop, eyes, judge_folder)[0]
