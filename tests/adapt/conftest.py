"""A model with a judge, hardly trained, and a bare folder of photos that it has not seen."""

import csv
import shutil
from pathlib import Path

import pytest

from modiste.catalogue import Catalogue
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.teaching import open_judge
from modiste.export import Beside, export_run
from modiste.game.begin import Budget
from modiste.game.train import train_run
from modiste.wardrobe import write_sample


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture(scope="session")
def judge_folder(catalogue: Catalogue, eyes: Eyes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapt") / "judge"
    open_judge(catalogue, eyes, folder)
    return folder


@pytest.fixture(scope="session")
def base(catalogue: Catalogue, judge_folder: Path) -> Path:
    """The model to begin with."""
    home = judge_folder.parent
    train_run(catalogue.path, home / "run", budget=Budget(steps=2), on_checkpoint=lambda *_: None)
    beside = Beside(judge=judge_folder, noise=catalogue.path)
    return export_run(home / "run", home / "base", beside)


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos without a table; beside them, `truth.csv` with what was drawn."""
    home = tmp_path_factory.mktemp("brand")
    write_sample(home / "wardrobe", count=70, size=48, seed=21)
    (home / "photos").mkdir()
    for file in sorted((home / "wardrobe").rglob("*.png")):
        shutil.copy(file, home / "photos" / file.name)
    shutil.copy(home / "wardrobe" / "metadata.csv", home / "truth.csv")
    return home / "photos"


@pytest.fixture(scope="session")
def truth(photos: Path) -> dict[str, dict[str, str]]:
    with (photos.parent / "truth.csv").open(newline="", encoding="utf-8") as file:
        return {Path(row["file_name"]).name: row for row in csv.DictReader(file)}
