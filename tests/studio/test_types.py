"""The studio's modules keep the types that their comments say."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src" / "modiste" / "studio" / "static"
TSC = ROOT / "web" / "node_modules" / ".bin" / "tsc"


@pytest.mark.slow
@pytest.mark.skipif(not TSC.exists(), reason="needs TypeScript: npm --prefix web ci (make check does it)")
def test_modules_keep_their_types() -> None:
    done = subprocess.run([TSC, "--project", ROOT / "web"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_text_of_the_table_is_used_and_there() -> None:
    table = (STATIC / "texts.js").read_text(encoding="utf-8")
    keys = set(re.findall(r"^  (\w+):", table, re.MULTILINE))
    others = "\n".join(
        file.read_text(encoding="utf-8") for file in STATIC.iterdir() if file.name != "texts.js"
    )
    named = set(re.findall(r'"(\w+)"', others))
    assert keys - named <= {"readonly", "shared"}  # the server names these
    assert set(re.findall(r'data-(?:text|title|aria-label)="(\w+)"', others)) <= keys


def test_the_page_has_no_words_of_its_own() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    page = re.sub(r"<(noscript|title|h1)>.*?</\1>|<kbd.*?</kbd>|<!doctype html>", "", page)
    assert re.findall(r">\s*(\w[^<]*)<", page) == []
