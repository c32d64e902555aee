"""The studio in a real Chromium: by keyboard alone, for everybody, on every screen."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from studio.browsing import IN_BROWSER, describe, kept_files, open_studio, settled, until
from studio.speaking import running

SERIOUS = ("serious", "critical")

pytestmark = IN_BROWSER


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
