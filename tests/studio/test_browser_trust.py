"""The studio in a real Chromium: the photos that a model learnt from, and the game of a run."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.export import Beside, export_run
from studio.browsing import IN_BROWSER, describe, open_studio, until
from studio.speaking import running

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def trusted(run_folder: Path, catalogue: Catalogue) -> Path:
    """The run's model with thumbnails of its photos."""
    return export_run(run_folder, run_folder.parent / "trusted", Beside(catalogue.path))


@pytest.fixture
def page(browser: Any, trusted: Path, run_folder: Path, home: Path) -> Iterator[Any]:
    with running("--model", trusted, "--run", run_folder, "--home", home) as (_, address):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        open_studio(page, address)
        yield page
        context.close()


def test_the_nearest_photos_follow_the_design_on_the_stage(page: Any) -> None:
    describe(page, "red shirt")
    page.click(".nearest summary")
    until(page, "document.querySelectorAll('.nearest img').length === 6")
    until(page, "[...document.querySelectorAll('.nearest img')].every(image => image.naturalWidth === 32)")
    texts = page.locator(".nearest figcaption").all_inner_texts()
    distances = [int(text.split()[0]) for text in texts]
    assert distances == sorted(distances)
    before = page.locator(".nearest img").first.get_attribute("alt")
    describe(page, "blue shorts")
    until(page, "alt => document.querySelector('.nearest img').alt !== alt", before)


def test_the_game_shows_each_picture_with_its_verdict(page: Any, run_folder: Path) -> None:
    page.keyboard.press("4")
    page.wait_for_selector(".judged")
    sheets = sorted((run_folder / "sheets").glob("[0-9]*.json"))
    for at in (len(sheets) - 1, 0):
        page.fill("#moment", str(at))
        said = json.loads(sheets[at].read_text())
        expected = [value for row in said["drawn"] for value in row["real"]]
        expected += [photo["real"] for photo in said["photos"]]
        until(
            page,
            "real => document.querySelector('.figures .judged:last-child')"
            ".style.getPropertyValue('--real') === real",
            str(said["photos"][-1]["real"]),
        )
        told = page.locator(".judged figcaption").all_inner_texts()
        assert [text.startswith("a photo") for text in told] == [value >= 0.5 for value in expected]
        fooled = sum(value >= 0.5 for value in expected[:36])
        assert f"{fooled} of 36" in page.inner_text(".frames")
        mistaken = sum(value < 0.5 for value in expected[36:])
        assert page.locator(".judged.wrong").count() == fooled + mistaken
        assert page.locator(".judged strong:visible").count() == fooled + mistaken


def test_each_picture_on_the_game_page_is_its_own_part_of_the_sheet(page: Any, run_folder: Path) -> None:
    page.keyboard.press("4")
    page.wait_for_selector(".judged")
    page.wait_for_timeout(300)
    places = json.loads(sorted((run_folder / "sheets").glob("[0-9]*.json"))[-1].read_text())["places"]
    sheet = Image.open(sorted((run_folder / "sheets").glob("[0-9]*.png"))[-1]).convert("RGB")
    parts = [
        sheet.crop((left, top, left + places["width"], top + places["height"]))
        for top in (places["top"] + row * (places["height"] + places["gap"]) for row in range(6))
        for left in (places["left"] + column * (places["width"] + places["gap"]) for column in range(6))
    ]
    for at in (0, 16, 35):
        tile = page.locator(".frames .crop").nth(at)
        tile.scroll_into_view_if_needed()
        seen = small(Image.open(io.BytesIO(tile.screenshot())))
        distances = [np.abs(small(part) - seen).mean() for part in parts]
        assert int(np.argmin(distances)) == at


def small(picture: Image.Image) -> Any:
    """The upper part, coarsely: what says `fooled` lies over the lower one."""
    upper = picture.convert("RGB").crop((0, 0, picture.width, int(0.7 * picture.height)))
    return np.asarray(upper.resize((16, 11), Image.Resampling.BOX), np.float32)


def test_the_articles_arithmetic_is_done_with_the_verdicts_of_another_familys_run(
    browser: Any, trusted: Path, run_folder: Path, home: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(run_folder, tmp_path / "other")
    config = json.loads((run / "config.json").read_text())
    config["train"]["family"] = "contrastive"
    (run / "config.json").write_text(json.dumps(config))
    said = json.loads(sorted((run / "sheets").glob("[0-9]*.json"))[-1].read_text())
    real = np.array([photo["real"] for photo in said["photos"]]).clip(1e-4)
    fake = np.array([row["real"] for row in said["drawn"]])
    officer = -(np.log(real).mean() + np.log((1 - fake).clip(1e-4)).mean()) / 2
    with running("--model", trusted, "--run", run, "--home", home) as (_, address):
        page = browser.new_page()
        open_studio(page, address)
        page.keyboard.press("4")
        page.wait_for_selector("text=other losses than the article")
        figures = page.inner_text(".figures")
        assert (
            f"cost the officer {officer:.3f} and the counterfeiter {-np.log(fake.clip(1e-4)).mean():.3f}"
            in figures
        )
        page.close()


def test_a_run_of_an_older_release_shows_its_sheets_alone(
    browser: Any, model_folder: Path, run_folder: Path, home: Path, tmp_path: Path
) -> None:
    old = shutil.copytree(run_folder, tmp_path / "old")
    for path in [*(old / "sheets").glob("*.json"), old / "sheets" / "photos.png"]:
        path.unlink()
    with running("--model", model_folder, "--run", old, "--home", home) as (_, address):
        page = browser.new_page()
        open_studio(page, address)
        page.keyboard.press("4")
        until(page, "document.querySelector('img.frame')?.complete")
        assert page.locator(".judged").count() == 0
        page.close()
