from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image

from modiste.adapt.measure import Measure
from modiste.adapt.photos import prepare_photos
from modiste.catalogue.prepare import PrepareConfig
from modiste.design.model import DesignModel
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import read_judge
from modiste.wardrobe import write_sample


@dataclass
class Finished:
    """Draws pictures that are there."""

    pictures: Any

    def draw(self, _descriptions: Any, _seeds: Any) -> Any:
        return self.pictures


def test_blurred_photos_are_no_nearer_to_blurred_pictures(
    judge_folder: Path, eyes: Eyes, tmp_path: Path
) -> None:
    folder, pictures = tmp_path / "photos", []
    write_sample(folder, count=64, size=128, seed=5)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.png"))
    for stage in ("sharp", "enlarged"):
        catalogue = prepare_photos(folder, tmp_path / stage, names, PrepareConfig(size=128))
        splits = [catalogue.split(name) for name in ("test", "train")]
        pictures.append(np.concatenate([split.images(np.arange(len(split))) for split in splits]))
        for name in names:
            Image.open(folder / name).resize((32, 32)).save(folder / name)
    measure = Measure(catalogue, read_judge(judge_folder), eyes, 0)
    sharp, enlarged = (
        measure.figures(cast(DesignModel, Finished(drawn)))["likeness"]["kid"] for drawn in pictures
    )
    assert abs(pictures[0] - pictures[1].astype(float)).mean() > 1
    assert abs(sharp - enlarged) < 0.05, (sharp, enlarged)
