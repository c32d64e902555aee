"""What the tests in a browser share: opening the page, waiting for it, reading what it shows."""

import base64
import io
import shutil
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
IN_BROWSER = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("playwright") is None, reason="needs playwright, of the dev extra"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs the system's Chromium: apt install chromium"),
]
"""The `pytestmark` of every file whose tests open a browser."""


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
