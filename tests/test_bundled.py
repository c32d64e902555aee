"""Models that come with the package: found by name and by none; what is bundled is small and whole."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modiste.design import DesignModel, bundled_models
from modiste.design.folder import JUDGE, check_sums, read_sums
from modiste.evaluate.colours import garment
from modiste.evaluate.judge import read_judge
from modiste.game.start import open_start, transfer
from modiste.game.state import new_state
from modiste.models import FAMILIES
from modiste.models.family import FEW

ROOT = Path(__file__).parents[1]
MOST_BYTES = 20_000_000


@pytest.fixture
def package(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the package that carries two small models."""
    skip = shutil.ignore_patterns("__pycache__", "bundled", "*.egg-info")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=skip)
    for name in ("garments", "others"):
        shutil.copytree(model_folder, tmp_path / "src" / "modiste" / "bundled" / name)
    return tmp_path


def modiste(package: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "modiste", *words],
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_model_the_bundled_default_draws_and_a_name_means_its_folder(package: Path) -> None:
    words = ["design", "red shirt", "--seed", "1", "--count", "1", "--json"]
    drawn = [json.loads(modiste(package, *words, *more)) for more in ([], ["--model", "others"])]
    for each in drawn:
        assert (package / each["pictures"][0]["file"]).is_file()
    assert drawn[0]["model"]["sha256"] == drawn[1]["model"]["sha256"]


def test_models_lists_what_is_bundled_by_the_name_that_it_answers_to(
    package: Path, model_folder: Path
) -> None:
    found = json.loads(modiste(package, "models", "--json"))
    assert [entry["name"] for entry in found if entry["bundled"]] == ["garments", "others"]
    shutil.copytree(model_folder, package / "\x1b[2J")
    shown = modiste(package, "models")
    assert "without --model: garments" in shown
    assert "\N{REPLACEMENT CHARACTER}[2J" in shown
    assert "\x1b" not in shown


@pytest.mark.slow
def test_wheel_carries_what_is_bundled(package: Path, tmp_path: Path) -> None:
    (package / "src" / "modiste" / "bundled" / "garments" / JUDGE).mkdir()
    (package / "src" / "modiste" / "bundled" / "garments" / JUDGE / "judge.json").write_text("{}")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, package)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, package]
    subprocess.run(list(map(str, pip)), check=True)
    (wheel,) = tmp_path.glob("modiste-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("generator.onnx", "start.safetensors", "SHA256SUMS", f"{JUDGE}/judge.json"):
        assert f"modiste/bundled/garments/{name}" in names


@pytest.mark.skipif(not bundled_models(), reason="no model is bundled")
@pytest.mark.parametrize("name", bundled_models())
def test_bundled_model_is_small_and_whole_and_can_be_adapted(name: str) -> None:
    folder = bundled_models()[name]
    inside = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert sum(path.stat().st_size for path in inside.values()) <= MOST_BYTES
    assert set(read_sums(folder)) == set(inside) - {"SHA256SUMS"}
    check_sums(folder, list(read_sums(folder)))
    assert {"start.safetensors", f"{JUDGE}/judge.json", f"{JUDGE}/judge.safetensors"} <= set(inside)
    assert DesignModel.open(folder).name == name
    assert "Not evaluated yet" not in (folder / "README.md").read_text(encoding="utf-8")
    start = open_start(folder)
    sizes = FAMILIES[start.family].presets[FEW](size=start.size, text_dim=start.encoder.dimensions)
    transfer(start, new_state(start.family, replace(sizes, **start.network), seed=0), start.size)


PLAIN = {
    "Red": (196, 28, 42), "Green": (40, 140, 70), "Navy Blue": (28, 32, 72), "Yellow": (240, 205, 50),
    "Black": (20, 20, 22), "Pink": (235, 120, 165), "Brown": (95, 65, 45), "Maroon": (110, 20, 40),
}  # fmt: skip


@pytest.mark.skipif(not bundled_models(), reason="no model is bundled")
@pytest.mark.parametrize("name", bundled_models())
def test_bundled_judge_measures_plain_colours_by_their_names(name: str) -> None:
    named = read_judge(bundled_models()[name] / JUDGE).named
    assert named is not None
    asked = [colour for colour in PLAIN if colour in named.names]
    images = np.full((len(asked), 64, 64, 3), 255, np.uint8)
    for image, colour in zip(images, asked, strict=True):
        image[12:56, 16:48] = PLAIN[colour]
    assert [named.names[place] for place in named.shown(garment(images))] == asked
    assert len(asked) >= 6
