"""A source becomes a catalogue, whole and accounted for, or none at all."""

import json
import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from modiste.catalogue import Catalogue, catalogue
from modiste.catalogue.photos import FolderPhotos
from modiste.catalogue.prepare import PrepareConfig, parse_assignments, parse_where, prepare
from modiste.catalogue.workers import CHUNK, Job, prepare_photos
from modiste.errors import BadInput

from .conftest import MakeSource, paint, products

SMALL = PrepareConfig(size=16)


def held(count: int = 640) -> list[dict[str, str]]:
    """Products of 8 colours and 8 articles, each pair ten times."""
    return [
        {"id": str(n), "file_name": f"{n}.png", "colour": f"c{n % 8}", "article": f"a{n // 8 % 8}"}
        for n in range(count)
    ]


def ids(path: Path, split: str) -> set[str]:
    return {record.id for record in Catalogue.open(path).split(split).records}


def test_records_and_photos_come_back_as_they_were(make_source: MakeSource, tmp_path: Path) -> None:
    rows = products()
    report = prepare(make_source(rows), tmp_path / "out", SMALL)
    opened = Catalogue.open(tmp_path / "out")
    assert report["splits"] == {name: len(opened.split(name)) for name in ("train", "test", "pairs")}
    assert report == json.loads((tmp_path / "out" / "report.json").read_text())
    assert ids(tmp_path / "out", "train") | ids(tmp_path / "out", "test") == {row["id"] for row in rows}
    for name in ("train", "test"):
        split = opened.split(name)
        images = split.images(np.arange(len(split)))
        assert images.dtype == np.uint8
        assert images.shape == (len(split), 16, 16, 3)
        for record, image in zip(split.records, images, strict=True):
            row = rows[int(record.id)]
            assert (record.colour, record.article, record.texts) == (
                row["colour"],
                row["article"],
                (row["text"],),
            )
            assert (image == (int(record.id), 0, 90)).all()


