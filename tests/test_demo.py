"""The quickstart: nothing but training makes its sheet, and its colours are right."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.design import design_command
from modiste.export import export_state
from modiste.game.begin import Budget, begin, plan_run

DEMO = Path(__file__).parents[1] / "benchmarks" / "demo.py"


def test_replaced_weights_change_the_sheet(catalogue: Catalogue, tmp_path: Path) -> None:
    run, _ = plan_run(
        catalogue,
        tmp_path / "run",
        family_name="dcgan",
        preset=None,
        size=None,
        budget=Budget(steps=1),
        seed=0,
    )
    state = begin(run)

    def sheet(name: str) -> np.ndarray:
        export_state(run, state)
        wishes = {"model": str(run.path), "count": 2, "seed": 0, "prompts": None, "like": None}
        design_command("red shirt", out=tmp_path / name, **wishes)
        return np.asarray(Image.open(tmp_path / name / "sheet.png").convert("RGB"), np.int64)

    first, again = sheet("first"), sheet("again")
    with torch.no_grad():
        for weight in state.ema.parameters():
            weight.copy_(torch.randn_like(weight))
    replaced = sheet("replaced")
    assert (first == again).all()
    # More than the model's hash in the title: the pictures themselves are others.
    assert (np.abs(first - replaced).max(axis=2) > 8).mean() > 0.1


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_demo_draws_at_least_five_of_six_colours(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, DEMO, "--strict", "--out", tmp_path / "demo"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    assert (tmp_path / "demo" / "run" / "learning.webp").is_file()
    first = tmp_path / "demo" / "bundled" / "sheet.png"
    assert first.stat().st_mtime < (tmp_path / "demo" / "run" / "config.json").stat().st_mtime
