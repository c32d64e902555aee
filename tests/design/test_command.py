import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from modiste.console import plain
from modiste.design import DesignModel, design_command
from modiste.design.picture import read_pixels, read_record
from modiste.errors import BadInput


def design(description: str | None = None, **options: Any) -> dict[str, Any]:
    defaults = {
        "model": None,
        "count": None,
        "seed": None,
        "out": Path("none"),
        "prompts": None,
        "like": None,
    }
    return design_command(description, **(defaults | options))


def table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_pictures_and_a_sheet_are_written(model_folder: Path, model: DesignModel, tmp_path: Path) -> None:
    drawn = design("Red shirt!", model=str(model_folder), count=3, seed=7, out=tmp_path)
    names = [f"red-shirt-{seed}.png" for seed in (7, 8, 9)]
    assert sorted(file.name for file in tmp_path.iterdir()) == [*names, "sheet.png"]
    assert [entry["seed"] for entry in drawn["pictures"]] == [7, 8, 9]
    assert np.array_equal(read_pixels(tmp_path / names[1]), model.draw(["Red shirt!"], [8])[0])
    assert json.loads(json.dumps(drawn)) == drawn


def test_drawing_again_replaces_the_same_and_keeps_the_other(
    model_folder: Path, other_folder: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        design("red shirt", model=str(model_folder), count=1, seed=1, out=tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(before) == {"red-shirt-1.png", "sheet.png"}
    design("red shirt", model=str(other_folder), count=1, seed=1, out=tmp_path)
    assert {file.name for file in tmp_path.iterdir()} - set(before) == {"red-shirt-1-2.png", "sheet-2.png"}
    assert all((tmp_path / name).read_bytes() == content for name, content in before.items())


def test_without_a_seed_pictures_are_new_and_can_be_drawn_again(model_folder: Path, tmp_path: Path) -> None:
    first, second = (design("red shirt", model=str(model_folder), count=1, out=tmp_path) for _ in range(2))
    assert first["pictures"][0]["seed"] != second["pictures"][0]["seed"]


def test_fantasy_fills_in_what_the_words_leave_open_and_keeps_it(
    model_folder: Path, model: DesignModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = design("red shirt for men", model=str(model_folder), count=12, seed=3, out=tmp_path, fantasy=True)
    said = [entry["description"] for entry in drawn["pictures"]]
    assert set(said) == {"red shirt for men" + more for more in ("", ", navy", ", green jean")}
    (told,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("filled in: ")]
    assert set(told.removeprefix("filled in: ").split("; ")) == {"navy", "green jean"}
    number = said.index("red shirt for men, green jean")
    path = tmp_path / f"red-shirt-for-men-{3 + number}.png"
    assert np.array_equal(read_pixels(path), model.draw([said[number]], [3 + number])[0])
    assert design(model=str(model_folder), like=path, out=tmp_path / "again")["identical"]


def test_fantasy_without_phrases_is_refused(copied: Path, tmp_path: Path) -> None:
    (copied / "phrases.json").unlink()
    sums = (copied / "SHA256SUMS").read_text().splitlines()
    (copied / "SHA256SUMS").write_text("".join(f"{line}\n" for line in sums if "phrases" not in line))
    with pytest.raises(BadInput, match="no phrases"):
        design("red shirt", model=str(copied), out=tmp_path / "out", fantasy=True)
    assert not (tmp_path / "out").exists()


def test_like_draws_the_same_pixels_again(model_folder: Path, tmp_path: Path) -> None:
    drawn = design("navy blue shirt for men", model=str(model_folder), count=6, seed=3, out=tmp_path / "a")
    like = Path(drawn["pictures"][4]["file"])
    again = design(like=like, model=str(model_folder), out=tmp_path / "b")
    assert again["identical"]
    assert np.array_equal(read_pixels(Path(again["pictures"][0]["file"])), read_pixels(like))


def test_like_tells_an_edited_picture_and_keeps_it(model_folder: Path, tmp_path: Path) -> None:
    drawn = design("red shirt", model=str(model_folder), count=1, seed=3, out=tmp_path)
    like = Path(drawn["pictures"][0]["file"])
    with Image.open(like) as picture:
        text = {key: picture.info[key] for key in ("parameters", "modiste")}
        edited = picture.convert("RGB").rotate(90)
    info = PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    edited.save(like, pnginfo=info)
    before = like.read_bytes()
    again = design(like=like, model=str(model_folder), out=tmp_path)
    assert not again["identical"]
    assert like.read_bytes() == before


def test_like_does_not_decode_a_picture_of_another_size(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = design("red shirt", model=str(model_folder), count=1, seed=3, out=tmp_path / "a")
    info = PngInfo()
    info.add_text("modiste", json.dumps(read_record(Path(drawn["pictures"][0]["file"]))))
    Image.new("1", (6000, 6000)).save(tmp_path / "large.png", pnginfo=info)

    def decoded(image: Image.Image, *_: Any) -> None:
        raise AssertionError(f"decoded {image.size}")

    monkeypatch.setattr(Image.Image, "convert", decoded)
    assert not design(like=tmp_path / "large.png", model=str(model_folder), out=tmp_path / "b")["identical"]


def test_a_table_is_refused_whole_where_a_name_is_taken(model_folder: Path, tmp_path: Path) -> None:
    prompts = table(tmp_path / "p.csv", "description,seed\nred shirt,1\nblue shirt,2\n")
    Image.new("RGB", (8, 8)).save(tmp_path / "1.png")
    with pytest.raises(BadInput, match=r"1\.png is another picture"):
        design(prompts=prompts, model=str(model_folder), out=tmp_path)
    assert not (tmp_path / "0.png").exists()


def test_what_a_stranger_wrote_steers_no_terminal() -> None:
    assert plain("heard gown as dress\x1b[31mRED\x07") == "heard gown as dress\ufffd[31mRED\ufffd"


def test_like_names_both_models_when_they_differ(
    model_folder: Path, other_folder: Path, tmp_path: Path
) -> None:
    drawn = design("red shirt", model=str(model_folder), count=1, out=tmp_path)
    with pytest.raises(BadInput) as caught:
        design(like=Path(drawn["pictures"][0]["file"]), model=str(other_folder), out=tmp_path / "b")
    for folder in (model_folder, other_folder):
        assert DesignModel.open(folder).short_hash in str(caught.value)
    assert not (tmp_path / "b").exists()


def test_prompts_name_pictures_by_row_and_write_an_index(
    model_folder: Path, model: DesignModel, tmp_path: Path
) -> None:
    text = '\ufeffID,Description,Seed\n1,"red shirt, casual",5\n2,crimson dress,\n'
    design(prompts=table(tmp_path / "p.csv", text), model=str(model_folder), seed=100, out=tmp_path / "o")
    assert sorted(file.name for file in (tmp_path / "o").iterdir()) == [
        "0.png",
        "1.png",
        "index.csv",
        "sheet.png",
    ]
    with (tmp_path / "o" / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["description"], row["seed"], row["unknown"]) for row in rows] == [
        ("0.png", "red shirt, casual", "5", ""),
        ("1.png", "crimson dress", "101", "crimson"),
    ]
    assert np.array_equal(read_pixels(tmp_path / "o" / "0.png"), model.draw(["red shirt, casual"], [5])[0])


def test_prompts_never_overwrite_other_pictures(
    model_folder: Path, other_folder: Path, tmp_path: Path
) -> None:
    prompts = table(tmp_path / "p.csv", "description,seed\nred shirt,1\n")
    for _ in range(2):
        design(prompts=prompts, model=str(model_folder), out=tmp_path / "o")
    before = (tmp_path / "o" / "0.png").read_bytes()
    with pytest.raises(BadInput, match="another picture"):
        design(prompts=prompts, model=str(other_folder), out=tmp_path / "o")
    assert (tmp_path / "o" / "0.png").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prompt,seed\nred,1\n", "found prompt, seed"),
        ("", "no columns"),
        ("description\n", "at least one row"),
        ("description\nred dress, long\n", "quotes"),
        ("description,seed\nred,1\nblue,x\n", "line 3 .*whole number"),
        ("description,seed\nred,-1\n", "line 2 .*seed must be from 0"),
        ('description,seed\n" ",1\n', "line 2 .*empty"),
        ("description\n" + "red " * 50_000 + "\n", "CSV|characters"),
        ('description\n\n"red\n', "line 3 .*quote"),
    ],
)
def test_prompts_that_cannot_be_drawn_are_refused(
    model_folder: Path, tmp_path: Path, text: str, expected: str
) -> None:
    prompts = table(tmp_path / "p.csv", text)
    with pytest.raises(BadInput, match=expected) as caught:
        design(prompts=prompts, model=str(model_folder), out=tmp_path / "o")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"description": "red", "like": Path("a.png")},
        {"description": ""},
        {"description": " \t"},
        {"description": "red\0shirt"},
        {"description": "red \udc80"},
        {"description": "red " * 25_000},
        {"description": "red", "count": 0},
        {"description": "red", "count": 10_001},
        {"description": "red", "seed": -1},
        {"description": "red", "seed": 2**70},
        {"description": "red", "seed": 2**63 - 1, "count": 2},
        {"prompts": Path("none.csv")},
        {"prompts": Path("none.csv"), "count": 3},
        {"like": Path("none.png")},
        {"like": Path("none.png"), "seed": 1},
    ],
)
def test_what_cannot_be_drawn_gets_one_line_and_no_folder(
    model_folder: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(BadInput) as caught:
        design(**{"description": None, "model": str(model_folder), "out": tmp_path / "o"} | options)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "o").exists()


