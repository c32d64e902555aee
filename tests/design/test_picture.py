from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from modiste.design import DesignModel, read_record
from modiste.design.picture import free_path, picture_record, read_pixels, slug, write_picture
from modiste.errors import BadInput

PICTURE = np.arange(32 * 32 * 3, dtype=np.uint32).reshape(32, 32, 3).astype(np.uint8)


def test_a_picture_carries_its_recipe_for_people_and_for_programs(model: DesignModel, tmp_path: Path) -> None:
    record = picture_record(model, "navy blue shirt", 7)
    write_picture(tmp_path / "a.png", PICTURE, record)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info["parameters"] == (
            f"navy blue shirt\nSeed: 7, Size: 32x32, Model: {model.name}, Model hash: {model.sha256[:10]}"
        )
    assert read_record(tmp_path / "a.png") == record
    assert np.array_equal(read_pixels(tmp_path / "a.png"), PICTURE)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200))
def test_any_text_survives_in_the_record(tmp_path_factory: pytest.TempPathFactory, description: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.png"
    record = {"description": description, "seed": 0, "size": 32, "model": "m", "model_sha256": "0" * 64}
    write_picture(path, PICTURE, record)
    assert read_record(path)["description"] == description


@given(st.text(max_size=2000))
def test_a_file_name_is_plain_and_short(description: str) -> None:
    name = slug(description)
    assert 0 < len(name.encode("utf-8")) <= 180
    assert not set(name) & set('/\\.:\0 "')


def test_another_or_edited_picture_is_never_overwritten(model: DesignModel, tmp_path: Path) -> None:
    record = picture_record(model, "red shirt", 1)
    write_picture(tmp_path / "a.png", PICTURE, record)
    assert free_path(tmp_path, "a", record, PICTURE) == tmp_path / "a.png"
    assert free_path(tmp_path, "a", record, 255 - PICTURE) == tmp_path / "a-2.png"
    assert free_path(tmp_path, "a", {**record, "seed": 2}, PICTURE) == tmp_path / "a-2.png"
    (tmp_path / "a-2.png").write_bytes(b"somebody's notes")
    assert free_path(tmp_path, "a", {**record, "seed": 2}, PICTURE) == tmp_path / "a-3.png"


def test_files_without_a_whole_record_are_refused(tmp_path: Path) -> None:
    Image.fromarray(PICTURE).save(tmp_path / "bare.png")
    write_picture(tmp_path / "sheet.png", PICTURE, {"sheet": []})
    write_picture(
        tmp_path / "seed.png",
        PICTURE,
        {"description": "a", "seed": -1, "size": 32, "model": "m", "model_sha256": "0"},
    )
    (tmp_path / "text.png").write_text("no picture")
    for name, expected in {
        "none.png": "no file",
        "bare.png": "no record",
        "text.png": "no record",
        "sheet.png": "is a sheet",
        "seed.png": "not whole",
    }.items():
        with pytest.raises(BadInput, match=expected):
            read_record(tmp_path / name)
