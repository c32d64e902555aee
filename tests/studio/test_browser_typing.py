"""The studio in a real Chromium: type, steer, morph, with a table, offline, and when it was closed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modiste.design import DesignModel, read_record
from studio.browsing import IN_BROWSER, describe, kept_files, open_studio, settled, shown, until
from studio.speaking import running

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "studio_speed.py"

pytestmark = IN_BROWSER


def test_the_sheet_follows_the_words_and_says_which_it_does_not_know(page: Any, model: DesignModel) -> None:
    page.fill("#seed", "40")
    page.click("#description")
    page.fill("#description", "")
    page.keyboard.type("crimson shirt for men", delay=15)
    page.wait_for_selector("#mirror .unknown")
    assert page.inner_text("#mirror .unknown") == "crimson"
    settled(page)
    for at in (0, 11):
        expected = model.draw(["crimson shirt for men"], [40 + at])[0]
        assert np.array_equal(shown(page, f".tile:nth-child({at + 1}) img"), expected)
    page.click("#unknown .word")
    until(page, "document.querySelector('#description').value === 'red shirt for men'")
    until(page, "!document.querySelector('#mirror .unknown')")
    until(page, "document.querySelector('#pickers select[aria-label=Colour]').value === 'Red'")
    page.select_option("#pickers select[aria-label=Gender]", "Women")
    until(page, "document.querySelector('#description').value === 'red shirt for women'")


def test_a_word_is_typed_before_it_is_called_unknown_and_alone_replaced(page: Any) -> None:
    blamed = page.evaluate(
        """new Promise(done => {
          const field = document.querySelector("#description");
          field.value = "shirts shir";
          field.dispatchEvent(new Event("input"));
          setTimeout(() => done(document.querySelectorAll("#mirror .unknown").length), 300);
        })"""
    )
    assert blamed == 0
    page.wait_for_selector("#mirror .unknown")
    page.click("#unknown .word")
    until(page, "document.querySelector('#description').value === 'shirts shirt'")


def test_key_to_picture_takes_under_100_ms_and_a_slider_shows_20_a_second(model_folder: Path) -> None:
    done = subprocess.run([sys.executable, BENCHMARK, model_folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert measured["key_to_picture_ms"]["median"] < 100, measured
    assert measured["slider_pictures_per_second"] >= 20, measured


def test_free_seeds_change_with_the_words_and_locked_ones_stay(page: Any) -> None:
    describe(page, "red shirt")
    before = page.input_value("#seed")
    describe(page, "red dress")
    assert page.input_value("#seed") == before
    page.uncheck("#lock")
    describe(page, "blue dress")
    assert page.input_value("#seed") != before


@pytest.mark.parametrize("seed", ["-1", str(2**63), str(2**70), "1.5"])
def test_a_seed_that_there_is_not_is_said_and_draws_nothing(page: Any, seed: str) -> None:
    describe(page, "red shirt")
    before = page.get_attribute(".tile", "aria-label")
    page.fill("#seed", seed)
    assert "from 0 to 9223372036854775807" in page.inner_text("#said .error")
    assert page.get_attribute("#seed", "aria-invalid") == "true"
    assert page.get_attribute(".tile", "aria-label") == before
    page.fill("#seed", str(2**63 - 1))
    assert page.locator("#said .error").count() == 0
    until(page, "document.querySelector('.tile').getAttribute('aria-label').endsWith('9223372036854775807')")
    assert page.get_attribute(".tile:nth-child(2)", "aria-label") == "red shirt, seed 0"


def test_a_description_that_is_too_long_is_said_until_it_is_not(page: Any) -> None:
    page.fill("#description", "red " * 25_000)
    page.wait_for_selector("#said .error")
    assert "2,000 characters" in page.inner_text("#said .error")
    describe(page, "red shirt with " + "w" * 300)
    assert page.locator("#said .error").count() == 0
    page.wait_for_selector("#mirror .unknown")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_steering_opens_sheets_that_lead_back(page: Any) -> None:
    describe(page, "red shirt")
    first = shown(page, ".tile:nth-child(1) img")
    page.click(".tile:nth-child(1)")
    steps = (
        ("f", "“red shirt”, the rest"),
        ("m", "A little different"),
        ("M", "More different"),
        ("c", "Colourways"),
    )
    for key, title in steps:
        page.keyboard.press(key)
        until(
            page,
            "title => document.querySelector('.sheet-heading h2').textContent.startsWith(title)",
            arg=title,
        )
        settled(page)
    names = page.locator("#design-bench .name").all_inner_texts()
    assert len(set(names)) == len(names), "colourways are told apart by their words"
    for _ in steps:
        page.keyboard.press(",")
    settled(page)
    assert np.array_equal(shown(page, ".tile:nth-child(1) img"), first)


def test_a_morph_has_a_strip_and_a_slider_whose_picture_can_be_kept(page: Any, home: Path) -> None:
    describe(page, "red shirt")
    for at in (1, 4):
        page.click(f".tile:nth-child({at})")
        page.keyboard.press("x")
    page.keyboard.press("o")
    page.wait_for_selector("#morph")
    settled(page)
    assert page.locator("#design-bench .tile").count() == 9
    page.fill("#morph", "29")
    page.wait_for_timeout(300)
    page.click("[data-act=keep]")
    until(page, "document.querySelector('#kept-count').textContent.trim() === '1'")
    record = read_record(kept_files(home)[0])
    assert len(record["noise"]) == 2
    page.keyboard.press("i")
    until(page, "document.querySelector('.sheet-heading h2').textContent.startsWith('2 designs')")


def test_a_table_becomes_a_sheet(page: Any, tmp_path: Path) -> None:
    (tmp_path / "summer.csv").write_text("description,seed\nred dress,5\nblue shorts,6\n")
    page.set_input_files("#table", tmp_path / "summer.csv")
    until(page, "document.querySelector('.sheet-heading h2').textContent === 'summer.csv'")
    settled(page)
    assert page.locator("#design-bench .tile").count() == 2
    page.set_input_files("#table", Path(__file__))
    page.wait_for_selector("#said .error")


def test_it_works_without_a_network(page: Any, address: str) -> None:
    # Everything but this machine is gone; the page fixture counts requests to other places besides.
    page.route("**/*", lambda route: route.continue_() if address in route.request.url else route.abort())
    page.reload()
    page.wait_for_selector("body.ready")
    describe(page, "green shorts")


def test_a_studio_that_was_closed_is_said(browser: Any, model_folder: Path, home: Path) -> None:
    with running("--model", model_folder, "--home", home) as (process, address):
        page = browser.new_context().new_page()
        open_studio(page, address)
        process.kill()
        process.wait(30)
        page.fill("#description", "red dress")
        page.wait_for_selector("#said .error")
        assert "still running" in page.inner_text("#said .error")
        page.context.close()