def run_design(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "modiste", "design", *words], capture_output=True, text=True)


def test_unknown_words_are_reported_and_the_rest_is_drawn(model_folder: Path, tmp_path: Path) -> None:
    result = run_design(
        "Crimson [b]frocks red",
        "--model",
        str(model_folder),
        "--out",
        str(tmp_path),
        "--count",
        "1",
        "--json",
    )
    assert result.returncode == 0
    assert "not in this model's vocabulary, ignored: Crimson (try red), frocks (try dress)\n" in result.stderr
    assert "warning: this model knows no garment in the description" in result.stderr
    assert json.loads(result.stdout)["pictures"][0]["unknown"] == ["crimson", "frock"]


@pytest.mark.parametrize("description", ["crimson frock", "👗", "فستان أحمر"])
def test_a_description_without_a_known_word_is_drawn_with_a_warning(
    model_folder: Path, tmp_path: Path, description: str
) -> None:
    result = run_design(description, "--model", str(model_folder), "--out", str(tmp_path), "--count", "1")
    assert result.returncode == 0
    assert "warning: this model knows no garment, colour or style in the description" in result.stderr
    assert "Garments it knows: shirts\n" in result.stderr
    assert len(list(tmp_path.glob("*.png"))) == 2


def test_drawing_leaves_training_libraries_unloaded(model_folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from modiste.cli import app\n"
        f"words = ['design', 'red shirt', '--model', {str(model_folder)!r}, '--out', {str(tmp_path)!r}]\n"
        "app(words, standalone_mode=False)\n"
        "heavy = ['torch', 'sklearn', 'pyarrow', 'safetensors', 'onnx', 'scipy', 'pandas']\n"
        "print([name for name in heavy if name in sys.modules], 'onnxruntime' in sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[] True"
    assert (tmp_path / "sheet.png").is_file()
