"""A hostile source ends in the list or in one clear line, soon and in little memory."""

import errno
import io
import json
import os
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image

from modiste import cli
from modiste.catalogue import Catalogue
from modiste.catalogue.photos import FolderPhotos
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.catalogue.square import Prepared
from modiste.catalogue.workers import ENDED, Job, prepare_photos
from modiste.errors import BadInput

from .conftest import MakeSource, paint, products

SMALL = PrepareConfig(size=16)
HEADER = "id,file_name,colour\n"
SECONDS, MEGABYTES = 2.0, 512


def png_of(width: int, height: int, lines: int) -> bytes:
    """A PNG that says it has `height` lines of one bit and holds `lines`."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(lines * (1 + 3 * width)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, **options: object) -> bytes:
    return plain("JPEG", width, height, **options)


def plain(form: str, width: int, height: int, mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (width, height), 100).save(buffer, form, **options)
    return buffer.getvalue()


def animation() -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("P", (32, 32), n) for n in range(2)]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:] * 5_000, duration=1)
    return buffer.getvalue()


PHOTOS: dict[str, tuple[Callable[[], bytes], str]] = {
    "truncated.jpg": (lambda: jpeg(900, 900)[:3_000], "cannot be read"),
    "zero.jpg": (lambda: b"", "empty file"),
    "stub.tif": (lambda: b"II*\0\x08\0\0\0\xff\xff" + b"\x01" * 54, "not a picture|cannot be read"),
    "bomb.png": (lambda: png_of(30_000, 30_000, 10), "more than 50,000,000 pixels"),
    "quiet-bomb.png": (lambda: png_of(7_000, 7_000, 7_000), ""),
    "bomb.jpg": (lambda: jpeg(13_000, 13_000, quality=30), "more than 150,000,000 pixels"),
    "large.jpg": (lambda: jpeg(11_000, 11_000, quality=30), ""),
    "progressive.jpg": (lambda: jpeg(7_000, 7_000, quality=30, progressive=True), ""),
    "progressive-bomb.jpg": (lambda: jpeg(9_000, 9_000, quality=30, progressive=True), "more than"),
    "large.webp": (lambda: plain("WEBP", 5_000, 4_990, "RGBA", lossless=True, method=0), ""),
    "bomb.webp": (
        lambda: plain("WEBP", 5_100, 5_000, lossless=True, method=0),
        "more than 25,000,000 pixels",
    ),
    "large.tif": (lambda: plain("TIFF", 7_000, 7_000, "RGBA", compression="tiff_adobe_deflate"), ""),
    "text.jpg": (lambda: b"I am a photo, believe me.\n" * 40, "not a picture"),
    "page.png": (lambda: b"<!doctype html><title>404</title>", "not a picture"),
    "animation.gif": (animation, ""),
    "long.png": (lambda: png_of(4_000_000, 2, 2), ""),
}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_hostile_photo_costs_little_and_ends_in_the_list(
    make_source: MakeSource, tmp_path: Path, name: str
) -> None:
    data, reason = PHOTOS[name]
    source = make_source(products(30))
    (source / "images" / name).write_bytes(data())
    with (source / "metadata.csv").open("a") as table:
        table.write(f"hostile,images/{name},Red,Shirts,x\n")
    done = subprocess.run(
        [sys.executable, "-c", READ, source / "images" / name], capture_output=True, text=True, check=True
    )
    said, seconds, megabytes = json.loads(done.stdout)
    assert re.match(reason or "$", said)
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    report = prepare(source, tmp_path / "out", SMALL)
    assert [(entry["id"], entry["line"]) for entry in report["skipped"]] == [("hostile", 32)] * bool(reason)
    assert sum(report["splits"].values()) == 31 - bool(reason)


READ = """
import json, sys, time
from pathlib import Path
from modiste.catalogue.photos import BadPhoto
from modiste.catalogue.square import square_photo
begin, said = time.process_time(), ""  # of this process, whatever else the machine does
try:
    square_photo(Path(sys.argv[1]), 128, "crop", 50_000_000)
