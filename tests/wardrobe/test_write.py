"""The wardrobe on disk."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modiste.errors import BadInput
from modiste.wardrobe import PALETTE, draw, garment, write_sample
from modiste.wardrobe.write import ATTRIBUTES, TEXTS


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_wardrobe_is_the_same_bytes_with_one_process_and_with_three(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", count=100, size=32, seed=11, processes=1)
    write_sample(tmp_path / "three", count=100, size=32, seed=11, processes=3)
    one = contents(tmp_path / "one")
    assert len(one) == 102
    assert one == contents(tmp_path / "three")


def test_another_seed_is_another_wardrobe(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(tmp_path / str(seed), count=3, size=32, seed=seed, processes=1)
    assert contents(tmp_path / "1")["metadata.csv"] != contents(tmp_path / "2")["metadata.csv"]


def test_longer_wardrobe_begins_with_the_shorter(tmp_path: Path) -> None:
    write_sample(tmp_path / "short", count=2, size=32, seed=0, processes=1)
    write_sample(tmp_path / "long", count=4, size=32, seed=0, processes=1)
    short, long = contents(tmp_path / "short"), contents(tmp_path / "long")
    assert all(long[name] == data for name, data in short.items() if name.endswith(".png"))
    assert long["metadata.csv"].startswith(short["metadata.csv"])


def test_table_states_the_exact_attributes_of_every_picture(tmp_path: Path) -> None:
    write_sample(tmp_path / "out", count=40, size=48, seed=4, processes=1)
    with (tmp_path / "out" / "metadata.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == ("id", "file_name", *ATTRIBUTES, *TEXTS)
    assert len(rows) == 40
    for index, row in enumerate(rows):
        piece = garment(4, index)
        assert row["id"] == piece.id
        for name in (
            "gender",
            "style",
            "colour",
            "article",
            "pattern",
            "sleeve",
            "neckline",
            "length",
            "fit",
        ):
            assert row[name] == getattr(piece, name)
        assert row["text"]
        assert row["text_2"]
        with Image.open(tmp_path / "out" / row["file_name"]) as image:
            assert image.mode == "RGB"
            np.testing.assert_array_equal(np.asarray(image), draw(piece, 48))


def test_palette_is_written_as_the_truth_of_colours(tmp_path: Path) -> None:
    write_sample(tmp_path / "out", count=1, size=32, seed=0)
    palette = json.loads((tmp_path / "out" / "palette.json").read_text())
    assert {name: tuple(rgb) for name, rgb in palette["colours"].items()} == PALETTE


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 0}, "count must be from 1 to 1,000,000, got 0"),
        ({"count": 1_000_001}, "got 1,000,001"),
        ({"size": 16}, "picture size must be from 32 to 1024 pixels, got 16"),
        ({"seed": -1}, "seed must be from 0"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(
    tmp_path: Path, options: dict[str, int], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        write_sample(tmp_path / "out", **{"count": 1, "size": 32, "seed": 0, **options})
    assert not (tmp_path / "out").exists()


def test_folder_that_holds_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(BadInput, match="already holds files"):
        write_sample(tmp_path, count=1, size=32, seed=0)
    assert contents(tmp_path) == {"mine.txt": b"keep"}


def test_command_says_where_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "modiste", "sample", "--out", "wardrobe", "--count", "2", "--size", "32"],
        cwd=tmp_path, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert run.stdout == ""
    assert "modiste prepare wardrobe --out CATALOGUE" in run.stderr
    refused = subprocess.run(
        [sys.executable, "-m", "modiste", "sample", "--out", "other", "--count", "0"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 2
    assert len(refused.stderr.strip().splitlines()) == 1
