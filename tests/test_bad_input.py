"""What a person types wrong gets one line on stderr and a non-zero exit."""

import subprocess
import sys
from pathlib import Path

import pytest

CASES = {
    "a missing folder": (["prepare", "none", "--out", "out"], "expected a folder"),
    "an empty table": (["prepare", "empty", "--out", "out"], "empty table"),
    "a missing column": (["prepare", "{wardrobe}", "--out", "out", "--map", "colour=hue"], "no column 'hue'"),
    "a size that is no power of two": (["prepare", "{wardrobe}", "--out", "out", "--size", "96"], "got 96"),
    "an unknown family": (
        ["train", "{catalogue}", "--out", "out", "--family", "stylegan"],
        "use one of: dcgan",
    ),
    "a run folder that holds another run": (["train", "{catalogue}", "--out", "run"], "already holds a run"),
    "a folder that is no catalogue": (["train", "empty", "--out", "out"], "expected a catalogue"),
    "a folder that is no run": (["export", "empty", "--out", "out"], "expected a run folder"),
    "a wardrobe of nothing": (["sample", "--out", "out", "--count", "0"], "count must be from 1"),
    "pictures too small": (["sample", "--out", "out", "--size", "8"], "from 32 to 1024"),
    "a budget without end": (
        ["train", "{catalogue}", "--out", "out", "--minutes", "inf"],
        "--minutes must be",
    ),
    "a folder of two lines": (
        ["train", "{catalogue}", "--out", "out\nrun", "--steps", "1"],
        "text in one line",
    ),
    "a folder where a sheet should be": (
        ["inspect", "{catalogue}", "--sheet", "run/a.png"],
        "is a directory",
    ),
    "two budgets": (["train", "{catalogue}", "--out", "out", "--steps", "1", "--images", "1"], "one budget"),
    "a folder inside a file": (
        ["sample", "--out", "empty/metadata.csv/out", "--count", "4"],
        "not a directory",
    ),
    "too few photos held out": (["evaluate", "none", "{catalogue}", "--out", "out"], "expected at least 20"),
    "no catalogue to judge on": (["evaluate", "none", "empty", "--out", "out"], "expected a catalogue"),
    "a run or a catalogue alone": (["evaluate", "none", "--out", "out"], "last the catalogue"),
    "no model": (["design", "red shirt", "--model", "none"], "expected a model"),
    "a description without quotes": (["design", "red", "dress"], "put the description in quotes"),
    "a command misspelt": (["desgin", "red dress"], "did you mean design?"),
    "a number in letters": (
        ["design", "red dress", "--count", "two"],
        "found 'two'; see modiste design --help",
    ),
    "nothing to list": (["models", "none"], "expected a folder with runs or models in it, found nothing"),
    "a share in per cent": (["prepare", "{wardrobe}", "--out", "out", "--max-bad", "5"], "0.05 is 5%"),
    "no address to listen on": (["studio", "--host", "999.1.1.1", "--home", "out"], "999.1.1.1"),
    "no model to begin from": (
        ["train", "{catalogue}", "--out", "out", "--from", "none"],
        "expected a model",
    ),
    "no photos to adapt to": (["adapt", "none", "--out", "out"], "expected a folder"),
    "no model to serve": (["serve", "--model", "none"], "expected a model"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_line_and_a_nonzero_exit(case: str, wardrobe: Path, catalogue_path: Path, tmp_path: Path) -> None:
    words, expected = CASES[case]
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "metadata.csv").write_text("id,file_name\n")
    (tmp_path / "run" / "a.png").mkdir(parents=True)
    (tmp_path / "run" / "config.json").write_text("{}")
    filled = [word.format(wardrobe=wardrobe, catalogue=catalogue_path) for word in words]
    result = subprocess.run(
        [sys.executable, "-m", "modiste", *filled], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.returncode == 2
    assert expected in result.stderr
    assert result.stderr.startswith("modiste: ")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
