"""A recipe: all that a picture is drawn from, so that it can be drawn again.

Every noise is a weighted sum of the noises of seeds. Those are independent and standard normal, so a sum
whose weights have squares that add to 1 is standard normal too: what training has shown the generator.
One seed with the weight 1 is the plain case; variations, morphs and mixes are the others, and can be varied,
morphed and mixed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from modiste.config import check_share
from modiste.design.model import DesignModel, Floats, Pixels
from modiste.errors import BadInput
from modiste.randomness import check_seed, seed_noise
from modiste.text.read import Encoder, check_description

MAX_PARTS = 64
"""Most seeds and most descriptions of one recipe."""

Noise = tuple[tuple[int, float], ...]
Text = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Recipe:
    """What one picture is drawn from, besides the model."""

    noise: Noise
    """Seeds with weights in (0, 1]; the squares of the weights add to 1."""
    text: Text
    """Descriptions with weights in (0, 1]; the weights add to 1."""
    truncation: float = 1.0
    """Length of the noise in [0, 1]: 1 as in training; shorter is calmer and less varied (Sec. 3.1,
    arXiv:1809.11096, by scaling instead of drawing anew, so that it moves smoothly)."""

    def __post_init__(self) -> None:
        for what, parts in (("seeds", self.noise), ("descriptions", self.text)):
            if not 1 <= len(parts) <= MAX_PARTS:
                raise BadInput(f"a recipe must have 1 to {MAX_PARTS} {what}, got {len(parts)}")
            if not all(0 < weight <= 1 for _, weight in parts):
                raise BadInput(f"the weights of {what} in a recipe must be above 0 and at most 1")
        for seed, _ in self.noise:
            check_seed(seed)
        for description, _ in self.text:
            check_description(description)
        if abs(sum(weight**2 for _, weight in self.noise) - 1) > 1e-6:
            raise BadInput("the squares of the weights of a recipe's seeds must add to 1, they do not")
        if abs(sum(weight for _, weight in self.text) - 1) > 1e-6:
            raise BadInput("the weights of a recipe's descriptions must add to 1, they do not")
        check_share("truncation", self.truncation)

    @classmethod
    def plain(cls, description: str, seed: int) -> "Recipe":
        """One description and the noise of one seed; BadInput if either cannot be drawn."""
        return cls(((seed, 1.0),), ((check_description(description), 1.0),))

    @property
    def description(self) -> str:
        """The description in words; of several, the heaviest first with their shares."""
        if len(self.text) == 1:
            return self.text[0][0]
        heaviest = sorted(self.text, key=lambda part: -part[1])[:4]
        return " + ".join(f"{weight:.0%} {description}" for description, weight in heaviest)

    @property
    def seed(self) -> int:
        """The seed; of several, the heaviest."""
        return max(self.noise, key=lambda part: part[1])[0]

    def to_json(self) -> dict[str, Any]:
        """`description` and `seed`, and what a recipe that is not plain has besides."""
        value: dict[str, Any] = {"description": self.description, "seed": self.seed}
        if self.noise != ((self.seed, 1.0),):
            value["noise"] = [list(part) for part in self.noise]
        if len(self.text) > 1:
            value["text"] = [list(part) for part in self.text]
        if self.truncation != 1:
            value["truncation"] = self.truncation
        return value

    @classmethod
    def from_json(cls, value: Any) -> "Recipe":
        """Reads what `to_json` gave, or a picture's record; a seed may also be digits in a string.

        Raises:
            BadInput: a part is missing, of another kind or out of range.
        """
        if not isinstance(value, dict):
            raise BadInput(f"a recipe must be an object with description and seed, got {_shown(value)}")
        noise = _parts(value["noise"], "noise") if "noise" in value else [(value.get("seed"), 1.0)]
        text = _parts(value["text"], "text") if "text" in value else [(value.get("description"), 1.0)]
        truncation = value.get("truncation", 1.0)
        if not _is_number(truncation):
            raise BadInput(f"truncation must be a number from 0 to 1, got {_shown(truncation)}")
        return cls(
            tuple((seed_of(seed), weight) for seed, weight in noise),
            tuple((_description_of(description), weight) for description, weight in text),
            truncation,
        )


def draw_recipes(model: DesignModel, recipes: Sequence[Recipe]) -> Pixels:
    """Draws recipes: pictures [n, size, size, 3], sRGB; plain ones exactly as `DesignModel.draw` does."""
    return model.draw_vectors(
        np.stack([noise_of(recipe, model.noise_dim) for recipe in recipes]),
        np.stack([text_embedding_of(recipe, model.encoder) for recipe in recipes]),
    )


def noise_of(recipe: Recipe, noise_dim: int) -> Floats:
    """The noise [noise_dim] of a recipe."""
    total = sum(weight * seed_noise(seed, noise_dim).astype(np.float64) for seed, weight in recipe.noise)
    return (np.asarray(total) * recipe.truncation).astype(np.float32)


def text_embedding_of(recipe: Recipe, encoder: Encoder) -> Floats:
    """The text vector [dimensions]: a weighted sum, as long as its parts are on average.

    Between two descriptions a plain sum would be shorter, and so be heard less than either.
    """
    vectors = encoder.encode([description for description, _ in recipe.text])
    if len(vectors) == 1:
        single: Floats = vectors[0]
        return single
    weights = np.array([weight for _, weight in recipe.text])
    total = weights @ vectors.astype(np.float64)
    length, wanted = np.linalg.norm(total), weights @ np.linalg.norm(vectors, axis=1)
    return (total * (wanted / length if length > 0 else 0.0)).astype(np.float32)


def seed_of(value: Any) -> int:
    """A seed from JSON: a whole number, or its digits in a string, since JavaScript has no 2**63 - 1."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    if type(value) is not int:
        raise BadInput(f"seed must be a whole number, got {_shown(value)}")
    return check_seed(value)


def _parts(value: Any, name: str) -> list[tuple[Any, float]]:
    if not isinstance(value, list) or not all(
        isinstance(part, list) and len(part) == 2 and _is_number(part[1]) for part in value
    ):
        raise BadInput(f"{name} in a recipe must be a list of pairs with a weight, got {_shown(value)}")
    return [(part[0], float(part[1])) for part in value]


def _description_of(value: Any) -> str:
    if not isinstance(value, str):
        raise BadInput(f"description must be text, got {_shown(value)}")
    return check_description(value)


def _is_number(value: Any) -> bool:
    # A whole number may be too large for a float.
    return (type(value) is int and abs(value) < 2**63) or (isinstance(value, float) and isfinite(value))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
