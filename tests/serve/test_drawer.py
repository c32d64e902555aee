import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from modiste.design import DesignModel
from modiste.design.model import Pixels
from modiste.design.picture import picture_png, picture_record
from modiste.design.wishes import Wish, wishes_for
from modiste.errors import BadInput
from modiste.serve import make_app
from modiste.serve.drawer import BATCH, Busy, Drawer


class Counted(DesignModel):
    """Draws as any model does and notes how many pictures each call had."""

    def __init__(self, model: DesignModel) -> None:
        self.__dict__.update(model.__dict__)
        self.calls: list[int] = []

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        self.calls.append(len(seeds))
        return super().draw(descriptions, seeds)


def run(drawer: Drawer, *rounds: list[list[Wish]]) -> list[list[Any]]:
    """Each round's requests at once, one round after the other."""

    async def all_rounds() -> list[list[Any]]:
        async with drawer.working():
            return [
                await asyncio.gather(*map(drawer.draw, requests), return_exceptions=True)
                for requests in rounds
            ]

    return asyncio.run(all_rounds())


def test_requests_at_once_are_drawn_in_batches_and_each_gets_its_own(model: DesignModel) -> None:
    counted = Counted(model)
    requests = [wishes_for("red shirt", count, 100 * count) for count in range(1, 12)]
    (answers,) = run(Drawer(counted, 1000), requests)
    assert counted.calls == [BATCH, BATCH, 66 - 2 * BATCH]
    for wishes, drawn in zip(requests, answers, strict=True):
        images = model.draw([wish.description for wish in wishes], [wish.seed for wish in wishes])
        records = [picture_record(model, wish.description, wish.seed) for wish in wishes]
        assert drawn == [picture_png(*pair) for pair in zip(images, records, strict=True)]


def test_a_short_request_does_not_wait_for_all_of_the_long_ones(model: DesignModel) -> None:
    drawer, done = Drawer(model, 10 * BATCH), []

    async def asked(name: str, count: int) -> None:
        await drawer.draw(wishes_for("red shirt", count, 0))
        done.append(name)

    async def all_of_them() -> None:
        async with drawer.working():
            await asyncio.gather(asked("long", 3 * BATCH), asked("other", 3 * BATCH), asked("short", 1))

    asyncio.run(all_of_them())
    assert done[0] == "short"


def test_more_than_the_limit_is_refused_and_there_is_room_again_afterwards(model: DesignModel) -> None:
    drawer = Drawer(model, 4)
    first = [wishes_for("red", 3, 0), wishes_for("red", 2, 0)]
    (one, refused), (after,) = run(drawer, first, [wishes_for("red", 4, 0)])
    assert len(one) == 3
    assert isinstance(refused, Busy)
    assert refused.seconds >= 1
    assert len(after) == 4
    assert drawer.accepted == 0


def test_a_batch_that_fails_fails_its_requests_alone(model: DesignModel) -> None:
    class Broken(Counted):
        def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
            if "broken" in descriptions:
                raise BadInput("cannot draw")
            return super().draw(descriptions, seeds)

    drawer = Drawer(Broken(model), 100)
    (bad,), (good,) = run(drawer, [wishes_for("broken", 4, 0)], [wishes_for("red", 1, 0)])
    assert isinstance(bad, BadInput)
    assert len(good) == 1
    assert drawer.accepted == 0


def test_a_full_queue_answers_503_with_the_time_to_wait(serve: Any, model: DesignModel) -> None:
    with serve(make_app(model, queue=8)) as served:
        answer = served.generate(prompt="red", n=9)
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert "try again" in answer.body["error"]["message"]
        assert served.generate(prompt="red", n=8).status == 200


@pytest.mark.parametrize("count", [1, 64])
def test_health_counts_what_waits(serve: Any, model: DesignModel, count: int) -> None:
    with serve(make_app(model)) as served:
        served.generate(prompt="red", n=count)
        assert served.ask("GET", "/healthz").body["waiting"] == 0
