import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modiste.design import DesignModel, design_command
from modiste.design.picture import read_pixels, read_record, recipe_record, write_picture
from modiste.design.recipe import Recipe, draw_recipes, noise_of, text_embedding_of
from modiste.design.steer import LARGE_STEP, SMALL_STEP, colourways, fantasies, mix, mixes, morph, nearby
from modiste.errors import BadInput
from modiste.randomness import MAX_SEED, seed_noise
from modiste.text.read import TfidfEncoder

RED, BLUE = Recipe.plain("red shirt", 1), Recipe.plain("blue dress", 2)


def test_a_plain_recipe_draws_what_its_description_and_seed_draw(model: DesignModel) -> None:
    assert np.array_equal(draw_recipes(model, [RED])[0], model.draw(["red shirt"], [1])[0])


def test_recipes_survive_json_exactly() -> None:
    steered = nearby(mixes([RED, BLUE, Recipe.plain("green jeans", MAX_SEED)], 5, 3)[4], 0.37, 2, 11)[1]
    for recipe in (RED, steered, Recipe(RED.noise, RED.text, 0.25)):
        assert Recipe.from_json(recipe.to_json()) == recipe


def test_a_kept_mix_is_drawn_again_by_design_like(
    model: DesignModel, model_folder: Path, tmp_path: Path
) -> None:
    recipe = nearby(morph(RED, BLUE, 5)[2], SMALL_STEP, 1, 9)[0]
    write_picture(tmp_path / "mix.png", draw_recipes(model, [recipe])[0], recipe_record(model, recipe))
    asked: dict[str, Any] = {"count": None, "seed": None, "prompts": None}
    again = design_command(
        None, model=str(model_folder), out=tmp_path / "o", like=tmp_path / "mix.png", **asked
    )
    assert again["identical"]
    drawn = Path(again["pictures"][0]["file"])
    assert np.array_equal(read_pixels(drawn), read_pixels(tmp_path / "mix.png"))
    assert Recipe.from_json(read_record(drawn)) == recipe


def test_steered_noise_is_as_long_as_that_of_seeds() -> None:
    dimensions = 4096
    for recipe in [*nearby(RED, LARGE_STEP, 3, 5), *morph(RED, BLUE, 5), *mixes([RED, BLUE], 4, 1)]:
        assert noise_of(recipe, dimensions).std() == pytest.approx(1, abs=0.05)


def test_a_small_step_is_nearer_than_a_large_one() -> None:
    start = noise_of(RED, 512)
    small, large = (
        np.linalg.norm(noise_of(nearby(RED, step, 1, 5)[0], 512) - start) for step in (SMALL_STEP, LARGE_STEP)
    )
    unrelated = np.linalg.norm(seed_noise(5, 512) - start)
    assert 0 < small < 0.6 * large < 0.6 * unrelated


def test_a_morph_begins_and_ends_with_its_designs_and_turns_evenly() -> None:
    steps = morph(RED, BLUE, 9)
    assert (steps[0], steps[-1]) == (RED, BLUE)
    moves = [
        np.linalg.norm(noise_of(after, 4096) - noise_of(before, 4096))
        for before, after in itertools.pairwise(steps)
    ]
    assert max(moves) < 1.15 * min(moves)


def test_words_between_two_descriptions_are_heard_as_loudly(model: DesignModel) -> None:
    for recipe in morph(RED, BLUE, 5):
        assert np.linalg.norm(text_embedding_of(recipe, model.encoder)) == pytest.approx(1, abs=1e-5)


def test_an_even_mix_of_two_is_the_middle_of_their_morph() -> None:
    middle, even = morph(RED, BLUE, 3)[1], mix([RED, BLUE], [1, 1])
    assert dict(middle.noise) == pytest.approx(dict(even.noise))
    assert dict(middle.text) == pytest.approx(dict(even.text))


def test_repeated_steering_stays_bounded_and_drawable(model: DesignModel) -> None:
    recipe = RED
    for number in range(200):
        recipe = nearby(recipe, 0.1, 1, 1000 + number)[0]
    assert len(recipe.noise) <= 64
    assert draw_recipes(model, [recipe]).shape == (1, 32, 32, 3)


def test_colourways_keep_the_noise_and_change_the_colour() -> None:
    vocabulary = {"colour": ["Red", "Navy Blue", "Blue"]}
    ways = colourways(
        Recipe.plain("casual navy blue shirt", 4),
        ["Red", "Blue"],
        vocabulary,
        TfidfEncoder(["red", "blue"], [1.0, 1.0]),
    )
    assert [way.description for way in ways] == ["casual red shirt", "casual blue shirt"]
    assert {way.noise for way in ways} == {((4, 1.0),)}


def test_truncation_draws_nearer_to_the_average(model: DesignModel) -> None:
    calm = [Recipe(((seed, 1.0),), RED.text, 0.2) for seed in range(8)]
    wild = [Recipe.plain("red shirt", seed) for seed in range(8)]
    spread = [draw_recipes(model, recipes).astype(float).std(axis=0).mean() for recipes in (calm, wild)]
    assert spread[0] < 0.6 * spread[1]


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"description": "red"},
        {"description": "red", "seed": -1},
        {"description": "red", "seed": 2**70},
        {"description": "red", "seed": True},
        {"description": "red", "seed": "1e3"},
        {"description": "", "seed": 1},
        {"description": ["red"], "seed": 1},
        {"description": "red\0", "seed": 1},
        {"description": "red", "seed": 1, "truncation": 2},
        {"description": "red", "seed": 1, "truncation": "1"},
        {"description": "red", "seed": 1, "truncation": 10**400},
        {"description": "red", "seed": 1, "noise": []},
        {"description": "red", "seed": 1, "noise": [[1, 0.5]]},
        {"description": "red", "seed": 1, "noise": [[1, float("nan")]]},
        {"description": "red", "seed": 1, "noise": [[1, -1.0]]},
        {"description": "red", "seed": 1, "noise": [[n, 0.1] for n in range(100)]},
        {"description": "red", "seed": 1, "text": [["red", 0.5]]},
        {"description": "red", "seed": 1, "text": "red"},
    ],
)
def test_what_is_no_recipe_is_refused_in_one_line(value: Any) -> None:
    with pytest.raises(BadInput) as caught:
        Recipe.from_json(value)
    assert "\n" not in str(caught.value)


def test_fantasies_keep_the_noise_and_fill_in_words_each_once(model: DesignModel) -> None:
    phrases = {"Shirts": {"Men": {"": ["navy", "navy", "green jean", ""]}}}
    mixed = mix([Recipe.plain("red shirt for men", 1), Recipe.plain("blue dress", 2)], [1, 1])
    found = fantasies(mixed, 12, 5, phrases, model.vocabulary, model.encoder)
    assert all(recipe.noise == mixed.noise for recipe in found)
    assert {recipe.text[0][0] for recipe in found} == {
        "red shirt for men",
        "red shirt for men, navy",
        "red shirt for men, green jean",
    }
    assert {recipe.text[1] for recipe in found} == {("blue dress", 0.5)}
    assert len(found) == 3
