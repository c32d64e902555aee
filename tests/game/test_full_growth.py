"""From 4x4 to 1024x1024 on drawn garments: every size and fade, killed once in between, and drawn with."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from modiste.game import checkpoint
from modiste.game.run import open_run
from modiste.models.progan import stage

SIZES = [4, 8, 16, 32, 64, 128, 256, 512, 1024]
MOST_MEMORY = 6 * 2**30

# The command itself, with fewer feature maps and more checkpoints than any preset has.
NARROW = """
from functools import partial
from modiste.game import begin
from modiste.models import FAMILIES
from modiste.models.progan import ProganConfig
FAMILIES["progan"].presets["laptop"] = partial(ProganConfig, width=1 / 32, noise_dim=32, batch_size=8)
begin.TrainConfig = partial(begin.TrainConfig, checkpoint_minutes=0.02)
from modiste.cli import main
main()
"""


def modiste(*words: object) -> None:
    subprocess.run([sys.executable, "-m", "modiste", *map(str, words)], check=True, capture_output=True)


def training(catalogue: Path, run: Path, said: Path, *more: str) -> subprocess.Popen[bytes]:
    words = ["train", str(catalogue), "--out", str(run), "--family", "progan", "--device", "cpu"]
    with said.open("ab") as file:
        return subprocess.Popen([sys.executable, "-c", NARROW, *words, *more], stderr=file)


def now(run: Path) -> tuple[int, float]:
    """Size and fade at the newest checkpoint."""
    if not (run / "config.json").is_file() or not list((run / "checkpoints").glob("*.sha256")):
        return 4, 1.0
    config = open_run(run).family_config
    seen = checkpoint.counters(checkpoint.newest(run / "checkpoints"))["images_seen"]
    return stage(config, seen).size, stage(config, seen).fade


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_grows_to_1024_after_a_kill_in_a_fade_and_draws_at_1024(tmp_path: Path) -> None:
    modiste("sample", "--out", tmp_path / "source", "--count", 24, "--size", 1024)
    catalogue, run, said = tmp_path / "catalogue", tmp_path / "run", tmp_path / "said"
    modiste("prepare", tmp_path / "source", "--out", catalogue, "--size", 1024)

    process = training(catalogue, run, said, "--images", "480")
    deadline = time.monotonic() + 900
    while not (now(run)[0] >= 32 and 0 < now(run)[1] < 1):
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    size, fade = now(run)
    assert 32 <= size < 1024
    assert 0 < fade < 1

    process = training(catalogue, run, said, "--resume")
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, said.read_text()
    assert used.ru_maxrss * 1024 < MOST_MEMORY
    began = {int(side) for side in re.findall(r"^(\d+)x\1 begins", said.read_text(), re.MULTILINE)}
    assert began == set(SIZES)
    assert now(run) == (1024, 1.0)
    grown = sorted(int(path.stem.removeprefix("grown-")) for path in (run / "sheets").glob("grown-*.png"))
    assert grown == SIZES
    with Image.open(run / "growth.png") as page:
        assert page.width > len(SIZES) * 256

    modiste("export", run, "--out", tmp_path / "model")
    modiste(
        "design", "navy blue shirt", "--model", tmp_path / "model", "--count", 1, "--out", tmp_path / "out"
    )
    drawn = [path for path in (tmp_path / "out").rglob("*.png") if Image.open(path).size == (1024, 1024)]
    assert len(drawn) == 1
