"""The loop around the game: batches in, a learning pair of players, and nothing lost on the way."""

import math
import threading
import time
from collections.abc import Callable
from functools import partial

import torch

from modiste.catalogue import Split
from modiste.catalogue.batches import Ahead, Batch, Batches
from modiste.catalogue.pyramid import Pyramid
from modiste.console import notes
from modiste.errors import TrainingStopped
from modiste.game import checkpoint
from modiste.game.average import settle, update_ema
from modiste.game.learning import Sheets, due_frames
from modiste.game.log import Log
from modiste.game.replay import Replay, play_round
from modiste.game.run import Run
from modiste.game.schedule import seconds_left
from modiste.game.state import TrainState, enter_stage
from modiste.models.views import CHANCES
from modiste.randomness import uniforms

MOST_ROLLBACKS = 2
"""A loss that is not finite goes back to the checkpoint so often; the next time the run stops."""


def train(
    run: Run,
    split: Split,
    state: TrainState,
    *,
    stop: threading.Event,
    on_checkpoint: Callable[[TrainState], None],
) -> bool:
    """Plays until the run's budget of images is spent or `stop` is set; True if the budget was spent.

    Args:
        run: settings, encoder and folder.
        split: the training photos.
        state: fresh, or as the newest checkpoint holds it; advanced in place.
        stop: set by a signal; the step in progress is finished and saved.
        on_checkpoint: called after each checkpoint, to export a model.

    Raises:
        TrainingStopped: losses stayed non-finite after going back twice.
    """
    config = run.config
    sheets = Sheets(run, split)
    growing = state.growth is not None
    pyramid = Pyramid(split, run.path / "pyramid", run.family_config.size) if growing else None
    batches, replay = _batches(run, split, state, pyramid), Replay()

    def frame() -> None:
        enter_stage(state)
        settle(state.ema, batches)
        sheets.write(state)

    def keep() -> None:
        enter_stage(state)
        settle(state.ema, batches)
        checkpoint.save(run.checkpoints, state)
        on_checkpoint(state)

    if state.step == 0:
        frame()
        keep()
    saved_at, entered = time.monotonic(), 0
    left = partial(seconds_left, run) if growing else None
    with Log(run.path, state, config.images, left) as log:
        while state.images_seen < config.images and not stop.is_set():
            if growing and state.stage.size > entered:
                entered = state.stage.size
                notes.print(f"{entered}x{entered} begins after {state.images_seen:,} images")
            now = enter_stage(state)
            started = time.perf_counter()
            batch = batches.at(state.images_seen, now.batch_size)
            said = play(state, batch, config.ema_half_life_images, replay)
            state.train_seconds += time.perf_counter() - started
            if not all(map(math.isfinite, said.values())):
                _go_back(run, state)
                batches, replay = _batches(run, split, state, pyramid), Replay()
                log.restart(state)
                continue
            log.add(state, said)
            if state.stage.size > now.size:
                sheets.grown(state)
            before = due_frames(state.images_seen - now.batch_size, config.images, config.sheets)
            if due_frames(state.images_seen, config.images, config.sheets) > before:
                frame()
            if time.monotonic() - saved_at >= config.checkpoint_minutes * 60:
                keep()
                saved_at = time.monotonic()
        log.flush(state)
        keep()
    sheets.join(run.path / "learning.webp")
    if growing:
        sheets.grown(state)
        sheets.join_sizes(run.path / "growth.png")
    return state.images_seen >= config.images


def play(
    state: TrainState, batch: Batch, ema_half_life_images: float, replay: Replay | None = None
) -> dict[str, float]:
    """One round of the game: both players learn from one batch, the average follows."""
    batch_size, began = len(batch.image), state.stage.began
    _cast(state, batch_size)
    said = (replay or play_round)(state, batch)
    state.step += 1
    state.images_seen += batch_size
    update_ema(state, batch_size, ema_half_life_images, began)
    return {name: value.item() for name, value in said.items()}


def _cast(state: TrainState, batch_size: int) -> None:
    """This round's chances: a function of its step, and where the last one's were, for what was recorded."""
    drawn = uniforms(0, "augment", state.step * batch_size, batch_size, CHANCES)
    chance = torch.from_numpy(drawn).to(state.device, torch.float32)
    if state.chance is not None and state.chance.shape == chance.shape:
        state.chance.copy_(chance)
    else:
        state.chance = chance


def _batches(run: Run, split: Split, state: TrainState, pyramid: Pyramid | None) -> Ahead:
    # After a rollback the stream is another one: the same would lead to the same end.
    seed = run.config.seed + 1_000_003 * state.rollbacks
    config = run.family_config
    batches = Batches(
        split,
        run.encoder,
        seed=seed,
        noise_dim=config.noise_dim,
        flip=config.flip,
        recoloured=state.rules.recolours,
        device=state.device,
    )
    if pyramid is not None:
        batches.grow(pyramid, lambda first: (state.stages(first).size, state.stages(first).fade))
    return Ahead(batches)


def _go_back(run: Run, state: TrainState) -> None:
    rollbacks, step = state.rollbacks + 1, state.step
    if rollbacks > MOST_ROLLBACKS:
        raise TrainingStopped(
            f"the loss was not finite at step {step} for the third time; the last good checkpoint is kept: "
            "try a smaller learning rate, another seed, or look for broken photos with modiste prepare"
        )
    checkpoint.load(checkpoint.newest(run.checkpoints), state)
    state.rollbacks = rollbacks
    notes.print(
        f"the loss was not finite at step {step}: back to step {state.step}, with other samples",
        style="yellow",
    )
