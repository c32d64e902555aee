"""What is in a catalogue is said on one screen, as JSON, and as a contact sheet."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.catalogue.inspect import inspect_catalogue
from modiste.errors import BadInput


def command(*words: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "modiste", "inspect", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_one_screen_says_what_is_in_it(catalogue_path: Path) -> None:
    lines = command(catalogue_path).stdout.splitlines()
    assert 6 <= len(lines) <= 24
    assert max(map(len, lines)) <= 100
    train = len(Catalogue.open(catalogue_path).split("train"))
    assert any(line.startswith("splits") and f"train {train}" in line for line in lines)
    assert any(line.startswith("colour") for line in lines)


def test_json_counts_what_matches(catalogue_path: Path) -> None:
    records = [
        record for name in ("train", "test") for record in Catalogue.open(catalogue_path).split(name).records
    ]
    colour = records[0].colour
    found = json.loads(command(catalogue_path, "--where", f"colour={colour}", "--json").stdout)
    expected = sum(record.colour == colour for record in records)
    assert sum(found["splits"].values()) == expected == sum(found["values"]["article"].values())
    assert found["sha256"] == Catalogue.open(catalogue_path).sha256
    assert found["values"]["colour"] == {colour: expected}


def test_the_contact_sheet_shows_what_matches(catalogue_path: Path, tmp_path: Path) -> None:
    record = Catalogue.open(catalogue_path).split("train").records[0]
    assert record.gender
    done = command(catalogue_path, "--where", f"gender={record.gender}", "--sheet", tmp_path / "sheet.webp")
    assert str(tmp_path / "sheet.webp") in done.stdout
    with Image.open(tmp_path / "sheet.webp") as sheet:
        assert min(sheet.size) > 500


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"hue": ["Red"]}, "no attribute 'hue' in this catalogue; it has: gender, style, colour, article"),
        ({"gender": ["Dogs"]}, "no product has gender=Dogs; the values of gender are: "),
        ({"id": ["nobody"]}, "no product has id=nobody"),
    ],
)
def test_a_query_that_nothing_matches_is_explained(
    catalogue_path: Path, where: dict[str, list[str]], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        inspect_catalogue(catalogue_path, where, None)


def test_a_sheet_is_a_picture(catalogue_path: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"a contact sheet is a picture: .png"):
        inspect_catalogue(catalogue_path, {}, tmp_path / "sheet.txt")