def test_a_split_too_large_to_decode_at_once_gives_the_same_photos(
    make_source: MakeSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(make_source(products()), tmp_path / "out", SMALL)
    chosen = np.array([7, 0, 7, 21])
    at_once = Catalogue.open(tmp_path / "out").split("train").images(chosen)
    monkeypatch.setattr(catalogue, "DECODED_LIMIT", 0)
    assert (Catalogue.open(tmp_path / "out").split("train").images(chosen) == at_once).all()


def test_an_empty_split_has_no_photos(make_source: MakeSource, tmp_path: Path) -> None:
    prepare(make_source(products()), tmp_path / "out", SMALL)
    pairs = Catalogue.open(tmp_path / "out").split("pairs")
    assert (len(pairs), pairs.images(np.arange(0)).shape) == (0, (0, 16, 16, 3))


def test_the_same_source_gives_the_same_bytes(make_source: MakeSource, tmp_path: Path) -> None:
    source = make_source(products())
    for name in ("first", "second"):
        prepare(source, tmp_path / name, SMALL)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert "train-00000.parquet" in files
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_a_held_out_pair_is_in_its_split_alone_and_whole(make_source: MakeSource, tmp_path: Path) -> None:
    config = PrepareConfig(16, hold_out=("colour", "article"), hold_out_count=6)
    report = prepare(make_source(held()), tmp_path / "out", config)
    opened = Catalogue.open(tmp_path / "out")
    pairs = {tuple(pair) for pair in opened.manifest["held_out_pairs"]}
    assert len(pairs) == 6
    assert report["splits"]["pairs"] == 60
    for name in ("train", "test", "pairs"):
        for record in opened.split(name).records:
            held_out = (record.colour, record.article) in pairs
            assert held_out is (name == "pairs")


def test_another_archive_of_the_same_products_holds_out_the_same(
    make_source: MakeSource, tmp_path: Path
) -> None:
    rows = held()
    asked = PrepareConfig(16, hold_out=("colour", "article"), hold_out_count=6, seed=5)
    prepare(make_source(rows), tmp_path / "first", asked)
    half = make_source([row for row in rows if int(row["id"]) % 3], "half")
    prepare(half, tmp_path / "second", SMALL, hold_out_like=tmp_path / "first")
    first, second = (Catalogue.open(tmp_path / name).manifest for name in ("first", "second"))
    assert second["held_out_pairs"] == first["held_out_pairs"]
    assert second["config"]["seed"] == 5
    trained = ids(tmp_path / "second", "train")
    assert trained
    assert not trained & (ids(tmp_path / "first", "test") | ids(tmp_path / "first", "pairs"))
    assert ids(tmp_path / "second", "test") <= ids(tmp_path / "first", "test")


def test_bad_photos_and_repeated_ids_are_listed(make_source: MakeSource, tmp_path: Path) -> None:
    rows = products(60)
    rows.append({**rows[3], "file_name": "images/again.png"})
    source = make_source(rows)
    (source / "images" / "00004.png").unlink()
    (source / "images" / "00005.png").write_bytes(b"")
    Image.new("RGB", (8, 8)).save(source / "images" / "00006.png")
    report = prepare(source, tmp_path / "out", SMALL)
    assert {entry["id"]: entry["reason"] for entry in report["skipped"]} == {
        "00004": "no file 'images/00004.png'",
        "00005": "empty file",
    }
    assert [entry["id"] for entry in report["duplicates"]] == ["00003"]
    assert report["smaller_than_size"] == 1
    assert sum(report["splits"].values()) == 58
    assert sum(report["values"]["colour"].values()) == 58


def test_more_than_five_percent_bad_leaves_a_list_and_no_catalogue(
    make_source: MakeSource, tmp_path: Path
) -> None:
    source, out = make_source(products(60)), tmp_path / "out"
    for number in range(50, 54):
        (source / "images" / f"{number:05d}.png").write_bytes(b"no picture")
    with pytest.raises(
        BadInput, match=r"more than 5% of 60 photos are bad .* images/00050.png: not a picture"
    ):
        prepare(source, out, SMALL)
    assert not list(out.glob("*.parquet"))
    listed = json.loads((out / "report.json").read_text())["skipped"]
    assert [(entry["id"], entry["line"]) for entry in listed] == [(f"{n:05d}", n + 2) for n in range(50, 54)]
    assert "images/00050.png" in (out / "report.html").read_text()
    with pytest.raises(BadInput, match="expected a catalogue"):
        Catalogue.open(out)
    assert sum(prepare(source, out, SMALL, max_bad=0.1)["splits"].values()) == 56


def test_every_row_without_a_photo_counts_as_bad(make_source: MakeSource, tmp_path: Path) -> None:
    source = make_source(products(60))
    with (source / "metadata.csv").open("a") as table:
        table.writelines(f"{number},,Red,Shirts,x\n" for number in range(100, 110))
    with pytest.raises(BadInput, match=r"more than 5% of 70 photos are bad \(10 so far\)"):
        prepare(source, tmp_path / "out", SMALL)


def test_a_condition_without_rows_is_said(
    make_source: MakeSource, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = PrepareConfig(16, where=parse_where(["article=Shirts,Jeens"]))
    report = prepare(make_source(products()), tmp_path / "out", config)
    assert set(report["values"]["article"]) == {"Shirts"}
    assert "no row has article=Jeens" in capsys.readouterr().err


def test_a_table_of_ids_finds_its_photos_by_name(tmp_path: Path) -> None:
    for number in range(30):
        paint(tmp_path / "source" / "photos" / f"{number}.png", number)
    lines = "".join(f"{number},Red\n" for number in range(30))
    (tmp_path / "source" / "goods.csv").write_text("sku,color\n" + lines)
    report = prepare(tmp_path / "source", tmp_path / "out", SMALL)
    assert sum(report["splits"].values()) == 30
    assert report["roles"] == {"id": ["sku"], "colour": ["color"]}


def test_columns_are_mapped_and_categories_kept(make_source: MakeSource, tmp_path: Path) -> None:
    rows = [
        {
            "id": str(n),
            "file_name": f"{n}.png",
            "tint": "Red",
            "title": "",
            "notes": f"note {n}",
            "season": ("Summer", "6-12 months")[n % 2],
            "year": str(2000 + n % 5),
            "serial": f"S{n}",
        }
        for n in range(40)
    ]
    config = PrepareConfig(16, columns=parse_assignments(["colour=tint", "text=title,notes"]))
    prepare(make_source(rows), tmp_path / "out", config)
    opened = Catalogue.open(tmp_path / "out")
    assert opened.manifest["extra"] == ["season"]
    record = opened.split("train").records[0]
    assert (record.colour, record.texts) == ("Red", (f"note {record.id}",))
    assert record.attribute("season") == ("Summer", "6-12 months")[int(record.id) % 2]


def test_where_keeps_matching_rows(make_source: MakeSource, tmp_path: Path) -> None:
    config = PrepareConfig(16, where=parse_where(["article=Shirts,Jeans", "colour=Red"]))
    report = prepare(make_source(products()), tmp_path / "out", config)
    assert report["rows_matching"] == sum(
        row["article"] in ("Shirts", "Jeans") and row["colour"] == "Red" for row in products()
    )
    assert set(report["values"]["article"]) == {"Shirts", "Jeans"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": 96}, "power of two from 4 to 1024, got 96; use 64 or 128"),
        ({"square": "squash"}, "square must be one of crop, pad"),
        ({"hold_out": ("colour",)}, "takes two attributes"),
        ({"hold_out": ("colour", "colour")}, "takes two attributes"),
        ({"hold_out_count": 0, "hold_out": ("colour", "article")}, "above 0"),
        ({"hold_out": ("colour", "fabric")}, "no attribute 'fabric' to hold out; this source has: colour"),
        ({"seed": -1}, "seed must be"),
        ({"columns": {"color": "colour"}}, "unknown role 'color'"),
        ({"columns": {"colour": "tint"}}, "no column 'tint' .* id, file_name, colour, article, text"),
        ({"where": {"season": ["Summer"]}}, "no column 'season'"),
        ({"where": {"article": ["Jeens"]}}, "no row has article=Jeens; .* Shirts, Jeans, Dresses"),
        ({"where": {"id": ["00001"], "colour": ["Red"]}}, "none that has all"),
    ],
)
def test_a_wrong_option_gets_one_line_and_no_folder(
    make_source: MakeSource, tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    source = make_source(products())
    with pytest.raises(BadInput, match=words) as error:
        prepare(source, tmp_path / "out", PrepareConfig(**options))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["colour", "=x", "colour="])
def test_an_assignment_needs_both_sides(text: str) -> None:
    with pytest.raises(BadInput, match="expected NAME=VALUE"):
        parse_assignments([text])


def test_a_role_is_mapped_once() -> None:
    with pytest.raises(BadInput, match="each role once"):
        parse_assignments(["colour=a", "colour=b"])


def test_a_folder_that_holds_files_is_not_written_to(make_source: MakeSource, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("keep")
    with pytest.raises(BadInput, match="already holds files"):
        prepare(make_source(products()), out, SMALL)
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_damage_is_found_when_a_catalogue_is_opened(make_source: MakeSource, tmp_path: Path) -> None:
    prepare(make_source(products()), tmp_path / "out", SMALL)
    shard = tmp_path / "out" / "train-00000.parquet"
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    with pytest.raises(BadInput, match=r"train-00000.parquet .* damaged"):
        Catalogue.open(tmp_path / "out")
    shard.unlink()
    with pytest.raises(BadInput, match="missing or damaged"):
        Catalogue.open(tmp_path / "out")
    with pytest.raises(BadInput, match=r"found none in .*source"):
        Catalogue.open(tmp_path / "source")


def test_processes_give_what_one_process_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{number}.png" for number in range(80)]
    for number, name in enumerate(names):
        if number != 41:
            paint(tmp_path / name, number)
    job = Job(FolderPhotos(tmp_path), 16, "crop", 10**6)
    alone = list(prepare_photos(job, names))
    monkeypatch.setattr("modiste.catalogue.workers.WORTH_A_WORKER", 1)
    monkeypatch.setattr("modiste.catalogue.workers.num_cores", lambda: 2)
    assert list(prepare_photos(job, names)) == alone
    assert alone[1][41 - CHUNK] == "no file '41.png'"
    assert not multiprocessing.active_children()


def test_the_command_prints_its_report_as_json(make_source: MakeSource, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "modiste", "prepare"]
    options = ["--out", str(tmp_path / "out"), "--size", "16", "--json"]
    done = subprocess.run(
        [*command, make_source(products()), *options], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["rows"] == 60
    assert "colour   from colour, e.g. Red" in done.stderr
    assert f"next: modiste train {tmp_path / 'out'} --out RUN" in done.stderr
    failed = subprocess.run(
        [*command, tmp_path / "source", *options, "--seed", "1"], capture_output=True, text=True, check=False
    )
    assert (failed.returncode, failed.stderr.count("\n")) == (2, 1)
