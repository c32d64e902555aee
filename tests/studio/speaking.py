"""Speaking to a studio without a browser, and running one as a person does."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from modiste.studio import Studio, studio_app

ADDRESS = "http://127.0.0.1:7860"


def client_of(studio: Studio, token: str | None = None) -> TestClient:
    return TestClient(studio_app(studio, token=token), base_url=ADDRESS, raise_server_exceptions=False)


def plain(description: str = "red shirt", seed: int = 7, **more: Any) -> dict[str, Any]:
    """A recipe as the page sends it."""
    return {"description": description, "seed": str(seed), **more}


def keep(client: TestClient, recipe: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post("/api/kept", json={"recipe": recipe, "starred": False} | more)
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


@contextmanager
def running(*words: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`modiste studio` as its own process on a free port: the process and the address it printed."""
    command = [sys.executable, "-m", "modiste", "studio", "--port", "0", *map(str, words)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        said = process.stderr.readline()
        address = re.search(r"http://\S+", said)
        assert address, said + process.stderr.read()
        yield process, address[0]
    finally:
        process.kill()
        process.wait(30)
