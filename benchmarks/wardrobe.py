"""How many garments a second the wardrobe draws, with and without writing them.

    python benchmarks/wardrobe.py [--size 128] [--count 1200]

Prints JSON. The target is 150 pictures/s at 128 pixels on 2 cores, with the files written.
On a machine that does other work, processor time says more than pictures per second.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from modiste.machine import machine
from modiste.wardrobe import draw, garment, write_sample


def main() -> None:
    """Times one core drawing, then the whole command on all cores, process start included."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=128)
    options.add_argument("--count", type=int, default=1200)
    chosen = options.parse_args()
    few = min(chosen.count, 200)
    draw(garment(0, 0), chosen.size)
    start, processor = time.perf_counter(), time.process_time()
    for index in range(few):
        draw(garment(0, index), chosen.size)
    drawn, busy = time.perf_counter() - start, time.process_time() - processor
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_sample(Path(folder) / "wardrobe", count=chosen.count, size=chosen.size, seed=0)
        written = time.perf_counter() - start
        spent = sum(os.times()[2:4])  # the drawing processes, which have ended
    result = {
        "size": chosen.size,
        "cores": os.cpu_count(),
        "machine": machine(),
        "load_before": round(os.getloadavg()[0], 2),
        "one_core_pictures_per_second": round(few / drawn, 1),
        "processor_ms_per_picture": round(busy / few * 1000, 2),
        "command_processor_ms_per_picture": round(spent / chosen.count * 1000, 2),
        "command_pictures_per_second": round(chosen.count / written, 1),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
