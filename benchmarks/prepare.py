"""How fast a source becomes a catalogue on this machine.

    python benchmarks/prepare.py SOURCE [--size 128] [--repeats 3] [-- further options of modiste prepare]

Each repeat is the whole command in a fresh process, so that its start and its imports count.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from modiste.machine import machine


def main() -> None:
    """Prepares the source some times and prints each time, then the best."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=3)
    options, further = parser.parse_known_args()
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    print(f"{machine()}, Python {platform.python_version()}{load}")
    best = float("inf")
    for _ in range(options.repeats):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "modiste", "prepare", str(options.source), "--json"]
            command += ["--out", f"{folder}/catalogue", "--size", str(options.size)]
            command += [word for word in further if word != "--"]
            begin = time.perf_counter()
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
            seconds = time.perf_counter() - begin
        report = json.loads(done.stdout)
        photos = sum(report["splits"].values()) + len(report["skipped"])
        best = min(best, seconds)
        print(
            f"{photos:,} photos to {options.size}x{options.size}: {seconds:.1f} s, "
            f"{photos / seconds:,.0f} photos/s"
        )
    print(f"best of {options.repeats}: {best:.1f} s, {photos / best:,.0f} photos/s")


if __name__ == "__main__":
    main()
