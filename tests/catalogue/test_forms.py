"""Published layouts, built as their makers write them, become the same records as a plain table."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.catalogue.readers import read_source
from modiste.errors import BadInput
from modiste.record import Record

from .conftest import paint

SMALL = PrepareConfig(size=16)


def png(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 24), (number, 40, 90)).save(buffer, "PNG")
    return buffer.getvalue()


def prepared(source: Path, out: Path) -> dict[str, tuple[Record, tuple[int, ...]]]:
    """Id -> record and first pixel."""
    prepare(source, out, SMALL)
    catalogue = Catalogue.open(out)
    found = {}
    for name in ("train", "test"):
        split = catalogue.split(name)
        images = split.images(np.arange(len(split)))
        for record, image in zip(split.records, images, strict=True):
            found[record.id] = record, tuple(image[0, 0].tolist())
    return found


def write_fashion_gen(path: Path, rows: int = 40, cut: int = 0) -> None:
    """The published layout: one dataset a column, text as bytes in Latin-1, one product in four poses."""
    columns = {
        "input_category": [b"SWEATERS", b"JEANS"],
        "input_gender": [b"Men", b"Women"],
        "input_description": ["Pull à col roulé in navy.".encode("latin-1"), b"Slim-fit jeans."],
        "input_name": [b"Roll Neck", b"Slim"],
    }
    with h5py.File(path, "w") as file:
        pixels = np.zeros((rows, 24, 24, 3), np.uint8)
        pixels[..., 0] = np.arange(rows, dtype=np.uint8)[:, None, None]
        file["input_image"] = pixels
        file["input_productID"] = np.arange(rows)[:, None] // 4
        for name, values in columns.items():
            file[name] = np.array([[values[row // 4 % 2]] for row in range(rows - cut)])


def test_fashion_gen_keeps_every_pose_and_splits_by_product(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    write_fashion_gen(tmp_path / "source" / "fashiongen.h5", rows=160)
    found = prepared(tmp_path / "source", tmp_path / "out")
    assert len(found) == 160
    record, pixel = found["1-fashiongen-5"]
    assert pixel == (5, 0, 0)
    assert (record.gender, record.article) == ("Women", "JEANS")
    assert found["0-fashiongen-0"][0].texts == ("Pull à col roulé in navy.", "Roll Neck")
    catalogue = Catalogue.open(tmp_path / "out")
    sides = [
        {record.id.split("-")[0] for record in catalogue.split(name).records} for name in ("train", "test")
    ]
    assert sides[1]
    assert not sides[0] & sides[1]
    assert json.loads((tmp_path / "out" / "report.json").read_text())["read_as"] == "HDF5, text in Latin-1"


def test_fashion_gen_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    write_fashion_gen(tmp_path / "short.h5", cut=3)
    with pytest.raises(BadInput, match=r"expected 40 rows in input_category of short\.h5, found 37"):
        read_source(tmp_path)
    (tmp_path / "short.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(BadInput, match=r"expected HDF5 in short\.h5"):
        read_source(tmp_path)


@pytest.mark.parametrize("lost", [False, True])
def test_hm_articles_keep_their_leading_zero(tmp_path: Path, lost: bool) -> None:
    header = (
        "article_id,product_code,prod_name,product_type_name,colour_group_name,index_group_name,detail_desc"
    )
    lines = []
    for number in range(30):
        article = f"0{108775000 + number}"
        paint(tmp_path / "source" / "images" / article[:3] / f"{article}.jpg", number)
        shown = article.lstrip("0") if lost else article
        lines.append(f'{shown},1,Strap top,Vest top,Dark Blue,Ladieswear,"Jersey top, narrow"')
    (tmp_path / "source" / "articles.csv").write_text("\n".join([header, *lines]))
    source = read_source(tmp_path / "source")
    assert source.kind == "H&M articles"
    assert bool(source.notes) is lost
    record, _ = prepared(tmp_path / "source", tmp_path / "out")["0108775003"]
    assert (record.gender, record.colour, record.article) == ("Ladieswear", "Dark Blue", "Vest top")
    assert record.texts == ("Jersey top, narrow", "Strap top")


@pytest.mark.parametrize("per_group", [7, 1000])
def test_parquet_of_the_datasets_library_is_read_with_its_photos(tmp_path: Path, per_group: int) -> None:
    """Two shards in `data`, photos as {bytes, path}, class names in the schema's metadata."""
    folder = tmp_path / "source" / "data"
    folder.mkdir(parents=True)
    features = {"image": {"_type": "Image"}, "label": {"names": ["Shirts", "Jeans"], "_type": "ClassLabel"}}
    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    for shard in range(2):
        numbers = range(30 * shard, 30 * shard + 30)
        table = pa.table(
            {
                "image": pa.array([{"bytes": png(n), "path": f"{n}.png"} for n in numbers], image),
                "label": pa.array([n % 2 for n in numbers], pa.int64()),
                "caption": [f"garment {n}" for n in numbers],
            }
        ).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
        pq.write_table(table, folder / f"train-{shard:05d}-of-00002.parquet", row_group_size=per_group)
    found = prepared(tmp_path / "source", tmp_path / "out")
    assert len(found) == 60
    record, pixel = found["data/train-00001-of-00002.parquet#4"]
    assert pixel == (34, 40, 90)
    assert (record.article, record.texts) == ("Shirts", ("garment 34",))


def test_a_dataset_that_was_saved_to_disk_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "data-00000-of-00001.arrow").write_bytes(b"")
    (tmp_path / "state.json").write_text("{}")
    with pytest.raises(BadInput, match=r"saved to disk; write it with load_from_disk\(\.\.\.\)\.to_parquet"):
        read_source(tmp_path)


