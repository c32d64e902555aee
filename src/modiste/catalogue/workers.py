"""Photos over all cores: a pool of processes, and a bounded number of photos on their way."""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import forkserver, get_context, parent_process, resource_tracker

from modiste.catalogue.photos import BadPhoto, Photos
from modiste.catalogue.square import Prepared, square_photo

CHUNK = 32
"""Photos a worker takes at once."""
WORTH_A_WORKER = 200
"""Starting a process costs as much as about so many photos."""
ENDED = "ends the process that reads it"


@dataclass(frozen=True)
class Job:
    """What is done to every photo."""

    photos: Photos
    size: int
    square: str
    max_pixels: int

    def __call__(self, names: Sequence[str]) -> list[Prepared | str]:
        """Each photo, or the reason why it cannot be used."""
        return [self._one(name) for name in names]

    def _one(self, name: str) -> Prepared | str:
        try:
            return square_photo(self.photos.find(name), self.size, self.square, self.max_pixels)
        except BadPhoto as reason:
            return str(reason)


# Workers are forks of a fresh process: a fork of this one would copy threads' locks (the progress display,
# Arrow) in whatever state.
_CONTEXT = get_context("forkserver")


def warm_up(count: int) -> None:
    """Lets workers load what they need while this process still chooses among `count` photos it wants."""
    if _num_workers(count) <= 1:
        return
    _CONTEXT.set_forkserver_preload([__name__])
    resource_tracker.ensure_running()  # first: it unblocks Ctrl-C, which is for this process alone
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def prepare_photos(job: Job, names: Sequence[str]) -> Iterator[list[Prepared | str]]:
    """The photos of these names in that order, some at a time.

    A photo on which a worker dies (a decoder that crashes, memory that runs out) is tried once more, alone;
    if that ends its worker again, it is a bad photo like any other and the rest goes on.
    """
    workers = _num_workers(len(names))
    chunks = deque(names[first : first + CHUNK] for first in range(0, len(names), CHUNK))
    if workers <= 1:
        yield from map(job, chunks)
        return
    while chunks:
        done = 0
        for photos in _pooled(job, chunks, workers):
            yield photos
            done += 1
        for _ in range(done):
            chunks.popleft()
        if chunks:  # a worker died on one of these
            for _ in range(min(len(chunks), _on_their_way(workers))):
                yield list(_one_by_one(job, chunks.popleft()))


def _num_workers(count: int) -> int:
    return min(num_cores(), -(-count // WORTH_A_WORKER))


def _on_their_way(workers: int) -> int:
    """How many chunks are handed out at most."""
    return 4 * workers + 1


def _pooled(job: Job, chunks: Sequence[Sequence[str]], workers: int) -> Iterator[list[Prepared | str]]:
    """The chunks one after another; ends early if a worker dies."""
    waiting: deque[Future[list[Prepared | str]]] = deque()
    with ProcessPoolExecutor(workers, _CONTEXT, _follow_parent) as pool:
        try:
            for chunk in list(chunks):
                waiting.append(pool.submit(job, chunk))
                if len(waiting) >= _on_their_way(workers):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            return
        finally:
            for future in waiting:
                future.cancel()


def _one_by_one(job: Job, names: Sequence[str]) -> Iterator[Prepared | str]:
    rest = deque(names)
    while rest:
        with ProcessPoolExecutor(1, _CONTEXT, _follow_parent) as pool:
            try:
                while rest:
                    yield from pool.submit(job, [rest[0]]).result()
                    rest.popleft()
            except BrokenProcessPool:
                rest.popleft()
                yield ENDED


def num_cores() -> int:
    """Cores that this process may use."""
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
