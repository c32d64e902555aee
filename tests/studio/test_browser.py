"""The studio in a real Chromium: type, steer, keep, reload, export, offline, by keyboard, for everybody."""

import base64
import io
import json
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from modiste.design import DesignModel, read_record
from modiste.design.picture import read_pixels
from studio.speaking import running

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the dev extra")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium: apt install chromium"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "studio_speed.py"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def run_folder(catalogue: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short real run: two rounds of the game."""
    from modiste.export import export_state
    from modiste.game.begin import Budget
    from modiste.game.train import train_run

    path = tmp_path_factory.mktemp("browser") / "run"
    train_run(catalogue.path, path, family="dcgan", budget=Budget(steps=2), on_checkpoint=export_state)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def address(model_folder: Path, home: Path) -> Iterator[str]:
    with running("--model", model_folder, "--home", home) as (_, printed):
        yield printed


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """An opened studio; whatever the page complains of, or asks of another place, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complain(complaints, said))
    page.on("request", lambda asked: asked.url.startswith((address, "blob:")) or complaints.append(asked.url))
    open_studio(page, address)
    yield page
    context.close()
    assert complaints == []


def complain(complaints: list[str], said: Any) -> None:
    if said.type == "error" and "status of 422" not in said.text:  # a refusal is an answer
        complaints.append(f"{said.text} {said.location}")


def open_studio(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("body.ready")
    settled(page)


def until(page: Any, expression: str, arg: str | None = None) -> None:
    """Waits for an expression to be true; Playwright's own waiting needs eval, which the page forbids."""
    end = time.monotonic() + 20
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, f"{expression} {arg or ''} did not come true"
        page.wait_for_timeout(20)


def settled(page: Any) -> None:
    """Waits until every tile shows the picture that it should."""
    until(
        page,
        "[...document.querySelectorAll('section:not([hidden]) .tile')].every(tile => {"
        "const image = tile.querySelector('img');"
        "return image.dataset.key === tile.dataset.key && image.src && image.complete; })",
        "const image = tile.querySelector('img');"
        "return image.dataset.key === tile.dataset.key && image.src && image.complete; })",
    )


def describe(page: Any, description: str) -> None:
    page.fill("#description", description)
    until(
        page,
        "text => document.querySelector('.tile').getAttribute('aria-label').startsWith(text)",
        arg=description,
    )
    settled(page)


def shown(page: Any, selector: str) -> Any:
    """The pixels that an image element shows."""
    data = page.eval_on_selector(
        selector,
        """image => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          canvas.getContext("2d").drawImage(image, 0, 0);
          return canvas.toDataURL("image/png").split(",")[1];
        }""",
    )
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def kept_files(home: Path) -> list[Path]:
    return sorted((home / "kept").glob("*.png"))


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
    assert page.input_value("#pickers select[aria-label=Colour]") == "Red"
    page.select_option("#pickers select[aria-label=Gender]", "Women")
    until(page, "document.querySelector('#description').value === 'red shirt for women'")


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
    page.wait_for_timeout(1500)  # a sheet is remembered when it has rested
    stranger = page.context.browser.new_context()
    other = stranger.new_page()
    open_studio(other, address)
    assert other.input_value("#description") == "blue dress"
    stranger.close()


def test_steering_opens_sheets_that_lead_back(page: Any) -> None:
    describe(page, "red shirt")
    first = shown(page, ".tile:nth-child(1) img")
    page.click(".tile:nth-child(1)")
    for key, title in (("m", "A little different"), ("M", "More different"), ("c", "Colourways")):
        page.keyboard.press(key)
        until(
            page,
            "title => document.querySelector('.sheet-heading h2').textContent.startsWith(title)",
            arg=title,
        )
        settled(page)
    for _ in range(3):
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


def test_everything_is_done_by_keyboard_alone(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.type("red shirt")
    settled(page)
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowRight", "k", "x", "ArrowDown", "s", "x"):
        page.keyboard.press(key)
    until(page, "document.querySelector('#kept-count').textContent.trim() === '2'")
    assert page.evaluate("document.activeElement.getAttribute('aria-selected')") == "true"
    page.keyboard.press("o")
    page.wait_for_selector("#morph")
    page.focus("#morph")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    page.wait_for_selector("#kept-bench .tile")
    page.keyboard.press("d")
    page.wait_for_selector("text=Deleted.")
    page.keyboard.press("Control+z")
    page.wait_for_selector("text=Brought back.")
    page.keyboard.press("?")
    assert page.locator("dialog.help dt").count() > 20
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    seen = set()
    for _ in range(60):  # every part is reached by Tab, and shows where the focus is
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => { const e = document.activeElement; const style = getComputedStyle(e);
            const name = e.id || e.dataset.act || e.className || e.tagName;
            return [e === document.body ? "BODY" : name,
                    style.outlineStyle !== "none" || e.id === "description"] }"""
        )
        assert focus[1] or focus[0] == "BODY", focus
        seen.add(focus[0])
    assert {"description", "seed", "lock", "new-seeds", "daring", "theme", "help", "keep", "colour"} <= seen


def test_letters_can_be_turned_off(page: Any, home: Path) -> None:
    page.keyboard.press("?")
    page.uncheck("#letters")
    page.keyboard.press("Escape")
    page.click(".tile:nth-child(1)")
    page.keyboard.press("k")
    page.wait_for_timeout(300)
    assert kept_files(home) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious(
    browser: Any, model_folder: Path, run_folder: Path, home: Path, theme: str, width: int
) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs axe, of the dev extra"
    ).Axe()
    with running("--model", model_folder, "--run", run_folder, "--home", home) as (_, address):
        for seed in (1, 2):
            recipe = {"description": "red shirt", "seed": str(seed)}
            body = json.dumps({"recipe": recipe, "starred": True, "board": "Spring"}).encode()
            urllib.request.urlopen(urllib.request.Request(f"{address}api/kept", body)).read()
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=theme, bypass_csp=True
        )
        page = context.new_page()
        open_studio(page, address)
        describe(page, "crimson red shirt")
        page.click(".tile:nth-child(2)")
        page.keyboard.press("x")
        found = [("design", axe.run(page))]
        for name, key in (("kept", "2"), ("history", "3"), ("game", "4"), ("model", "5"), ("help", "?")):
            page.keyboard.press(key)
            page.wait_for_timeout(600)
            found.append((name, axe.run(page)))
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{name} is {overflow} pixels wider than the screen"
        context.close()
    serious = {
        (name, violation["id"], violation["nodes"][0]["html"][:120])
        for name, result in found
        for violation in result.response["violations"]
        if violation["impact"] in SERIOUS
    }
    assert serious == set()
