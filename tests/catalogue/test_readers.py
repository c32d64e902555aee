"""Every layout is recognised by itself, and no line of a table vanishes."""

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.catalogue.readers import READERS, read_source
from modiste.errors import BadInput

from .conftest import MakeSource, paint, products


def test_fashion_product_images_is_recognised_with_its_quirks(tmp_path: Path) -> None:
    (tmp_path / "styles.csv").write_text(
        "id,gender,articleType,baseColour,usage,productDisplayName\n"
        "00152,Men,Shirts,Navy Blue,NA,Turtle Shirt, blue, checked\n"
        "2,Women,Tops,Red,Casual,Plain Top\n",
        encoding="utf-8",
    )
    source = read_source(tmp_path)
    assert source.kind == "Fashion Product Images"
    assert source.table.rows[0]["productDisplayName"] == "Turtle Shirt, blue, checked"
    assert source.table.rows[0]["file_name"] == "images/00152.jpg"
    assert source.roles["colour"] == ["baseColour"]
    assert source.roles["style"] == ["usage"]
    assert source.roles["text"] == ["productDisplayName"]


def test_another_styles_csv_is_read_as_a_plain_table(tmp_path: Path) -> None:
    (tmp_path / "styles.csv").write_text("id,file,color\n1,1.png,Red\n")
    assert read_source(tmp_path).kind == "table styles.csv"


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_every_kind_of_table_gives_the_same_rows(tmp_path: Path, ending: str) -> None:
    rows = [
        {"id": "007", "file": "a.png", "description": 'red,\tsoft \u2028 "new" dress'},
        {"id": "8", "file": "b.png", "description": "blue\ncoat"},
    ]
    path = tmp_path / f"goods.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif ending == "jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    else:
        tab = "\t" if ending == "tsv" else ","
        quoted = [tab.join('"' + cell.replace('"', '""') + '"' for cell in row.values()) for row in rows]
        path.write_text("\n".join([tab.join(rows[0]), *quoted]), encoding="utf-8-sig")
    assert read_source(tmp_path).table.rows == rows
    assert read_source(path).table.rows == rows


def test_image_folder_prefers_its_metadata_to_other_tables(make_source: MakeSource) -> None:
    source = make_source(products(3))
    (source / "prices.csv").write_text("id,price\n1,2\n")
    assert read_source(source).kind == "table metadata.csv"


def test_folder_name_is_the_article(tmp_path: Path) -> None:
    for name in ("Shirts/1.png", "Shirts/2.png", "Jeans/1.png"):
        paint(tmp_path / name)
    rows = read_source(tmp_path).table.rows
    assert [(row["id"], row["article"]) for row in rows] == [
        ("Jeans/1.png", "Jeans"),
        ("Shirts/1.png", "Shirts"),
        ("Shirts/2.png", "Shirts"),
    ]


@pytest.mark.parametrize("name", ["goods.csv", "goods.jsonl", "styles.csv"])
def test_a_line_that_is_no_row_is_listed_with_its_number(tmp_path: Path, name: str) -> None:
    text = {
        "goods.csv": "id,file\n1,a.png\n2,b.png,left over\n3,c.png\n",
        "goods.jsonl": '{"id": 1}\n{"id": 2, "fi\n{"id": 3}\n',
        "styles.csv": "id,articleType,baseColour\n1,Shirts,Red\n2,Shi\n3,Tops,Blue\n",
    }[name]
    (tmp_path / name).write_text(text)
    table = read_source(tmp_path).table
    assert [row["id"] for row in table.rows] == ["1", "3"]
    assert [entry["id"] for entry in table.skipped] == [f"{name} line {2 if name == 'goods.jsonl' else 3}"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "found neither in an empty folder"),
        ({"notes.txt": b"hello"}, "found neither"),
        ({"goods.csv": b"id,file\n"}, "found an empty table"),
        ({"goods.csv": b""}, "found an empty table"),
        ({"a.csv": b"id\n1\n", "b.csv": b"id\n1\n"}, "found a.csv, b.csv"),
        ({"goods.csv": b"id,id\n1,2\n"}, "different column names"),
        ({"goods.parquet": b"PAR1"}, "expected a Parquet table"),
    ],
)
def test_a_source_that_cannot_be_read_gets_one_line(
    tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput, match=words) as error:
        read_source(tmp_path)
    assert "\n" not in str(error.value)


def test_photos_without_their_table_are_no_class(tmp_path: Path) -> None:
    paint(tmp_path / "images" / "1.png")
    with pytest.raises(BadInput, match="found neither"):
        read_source(tmp_path)


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        read_source(tmp_path / "nowhere")


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_leaves_what_is_not_its_kind(tmp_path: Path, reader: object) -> None:
    assert callable(reader)
    (tmp_path / "notes.txt").write_text("hello")
    assert reader(tmp_path) is None


@pytest.mark.parametrize("with_table", [True, False])
def test_a_name_that_is_not_utf_8_stops_nothing(make_source: MakeSource, with_table: bool) -> None:
    source = make_source(products(60))
    if not with_table:
        (source / "metadata.csv").unlink()
        (source / "images").rename(source / "Shirts")
    folder = source / ("images" if with_table else "Shirts")
    paint(folder / os.fsdecode(b"gr\xfcn.png"))
    prepare(source, source.parent / "catalogue", PrepareConfig(size=16))
    report = json.loads((source.parent / "catalogue" / "report.json").read_text(encoding="utf-8"))
    said = report["photos_without_row"] if with_table else [one["id"] for one in report["skipped"]]
    assert said == [f"{folder.name}/gr\\udcfcn.png"]
