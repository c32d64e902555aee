"""Pictures of many requests, gathered into batches and drawn one batch after the other."""

import asyncio
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from math import ceil

from modiste.design import DesignModel
from modiste.design.model import Pixels
from modiste.design.picture import picture_png, picture_record
from modiste.design.wishes import Wish

BATCH = 32
"""Pictures drawn in one go: a short request waits for the one that is being drawn."""


class Busy(Exception):
    """More pictures wait than may; `seconds` says when there will be room."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"busy for about {seconds} s")
        self.seconds = seconds


class Drawer:
    """Draws what requests wish for, a picture of each in turn.

    Attributes:
        accepted: pictures that wait or are being drawn.
    """

    def __init__(self, model: DesignModel, limit: int) -> None:
        self.accepted = 0
        self._model = model
        self._limit = limit
        self._waiting: deque[deque[tuple[Wish, asyncio.Future[bytes]]]] = deque()
        self._woken = asyncio.Event()
        self._seconds_a_picture = 0.0
        self._encoders = ThreadPoolExecutor(os.cpu_count())

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Draws as long as it is entered."""
        task = asyncio.create_task(self._work())
        try:
            yield
        finally:
            task.cancel()
            self._encoders.shutdown()

    async def draw(self, wishes: Sequence[Wish]) -> list[bytes]:
        """PNGs in the order of the wishes, each with its record inside.

        Raises:
            Busy: with these, more than the limit would wait.
        """
        if self.accepted + len(wishes) > self._limit:
            raise Busy(max(1, ceil(self.accepted * self._seconds_a_picture)))
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[bytes]] = [loop.create_future() for _ in wishes]
        self._waiting.append(deque(zip(wishes, futures, strict=True)))
        self.accepted += len(wishes)
        self._woken.set()
        return await asyncio.gather(*futures)

    async def _work(self) -> None:
        while True:
            await self._woken.wait()
            batch = self._next()
            if not self._waiting:
                self._woken.clear()
            started = time.perf_counter()
            drawn: Sequence[bytes | Exception]
            try:
                drawn = await asyncio.to_thread(self._draw, [wish for wish, _ in batch])
            except Exception as problem:  # the requests' own answers tell it; the next batch is drawn
                drawn = [problem] * len(batch)
            self._seconds_a_picture = (time.perf_counter() - started) / len(batch)
            self.accepted -= len(batch)
            for (_, future), result in zip(batch, drawn, strict=True):
                if future.done():  # its request was cancelled
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _next(self) -> list[tuple[Wish, asyncio.Future[bytes]]]:
        batch: list[tuple[Wish, asyncio.Future[bytes]]] = []
        while self._waiting and len(batch) < BATCH:
            request = self._waiting.popleft()
            batch.append(request.popleft())
            if request:
                self._waiting.append(request)
        return batch

    def _draw(self, wishes: Sequence[Wish]) -> list[bytes]:
        pictures = self._model.draw([wish.description for wish in wishes], [wish.seed for wish in wishes])
        return list(self._encoders.map(self._png, wishes, pictures))

    def _png(self, wish: Wish, picture: Pixels) -> bytes:
        return picture_png(picture, picture_record(self._model, wish.description, wish.seed))
