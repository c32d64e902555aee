"""One product of a catalogue, as every room passes it on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ROLES = ("gender", "style", "colour", "article")
"""The four attributes, whatever a source calls them, in the order a description names them."""


@dataclass(frozen=True)
class Record:
    """A product: its attributes and its texts; the photo is kept beside it, by position."""

    id: str
    """Product id, a string: leading zeros matter."""
    gender: str | None = None
    """Who wears it, as the catalogue writes it (`Men`, `Women`, `Unisex`)."""
    style: str | None = None
    """How it is worn (`Casual`, `Formal`)."""
    colour: str | None = None
    """The named base colour (`Navy Blue`)."""
    article: str | None = None
    """The kind of garment (`Shirts`, `Tshirts`)."""
    texts: tuple[str, ...] = ()
    """Free texts: name or descriptions, none to several, any one of which describes it."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Any further categorical column of the source, under the source's own name."""

    def attribute(self, name: str) -> str | None:
        """The value of a role or of an extra column; None where the catalogue has none."""
        return getattr(self, name) if name in ROLES else self.extra.get(name)


def values(records: Iterable[Record], name: str) -> dict[str, int]:
    """How often each value of an attribute occurs, most frequent first."""
    return dict(Counter(value for record in records if (value := record.attribute(name))).most_common())
