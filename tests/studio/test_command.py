import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from studio.speaking import running


def refused(*words: str | Path) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "modiste", "studio", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_what_it_cannot_open_is_said_in_one_line(model_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "--home must be a folder" in refused("--model", model_folder, "--home", file)
    assert "run folder" in refused("--model", model_folder, "--run", tmp_path, "--home", tmp_path / "h")
    assert "run folder" in refused("--run", tmp_path, "--home", tmp_path / "h")
    assert "no such folder" in refused("--model", tmp_path / "none", "--home", tmp_path / "h")
    assert not (tmp_path / "h").exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(model_folder: Path, tmp_path: Path, ending: signal.Signals) -> None:
    with running("--model", model_folder, "--home", tmp_path / "a") as (process, address):
        urllib.request.urlopen(address).read()
        process.send_signal(ending)
        assert process.wait(20) == 0


def test_a_taken_port_is_said_in_one_line(model_folder: Path, tmp_path: Path) -> None:
    with running("--model", model_folder, "--home", tmp_path / "a") as (_, address):
        port = address.rstrip("/").rsplit(":", 1)[1]
        said = refused("--model", model_folder, "--home", tmp_path / "b", "--port", port)
        assert f"port {port}" in said


def test_opened_wider_it_prints_a_token_and_asks_for_it(model_folder: Path, tmp_path: Path) -> None:
    with running("--model", model_folder, "--home", tmp_path / "a", "--host", "0.0.0.0") as (_, address):
        assert "?token=" in address
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert browser.open(address.replace("0.0.0.0", "127.0.0.1")).status == 200
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address.split("?")[0].replace("0.0.0.0", "127.0.0.1"))


def test_the_studio_leaves_training_libraries_unloaded(model_folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from modiste.studio import Studio, studio_app\n"
        f"studio_app(Studio.open(Path({str(model_folder)!r}), Path({str(tmp_path)!r})))\n"
        "heavy = ['torch', 'sklearn', 'pyarrow', 'safetensors', 'onnx', 'scipy', 'pandas']\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
