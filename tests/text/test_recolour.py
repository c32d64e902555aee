from dataclasses import replace

from modiste.randomness import uniforms
from modiste.record import Record
from modiste.text.recolour import Recolouring

SHIRT = Record("1", "Men", "Formal", "Navy Blue", "Shirts", ("Turtle navy blue Check Shirt",))
HEELS = Record("2", "Women", "Casual", "Red", "Heels", ("Catwalk Heels",))
CHANCES = uniforms(3, "recolouring", 0, 50, 1)[:, 0].tolist()


def said_of(records: list[Record], record: Record, description: str) -> set[str]:
    recolouring = Recolouring(records, lambda other: (other.colour, other.article) == ("Green", "Shirts"))
    return {recolouring.description(record, description, chance) for chance in CHANCES}


def test_a_colour_takes_the_place_of_the_own_wherever_that_stands() -> None:
    whole = "Men Navy Blue Shirts. Turtle navy blue Check Shirt"
    assert said_of([SHIRT, HEELS], SHIRT, whole) == {"Men Red Shirts. Turtle Red Check Shirt"}
    assert said_of([SHIRT, HEELS], SHIRT, "Men Shirts") == {"Red Men Shirts"}
    assert said_of([SHIRT, HEELS], HEELS, "Coloured Red Heels") == {"Coloured Navy Blue Heels"}
    mixed = replace(SHIRT, colour="Grey (Melange)")
    assert said_of([mixed, HEELS], mixed, "Men grey (melange) Shirts") == {"Men Red Shirts"}


def test_every_other_colour_is_taken_but_never_a_pair_that_is_kept_from_training() -> None:
    others = [replace(HEELS, colour=colour) for colour in ("Red", "Green", "Pink", "Navy Blue")]
    assert said_of(others, SHIRT, "Navy Blue Shirts") == {"Red Shirts", "Pink Shirts"}
    assert said_of(others, HEELS, "Red Heels") == {"Green Heels", "Pink Heels", "Navy Blue Heels"}


def test_what_has_no_other_colour_is_described_as_it_was() -> None:
    plain = Record("3", texts=("a thing",))
    assert said_of([SHIRT, HEELS], plain, "a thing") == {"a thing"}
    assert said_of([SHIRT, plain], SHIRT, "Navy Blue Shirts") == {"Navy Blue Shirts"}
    assert said_of([plain], plain, "a thing") == {"a thing"}
