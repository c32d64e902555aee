"""The judge: taught by photos of the training split, kept, and right far beyond chance."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modiste import files
from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.errors import BadInput
from modiste.evaluate.eyes import Eyes, mirrored
from modiste.evaluate.heads import Heads, probabilities
from modiste.evaluate.judge import Judge, attributes_of
from modiste.evaluate.scores import floor_of, score_of
from modiste.evaluate.teaching import open_judge, recoloured, teach
from modiste.wardrobe import write_sample


def test_judge_knows_held_out_photos_far_beyond_chance(judge: Judge, eyes: Eyes, shop: Catalogue) -> None:
    for split in (shop.split("test"), shop.split("pairs")):
        images = split.images(np.arange(len(split)))
        said, asked = judge.judge(images, eyes.see(images)), judge.labels(split.records)
        for name in ("article", "colour"):
            shown = said[name].argmax(axis=1)
            score, floor = score_of(shown, asked[name]), floor_of(shown, asked[name], seed=0)
            assert score is not None
            assert floor is not None
            assert score.accuracy > floor.accuracy + 0.3, (name, score, floor)


def test_judge_says_probabilities(judge: Judge, eyes: Eyes, shop: Catalogue) -> None:
    images = shop.split("test").images(np.arange(5))
    for name, said in judge.judge(images, eyes.see(images)).items():
        assert said.shape == (5, len(judge.attributes[name]))
        assert np.allclose(said.sum(axis=1), 1, atol=1e-5)


def test_kept_judge_says_the_same_and_is_not_taught_again(
    judge: Judge, eyes: Eyes, shop: Catalogue, judge_folder: Path
) -> None:
    before = (judge_folder / "judge.safetensors").stat().st_mtime_ns
    again, _ = open_judge(shop, eyes, judge_folder)
    assert (judge_folder / "judge.safetensors").stat().st_mtime_ns == before
    images = shop.split("test").images(np.arange(8))
    sight = eyes.see(images)
    for name, said in judge.judge(images, sight).items():
        assert np.array_equal(said, again.judge(images, sight)[name])
    assert {"accuracy", "balanced", "count"} <= set(judge.about["held_out"]["article"])


def test_a_judge_taught_by_two_catalogues_is_of_the_first(
    shop: Catalogue, eyes: Eyes, tmp_path: Path
) -> None:
    write_sample(tmp_path / "wardrobe", count=60, size=32, seed=12)
    prepare(tmp_path / "wardrobe", tmp_path / "other", PrepareConfig(size=32))
    other = Catalogue.open(tmp_path / "other")
    teach([shop, other], eyes, tmp_path / "judge", seed=0)
    judge, sight = open_judge(shop, eyes, tmp_path / "judge")
    train = shop.split("train")
    assert judge.about["photos"] == len(train) + len(other.split("train"))
    seen = eyes.see(train.images(np.arange(len(train)))).features
    assert np.allclose(sight.features, seen, atol=0.01, rtol=0.01)
    with pytest.raises(BadInput, match="another catalogue"):
        open_judge(other, eyes, tmp_path / "judge")


def test_a_catalogue_of_many_articles_is_judged_by_them(shop: Catalogue) -> None:
    record = shop.split("train").records[0]
    records = [
        replace(record, article=f"article {i // 20}", extra={"note": f"note {i // 20}"}) for i in range(2000)
    ]
    known = attributes_of(records)
    assert len(known["article"]) == 100
    assert "note" not in known


def test_columns_may_have_any_name() -> None:
    names = {"type": 2, "fit.style": 3, "": 2, "training": 2, "colour": 4}
    heads = Heads(6, names)
    said = probabilities(heads.eval(), np.zeros((5, 6), np.float32))
    assert {name: each.shape for name, each in said.items()} == {n: (5, count) for n, count in names.items()}
    Heads(6, names).load_state_dict(heads.state_dict())


def test_judge_of_another_catalogue_is_refused(
    eyes: Eyes, shop: Catalogue, judge_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(judge_folder, tmp_path / "judge")
    about = files.read_json(tmp_path / "judge" / "judge.json")
    files.write_json(tmp_path / "judge" / "judge.json", about | {"catalogue": "0" * 64})
    with pytest.raises(BadInput, match="another catalogue"):
        open_judge(shop, eyes, tmp_path / "judge")


def test_a_judge_without_the_photos_that_it_saw_is_refused(
    shop: Catalogue, eyes: Eyes, judge_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(judge_folder, tmp_path / "judge")
    (tmp_path / "judge" / "photos.safetensors").unlink()  # as a model folder carries it
    with pytest.raises(BadInput, match=r"lacks what it saw in the training photos"):
        open_judge(shop, eyes, tmp_path / "judge")
    with pytest.raises(BadInput, match="expected a folder for the judge, found a file"):
        open_judge(shop, eyes, judge_folder / "judge.json")


def test_recoloured_photos_keep_white_and_shape(shop: Catalogue) -> None:
    images = shop.split("train").images(np.arange(6))
    images[:, :4, :4] = 255
    found = recoloured(images, seed=2)
    corner = [bool((found[i, :4, :4] == 255).all() or (found[i, :4, -4:] == 255).all()) for i in range(6)]
    assert all(corner)
    assert not np.array_equal(found, images)
    assert np.array_equal(found, recoloured(images, seed=2))


def test_sight_is_of_the_picture_alone(eyes: Eyes, shop: Catalogue) -> None:
    images = shop.split("test").images(np.arange(10))
    together, alone = eyes.see(images), eyes.see(images[3:4])
    assert np.allclose(together.all[3], alone.all[0], atol=1e-4)
    assert not np.allclose(eyes.see(mirrored(images)).features, together.features, atol=1e-2)
    assert eyes.see(images[:0]).features.shape == (0, 1280)
