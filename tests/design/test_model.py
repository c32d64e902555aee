from pathlib import Path

import numpy as np
import pytest

from modiste.design import DesignModel
from modiste.design.model import to_pixels
from modiste.errors import BadInput
from modiste.randomness import seed_noise


def test_pictures_follow_seed_and_description(model: DesignModel) -> None:
    pictures = model.draw(["red shirt", "red shirt", "green dress", "red shirt"], [1, 2, 1, 1])
    assert pictures.shape == (4, 32, 32, 3)
    assert pictures.dtype == np.uint8
    assert np.array_equal(pictures[0], pictures[3])
    assert not np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


def test_a_picture_does_not_depend_on_its_company(model: DesignModel) -> None:
    seeds = list(range(20))
    together = model.draw(["red shirt"] * 20, seeds)
    alone = [model.draw(["red shirt"], [seed])[0] for seed in seeds]
    assert np.array_equal(together, np.stack(alone))


def test_drawing_is_the_exported_generator_on_the_seeds_noise(model: DesignModel) -> None:
    text = model.encoder.encode(["navy blue shirt"])
    direct = model.draw_vectors(seed_noise(9, model.noise_dim)[None], text)
    assert np.array_equal(direct, model.draw(["navy blue shirt"], [9]))


def test_other_weights_draw_other_pictures(model: DesignModel, other_folder: Path) -> None:
    other = DesignModel.open(other_folder)
    assert other.sha256 != model.sha256
    assert not np.array_equal(other.draw(["red shirt"], [1]), model.draw(["red shirt"], [1]))


def test_values_map_to_the_full_range_and_are_clipped() -> None:
    values = np.array([-2.0, -1.0, 0.0, 1.0, 3.0], np.float32)
    assert to_pixels(values).tolist() == [0, 0, 128, 255, 255]


def test_unknown_words_are_named_once_in_order(model: DesignModel) -> None:
    assert model.unknown("crimson frock with navy shirts, crimson") == ["crimson", "frock"]


@pytest.mark.parametrize("description", ["", "   ", "red\0shirt", "red " * 25_000])
def test_descriptions_that_are_none_are_refused(model: DesignModel, description: str) -> None:
    with pytest.raises(BadInput):
        model.draw([description], [0])