except BadPhoto as error:
    said = str(error)
(peak,) = [int(x.split()[1]) / 1024 for x in open("/proc/self/status") if x.startswith("VmHWM")]
print(json.dumps([said, time.process_time() - begin, peak]))
"""


def prepared_with(folder: Path, name: str, lines: str | bytes) -> list[tuple[object, str]]:
    """Prepares forty good products and these further lines; gives line and reason of what was skipped."""
    rows = "".join(f"{number},images/{number}.png,Red\n" for number in range(40))
    for number in range(40):
        paint(folder / "source" / "images" / f"{number}.png", number)
    data = lines if isinstance(lines, bytes) else lines.encode()
    (folder / "source" / name).write_bytes((HEADER + rows).encode() + data)
    report = prepare(folder / "source", folder / "out", SMALL, max_bad=0.2)
    assert sum(report["splits"].values()) == len(Catalogue.open(folder / "out").split("train")) + len(
        Catalogue.open(folder / "out").split("test")
    )
    assert sum(report["splits"].values()) >= 40
    return [(entry.get("line"), entry["reason"]) for entry in report["skipped"]]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ("a,../../../etc/passwd,Red\n", 42, "leaves the source folder"),
        ("a,/etc/passwd,Red\n", 42, "leaves the source folder"),
        ("a,images/gone.png,Red\n", 42, "no file"),
        ("a,,Red\n", 42, "no file named"),
        ("a,images", 42, "2 fields where the header names 3"),
        ('a,"images/1.png,Re', 42, "2 fields where the header names 3"),
        ("a," + "x" * 1_000_000 + ",Red\nb,images/1.png,Red\n", 42, "more than 100,000 characters"),
        ("a,images/\0.png,Red\n", 42, "NUL byte"),
        (b"a,images/caf\xe9.png,\xc3\xa9\xff\n", 42, "no file 'images/caf\xe9.png'"),
    ],
    ids=["climbs", "absolute", "gone", "none", "cut", "cut-in-quotes", "million", "nul", "mixed"],
)
def test_a_hostile_line_is_listed_with_its_number(
    tmp_path: Path, lines: str | bytes, line: int, reason: str
) -> None:
    ((found, said),) = prepared_with(tmp_path, "metadata.csv", lines)
    assert found == line
    assert reason in said


def test_pipes_loops_and_folders_are_no_photos(tmp_path: Path) -> None:
    images = tmp_path / "source" / "images"
    images.mkdir(parents=True)
    os.mkfifo(images / "pipe.png")
    (images / "loop.png").symlink_to(images / "loop.png")
    (images / "turn").symlink_to(images)
    (images / "folder.png").mkdir()
    lines = "".join(f"{name},images/{name}.png,Red\n" for name in ("pipe", "loop", "folder"))
    skipped = prepared_with(tmp_path, "metadata.csv", lines)
    assert skipped == [
        (42, "no file but a folder, a pipe or a device: 'images/pipe.png'"),
        (43, "links that end nowhere: 'images/loop.png'"),
        (44, "no file but a folder, a pipe or a device: 'images/folder.png'"),
    ]


def test_the_same_id_with_other_attributes_is_listed_with_both_lines(tmp_path: Path) -> None:
    prepared_with(tmp_path, "metadata.csv", "7,images/8.png,Blue\n7,images/7.png,Red\n")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["duplicates"] == [
        {"id": "7", "line": 42, "first_line": 9, "file": "images/8.png", "differs": ["file_name", "colour"]},
        {"id": "7", "line": 43, "first_line": 9, "file": "images/7.png", "differs": []},
    ]


def test_photos_without_a_row_are_listed(tmp_path: Path) -> None:
    paint(tmp_path / "source" / "images" / "stray.png")
    paint(tmp_path / "source" / "stray.webp")
    prepared_with(tmp_path, "metadata.csv", "")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["photos_without_row"] == ["images/stray.png", "stray.webp"]


def command(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "modiste", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_a_pipe_for_a_source_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match=r"found neither at .*pipe: a pipe or a device"):
        prepare(tmp_path / "pipe", tmp_path / "out", SMALL)


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (".", "found no permission; change its rights"),
        ("metadata.csv", "found no permission; change its rights"),
        ("images", "the first: images/1.png: no permission to look for 'images/1.png'"),
        ("images/1.png", "the first: images/1.png: cannot be read: no permission"),
    ],
)
def test_a_source_without_read_rights_gets_one_line(hidden: str, words: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        source = Path(folder) / "source"
        paint(source / "images" / "1.png")
        (source / "metadata.csv").write_text(HEADER + "1,images/1.png,Red\n")
        (source / hidden).chmod(0)
        Path(folder, "out").mkdir(mode=0o777)
        Path(folder, "out").chmod(0o777)
        user = os.geteuid()
        os.seteuid(user or 65534)  # root may read what it likes
        try:
            with pytest.raises(BadInput, match=words):
                prepare(source, Path(folder) / "out", SMALL)
        finally:
            os.seteuid(user)
            (source / hidden).chmod(0o755)


@pytest.mark.parametrize("limit", [2_000, 20_000])
def test_a_disk_that_fills_leaves_one_line_and_no_catalogue(
    make_source: MakeSource, tmp_path: Path, limit: int
) -> None:
    source = make_source(products(300))
    full = command(
        "prepare", source, "--out", tmp_path / "out", "--size", "16",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert full.returncode == 2
    assert full.stderr.splitlines()[-1].startswith("modiste: cannot write: file too large")
    with pytest.raises(BadInput, match="expected a catalogue"):
        Catalogue.open(tmp_path / "out")
    assert command("prepare", source, "--out", tmp_path / "out", "--size", "16").returncode == 0
    assert sum(len(Catalogue.open(tmp_path / "out").split(name)) for name in ("train", "test")) == 300


def test_a_full_disk_is_said_in_the_systems_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "Error writing bytes to file. Detail: [errno 28]")  # as Arrow says it

    monkeypatch.setattr(cli, "app", full)
    with pytest.raises(SystemExit):
        cli.main()
    expected = "modiste: cannot write: no space left on device (output); make room or name another folder\n"
    assert capsys.readouterr().err == expected


def test_a_photo_that_ends_its_reader_is_a_bad_photo(
    make_source: MakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modiste.catalogue.workers.WORTH_A_WORKER", 1)
    monkeypatch.setattr("modiste.catalogue.workers.num_cores", lambda: 2)
    monkeypatch.syspath_prepend(Path(__file__).parents[2])  # where a worker finds the class below
    source = make_source(products(80))
    job = Killing(FolderPhotos(source), 16, "crop", 10**6)
    found = [
        photo for chunk in prepare_photos(job, [f"images/{n:05d}.png" for n in range(80)]) for photo in chunk
    ]
    assert [number for number, photo in enumerate(found) if isinstance(photo, str)] == [41]
    assert found[41] == ENDED


def test_a_photo_that_ended_its_reader_is_not_read_again_for_the_report(
    make_source: MakeSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reading(job: Job, names: Sequence[str]) -> Iterator[list[Prepared | str]]:
        yield [ENDED if "00041" in name else job([name])[0] for name in names]

    source = make_source(products(60))
    monkeypatch.setattr("modiste.catalogue.prepare.prepare_photos", reading)
    monkeypatch.setattr("modiste.catalogue.page.read_photo", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    report = prepare(source, tmp_path / "out", SMALL)
    assert [(entry["id"], entry["reason"]) for entry in report["skipped"]] == [("00041", ENDED)]
    monkeypatch.undo()
    assert prepare(source, tmp_path / "out", SMALL)["skipped"] == []  # memory may have been short


class Killing(Job):
    """Dies on one photo, as a decoder that crashes does."""

    def __call__(self, names: Sequence[str]) -> list[Prepared | str]:
        if "images/00041.png" in names:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(names)
