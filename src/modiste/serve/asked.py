"""The body of a request -> what is to be drawn, or a sentence that says what is wrong with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from modiste.design import DesignModel
from modiste.design.wishes import Wish, wishes_for
from modiste.errors import BadInput
from modiste.randomness import MAX_SEED
from modiste.record import ROLES
from modiste.text.read import check_description

MAX_PICTURES = 64
"""Pictures of one request."""

ONLY = {
    "response_format": ("b64_json",),
    "output_format": ("png",),
    "quality": ("auto", "standard"),
    "background": ("auto", "opaque"),
    "moderation": ("auto", "low"),
    "stream": (False,),
}
"""Fields of the OpenAI API in which this server offers one thing, and what may stand in them."""

FIELDS = ("prompt", "model", "n", "size", "seed", *ROLES, *ONLY, "user")
"""Every field a request may have; all may be left out or null."""


class Refused(BadInput):
    """A request that cannot be drawn: a sentence, and the field it is about."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


@dataclass(frozen=True)
class Asked:
    """What a request asks for."""

    description: str
    """The attributes' words, then the prompt, as training descriptions are built."""
    wishes: Sequence[Wish]
    """One a picture: the description, with seeds that follow each other."""


def read_asked(body: bytes, model: DesignModel) -> Asked:
    """Reads the body of a request to `model`.

    Raises:
        Refused: the body is no JSON object, or a field is unknown, of another kind, out of range
            or not on offer.
    """
    fields = _object(body)
    for name in fields:
        if name not in FIELDS:
            raise Refused(f"unknown field {name[:40]!r}; this server reads {', '.join(FIELDS)}", name[:40])
    fields = {name: value for name, value in fields.items() if value is not None}
    for name, offered in ONLY.items():
        value = fields.get(name)
        if value is not None and (type(value) is not type(offered[0]) or value not in offered):
            _refuse(name, f"{' or '.join(map(json.dumps, offered))}, since nothing else is on offer", value)
    if (named := _text(fields, "model")) not in (None, model.name):
        raise Refused(
            f"expected the model {model.name!r}, which this server draws with, found {_shown(named)}",
            "model",
            "model_not_found",
        )
    size = f"{model.size}x{model.size}"
    if _text(fields, "size") not in (None, "auto", size):
        _refuse("size", f'"{size}" or "auto", since this model draws no other', fields["size"])
    _text(fields, "user")
    count = _whole(fields, "n", 1, MAX_PICTURES)
    seed = _whole(fields, "seed", 0, MAX_SEED)
    description = _description(fields, model)
    try:
        wishes = wishes_for(description, 1 if count is None else count, seed)
    except BadInput as problem:  # the last of several seeds
        raise Refused(str(problem), "seed") from None
    return Asked(description, wishes)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):  # ValueError: also no UTF-8, and a number of 5,000 digits
        raise Refused("expected a JSON object as the body, found something else") from None
    if not isinstance(value, dict):
        raise Refused(f"expected a JSON object as the body, found {_shown(value)}")
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _description(fields: dict[str, Any], model: DesignModel) -> str:
    attributes = " ".join(value for role in ROLES if (value := _attribute(fields, role, model)))
    prompt = (_text(fields, "prompt") or "").strip()
    try:
        return check_description(". ".join(part for part in (attributes, prompt) if part))
    except BadInput as problem:
        raise Refused(str(problem), "prompt") from None


def _attribute(fields: dict[str, Any], role: str, model: DesignModel) -> str | None:
    """The vocabulary's own spelling of an attribute's value; case and spaces do not matter."""
    value = _text(fields, role)
    if value is None:
        return None
    known = {_folded(word): word for word in model.vocabulary.get(role, [])}
    if not known:
        raise Refused(f"model {model.name} learnt no {role}; leave the field out", role)
    if _folded(value) not in known:
        some = ", ".join(list(known.values())[:12])
        _refuse(role, f"one that the model knows ({some}; all: GET /v1/models)", value)
    return known[_folded(value)]


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        _refuse(name, "text", value)
    return value


def _whole(fields: dict[str, Any], name: str, least: int, most: int) -> int | None:
    value = fields.get(name)
    if value is not None and not (type(value) is int and least <= value <= most):
        _refuse(name, f"a whole number from {least} to {most}", value)
    return value


def _refuse(name: str, expected: str, found: object) -> NoReturn:
    raise Refused(f"{name} must be {expected}; found {_shown(found)}", name)


def _shown(value: object) -> str:
    plain = value is None or isinstance(value, str | int | float)
    return json.dumps(value)[:60] if plain else f"a JSON {'array' if isinstance(value, list) else 'object'}"
