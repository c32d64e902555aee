"""How fast a source becomes a catalogue, beside what no program could beat and what anyone writes.

    python benchmarks/prepare.py SOURCE [--size 128] [--repeats 3] [-- further options of modiste prepare]
    python benchmarks/prepare.py --large FOLDER [--size 128]

The first prepares a source: each repeat is the whole command in a fresh process, so that its start and its
imports count. The second does so with 300 and with 1,200 photos of 4 megapixels, which it draws into FOLDER
if they are not there (seed 0, 1.8 GB). In the same run and in as many processes as there are cores it
measures the floor, which only decodes (libjpeg-turbo through Pillow, scaled as it decodes), and a plain
loop, which decodes, crops, resizes and saves each photo with Pillow as a tutorial does.
"""

import argparse
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from modiste.machine import machine

COUNTS = (300, 1200)
SIDE = 2000
CORES = len(os.sched_getaffinity(0))
CHUNK = 16


def main() -> None:
    """Prints each time, then what the rate means for larger sources."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, nargs="?")
    parser.add_argument("--large", type=Path, metavar="FOLDER")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=3)
    options, further = parser.parse_known_args()
    if (options.source is None) is (options.large is None):
        parser.error("give a source, or --large with a folder")
    print(f"{machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} before")
    if options.large is not None:
        large(options.large, options.size)
        return
    best = float("inf")
    for _ in range(options.repeats):
        photos, seconds, megabytes = prepare(options.source, options.size, [x for x in further if x != "--"])
        best = min(best, seconds)
        print(
            f"{photos:,} photos to {options.size}x{options.size}: {seconds:.1f} s, "
            f"{photos / seconds:,.0f} photos/s, {megabytes:,.0f} MB at most"
        )
    print(f"best of {options.repeats}: {best:.1f} s, {photos / best:,.0f} photos/s")


def prepare(source: Path, size: int, further: list[str]) -> tuple[int, float, float]:
    """The command in a fresh process: photos, seconds, and the most memory of all its processes in MB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "modiste", "prepare", str(source), "--json"]
        command += ["--out", f"{folder}/catalogue", "--size", str(size), *further]
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        peaks = [0.0]
        watch = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
        watch.start()
        report = json.loads(process.communicate()[0])
        seconds = time.perf_counter() - begin
        watch.join()
    photos = sum(report["splits"].values()) + len(report["skipped"]) + len(report["left_out"])
    return photos, seconds, peaks[0]


def _watch(process: subprocess.Popen[bytes], peaks: list[float]) -> None:
    while process.poll() is None:
        peaks[0] = max(peaks[0], sum(map(_megabytes, [process.pid, *_children(process.pid)])))
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    """Its children and theirs."""
    try:
        children = [int(x) for task in Path(f"/proc/{pid}/task").iterdir()
                    for x in (task / "children").read_text().split()]  # fmt: skip
    except OSError:
        return []
    return [*children, *(x for child in children for x in _children(child))]


def _megabytes(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def large(folder: Path, size: int) -> None:
    """300 and 1,200 large photos, then the floor and the plain loop on the same."""
    for count in COUNTS:
        draw(folder / str(count), count)
    photos = sorted((folder / str(COUNTS[-1]) / "images").iterdir())
    total = sum(path.stat().st_size for path in photos)
    print(
        f"{len(photos):,} photos of {SIDE}x{SIDE}, {total / len(photos) / 1e6:.2f} MB each, to {size}x{size}"
    )
    for path in photos:
        path.read_bytes()  # from the disk into memory, so that all three read from there
    rates = {}
    for count in COUNTS:
        done, seconds, megabytes = prepare(folder / str(count), size, [])
        assert done == count
        rates["modiste prepare"] = count / seconds
        print(f"modiste prepare, {count:,}: {seconds:.1f} s, {megabytes:,.0f} MB at most in all processes")
    for name, work in (("floor: decoding alone", decode), ("plain Pillow loop", loop)):
        rates[name] = len(photos) / timed(partial(work, size=size), photos)
    for name, rate in rates.items():
        print(f"{name}: {rate:,.0f} photos/s")
    rate = rates["modiste prepare"] * total / len(photos)
    for name, size_of_source in (("15 GB", 15e9), ("1 TB", 1e12)):
        print(f"{name} of such photos at {rate / 1e6:,.0f} MB/s: {size_of_source / rate / 60:,.0f} minutes")


def timed(work: Callable[[Path], int], photos: list[Path]) -> float:
    """Seconds for all photos in as many processes as there are cores, their start not counted."""
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(work, photos[: 2 * CORES]))
        begin = time.perf_counter()
        assert all(pool.map(work, photos, chunksize=CHUNK))
        return time.perf_counter() - begin


def decode(path: Path, size: int) -> int:
    """Decodes a photo at the least scale that is large enough, and does nothing with it."""
    with Image.open(path) as photo:
        photo.draft("RGB", (size, size))
        photo.load()
        return photo.width


def loop(path: Path, size: int) -> int:
    """What a tutorial does with a photo."""
    buffer = io.BytesIO()
    with Image.open(path) as photo:
        ImageOps.fit(photo.convert("RGB"), (size, size), Image.Resampling.LANCZOS).save(buffer, "PNG")
    return len(buffer.getvalue())


def draw(folder: Path, count: int) -> None:
    """Photos that are as large and as hard to decode as a camera's: random cloth on white, with grain."""
    if (folder / "metadata.csv").is_file():
        return
    (folder / "images").mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(partial(_draw_one, folder), range(count), chunksize=CHUNK))
    rows = "".join(f"{number:05d},images/{number:05d}.jpg,Shirts\n" for number in range(count))
    (folder / "metadata.csv").write_text(f"id,file_name,article\n{rows}")


def _draw_one(folder: Path, number: int) -> None:
    random = np.random.default_rng([0, number])
    cloth = Image.fromarray(random.integers(0, 256, (9, 9, 3), np.uint8)).resize(
        (SIDE, SIDE), Image.Resampling.BICUBIC
    )
    shape = Image.new("L", (SIDE, SIDE))
    box = (*random.integers(SIDE // 10, SIDE // 3, 2), *random.integers(2 * SIDE // 3, 9 * SIDE // 10, 2))
    ImageDraw.Draw(shape).ellipse([int(x) for x in box], 255)
    photo = np.asarray(Image.composite(cloth, Image.new("RGB", shape.size, "white"), shape)).astype(np.int16)
    grain = random.integers(-9, 10, (SIDE, SIDE, 1), np.int8)
    photo = np.clip(photo + grain, 0, 255).astype(np.uint8)
    Image.fromarray(photo).save(folder / "images" / f"{number:05d}.jpg", quality=95)


if __name__ == "__main__":
    main()
