"""Reading what a request asks for: every field checked, every refusal a sentence."""

import json
from typing import Any

from starlette.requests import Request

from modiste.design.recipe import Recipe, seed_of
from modiste.errors import BadInput
from modiste.files import is_text

MAX_BYTES = 4 << 20
"""A request's body: a table of ten thousand descriptions fits."""
MAX_RECIPES = 500
"""Most designs of one sheet, batch or archive."""


class TooLarge(BadInput):
    """The body of a request is larger than the studio reads (status 413)."""


async def body_of(request: Request) -> bytes:
    """The body; TooLarge before more of it is read than `MAX_BYTES`."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BYTES:
            raise TooLarge(f"a request may have {MAX_BYTES:,} bytes, this one has more; send less at once")
    return bytes(data)


async def asked_of(request: Request) -> "Asked":
    """The JSON object in a request's body; BadInput if it is none."""
    data = await body_of(request)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise BadInput("expected a body of JSON, found something else") from None
    if not isinstance(value, dict):
        raise BadInput("expected a JSON object in the body, found another value")
    return Asked(value)


class Asked:
    """The fields of a request; every method raises BadInput that names the field."""

    def __init__(self, value: dict[str, Any]) -> None:
        self._value = value

    def __contains__(self, name: str) -> bool:
        return name in self._value

    def text(self, name: str, default: str | None = None, most: int = 2000) -> str:
        """A text of at most `most` characters."""
        value = self._value.get(name, default)
        if not isinstance(value, str) or len(value) > most:
            raise BadInput(f"{name} must be text of at most {most:,} characters; check what was sent")
        if "\0" in value or not is_text(value):
            raise BadInput(f"{name} must be Unicode text, found a NUL or half of a surrogate pair; remove it")
        return value

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self._value.get(name)
        if value not in options:
            raise BadInput(f"{name} must be one of {', '.join(options)}; check what was sent")
        return str(value)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._value.get(name)
        if type(value) is not bool:
            raise BadInput(f"{name} must be true or false; check what was sent")
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number in a range."""
        value = self._value.get(name)
        if type(value) is not int or not least <= value <= most:
            raise BadInput(f"{name} must be a whole number from {least} to {most}; check what was sent")
        return value

    def seed(self, name: str) -> int:
        """A seed, as a number or as digits."""
        return seed_of(self._value.get(name))

    def recipe(self, name: str) -> Recipe:
        """A recipe."""
        return Recipe.from_json(self._value.get(name))

    def recipes(self, name: str, least: int = 1, most: int = MAX_RECIPES) -> list[Recipe]:
        """A list of recipes."""
        return [Recipe.from_json(value) for value in self._list(name, least, most)]

    def texts(self, name: str, least: int = 1, most: int = MAX_RECIPES) -> list[str]:
        """A list of texts."""
        values = self._list(name, least, most)
        return [Asked({name: value}).text(name) for value in values]

    def _list(self, name: str, least: int, most: int) -> list[Any]:
        value = self._value.get(name)
        if not isinstance(value, list) or not least <= len(value) <= most:
            found = f"{len(value):,}" if isinstance(value, list) else "something else"
            raise BadInput(f"{name} must be a list of {least} to {most}, found {found}; send fewer at once")
        return value


def wire(recipe: Recipe) -> dict[str, Any]:
    """A recipe as the page receives it: seeds as digits, since JavaScript's numbers end at 2**53."""
    value = recipe.to_json()
    value["seed"] = str(recipe.seed)
    if "noise" in value:
        value["noise"] = [[str(seed), weight] for seed, weight in recipe.noise]
    return value
