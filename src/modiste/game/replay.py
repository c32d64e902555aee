"""Rounds on a GPU, recorded once and replayed: otherwise it waits for Python to name the next layer.

A round is many small kernels. Launched one by one they take as long however few images there are, most of it
spent on launching (docs/experiments.md); as a CUDA graph they are one launch.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import fields

import torch
from torch import Tensor

from modiste.catalogue.batches import Batch
from modiste.game.parts import play_in_parts
from modiste.game.play import discriminator_step, draw, generator_step
from modiste.game.state import TrainState

WARM_UP = 3
"""Rounds of a kind that are played as written before one is recorded: libraries choose their kernels then."""


def play_round(state: TrainState, batch: Batch) -> dict[str, Tensor]:
    """Both players' steps, as they are written; in parts where the stage says so."""
    if state.stage.micro_batch:
        return play_in_parts(state, batch, state.stage.micro_batch)
    fake = draw(state, batch)
    return discriminator_step(state, batch, fake) | generator_step(state, batch, fake)


class Replay:
    """Plays rounds of one state on a CUDA device; elsewhere, and where the rules forbid it, as they are.

    A recording holds the addresses of the state's tensors: after a checkpoint was loaded, make another.
    """

    def __init__(self) -> None:
        self._played: Counter[Hashable] = Counter()
        self._graphs: dict[Hashable, tuple[torch.cuda.CUDAGraph, Batch, dict[str, Tensor]]] = {}

    @property
    def recorded(self) -> int:
        """Kinds of rounds that were recorded."""
        return len(self._graphs)

    def __call__(self, state: TrainState, batch: Batch) -> dict[str, Tensor]:
        """One round; what it returns holds until the next."""
        kind = state.rules.repeats(state)
        if kind is None or state.device.type != "cuda":
            return play_round(state, batch)
        kind = (kind, batch.image.shape)
        self._played[kind] += 1
        if self._played[kind] <= WARM_UP:
            aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                said = play_round(state, batch)
            torch.cuda.current_stream().wait_stream(aside)
            return said
        if kind not in self._graphs:
            self._graphs[kind] = self._record(state, batch)
        graph, shown, said = self._graphs[kind]
        for part in fields(Batch):
            getattr(shown, part.name).copy_(getattr(batch, part.name))
        graph.replay()
        return said

    def _record(
        self, state: TrainState, batch: Batch
    ) -> tuple[torch.cuda.CUDAGraph, Batch, dict[str, Tensor]]:
        shown = Batch(*(getattr(batch, part.name).clone() for part in fields(Batch)))
        graph = torch.cuda.CUDAGraph()
        pool = next((other.pool() for other, _, _ in self._graphs.values()), None)
        # Other threads go on while this one records: the next batch is made meanwhile.
        with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):
            said = play_round(state, shown)
        return graph, shown, said
