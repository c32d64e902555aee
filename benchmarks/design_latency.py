"""How fast a model draws: from a cold start, one picture, and 64; beside torch and the floor, in one run.

    python benchmarks/design_latency.py MODEL
    python benchmarks/design_latency.py MODEL --settings

Figures, medians, each with its bar for 128x128 on 2 cores:

- cold start: `modiste design` as a new process, until its PNG is on the disk (the sheet comes after);
- one picture and 64 pictures: from description and seed to pixels;
- torch eager: the same generator in torch from the folder's `start.safetensors`, in the quicker of two memory
  layouts and the quickest of several batch sizes; it must draw the same within one level of 255 in the mean;
- floor: the generator's multiply-adds over this machine's measured rate of 3x3 convolutions.

`--settings` measures what was tried instead: onnxruntime's threads, spinning, graph optimisation, arena and
batch sizes, with whether a picture stays the same in every bit.

Needs the extra `train`. Exit code 1 if a bar is missed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch

from modiste.design import DesignModel, find_model
from modiste.design.folder import check_folder
from modiste.design.model import to_pixels
from modiste.game.checkpoint import under
from modiste.game.precision import FLOAT32
from modiste.game.start import read_weights
from modiste.machine import machine
from modiste.models import family
from modiste.randomness import seed_noise
from train_step import convolution_rate, multiply_adds

PICTURES = 64
DESCRIPTIONS = ("navy blue casual shirt for men", "red dress for women", "black sports shoes", "white top")
BARS = {"cold start": 1200.0, "one picture": 12.0, "each of 64": 4.0}
"""Milliseconds, for 128x128 on 2 cores."""
BATCHES = (1, 2, 4, 8, 16, 32, 64)


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median over `rounds`, after one that warms up."""
    work()
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        spent.append(1e3 * (time.perf_counter() - started))
    return sorted(spent)[rounds // 2]


def cold_start(model: Path, rounds: int = 7) -> float:
    """Median milliseconds from starting the process until the picture is there, whole."""
    spent = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            words = [sys.executable, "-m", "modiste", "design", DESCRIPTIONS[0], "--model", str(model)]
            words += ["--count", "1", "--seed", str(number), "--out", folder]
            started = time.perf_counter()
            with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
                while not list(Path(folder).glob(f"[!.]*-{number}.png")) and process.poll() is None:
                    time.sleep(0.001)
                spent.append(1e3 * (time.perf_counter() - started))
            assert process.returncode == 0
    return sorted(spent)[rounds // 2]


def torch_generator(model: DesignModel, folder: Path) -> torch.nn.Module:
    """The averaged generator in torch."""
    known = family(model.config["family"])
    preset = known.presets[model.config["preset"]]
    shape = {"noise_dim": model.noise_dim} | model.config.get("network", {})
    config = replace(preset(size=model.size, text_dim=model.encoder.dimensions), **shape)
    generator, _ = known.build(config)
    generator.load_state_dict(under(read_weights(folder), "ema"))
    return generator.eval().requires_grad_(False)


def torch_eager(generator: torch.nn.Module, noise: torch.Tensor, text: torch.Tensor) -> dict[int, float]:
    """Batch size -> milliseconds a picture, in the quicker memory layout."""
    best = dict.fromkeys(BATCHES, float("inf"))
    for layout in (torch.contiguous_format, torch.channels_last):
        laid_out = generator.to(memory_format=layout)  # type: ignore[call-overload]
        for batch in BATCHES:
            starts = range(0, PICTURES, batch) if batch > 1 else [0]

            def draw(starts: Iterable[int] = starts, batch: int = batch) -> None:
                for start in starts:
                    laid_out(noise[start : start + batch], text[start : start + batch])  # noqa: B023

            spent = milliseconds(draw, 5 if batch > 1 else 25) / len(starts) / batch
            best[batch] = min(best[batch], spent)
    return best


def report(folder: Path) -> int:
    """Prints the figures; returns how many bars are missed."""
    model = DesignModel.open(folder)
    descriptions = [DESCRIPTIONS[number % len(DESCRIPTIONS)] for number in range(PICTURES)]
    seeds = list(range(PICTURES))
    noise = np.stack([seed_noise(seed, model.noise_dim) for seed in seeds])
    text = model.encoder.encode(descriptions)
    generator = torch_generator(model, folder)
    both = torch.from_numpy(noise), torch.from_numpy(text)
    eager = to_pixels(generator(*both).numpy().transpose(0, 2, 3, 1))
    levels = np.abs(eager.astype(int) - model.draw(descriptions, seeds)).max(axis=3)
    assert levels.mean() <= 1, levels.mean()  # the start is kept in 8 bits
    times = torch_eager(generator, *both)
    measured = {
        "cold start": cold_start(folder),
        "one picture": milliseconds(lambda: model.draw(descriptions[:1], seeds[:1]), 51),
        "each of 64": milliseconds(lambda: model.draw(descriptions, seeds), 9) / PICTURES,
    }
    work, rate = multiply_adds(generator, both[0][:2], both[1][:2]), convolution_rate(FLOAT32)
    floor = 1e3 * work / rate
    batch = min((size for size in times if size > 1), key=lambda size: times[size])
    beside = {
        "cold start": "",
        "one picture": f"torch eager {times[1]:.2f} ms, floor {floor:.2f} ms",
        "each of 64": f"torch eager {times[batch]:.2f} ms in batches of {batch}, floor {floor:.2f} ms",
    }
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, "
        f"onnxruntime {onnxruntime.__version__}, torch {torch.__version__}"
    )
    print(
        f"model {model.name} {model.short_hash}, {model.size}x{model.size}, "
        f"{model.config['family']}, seeds from 0"
    )
    for name, value in measured.items():
        print(f"{name:12} {value:8.2f} ms (bar {BARS[name]:.0f})  {beside[name]}")
    print(f"the floor is {work / 1e9:.3f} GMAC a picture at {2 * rate / 1e9:.0f} GFLOP/s of 3x3 convolution")
    return sum(value > BARS[name] for name, value in measured.items())


@dataclass(frozen=True)
class Setting:
    """One way to set onnxruntime up."""

    name: str
    threads: int = 2
    spinning: bool = False
    level: onnxruntime.GraphOptimizationLevel = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    arena: bool = True

    def session(self, data: bytes) -> onnxruntime.InferenceSession:
        """A session of a generator with these settings."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.graph_optimization_level = self.level
        options.enable_cpu_mem_arena = self.arena
        options.add_session_config_entry("session.intra_op.allow_spinning", str(int(self.spinning)))
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


SETTINGS = (
    Setting("2 threads (kept for one)"),
    Setting("2 threads, spinning", spinning=True),
    Setting("2 threads, basic optimisation", level=onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC),
    Setting("2 threads, no optimisation", level=onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL),
    Setting("2 threads, no arena", arena=False),
    Setting("1 thread (kept for several)", threads=1),
)
SIZES = (1, 4, 16, 32)
PASSES = 3
"""Each setting is measured so often, the others between; its best median counts."""


def settings(folder: Path) -> None:
    """Prints a line for each setting: one picture, and 64 in batches of several sizes over two threads."""
    data = check_folder(folder).generator
    model = DesignModel.open(folder)
    noise = np.stack([seed_noise(seed, model.noise_dim) for seed in range(PICTURES)])
    text = model.encoder.encode([DESCRIPTIONS[number % len(DESCRIPTIONS)] for number in range(PICTURES)])
    sessions = [setting.session(data) for setting in SETTINGS]

    def run(session: Any, start: int, batch: int) -> Any:
        inputs = {"noise": noise[start : start + batch], "text_embedding": text[start : start + batch]}
        return session.run(["image"], inputs)[0]

    with ThreadPoolExecutor(2) as pool:

        def many(session: Any, batch: int) -> Any:
            starts = range(0, PICTURES, batch)
            return np.concatenate(list(pool.map(partial(run, session, batch=batch), starts)))

        reference = many(sessions[0], 1)
        best = np.full((len(SETTINGS), 1 + len(SIZES)), np.inf)
        for _ in range(PASSES):
            for row, session in zip(best, sessions, strict=True):
                row[0] = min(row[0], milliseconds(partial(run, session, 0, 1), 25))
                for column, size in enumerate(SIZES, start=1):
                    spent = milliseconds(partial(many, session, size), 5) / PICTURES
                    row[column] = min(row[column], spent)
        print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}, onnxruntime {onnxruntime.__version__}")
        print(f"model {model.name} {model.short_hash}; milliseconds a picture; seeds from 0")
        print(f"{'':32}" + "".join(f"{title:>9}" for title in ("one", *(f"64 by {size}" for size in SIZES))))
        for setting, row, session in zip(SETTINGS, best, sessions, strict=True):
            other = [str(size) for size in SIZES if not np.array_equal(many(session, size), reference)]
            same = "same bits" if not other else f"other bits than the first by {', '.join(other)}"
            print(f"{setting.name:32}" + "".join(f"{value:9.2f}" for value in row) + f"  {same}")


def main() -> int:
    """Runs what is asked for; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", help="a model or run folder; without it, the bundled default")
    parser.add_argument("--settings", action="store_true")
    options = parser.parse_args()
    folder = find_model(options.model)
    if options.settings:
        settings(folder)
        return 0
    return 1 if report(folder) else 0


if __name__ == "__main__":
    sys.exit(main())
