"""The studio in a real Chromium: keep, star, board, compare, delete, undo, reload, export."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from modiste.design import DesignModel, read_record
from modiste.design.picture import read_pixels
from studio.browsing import IN_BROWSER, describe, kept_files, open_studio, until

pytestmark = IN_BROWSER


def test_kept_designs_and_the_sheet_survive_reload_and_restart(
    page: Any, address: str, home: Path, model: DesignModel
) -> None:
    describe(page, "blue dress")
    page.click(".tile:nth-child(3)")
    page.keyboard.press("k")
    until(page, "document.querySelector('#kept-count').textContent.trim() === '1'")
    (file,) = kept_files(home)
    record = read_record(file)
    assert np.array_equal(read_pixels(file), model.draw([record["description"]], [record["seed"]])[0])
    page.reload()
    page.wait_for_selector("body.ready")
    assert page.input_value("#description") == "blue dress"
    assert page.get_attribute(".tile:nth-child(3)", "aria-selected") == "true"
    assert "kept" in page.get_attribute(".tile:nth-child(3)", "aria-label")
    # a sheet is remembered when it has rested
    until(
        page,
        "fetch('/api/history').then(answer => answer.json())"
        ".then(({ sheets }) => sheets[0]?.recipes[0].description === 'blue dress')",
    )
    stranger = page.context.browser.new_context()
    other = stranger.new_page()
    open_studio(other, address)
    assert other.input_value("#description") == "blue dress"
    stranger.close()


def test_boards_stars_comparison_and_undo(page: Any, home: Path) -> None:
    describe(page, "red shirt")
    for at in (1, 2):
        page.click(f".tile:nth-child({at})")
        page.keyboard.press("s")
        until(
            page, "count => document.querySelector('#kept-count').textContent.trim() === count", arg=str(at)
        )
        page.keyboard.press("x")
    page.keyboard.press("=")
    assert page.locator("dialog.compare figure").count() == 2
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.wait_for_selector("#kept-bench .tile")
    page.locator("#kept-bench .tile").first.click()
    page.keyboard.press("b")
    page.fill("#board", "Spring")
    page.keyboard.press("Enter")
    page.click(".chips >> text=Spring")
    assert page.locator(".chips [aria-pressed=true]").all_inner_texts() == ["Spring"]
    assert page.locator("#kept-bench .tile").count() == 1
    page.keyboard.press("d")
    page.wait_for_selector("text=Deleted.")
    assert len(kept_files(home)) == 1
    page.keyboard.press("u")
    page.wait_for_selector("text=Brought back.")
    assert len(kept_files(home)) == 2
    page.click(".chips >> text=Starred")
    assert page.locator("#kept-bench .tile").count() == 2


def test_png_and_zip_are_exported(page: Any, tmp_path: Path) -> None:
    describe(page, "red shirt")
    with page.expect_download() as one:
        page.click("[data-act=export]")
    assert one.value.suggested_filename.startswith("red-shirt-")
    one.value.save_as(tmp_path / "one.png")
    assert read_record(tmp_path / "one.png")["description"] == "red shirt"
    with page.expect_download() as several:
        page.click("text=Export ZIP")
    several.value.save_as(tmp_path / "all.zip")
    assert len(zipfile.ZipFile(tmp_path / "all.zip").namelist()) == 13
