"""The same photo under two ids is on one side of a split, and another garment is no twin."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.catalogue.splits import is_test, one_split_each
from modiste.catalogue.twins import Groups, join_twins, signature
from modiste.wardrobe import write_sample

from .conftest import MakeSource, products


def groups_of(pictures: list[Image.Image]) -> list[list[int]]:
    groups = Groups(len(pictures))
    join_twins([signature(picture, picture.tobytes()) for picture in pictures], groups)
    return groups.found()


def again(picture: Image.Image, quality: int, size: int) -> Image.Image:
    """Saved at half its size and read back."""
    buffer = io.BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB").resize(picture.size, Image.Resampling.LANCZOS)


@pytest.fixture(scope="module")
def garments(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    folder = tmp_path_factory.mktemp("garments") / "source"
    write_sample(folder, count=60, size=128, seed=4)
    return [Image.open(path).convert("RGB") for path in sorted((folder / "images").iterdir())]


def test_drawn_garments_are_no_twins(garments: list[Image.Image]) -> None:
    assert groups_of(garments) == []


def test_a_photo_that_was_saved_again_is_a_twin(garments: list[Image.Image]) -> None:
    copies = [again(picture, 60, 64) for picture in garments[:50]]
    found = groups_of(garments + copies)
    hits = [group for group in found if group[1] - group[0] == len(garments) and len(group) == 2]
    assert len(hits) >= 49
    assert len(found) == len(hits)


def test_another_colour_of_a_garment_is_no_twin(garments: list[Image.Image]) -> None:
    other = [Image.merge("RGB", picture.split()[::-1]) for picture in garments[:50]]
    grey = [ImageEnhance.Color(picture).enhance(0) for picture in garments[:50]]
    changed = [
        number
        for number, picture in enumerate(garments[:50])
        if np.asarray(picture).astype(int).max(axis=2).min() < 250
        and np.ptp(np.asarray(picture).astype(int), axis=2).mean() > 12
    ]
    for pictures in (other, grey):
        found = {tuple(group) for group in groups_of(garments[:50] + pictures)}
        assert not found & {(number, number + 50) for number in changed}
    assert len(changed) > 10


def test_flat_pictures_are_twins_only_if_they_are_equal() -> None:
    shades = [Image.new("RGB", (32, 32), (level, 0, 90)) for level in (1, 2, 2, 3)]
    assert groups_of(shades) == [[1, 2]]


def test_one_picture_in_place_of_many_is_quick() -> None:
    noise = Image.effect_noise((32, 32), 60).convert("RGB")
    groups = Groups(100_000)
    join_twins([signature(noise, b"png")] * 100_000, groups)
    assert [len(group) for group in groups.found()] == [100_000]


def test_being_held_out_wins_and_pairs_stay_pairs() -> None:
    natural = ["train", "test", "train", "pairs", "train", "train", "pairs", "pairs"]
    assert one_split_each(natural, [[0, 1], [2, 3], [4, 5], [6, 7]]) == [
        "test", "test", None, "pairs", "train", "train", "pairs", "pairs",
    ]  # fmt: skip


def test_a_training_photo_with_a_held_out_twin_is_held_out(tmp_path: Path) -> None:
    write_sample(tmp_path / "source", count=160, size=32, seed=3)
    (table,) = (tmp_path / "source").glob("*.csv")
    ids = sorted(path.stem for path in (tmp_path / "source" / "images").iterdir())
    held_out = next(id for id in ids if is_test(0, id))
    trained = next(id for id in ids if not is_test(0, id))
    images = tmp_path / "source" / "images"
    (images / f"{trained}.png").write_bytes((images / f"{held_out}.png").read_bytes())
    report = prepare(tmp_path / "source", tmp_path / "out", PrepareConfig(size=32))
    test = {record.id for record in Catalogue.open(tmp_path / "out").split("test").records}
    assert {held_out, trained} <= test
    assert report["moved_to_test"] == 1
    assert report["twins"] == [sorted([held_out, trained])]
    assert table.is_file()


def test_photos_of_one_product_stay_together(make_source: MakeSource, tmp_path: Path) -> None:
    rows = [row | {"style_code": str(number // 3)} for number, row in enumerate(products(120))]
    prepare(make_source(rows), tmp_path / "out", PrepareConfig(16, columns={"product": "style_code"}))
    opened = Catalogue.open(tmp_path / "out")
    codes = [{int(record.id) // 3 for record in opened.split(name).records} for name in ("train", "test")]
    assert codes[1]
    assert not codes[0] & codes[1]
