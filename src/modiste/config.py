"""Settings: frozen dataclasses that check themselves and survive a round through JSON."""

from dataclasses import MISSING, asdict, fields
from math import inf
from typing import Any, TypeVar

from modiste.errors import BadInput

Config = TypeVar("Config")


def check_size(size: int, smallest: int = 4, largest: int = 1024) -> None:
    """BadInput unless `size` is a power of two within the range."""
    if smallest <= size <= largest and size & (size - 1) == 0:
        return
    near = [2**k for k in range(smallest.bit_length() - 1, largest.bit_length())]
    below = [n for n in near if n < size][-1:]
    above = [n for n in near if n > size][:1]
    raise BadInput(
        f"image size must be a power of two from {smallest} to {largest}, got {size}; "
        f"use {' or '.join(map(str, below + above))}"
    )


def check_positive(name: str, value: float) -> None:
    """BadInput unless `value` is above zero, and finite."""
    if not 0 < value < inf:
        raise BadInput(f"{name} must be above 0, got {value}")


def check_share(name: str, value: float) -> None:
    """BadInput unless `value` is from 0 to 1."""
    if not 0 <= value <= 1:
        raise BadInput(f"{name} must be from 0 to 1, got {value}")


def to_json(config: Any) -> dict[str, Any]:
    """A dataclass as plain data."""
    return asdict(config)


def from_json(cls: type[Config], value: dict[str, Any]) -> Config:
    """Builds a config from what `to_json` gave; BadInput names fields that are missing or unknown.

    A field with a default may be missing: what wrote the config did not know it yet.
    """
    known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
    needed = {field.name for field in fields(cls) if field.default is MISSING}  # type: ignore[arg-type]
    if set(value) - known or needed - set(value):
        raise BadInput(
            f"expected the fields {sorted(known)} of {cls.__name__}, found "
            f"{sorted(set(value) - known)} too many and {sorted(needed - set(value))} missing"
        )
    return cls(**value)
