import csv
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from modiste.adapt.labels import propose, read_labels, write_labels
from modiste.adapt.photos import LEAST_HELD_OUT, _held_out, photo_names, prepare_photos
from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig
from modiste.catalogue.splits import is_test
from modiste.errors import BadInput
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import Judge, read_judge
from modiste.game.start import open_start
from modiste.text.read import Encoder

Truth = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def square(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    out = tmp_path_factory.mktemp("square") / "catalogue"
    return prepare_photos(photos, out, photo_names(photos, out), PrepareConfig(size=32))


@pytest.fixture(scope="module")
def judge(base: Path) -> Judge:
    return read_judge(base / "judge")


@pytest.fixture(scope="module")
def encoder(base: Path) -> Encoder:
    return open_start(base).encoder


@pytest.fixture(scope="module")
def proposed(judge: Judge, eyes: Eyes, encoder: Encoder, square: Catalogue) -> list[dict[str, str]]:
    return propose(judge, eyes, encoder, square)


def test_every_photo_gets_a_label_the_least_sure_first(proposed: list[dict[str, str]], truth: Truth) -> None:
    assert {row["file_name"] for row in proposed} == set(truth)
    least = [min(float(row[f"{role}_confidence"]) for role in ("article", "colour")) for row in proposed]
    assert sum(least[:20]) < sum(least[-20:])


def test_the_models_judge_says_what_the_kept_one_says(
    judge: Judge, judge_folder: Path, eyes: Eyes, square: Catalogue
) -> None:
    images = square.split("test").images(np.arange(10))
    sight = eyes.see(images)
    whole = read_judge(judge_folder).judge(images, sight)
    for name, said in judge.judge(images, sight).items():
        assert np.allclose(said, whole[name], atol=0.02), name


def test_a_damaged_judge_is_refused(base: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(base / "judge", tmp_path / "judge"))
    data = (folder / "judge.safetensors").read_bytes()
    (folder / "judge.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInput, match="is damaged"):
        read_judge(folder)


def test_labels_are_mostly_right(proposed: list[dict[str, str]], truth: Truth) -> None:
    right = {
        role: sum(row[role] == truth[row["file_name"]][role] for row in proposed) / len(proposed)
        for role in ("colour", "article")
    }
    assert right["colour"] > 0.5  # of ten and more
    assert right["article"] > 0.3  # of twenty


def test_enough_photos_are_held_out_to_measure_with(square: Catalogue) -> None:
    assert len(square.split("test")) >= LEAST_HELD_OUT


def test_what_is_written_is_read_again_and_corrections_count(
    proposed: list[dict[str, str]], encoder: Encoder, truth: Truth, tmp_path: Path
) -> None:
    path = tmp_path / "labels.csv"
    write_labels(path, proposed)
    assert read_labels(path, list(truth), encoder, {}) == {
        row["file_name"]: {role: row[role] for role in ("gender", "style", "colour", "article")}
        for row in proposed
    }
    rows = list(csv.reader(path.open(newline="")))
    colour = rows[0].index("colour")
    name = rows[1][0]
    rows[1][colour] = rows[3][colour]
    for place in range(1, len(rows[2])):
        rows[2][place] = ""  # nothing is said of this photo: it is left out
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)  # as a spreadsheet saves it
    again = read_labels(path, list(truth), encoder, {})
    assert again[name]["colour"] == rows[3][colour]
    assert rows[2][0] not in again
    assert len(again) == len(truth) - 1


def test_rows_need_not_name_the_same_attributes(tmp_path: Path, encoder: Encoder) -> None:
    labels = {f"{i}.png": {"colour": "Red"} | ({"article": "Shirts"} if i % 2 else {}) for i in range(60)}
    path = tmp_path / "labels.csv"
    write_labels(path, [{"file_name": name, **values} for name, values in labels.items()])
    assert read_labels(path, list(labels), encoder, {}) == labels


def test_a_value_is_spelled_as_the_model_has_it(tmp_path: Path, encoder: Encoder) -> None:
    names = [f"{i}.png" for i in range(60)]
    path = tmp_path / "labels.csv"
    write_labels(path, [{"file_name": name, "colour": "red", "article": "shirt"} for name in names])
    read = read_labels(path, names, encoder, {"colour": ["Red"], "article": ["Shirts"]})
    assert read == {name: {"colour": "Red", "article": "Shirts"} for name in names}


def test_rows_of_json_may_lack_keys_and_empty_rows_are_none(tmp_path: Path, encoder: Encoder) -> None:
    names = [f"{i}.png" for i in range(60)]
    lines = tmp_path / "labels.jsonl"
    rows = [{"file_name": name, "article" if i % 2 else "colour": "Red"} for i, name in enumerate(names)]
    lines.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert read_labels(lines, names, encoder, {})[names[0]] == {"colour": "Red"}
    table = tmp_path / "labels.csv"
    table.write_text("file_name;colour\n" + "".join(f"{name};Red\n" for name in names) + ";\n;\n")
    assert len(read_labels(table, names, encoder, {})) == 60


def test_a_table_with_umlauts_says_that_it_is_utf_8(tmp_path: Path, encoder: Encoder) -> None:
    names = [f"Kleid_ä{i}.png" for i in range(60)]
    path = tmp_path / "labels.csv"
    write_labels(path, [{"file_name": name, "colour": "Red"} for name in names])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # or Excel reads it as Latin-1
    assert list(read_labels(path, names, encoder, {})) == names
    with pytest.raises(BadInput, match=r"line 2 of .*save the table as UTF-8"):
        read_labels(path, [name.encode().decode("latin-1") for name in names], encoder, {})


def test_labels_that_were_there_are_kept_beside_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    for colour in ("Red", "Blue", "Blue", "Pink"):
        write_labels(path, [{"file_name": "a.png", "colour": colour}])
    kept = {file.name: file.read_text().split(",")[-1].strip() for file in tmp_path.iterdir()}
    assert kept == {"labels.csv": "Pink", "labels-1.csv": "Red", "labels-2.csv": "Blue"}


def test_labels_in_a_workbook_are_asked_for_as_csv(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "labels.xlsx").touch()
    with pytest.raises(BadInput, match=r"as \.csv.*found .*labels\.xlsx; save it as CSV"):
        read_labels(tmp_path / "labels.xlsx", [], encoder, {})


def test_the_same_photos_are_held_out_in_whatever_order_they_are_named() -> None:
    names = [f"{i}.png" for i in range(100)]
    held = _held_out(names, 0)
    assert held == _held_out(names[::-1], 0)
    assert len(held) == LEAST_HELD_OUT
    assert {name for name in names if is_test(0, name)} <= held
    assert held != _held_out(names, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_photo_whose_name_is_not_utf_8_is_named(photos: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(photos, tmp_path / "photos"))
    Path(os.fsdecode(os.fsencode(folder) + b"/kleid_\xe4.png")).touch()
    with pytest.raises(BadInput, match=r"found 'kleid_\\udce4.png' in .*; rename it"):
        photo_names(folder, tmp_path / "out")


CHANGES = {
    "an unknown word": (
        lambda rows: rows[4].__setitem__(4, "Zeppelin"),
        "the article 'Zeppelin', of which the model",
    ),
    "a sign for nothing": (
        lambda rows: rows[4].__setitem__(3, "?"),
        "the colour '?', which holds no word",
    ),
    "several unknown words": (
        lambda rows: [row.__setitem__(4, name) for row, name in ((rows[4], "Zeppelin"), (rows[5], "Yurt"))],
        "learnt zeppelin; some that it knows: Shirts; nor can 1 more be heard: article 'Yurt'",
    ),
    "a missing photo": (lambda rows: rows[4].__setitem__(0, "gone.png"), "names 'gone.png', not among the"),
    "a photo twice": (lambda rows: rows[4].__setitem__(0, rows[5][0]), "line 6 of"),
    "a field too many": (lambda rows: rows[4].append("more"), "line 5 of"),
    "no file names": (lambda rows: rows[0].__setitem__(0, "photo"), "expected the column file_name"),
    "too few rows": (lambda rows: rows.__delitem__(slice(10, None)), "expected at least 60 photos"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_table_that_cannot_be_used_is_refused_in_one_line(
    change: str, proposed: list[dict[str, str]], encoder: Encoder, truth: Truth, tmp_path: Path
) -> None:
    edit, expected = CHANGES[change]
    rows = [["file_name", "gender", "style", "colour", "article"]]
    rows += [[row[name] for name in rows[0]] for row in proposed]
    edit(rows)
    path = tmp_path / "labels.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(BadInput) as caught:
        read_labels(path, list(truth), encoder, {"article": ["Shirts"]})
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
