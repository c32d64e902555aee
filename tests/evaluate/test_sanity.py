"""The benchmark that shows that the figures mean something, on the embedded wardrobe."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "evaluate_sanity.py"


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_cheat_is_caught_by_the_figure_that_should() -> None:
    result = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
