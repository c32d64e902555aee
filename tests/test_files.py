import os
from pathlib import Path

import pytest

from modiste import files
from modiste.errors import BadInput


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "value.json"
    files.write_json(path, {"a": 1})
    with pytest.raises(ValueError, match="JSON compliant"):
        files.write_json(path, float("nan"))

    def fail_halfway() -> None:
        with files.whole_file(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_halfway()
    assert files.read_json(path) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["value.json"]


def test_who_may_read_a_file_is_as_for_any_other(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        files.write_text(tmp_path / "mine.txt", "mine")
    finally:
        os.umask(before)
    assert (tmp_path / "mine.txt").stat().st_mode & 0o777 == 0o600


def test_what_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(BadInput, match=r"expected JSON in .*x\.json"):
        files.read_json(tmp_path / "x.json")
    with pytest.raises(BadInput, match="found none"):
        files.read_json(tmp_path / "none.json")


def test_a_folder_with_files_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(BadInput, match="already holds files"):
        files.empty_folder(tmp_path, "a catalogue folder")
    assert files.empty_folder(tmp_path / "new", "a catalogue folder").is_dir()


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    assert files.make_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "nowhere").symlink_to("gone")
    with pytest.raises(BadInput, match=r"no folder can be made at .*nowhere"):
        files.make_folder(tmp_path / "nowhere")
    for name in ("two\nlines", os.fsdecode(b"v\xeatements")):
        with pytest.raises(BadInput, match="must be text in one line"):
            files.make_folder(tmp_path / name)
