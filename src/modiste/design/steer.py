"""Steering: from designs that one likes to others, as pure functions of recipes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from math import acos, sin
from typing import TypeVar

from modiste.design.phrases import fill, fitting
from modiste.design.reading import Vocabulary, replace_value
from modiste.design.recipe import MAX_PARTS, Noise, Recipe, Text
from modiste.errors import BadInput
from modiste.randomness import MAX_SEED, uniforms
from modiste.text.phrases import Phrases
from modiste.text.read import Encoder

Key = TypeVar("Key", int, str)

SMALL_STEP, LARGE_STEP = 0.2, 0.5
"""How far *more like this* goes, as a share of the way to an unrelated noise."""
TRIES = 8
"""Seeds that are tried for each design that is filled in: many fill in the same."""


def nearby(recipe: Recipe, step: float, count: int, seed: int) -> list[Recipe]:
    """`count` designs near this one with the same words; each goes towards a seed from `seed` on.

    Args:
        recipe: the design.
        step: 0 is the design itself, 1 an unrelated noise.
        count: how many.
        seed: the first of the seeds.
    """
    seeds = [(seed + number) % (MAX_SEED + 1) for number in range(count)]
    return [
        Recipe(_turn(recipe.noise, ((other, 1.0),), step), recipe.text, recipe.truncation) for other in seeds
    ]


def morph(first: Recipe, second: Recipe, steps: int) -> list[Recipe]:
    """`steps` designs from the first to the second, both included: noise on the sphere, words in line."""
    if steps < 2:
        raise BadInput(f"a morph must have at least 2 steps, got {steps}")
    between = [
        Recipe(
            _turn(first.noise, second.noise, at),
            _shares([(first.text, 1 - at), (second.text, at)]),
            first.truncation * (1 - at) + second.truncation * at,
        )
        for at in (number / (steps - 1) for number in range(1, steps - 1))
    ]
    return [first, *between, second]


def mix(recipes: Sequence[Recipe], weights: Sequence[float]) -> Recipe:
    """One design of several, each as strong as its weight (0 or more, not all 0).

    Raises:
        BadInput: no recipe, or weights that do not fit.
    """
    total = sum(weights)
    if not recipes or len(weights) != len(recipes) or min(weights) < 0 or total <= 0:
        raise BadInput(
            f"a mix needs designs and for each a weight of 0 or more, got {len(recipes)} and {list(weights)}"
        )
    shares = [weight / total for weight in weights]
    return Recipe(
        _unit(
            (seed, share * weight)
            for recipe, share in zip(recipes, shares, strict=True)
            for seed, weight in recipe.noise
        ),
        _shares([(recipe.text, share) for recipe, share in zip(recipes, shares, strict=True)]),
        min(1.0, sum(recipe.truncation * share for recipe, share in zip(recipes, shares, strict=True))),
    )


def mixes(recipes: Sequence[Recipe], count: int, seed: int) -> list[Recipe]:
    """The even mix of several designs, then others in which chance makes some stronger."""
    chances = uniforms(seed, "mixes", 0, count, max(1, len(recipes)))[:, : len(recipes)]
    weights = [[1.0] * len(recipes), *(row.tolist() for row in chances[1:] ** 2)]
    return [mix(recipes, row) for row in weights[:count]]


def colourways(
    recipe: Recipe, colours: Sequence[str], vocabulary: Vocabulary, encoder: Encoder
) -> list[Recipe]:
    """The same noise in other colour words: a recipe for each colour of the model's vocabulary."""
    reworded = partial(replace_value, role="colour", vocabulary=vocabulary, encoder=encoder)
    return [_said(recipe, partial(reworded, value=colour)) for colour in colours]


def fantasies(
    recipe: Recipe, count: int, seed: int, phrases: Phrases, vocabulary: Vocabulary, encoder: Encoder
) -> list[Recipe]:
    """The same noise, and what its words leave open filled in by chance (`fill`), by seeds from `seed` on.

    Returns:
        At most `count` recipes, each once: the recipe itself alone where nothing can be filled in.
    """
    seeds = ((seed + number) % (MAX_SEED + 1) for number in range(count * TRIES))
    fits = {text: fitting(text, phrases, encoder, vocabulary) for text, _ in recipe.text}

    def filled(each: int) -> Recipe:
        return _said(recipe, lambda text: fill(text, each, fits[text]))

    return list(islice(_once(map(filled, seeds)), count))


def _said(recipe: Recipe, say: Callable[[str], str]) -> Recipe:
    """The recipe in other words: `say` of each description."""
    parts = [(((say(text), 1.0),), weight) for text, weight in recipe.text]
    return Recipe(recipe.noise, _shares(parts), recipe.truncation)


def _once(recipes: Iterable[Recipe]) -> Iterator[Recipe]:
    seen: set[Recipe] = set()
    for recipe in recipes:
        if recipe not in seen:
            seen.add(recipe)
            yield recipe


def _turn(first: Noise, second: Noise, at: float) -> Noise:
    """Spherical interpolation (Shoemake 1985) of the weights, seeds being at right angles to each other."""
    other = dict(second)
    cosine = min(1.0, sum(weight * other.get(seed, 0.0) for seed, weight in first))
    angle = acos(cosine)
    if angle < 1e-6:
        return first
    ahead, behind = sin(at * angle) / sin(angle), sin((1 - at) * angle) / sin(angle)
    return _unit(
        [
            *((seed, weight * behind) for seed, weight in first),
            *((seed, weight * ahead) for seed, weight in second),
        ]
    )


def _unit(parts: Iterable[tuple[int, float]]) -> Noise:
    """The same seeds added up, the heaviest `MAX_PARTS` kept, with squares that add to 1."""
    kept = _heaviest(parts)
    length = sum(weight**2 for _, weight in kept) ** 0.5
    return tuple((seed, min(1.0, weight / length)) for seed, weight in kept)


def _shares(parts: Iterable[tuple[Text, float]]) -> Text:
    """Descriptions of several recipes in their shares; weights that add to 1."""
    kept = _heaviest((text, weight * share) for texts, share in parts for text, weight in texts)
    total = sum(weight for _, weight in kept)
    return tuple((text, min(1.0, weight / total)) for text, weight in kept)


def _heaviest(parts: Iterable[tuple[Key, float]]) -> list[tuple[Key, float]]:
    added: dict[Key, float] = {}
    for key, weight in parts:
        if weight > 1e-9:
            added[key] = added.get(key, 0.0) + weight
    return sorted(added.items(), key=lambda part: -part[1])[:MAX_PARTS]
