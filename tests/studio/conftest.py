"""A studio on the small model, spoken to by requests or opened in the system's Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from modiste.studio import Studio
from studio.browsing import CHROMIUM, FLAGS, open_studio
from studio.speaking import client_of, running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def client(model_folder: Path, home: Path) -> TestClient:
    return client_of(Studio.open(model_folder, home))


@pytest.fixture(scope="module")  # its event loop runs as long: other rooms' tests have their own
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def run_folder(catalogue: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short real run: two rounds of the game; its model has thumbnails."""
    from modiste.export import export_state
    from modiste.game.begin import Budget
    from modiste.game.train import train_run

    path = tmp_path_factory.mktemp("browser") / "run"
    train_run(catalogue.path, path, family="dcgan", budget=Budget(steps=2), on_checkpoint=export_state)
    return path


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
    page.on("console", lambda said: _complain(complaints, said))
    page.on("request", lambda asked: asked.url.startswith((address, "blob:")) or complaints.append(asked.url))
    open_studio(page, address)
    yield page
    context.close()
    assert complaints == []


def _complain(complaints: list[str], said: Any) -> None:
    if said.type == "error" and "status of 422" not in said.text:  # a refusal is an answer
        complaints.append(f"{said.text} {said.location}")
