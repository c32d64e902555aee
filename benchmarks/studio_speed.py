"""How quick the studio is in a real Chromium: from a key to its picture, and pictures a second on a slider.

python benchmarks/studio_speed.py MODEL

Needs playwright (of the dev extra) and the system's Chromium. Both are measured in the page itself: from the
event of the key to the load of the new picture on the stage, and loads on the stage while a slider moves.
Every key makes another description, so no picture is remembered.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from modiste.machine import machine

WORDS = " blue dress for women casual shorts red men"
SLIDER_MILLISECONDS = 3000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

KEY_TO_PICTURE = """
letter => new Promise(done => {
  const field = document.querySelector("#description");
  const picture = document.querySelector(".stage img.large");
  const start = performance.now();
  picture.addEventListener("load", () => done(performance.now() - start), {once: true});
  field.value += letter;
  field.dispatchEvent(new Event("input"));
})"""

SLIDER = """
milliseconds => new Promise(done => {
  const slider = document.querySelector("#daring");
  const picture = document.querySelector(".stage img.large");
  let loads = 0, moves = 0;
  picture.addEventListener("load", () => loads++);
  const moving = setInterval(() => {
    slider.value = String((moves++ % 101) / 100);
    slider.dispatchEvent(new Event("input"));
  }, 8);
  setTimeout(() => { clearInterval(moving); done(loads * 1000 / milliseconds); }, milliseconds);
})"""


@contextmanager
def open_studio(words: list[str]) -> Iterator[tuple[Browser, str]]:
    """A studio with these further words on its command line, in a Chromium: the browser and the address."""
    command = [sys.executable, "-m", "modiste", "studio", *words, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as studio, sync_playwright() as driver:
        try:
            assert studio.stderr
            address = re.search(r"http://\S+", studio.stderr.readline())
            assert address
            path = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = driver.chromium.launch(executable_path=path, args=FLAGS)
            yield browser, address[0]
            browser.close()
        finally:
            studio.terminate()


def measure(model: str, home: str) -> dict[str, Any]:
    """Opens a studio on the model and types and slides in it."""
    with open_studio(["--model", model, "--home", home]) as (browser, address):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.wait_for_selector("body.ready")
        page.wait_for_timeout(2000)
        keys = []
        for letter in WORDS:
            keys.append(page.evaluate(KEY_TO_PICTURE, letter))
            page.wait_for_timeout(120)  # a quick typist; the rest of the sheet is still being drawn
        page.wait_for_timeout(1000)
        pictures_per_second = page.evaluate(SLIDER, SLIDER_MILLISECONDS)
    return {
        "machine": machine(),
        "keys": len(keys),
        "key_to_picture_ms": {
            "median": round(statistics.median(keys), 1),
            "worst_of_20": round(statistics.quantiles(keys, n=20)[-1], 1),
        },
        "slider_pictures_per_second": round(pictures_per_second, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(measure(parser.parse_args().model, home), indent=1))
