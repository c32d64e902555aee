"""Held-out photos that were enlarged: what is drawn for them is not blamed for its details."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.evaluate.bench import Bench
from modiste.evaluate.evaluate import _enlarged
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.gallery import Gallery
from modiste.evaluate.judge import Judge
from modiste.evaluate.prompts import prompt_sets

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def enlarged(shop_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The shop, each photo made four times smaller and enlarged."""
    folder = tmp_path_factory.mktemp("enlarged")
    source = shop_path.parent / "wardrobe"
    for path in filter(Path.is_file, source.rglob("*")):
        target = folder / "source" / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".png":
            small = Image.open(path).convert("RGB").resize((8, 8))
            small.resize((32, 32), Image.Resampling.BICUBIC).save(target)
        else:
            target.write_bytes(path.read_bytes())
    prepare(folder / "source", folder / "shop", PrepareConfig(size=32), hold_out_like=shop_path)
    return Catalogue.open(folder / "shop")


class Photos:
    """Draws of each description the photo that it is of."""

    name, kind = "photos", "retrieval"

    def __init__(self, photos: dict[str, Pixels]) -> None:
        self.about: dict[str, Any] = {}
        self._photos = photos

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        assert len(descriptions) == len(seeds)
        return np.stack([self._photos[text] for text in descriptions])


def test_sharp_pictures_are_not_farther_from_enlarged_photos_than_blurred_ones(
    shop: Catalogue, enlarged: Catalogue, judge: Judge, eyes: Eyes
) -> None:
    prompts = [each for each in prompt_sets(enlarged, 24, 0, None) if each.name == "known"]
    train, test = enlarged.split("train"), enlarged.split("test")
    trained = eyes.see(train.images(np.arange(len(train))))
    bench = Bench(enlarged, judge, eyes, trained, prompts, pictures=24, seed=0, inception=None)
    place = {record.id: row for row, record in enumerate(shop.split("test").records)}
    there = [row for row in prompts[0].rows if test.records[row].id in place]
    kid = {}
    for name, split, rows in (
        ("blurred", test, there),
        ("sharp", shop.split("test"), [place[test.records[row].id] for row in there]),
    ):
        photos = dict(zip(prompts[0].descriptions, split.images(np.array(rows)), strict=True))
        found = bench.examine(Photos(photos), Gallery({}, {}), print)
        kid[name] = found["likeness"]["kid"]
    assert bench.lacking_details > 0.9
    assert kid["sharp"] < kid["blurred"] + 0.3


def test_share_of_enlarged_photos_is_said() -> None:
    assert _enlarged(0.01) == []
    assert _enlarged(0.4)[0].startswith("40% of the held-out photos lack fine details")
