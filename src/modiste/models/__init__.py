"""Families of networks: one file each, and one line here."""

from modiste.errors import BadInput
from modiste.models import contrastive, dcgan, progan
from modiste.models.family import Family

FAMILIES: dict[str, Family] = {
    "dcgan": dcgan.FAMILY,
    "contrastive": contrastive.FAMILY,
    "progan": progan.FAMILY,
}
DEFAULT_FAMILY = "contrastive"


def family(name: str) -> Family:
    """The family of that name; BadInput lists those there are."""
    if name not in FAMILIES:
        raise BadInput(f"unknown family {name!r}; use one of: {', '.join(FAMILIES)}")
    return FAMILIES[name]
