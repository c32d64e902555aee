import hashlib
import json
from pathlib import Path

import pytest

from modiste.design import DesignModel, find_model
from modiste.design.folder import check_folder, list_models
from modiste.errors import BadInput


def resign(folder: Path) -> None:
    """Makes SHA256SUMS match again, as whoever built a hostile folder would."""
    names = sorted(file.name for file in folder.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text("".join(lines))


def refusal(folder: Path) -> str:
    with pytest.raises(BadInput) as caught:
        DesignModel.open(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_untouched_copy_opens(copied: Path) -> None:
    assert DesignModel.open(copied).size == 32


@pytest.mark.parametrize("name", ["config.json", "encoder.json", "generator.onnx", "README.md"])
def test_a_changed_file_is_refused(copied: Path, name: str) -> None:
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(data)
    assert name in refusal(copied)


@pytest.mark.parametrize("name", ["config.json", "generator.onnx", "start.safetensors", "SHA256SUMS"])
def test_a_missing_file_is_refused(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert name in refusal(copied)


def test_a_needed_file_that_no_hash_covers_is_refused(copied: Path) -> None:
    sums = copied / "SHA256SUMS"
    sums.write_text("".join(line for line in sums.read_text().splitlines(True) if "encoder.json" not in line))
    assert "encoder.json" in refusal(copied)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a/../../secret", "..\\secret", "C:secret"])
def test_a_name_that_climbs_out_is_refused_unread(copied: Path, name: str) -> None:
    (copied.parent / "secret").write_text("secret")
    with (copied / "SHA256SUMS").open("a") as file:
        file.write(f"{hashlib.sha256(b'secret').hexdigest()}  {name}\n")
    assert "inside its folder" in refusal(copied)


def test_pickles_are_refused_even_with_a_right_hash(copied: Path) -> None:
    (copied / "weights.pt").write_bytes(b"\x80\x04.")
    resign(copied)
    assert "weights.pt" in refusal(copied)


def test_external_data_is_refused_before_onnxruntime_sees_it(copied: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(copied / "generator.onnx")
    onnx.save(
        model,
        copied / "generator.onnx",
        save_as_external_data=True,
        location="elsewhere.data",
        size_threshold=0,
    )
    resign(copied)
    assert "external data" in refusal(copied)


def test_a_generator_that_is_no_onnx_is_refused(copied: Path) -> None:
    (copied / "generator.onnx").write_bytes(b"no protobuf at all" * 100)
    resign(copied)
    assert "an ONNX model" in refusal(copied)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"format": "other"}, "another kind"),
        ({"version": 2}, "says 2"),
        ({"size": True}, "size"),
        ({"size": 10**9}, "size"),
        ({"noise_dim": 17}, "inputs"),
        ({"text_dim": 255}, "two models"),
        ({"name": None}, "name"),
        ({"name": "\x1b[2Jred"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"family": "d" * 256}, "family"),
        ({"images_seen": "many"}, "images_seen"),
        ({"images_seen": [[]]}, "a list"),
        ({"vocabulary": {"colour": "Red"}}, "vocabulary"),
        ({"vocabulary": {"colour": [1]}}, "vocabulary"),
    ],
)
def test_a_config_that_does_not_fit_is_refused(
    copied: Path, change: dict[str, object], expected: str
) -> None:
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps(config | change))
    resign(copied)
    assert expected in refusal(copied)


@pytest.mark.parametrize("name", ["config.json", "encoder.json"])
def test_nested_and_huge_headers_are_refused(copied: Path, name: str) -> None:
    (copied / name).write_text("[" * 200_000)
    resign(copied)
    assert name in refusal(copied)
    with (copied / name).open("wb") as file:
        file.truncate((1 << 28) + 1)
    assert "at most" in refusal(copied)


def test_numbers_that_python_cannot_read_or_hold_are_refused(copied: Path) -> None:
    for name, text in {
        "config.json": '{"size": ' + "9" * 5000 + "}",
        "encoder.json": '{"kind": "tfidf", "dimensions": 1000000000000, "words": ["a"], "idf": [1]}',
    }.items():
        before = (copied / name).read_bytes()
        (copied / name).write_text(text)
        resign(copied)
        assert refusal(copied)
        (copied / name).write_bytes(before)
    encoder = json.loads((copied / "encoder.json").read_text())
    (copied / "encoder.json").write_text(json.dumps(encoder | {"idf": [10**400, *encoder["idf"][1:]]}))
    resign(copied)
    assert "encoder" in refusal(copied)


@pytest.mark.parametrize("name", ["generator.onnx", "README.md", "start.safetensors"])
def test_a_link_that_leads_out_of_the_folder_is_refused(copied: Path, name: str) -> None:
    (copied / name).rename(copied.parent / "elsewhere")
    (copied / name).symlink_to(copied.parent / "elsewhere")
    assert "leads out" in refusal(copied)


def test_a_folder_that_links_outside_is_refused(copied: Path) -> None:
    outside = copied.parent / "outside"
    outside.mkdir()
    (outside / "a").write_text("a")
    (copied / "sub").symlink_to(outside)
    with (copied / "SHA256SUMS").open("a") as file:
        file.write(f"{hashlib.sha256(b'a').hexdigest()}  sub/a\n")
    assert "leads out" in refusal(copied)


def test_a_model_folder_may_itself_be_a_link(copied: Path) -> None:
    (copied.parent / "link").symlink_to(copied)
    assert DesignModel.open(copied.parent / "link").size == 32


def test_pickles_further_down_are_refused(copied: Path) -> None:
    (copied / "a" / "b").mkdir(parents=True)
    (copied / "a" / "b" / "Weights.PTH").write_bytes(b"")
    assert "Weights.PTH" in refusal(copied)


@pytest.mark.parametrize("name", ["a" * 3000, "\x1b]0;red\x07"])
def test_a_name_that_no_file_should_have_is_refused(copied: Path, name: str) -> None:
    with (copied / "SHA256SUMS").open("a") as file:
        file.write(f"{'0' * 64}  {name}\n")
    message = refusal(copied)
    assert len(message) < 400
    assert message.isprintable()


def test_a_huge_file_for_people_is_refused_unread(copied: Path) -> None:
    with (copied / "README.md").open("wb") as file:
        file.truncate(1 << 40)  # sparse: takes no place on the disk
    assert "at most" in refusal(copied)


def test_what_is_drawn_with_was_read_once(copied: Path) -> None:
    checked = check_folder(copied)
    for name in ("config.json", "encoder.json", "generator.onnx"):
        (copied / name).write_text("changed since")
    assert DesignModel(checked).draw(["red shirt"], [1]).shape == (1, 32, 32, 3)


def test_a_run_folder_stands_for_the_model_in_it(model_folder: Path) -> None:
    assert find_model(model_folder.parent) == model_folder
    assert find_model(str(model_folder)) == model_folder


def test_a_wrong_model_name_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder: nothing"):
        find_model("nothing")
    with pytest.raises(BadInput, match="no such folder"):
        find_model("a" * 5000)
    with pytest.raises(BadInput, match="SHA256SUMS"):
        find_model(tmp_path)


def test_models_are_listed_among_other_programs_files(model_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "config.json").write_text("{broken")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "config.json").write_text(
        '{"format": "modiste-model", "version": 1, "name": "\\u001b[2J"}'
    )
    (tmp_path / "d" / "config.json").mkdir(parents=True)
    (tmp_path / "e").mkdir()
    with (tmp_path / "e" / "config.json").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "b").symlink_to(model_folder)
    assert [entry["path"] for entry in list_models(tmp_path)] == [str(tmp_path / "b")]
