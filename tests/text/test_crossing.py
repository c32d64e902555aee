from dataclasses import replace

from modiste.randomness import uniforms
from modiste.record import Record
from modiste.text.crossing import UNIFORMS, Crossing
from modiste.text.write import short_description

SHIRT = Record("1", "Men", "Formal", "Blue", "Shirts", ("Turtle Check Shirt",))
HEELS = Record("2", "Women", "Casual", "Red", "Heels", ("Catwalk Heels",))
CHANCES = uniforms(3, "crossing", 0, 200, UNIFORMS).tolist()


def held_out(record: Record) -> bool:
    return (record.colour, record.article) == ("Red", "Shirts")


def test_all_but_the_colour_is_one_products_and_the_colour_anothers() -> None:
    crossing = Crossing([SHIRT, HEELS], lambda _: False)
    said = {crossing.description(SHIRT, chance) for chance in CHANCES}
    assert {text.removeprefix("Men ").removeprefix("Formal ") for text in said if "Shirts" in text} == {
        "Red Shirts"
    }
    assert {text.removeprefix("Women ").removeprefix("Casual ") for text in said if "Heels" in text} == {
        "Blue Heels"
    }
    assert {"Men Formal Red Shirts", "Red Shirts", "Women Casual Blue Heels"} <= said
    assert said == {crossing.description(SHIRT, chance) for chance in CHANCES}


def test_pairs_that_are_kept_from_training_are_not_described() -> None:
    said = {Crossing([SHIRT, HEELS], held_out).description(SHIRT, chance) for chance in CHANCES}
    assert not any("Red" in text for text in said)
    assert any("Blue Heels" in text for text in said)


def test_what_cannot_be_crossed_keeps_its_own_words() -> None:
    plain = Record("3", texts=("a thing",))
    for records, record in (
        ([SHIRT, replace(SHIRT, id="4")], SHIRT),
        ([SHIRT, HEELS], replace(SHIRT, colour=None)),
        ([plain], plain),
    ):
        crossing = Crossing(records, lambda _: False)
        assert {crossing.description(record, chance) for chance in CHANCES} == {short_description(record)}
