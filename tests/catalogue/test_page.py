"""The report is one page that needs nothing else, and shows what was skipped."""

import re
from pathlib import Path

import pytest
from PIL import Image

from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.errors import BadInput

from .conftest import MakeSource, products


def page_of(source: Path, out: Path) -> str:
    prepare(source, out, PrepareConfig(16), max_bad=0.2)
    return (out / "report.html").read_text()


def test_the_page_needs_no_address_and_shows_every_attribute(make_source: MakeSource, tmp_path: Path) -> None:
    page = page_of(make_source(products()), tmp_path / "out")
    assert not re.search(r"""(src|href)=["'](?!data:|#)|url\(|@import|<script""", page)
    assert "$" not in page
    for words in (
        "colour: 2 values",
        "article: 3 values",
        "Which column was taken for what",
        "Not read: none",
    ):
        assert words in page
    assert page.count("<img") == 60


def test_what_comes_from_the_source_is_escaped(make_source: MakeSource, tmp_path: Path) -> None:
    rows = [row | {"article": "<script>alert(1)</script>", "id": f"<b>{row['id']}"} for row in products()]
    page = page_of(make_source(rows), tmp_path / "out")
    assert "<script>alert" not in page
    assert "<b>0" not in page
    assert "&lt;script&gt;" in page


def test_a_photo_that_was_skipped_is_shown_as_far_as_it_goes(make_source: MakeSource, tmp_path: Path) -> None:
    source = make_source(products())
    Image.effect_noise((300, 300), 90).save(source / "whole.jpg")
    data = (source / "whole.jpg").read_bytes()
    (source / "images" / "00003.png").write_bytes(data[: len(data) * 2 // 3])
    (source / "images" / "00004.png").write_bytes(b"no picture")
    page = page_of(source, tmp_path / "out")
    skipped, others = page[page.index('id="skipped"') :].split('id="others"')
    assert skipped.count("<img") == others.count("<img") == 1
    assert "00003: cannot be read" in skipped
    assert "not a picture" in skipped
    assert "whole.jpg" in others


def test_a_row_whose_id_came_again_is_shown_with_its_photo(make_source: MakeSource, tmp_path: Path) -> None:
    rows = products()
    page = page_of(make_source([*rows, rows[7] | {"file_name": "again.png"}]), tmp_path / "out")
    others = page[page.index('id="others"') :]
    assert others.count("<img") == 1
    assert "00007 in line 62" in others


def test_a_cell_of_any_length_is_cut_on_the_page(make_source: MakeSource, tmp_path: Path) -> None:
    rows = [row | {"article": row["article"] + "x" * 5_000} for row in products()]
    assert "x" * 100 not in page_of(make_source(rows), tmp_path / "out")


def test_a_page_without_a_catalogue_says_so(make_source: MakeSource, tmp_path: Path) -> None:
    source = make_source(products())
    for number in range(10):
        (source / "images" / f"{number:05d}.png").write_bytes(b"")
    with pytest.raises(BadInput, match="no catalogue was written"):
        prepare(source, tmp_path / "out", PrepareConfig(16))
    assert "No catalogue was written" in (tmp_path / "out" / "report.html").read_text()
    assert "No catalogue" not in page_of(source, tmp_path / "out")
