"""Photos over all cores: a pool of processes, and a bounded number of photos on their way."""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path

from modiste.catalogue.photo import BadPhoto, locate, square_png
from modiste.errors import ModisteError

Prepared = tuple[bytes, bool] | str
"""PNG bytes and whether the photo was enlarged, or the reason why it cannot be used."""

CHUNK = 32
"""Photos a worker takes at once."""
WORTH_A_WORKER = 200
"""Starting a process costs as much as about so many photos."""


def prepare_photos(root: Path, names: list[str], size: int, square: str) -> Iterator[Prepared]:
    """The photos `names` beneath `root`, in that order; see `photo.square_png`.

    Raises:
        ModisteError: a worker was killed from outside.
    """
    workers = min(_cores(), -(-len(names) // WORTH_A_WORKER))
    chunks = [names[first : first + CHUNK] for first in range(0, len(names), CHUNK)]
    if workers <= 1:
        for chunk in chunks:
            yield from _chunk(root, chunk, size, square)
        return
    waiting: deque[Future[list[Prepared]]] = deque()
    # Fresh processes: a fork would copy threads' locks (the progress display, Arrow) in whatever state.
    with ProcessPoolExecutor(workers, get_context("spawn"), _follow_parent) as pool:
        try:
            for chunk in chunks:
                waiting.append(pool.submit(_chunk, root, chunk, size, square))
                if len(waiting) > 4 * workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool:
            raise ModisteError(
                "a worker was stopped from outside while it read photos, often for want of memory; "
                "free some and prepare again"
            ) from None
        finally:
            for future in waiting:
                future.cancel()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _follow_parent() -> None:
    """Leaves Ctrl-C to the parent, and ends with it even when it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _chunk(root: Path, names: list[str], size: int, square: str) -> list[Prepared]:
    return [_photo(root, name, size, square) for name in names]


def _photo(root: Path, name: str, size: int, square: str) -> Prepared:
    try:
        return square_png(locate(root, name), size, square)
    except BadPhoto as reason:
        return str(reason)
