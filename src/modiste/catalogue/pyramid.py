"""Photos at every smaller size: made once, so that no step of a training resizes any."""

import os
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import numpy.typing as npt

from modiste import files
from modiste.catalogue.catalogue import Images, Split
from modiste.console import progress

SMALLEST = 4
CHUNK_BYTES = 2**26
"""How much is decoded at once while the sizes are made."""


class Pyramid:
    """The photos of a split at their own size and, as plain bytes on disk, at smaller ones.

    Each size is the mean of pixels of the photo itself, rounded once.
    """

    def __init__(self, split: Split, folder: Path, largest: int) -> None:
        """Opens the sizes 4 to `largest` in `folder`, a run's own; makes those that are not there."""
        self._split = split
        smaller = min(largest, split.size // 2)
        paths = {
            2**power: folder / f"{2**power}.npy"
            for power in range(SMALLEST.bit_length() - 1, smaller.bit_length())
        }
        if missing := {size: path for size, path in paths.items() if not path.is_file()}:
            _make(split, missing)
        self._levels = {size: np.load(path, mmap_mode="r") for size, path in paths.items()}

    def images(self, rows: npt.NDArray[np.int64], size: int) -> Images:
        """The photos at these positions: uint8 [len(rows), size, size, 3], a copy."""
        if size == self._split.size:
            return self._split.images(rows)
        return np.array(self._levels[size][rows])


def _reserve(path: Path) -> None:
    """Takes a file's room on disk at once: a full one is an error then, and not the end of the process."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _make(split: Split, paths: dict[int, Path]) -> None:
    """Writes the photos at all these sizes in one pass over the split."""
    chunk = max(1, CHUNK_BYTES // (3 * split.size**2))
    with ExitStack() as stack:
        levels = {}
        for size, path in paths.items():
            temporary = stack.enter_context(files.whole_file(path))
            shape = (len(split), size, size, 3)
            levels[size] = np.lib.format.open_memmap(temporary, "w+", np.uint8, shape)
            _reserve(temporary)
        bar = stack.enter_context(progress("photos"))
        task = bar.add_task("smaller sizes", total=len(split), note="")
        for first in range(0, len(split), chunk):
            rows = np.arange(first, min(first + chunk, len(split)))
            sums = split.images(rows).astype(np.uint32)
            side = split.size
            while side > SMALLEST:
                sums = sums[:, ::2, ::2] + sums[:, 1::2, ::2] + sums[:, ::2, 1::2] + sums[:, 1::2, 1::2]
                side //= 2
                if side in levels:
                    pixels = (split.size // side) ** 2
                    levels[side][rows] = (sums + pixels // 2) // pixels
            bar.update(task, advance=len(rows))
        for level in levels.values():
            level.flush()
