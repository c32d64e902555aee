"""The wardrobe as a source: pictures, their table, and the palette that the names stand for."""

import csv
import io
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from modiste.console import notes, progress
from modiste.errors import BadInput
from modiste.files import empty_folder, write_json, write_text
from modiste.randomness import check_seed
from modiste.wardrobe.attributes import garment
from modiste.wardrobe.draw import check_size, draw
from modiste.wardrobe.palette import PALETTE
from modiste.wardrobe.words import descriptions

MOST = 1_000_000
ATTRIBUTES = ("gender", "style", "colour", "article", "pattern", "sleeve", "neckline", "length", "fit")
TEXTS = ("text", "text_2", "text_3")
BATCH = 32
"""Pictures that a process draws before it reports; a wardrobe of fewer needs no second process."""

Batch = tuple[Path, range, int, int]


def write_sample(out: Path, *, count: int, size: int, seed: int, processes: int | None = None) -> None:
    """Draws garments 0 to `count - 1` of the wardrobe of `seed` into a new folder.

    Writes `images/<id>.png`, `palette.json` and, last, `metadata.csv`: a folder that has the table is
    complete. The bytes are the same whatever the number of processes (default: one a core). A script
    that calls this needs Python's usual `if __name__ == "__main__":`, since processes are spawned.

    Raises:
        BadInput: a count outside 1 to 1,000,000, a size outside 32 to 1024, or a folder that holds files.
    """
    if not 1 <= count <= MOST:
        raise BadInput(f"count must be from 1 to {MOST:,}, got {count:,}; use 2000")
    check_size(size)
    check_seed(seed)
    empty_folder(out, "a wardrobe's folder")
    images = out / "images"
    images.mkdir()
    batches = [(images, range(i, min(i + BATCH, count)), size, seed) for i in range(0, count, BATCH)]
    with progress("pictures") as bar:
        task = bar.add_task("drawing", total=count, note="")
        for drawn in _map(batches, processes or os.cpu_count() or 1):
            bar.advance(task, drawn)
    write_json(out / "palette.json", {"colours": {name: list(rgb) for name, rgb in PALETTE.items()}})
    write_text(out / "metadata.csv", _table(count, seed))
    notes.print(f"{count:,} garments in {out}; next: modiste prepare {out} --out CATALOGUE")


def _draw_batch(folder: Path, indices: range, size: int, seed: int) -> int:
    for index in indices:
        piece = garment(seed, index)
        Image.fromarray(draw(piece, size)).save(folder / f"{piece.id}.png", compress_level=1)
    return len(indices)


def _map(batches: list[Batch], processes: int) -> Iterator[int]:
    """How many pictures each batch drew, as they end; only a few batches are queued at once."""
    processes = min(processes, len(batches))
    if processes == 1:
        yield from (_draw_batch(*batch) for batch in batches)
        return
    # spawned, since a fork of a process with threads (a progress bar, torch) can hang
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running: set[Future[int]] = set()
        waiting = iter(batches)
        try:
            while True:
                while len(running) < 3 * processes and (batch := next(waiting, None)) is not None:
                    running.add(pool.submit(_draw_batch, *batch))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BrokenProcessPool:
            raise BadInput(
                "expected every drawing process to finish, found one killed (no memory left?); "
                "use a smaller size"
            ) from None


def _table(count: int, seed: int) -> str:
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(("id", "file_name", *ATTRIBUTES, *TEXTS))
    for index in range(count):
        piece = garment(seed, index)
        texts = descriptions(piece)
        row = (piece.id, f"images/{piece.id}.png", *(getattr(piece, name) for name in ATTRIBUTES), *texts)
        table.writerow((*row, *[""] * (len(TEXTS) - len(texts))))
    return file.getvalue()
