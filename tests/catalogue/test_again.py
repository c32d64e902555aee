"""A preparation goes on where it was killed, and a source that grew is prepared only where it grew."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modiste.catalogue import Catalogue, workers
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.catalogue.work import FOLDER, Work
from modiste.errors import BadInput

from .conftest import MakeSource, Row, paint, products

SMALL = PrepareConfig(size=16)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the photos that are read from the source."""
    names: list[str] = []
    original = workers.Job.__call__

    def noting(self: workers.Job, chunk: list[str]) -> list[object]:
        names.extend(chunk)
        return list(original(self, chunk))

    monkeypatch.setattr(workers.Job, "__call__", noting)
    return names


def grow(source: Path, rows: list[Row]) -> None:
    for row in rows:
        paint(source / row["file_name"], int(row["id"]))
    with (source / "metadata.csv").open("a") as table:
        table.writelines(",".join(row.values()) + "\n" for row in rows)


def test_after_a_kill_it_goes_on_and_ends_in_the_same_bytes(make_source: MakeSource, tmp_path: Path) -> None:
    source, out = make_source(products(1000)), tmp_path / "out"
    prepare(source, tmp_path / "whole", SMALL)
    script = (
        "import sys; from pathlib import Path; from modiste.catalogue import prepare, workers, work\n"
        "workers.num_cores, work.SAFE_PHOTOS = (lambda: 1), 50\n"
        "prepare.prepare(Path(sys.argv[1]), Path(sys.argv[2]), prepare.PrepareConfig(16))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, source, out], stderr=subprocess.DEVNULL)
    journal = out / FOLDER / "journal.jsonl"
    while not journal.is_file() or journal.read_bytes().count(b"\n") < 300:
        assert child.poll() is None
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with pytest.raises(BadInput, match="expected a catalogue"):
        Catalogue.open(out)
    with journal.open("ab") as file:
        file.write(b'["half a li')  # as a machine that lost its power leaves it
    again = subprocess.run(
        [sys.executable, "-m", "modiste", "prepare", source, "--out", out, "--size", "16"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "already prepared: " in again.stderr
    assert content(out) == content(tmp_path / "whole")


def test_ctrl_c_is_for_the_command_and_not_for_its_workers(make_source: MakeSource) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from modiste.catalogue import photos, workers\n"
        "workers.num_cores = lambda: 2\n"
        "signal.signal(signal.SIGINT, lambda *_: None)\n"
        "workers.warm_up(400)\n"
        "os.killpg(0, signal.SIGINT)\n"
        "job = workers.Job(photos.FolderPhotos(Path(sys.argv[1])), 16, 'crop', 10**6)\n"
        "names = [f'images/{number:05d}.png' for number in range(400)]\n"
        "print(sum(map(len, workers.prepare_photos(job, names))))\n"
    )
    command = [sys.executable, "-c", script, str(make_source(products(400)))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
    assert (done.stdout, done.stderr) == ("400\n", "")


@pytest.mark.parametrize("step", range(1, 9))
def test_no_catalogue_is_there_until_it_is_whole(
    make_source: MakeSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Stopped at any file that is put in its place: the old catalogue, or none."""
    source, out = make_source(products(60)), tmp_path / "out"
    prepare(source, out, SMALL)
    grow(source, [row | {"id": f"1{row['id']}", "file_name": f"1{row['id']}.png"} for row in products(20)])
    prepare(source, tmp_path / "fresh", SMALL)
    original, calls = Path.replace, iter(range(1, 100))

    def stop(self: Path, target: Path) -> Path:
        if next(calls) == step:
            raise KeyboardInterrupt
        return original(self, target)

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        prepare(source, out, SMALL)
    monkeypatch.undo()
    if (out / "catalogue.json").exists():
        assert sum(len(Catalogue.open(out).split(name)) for name in ("train", "test")) == 60
    prepare(source, out, SMALL)
    assert content(out) == content(tmp_path / "fresh")


def test_the_same_command_again_reads_no_photo_and_gives_the_same_bytes(
    make_source: MakeSource, tmp_path: Path, read: list[str]
) -> None:
    source = make_source(products(60))
    prepare(source, tmp_path / "out", SMALL)
    before = content(tmp_path / "out")
    assert len(read) == 60
    prepare(source, tmp_path / "out", SMALL)
    assert len(read) == 60
    assert content(tmp_path / "out") == before


def test_a_grown_source_is_prepared_only_where_it_grew(
    make_source: MakeSource, tmp_path: Path, read: list[str]
) -> None:
    source = make_source(products(60))
    (source / "images" / "00005.png").write_bytes(b"no picture")
    prepare(source, tmp_path / "out", SMALL)
    read.clear()
    new = [row | {"id": f"1{row['id']}", "file_name": f"1{row['id']}.png"} for row in products(20)]
    grow(source, new)
    paint(source / "images" / "00007.png", 200)
    report = prepare(source, tmp_path / "out", SMALL)
    tried = [*(row["file_name"] for row in new), "images/00005.png", "images/00007.png"]
    assert sorted(read) == sorted(tried)
    assert [entry["id"] for entry in report["skipped"]] == ["00005"]
    prepare(source, tmp_path / "fresh", SMALL)
    assert content(tmp_path / "out") == content(tmp_path / "fresh")


def test_a_photo_that_was_bad_is_tried_again(make_source: MakeSource, tmp_path: Path) -> None:
    """Its size and time say nothing of a link that was replaced or of permissions that were given."""
    source, out = make_source(products(60)), tmp_path / "out"
    photo = source / "images" / "00005.png"
    photo.rename(tmp_path / "elsewhere.png")
    photo.symlink_to(tmp_path / "elsewhere.png")
    with pytest.raises(BadInput, match="a link that leaves the source folder"):
        prepare(source, out, SMALL, max_bad=0.01)
    photo.unlink()
    (tmp_path / "elsewhere.png").rename(photo)
    assert not prepare(source, out, SMALL, max_bad=0.01)["skipped"]


def test_what_left_the_source_leaves_the_catalogue(make_source: MakeSource, tmp_path: Path) -> None:
    prepare(make_source(products(60)), tmp_path / "out", SMALL)
    prepare(make_source(products(40)), tmp_path / "out", SMALL)
    assert sum(len(Catalogue.open(tmp_path / "out").split(name)) for name in ("train", "test")) == 40


def test_held_out_pairs_stay_held_out_when_the_source_grows(make_source: MakeSource, tmp_path: Path) -> None:
    def rows(count: int) -> list[Row]:
        return [
            {"id": str(n), "file_name": f"{n}.png", "colour": f"c{n * n % 9}", "article": f"a{n // 9 % 8}"}
            for n in range(count)
        ]

    config = PrepareConfig(16, hold_out=("colour", "article"), hold_out_count=5)
    prepare(make_source(rows(400)), tmp_path / "out", config)
    before = Catalogue.open(tmp_path / "out").manifest["held_out_pairs"]
    prepare(make_source(rows(700)), tmp_path / "out", config)
    assert Catalogue.open(tmp_path / "out").manifest["held_out_pairs"] == before


def test_a_catalogue_of_other_settings_is_not_overwritten(make_source: MakeSource, tmp_path: Path) -> None:
    source = make_source(products(60))
    prepare(source, tmp_path / "out", SMALL)
    before = content(tmp_path / "out")
    with pytest.raises(BadInput, match=r"already holds files: .* name another folder"):
        prepare(source, tmp_path / "out", PrepareConfig(size=32))
    assert content(tmp_path / "out") == before


def test_one_folder_has_one_writer(tmp_path: Path) -> None:
    work = Work(tmp_path, {"size": 16})
    with pytest.raises(BadInput, match="another modiste prepare writes to"):
        Work(tmp_path, {"size": 16})
    work.close()
    Work(tmp_path, {"size": 16}).close()


def test_what_the_disk_lost_is_prepared_again(
    make_source: MakeSource, tmp_path: Path, read: list[str]
) -> None:
    source, out = make_source(products(60)), tmp_path / "out"
    (source / "images" / "00059.png").write_bytes(b"")
    (source / "images" / "00058.png").write_bytes(b"")
    with pytest.raises(BadInput, match="more than 1%"):
        prepare(source, out, SMALL, max_bad=0.01)
    os.truncate(out / FOLDER / "photos.bin", 1_000)
    read.clear()
    prepare(source, out, SMALL)
    assert 40 < len(read) < 60
    prepare(source, tmp_path / "fresh", SMALL)
    assert content(out) == content(tmp_path / "fresh")
