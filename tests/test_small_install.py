"""The package without extras, in a venv of its own: small, and enough to draw and to serve."""

import http.client
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from modiste.design import bundled_models

ROOT = Path(__file__).parents[1]
MOST_BYTES = 80_000_000
ALONE = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
"""The environment without what would bring the checkout's packages into the venv."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def run(*words: str | Path) -> str:
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, env=ALONE)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--constraint", ROOT / "constraints.txt"]
    run(*pip, "--wheel-dir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def modiste(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed from the wheels alone."""
    home = tmp_path_factory.mktemp("small") / "venv"
    run(sys.executable, "-m", "venv", home)
    run(
        home / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--find-links",
        wheels,
        "modiste",
    )
    return home / "bin" / "modiste"


def test_it_is_at_most_80_mb_of_wheels_without_training_libraries(wheels: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in wheels.iterdir()}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    names = {name.split("-")[0].lower() for name in sizes}
    assert not names & {"torch", "scikit_learn", "scipy", "pyarrow", "pandas", "onnx", "safetensors"}
    assert "modiste" in names


def test_it_draws_and_says_what_is_there(modiste: Path, model_folder: Path, tmp_path: Path) -> None:
    words = ["red shirt", "--model", model_folder, "--seed", "1", "--count", "2", "--out", tmp_path / "a"]
    drawn = json.loads(run(modiste, "design", *words, "--json"))
    assert all(Path(picture["file"]).is_file() for picture in drawn["pictures"])
    assert model_folder.parent.name in run(modiste, "models", model_folder.parent)
    report = json.loads(run(modiste, "doctor", "--json"))
    assert report["packages"]["train"]["torch"] is None
    assert report["packages"][""]["onnxruntime"]


@pytest.mark.skipif(not bundled_models(), reason="no model is bundled")
def test_it_draws_with_the_bundled_model(modiste: Path, tmp_path: Path) -> None:
    drawn = json.loads(run(modiste, "design", "red shirt", "--count", "1", "--out", tmp_path, "--json"))
    assert drawn["model"]["name"] == next(iter(bundled_models()))
    assert Path(drawn["pictures"][0]["file"]).is_file()


def test_what_it_lacks_it_names(modiste: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [modiste, "train", "none", "--out", tmp_path / "run"], capture_output=True, text=True, env=ALONE
    )
    assert done.returncode == 2
    assert "pip install '.[train]'" in done.stderr


def test_it_opens_the_studio(modiste: Path, model_folder: Path, tmp_path: Path) -> None:
    words = [modiste, "studio", "--model", model_folder, "--home", tmp_path / "home", "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=ALONE) as process:
        assert process.stderr
        port = re.search(r":(\d+)/", process.stderr.readline())
        assert port
        connection = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=60)
        for path in ("/", "/app.js", "/studio.css", "/api/state"):
            connection.request("GET", path)
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True), path
        body = '{"recipe": {"description": "red shirt", "seed": "1"}, "starred": false}'
        connection.request("POST", "/api/kept", body)
        assert connection.getresponse().status == 201
        process.terminate()
        process.wait(60)


def test_it_serves(modiste: Path, model_folder: Path) -> None:
    words = [modiste, "serve", "--model", model_folder, "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=ALONE) as process:
        assert process.stderr
        port = re.search(r":(\d+)/v1", process.stderr.readline())
        assert port
        connection = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=60)
        for path in ("/healthz", "/openapi.json", "/v1/models"):
            connection.request("GET", path)
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
        connection.request("POST", "/v1/images/generations", '{"prompt": "red shirt", "n": 3}')
        assert len(json.loads(connection.getresponse().read())["data"]) == 3
        process.terminate()
        assert process.wait(60) == 0
