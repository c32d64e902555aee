"""The judge: taught by photos of the training split, kept, and right far beyond chance."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from modiste import files
from modiste.catalogue import Catalogue
from modiste.errors import BadInput
from modiste.evaluate.eyes import Eyes, mirrored
from modiste.evaluate.judge import Judge, open_judge, recoloured
from modiste.evaluate.scores import floor_of, score_of


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
