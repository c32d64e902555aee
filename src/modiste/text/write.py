"""Record -> description: the words a person might use for a product."""

from modiste.record import ROLES, Record

KEEP = {"gender": 0.6, "style": 0.5, "colour": 0.8, "article": 0.85, "text": 0.5}
"""How often a random description names each part: colour and article most, as people do."""


def full_description(record: Record) -> str:
    """All that the record says: attributes in the order of speech, then its first text.

    `Men Casual Navy Blue Shirts. Turtle Check Men Navy Blue Shirt`
    """
    return _compose(record, list(ROLES), record.texts[0] if record.texts else None)


def attribute_description(record: Record) -> str:
    """The four attributes without the text: `Men Casual Navy Blue Shirts`."""
    return _compose(record, list(ROLES), None) or full_description(record)


def short_description(record: Record) -> str:
    """Colour and article alone, as a hurried person types: `Navy Blue Shirts`."""
    return _compose(record, ["colour", "article"], None) or full_description(record)


def random_description(record: Record, uniforms: list[float]) -> str:
    """A random part of what the record says, so that short prompts are learnt too.

    Args:
        record: the product.
        uniforms: six numbers in (0, 1): one for each of gender, style, colour, article and text
            (`KEEP` says how often each is named), the last chooses among several texts.

    Returns:
        A description with at least one part; the full one if chance left nothing.
    """
    roles = [role for role, chance in zip(ROLES, uniforms, strict=False) if chance < KEEP[role]]
    text = None
    if record.texts and uniforms[4] < KEEP["text"]:
        text = record.texts[int(uniforms[5] * len(record.texts))]
    return _compose(record, roles, text) or full_description(record)


UNIFORMS = 6
"""How many random numbers `random_description` uses."""


def _compose(record: Record, roles: list[str], text: str | None) -> str:
    attributes = " ".join(value for role in roles if (value := record.attribute(role)))
    return ". ".join(part for part in (attributes, text) if part)