def test_a_parquet_row_may_name_a_file_or_nothing(tmp_path: Path) -> None:
    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    paint(tmp_path / "source" / "beside.png", 7)
    values = [{"bytes": png(n), "path": None} for n in range(40)]
    values += [{"bytes": None, "path": "beside.png"}, {"bytes": None, "path": None}]
    table = pa.table({"id": list(map(str, range(42))), "image": pa.array(values, image)})
    pq.write_table(table, tmp_path / "source" / "goods.parquet")
    found = prepared(tmp_path / "source", tmp_path / "out")
    assert found["40"][1] == (7, 0, 90)
    skipped = json.loads((tmp_path / "out" / "report.json").read_text())["skipped"]
    assert [(entry["line"], entry["reason"]) for entry in skipped] == [(42, "no photo in this row")]


def write_tar(path: Path, members: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def products_in_tar(first: int, count: int) -> dict[str, bytes]:
    members = {}
    for number in range(first, first + count):
        members[f"{number:05d}.png"] = png(number)
        members[f"{number:05d}.json"] = json.dumps({"id": f"{number:05d}", "colour": "Red"}).encode()
        members[f"{number:05d}.txt"] = f"garment {number}\n".encode()
    return members


def test_webdataset_tars_are_read_where_they_lie(tmp_path: Path) -> None:
    write_tar(tmp_path / "source" / "00000.tar", products_in_tar(0, 25))
    write_tar(tmp_path / "source" / "00001.tar", products_in_tar(25, 25))
    found = prepared(tmp_path / "source", tmp_path / "out")
    assert len(found) == 50
    record, pixel = found["00031"]
    assert (record.colour, record.texts, pixel) == ("Red", ("garment 31",), (31, 40, 90))


def test_a_tar_that_is_cut_short_gives_what_it_has(tmp_path: Path) -> None:
    write_tar(tmp_path / "source" / "00000.tar", products_in_tar(0, 40))
    data = (tmp_path / "source" / "00000.tar").read_bytes()
    (tmp_path / "source" / "00000.tar").write_bytes(data[: 512 * 200 + 100])
    found = prepared(tmp_path / "source", tmp_path / "out")
    assert len(found) == 33
    skipped = json.loads((tmp_path / "out" / "report.json").read_text())["skipped"]
    assert "cut short" in skipped[0]["reason"]


def test_a_compressed_tar_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "shard.tar.gz").write_bytes(b"\x1f\x8b")
    with pytest.raises(BadInput, match=r"compressed one, shard.tar.gz, .* unpack it to a .tar"):
        read_source(tmp_path)


def test_columns_of_any_name_are_guessed_by_what_they_hold(tmp_path: Path) -> None:
    who, colours = ("Men", "women"), ("dark red", "Navy")
    rows = "".join(
        f"{n}|p{n}.png|{colours[n % 2]}|{who[n % 2]}|worn on a cold day|number {n} of 30\n" for n in range(30)
    )
    (tmp_path / "goods.csv").write_text("nr|bild|farbe|wer|wann|worte\n" + rows)
    source = read_source(tmp_path)
    assert source.roles == {"file": ["bild"], "gender": ["wer"], "colour": ["farbe"], "text": ["worte"]}
    assert source.table.read_as == "UTF-8, bars between fields"


def test_the_guess_is_shown_and_can_be_corrected_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text("nr,bild,farbe\n" + "1,p1.png,Navy\n2,p2.png,dark red\n")
    words = ["prepare", tmp_path, "--out", tmp_path / "out", "--dry-run", "--map", "text=farbe"]
    done = subprocess.run(
        [sys.executable, "-m", "modiste", *words], capture_output=True, text=True, check=True
    )
    for role, column, example in (
        ("file", "bild", "p1.png"),
        ("colour", "farbe", "Navy"),
        ("text", "farbe", "Navy"),
    ):
        assert f"{role:8} from {column}, e.g. {example}" in done.stderr
    assert "not read: nr;" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with BOM"), ("latin-1", "Latin-1"), ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16 without BOM"), ("utf-16-be", "UTF-16 without BOM"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("mark", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_encoding_and_delimiter_are_found_and_said(
    tmp_path: Path, codec: str, said: str, mark: str, name: str
) -> None:
    text = f"id{mark}file{mark}name\n1{mark}a.png{mark}robe à pois\n2{mark}b.png{mark}café\n"
    (tmp_path / "goods.csv").write_bytes(text.encode(codec))
    table = read_source(tmp_path).table
    assert [row["name"] for row in table.rows] == ["robe à pois", "café"]
    assert table.read_as == f"{said}, {name} between fields"


def test_excels_line_on_the_delimiter_is_no_header(tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text("sep=;\r\nid;file;name\r\n1;a.png;red, blue\r\n2;b.png\r\n")
    table = read_source(tmp_path).table
    assert (table.rows, list(table.lines)) == ([{"id": "1", "file": "a.png", "name": "red, blue"}], [3])
    assert [entry["line"] for entry in table.skipped] == [4]


def test_a_table_in_two_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    lines = [b"id,name", "1,café".encode(), "2,café".encode("latin-1"), b"3,plain"]
    (tmp_path / "goods.csv").write_bytes(b"\n".join(lines))
    table = read_source(tmp_path).table
    assert [row["name"] for row in table.rows] == ["café", "café", "plain"]
    assert "Latin-1 in lines: 1, the first is 3" in table.read_as
