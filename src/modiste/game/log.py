"""What a run tells: a progress bar, lines of JSON, TensorBoard."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.progress import Progress, TaskID
from torch.utils.tensorboard import SummaryWriter

from modiste import files
from modiste.console import notes, progress
from modiste.game.state import TrainState

INTERVAL_SECONDS = 5.0
"""Time between two entries."""


class Log:
    """Averages what each step says and writes an entry every few seconds; `close` writes the last."""

    def __init__(
        self,
        run: Path,
        state: TrainState,
        total_images: int,
        seconds_left: Callable[[int], float] | None = None,
    ) -> None:
        """Opens the log of a run; `seconds_left` says it of images seen where not all take the same time."""
        self._path = run / "log.jsonl"
        self._total = total_images
        self._left = seconds_left
        _forget_after(self._path, state.step)
        self._file = self._path.open("a", encoding="utf-8")
        self._board = SummaryWriter(str(run / "tensorboard"), purge_step=state.step)
        self._sums: dict[str, float] = {}
        self._steps = 0
        self._last_time, self._last_images = state.train_seconds, state.images_seen
        self._last_shown = time.monotonic()
        self._progress: Progress = progress("images")
        self._task: TaskID = self._progress.add_task(
            "training", total=total_images, completed=state.images_seen, note=""
        )
        self._progress.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        self._file.close()
        self._board.close()

    def add(self, state: TrainState, said: dict[str, float]) -> None:
        """Takes one step's losses and hit rates."""
        for name, value in said.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._steps += 1
        if time.monotonic() - self._last_shown >= INTERVAL_SECONDS:
            self.flush(state)

    def flush(self, state: TrainState) -> None:
        """Writes the averages since the last entry, if there was a step."""
        if not self._steps:
            return
        seconds = max(state.train_seconds - self._last_time, 1e-9)
        rate = (state.images_seen - self._last_images) / seconds
        entry = {name: value / self._steps for name, value in self._sums.items()}
        entry |= {
            "images_per_second": rate,
            "seconds_left": self._left(state.images_seen)
            if self._left
            else max(self._total - state.images_seen, 0) / rate,
            "train_seconds": state.train_seconds,
        }
        if state.growth is not None:
            entry |= {"size": state.stage.size, "fade": state.stage.fade}
        self._write(state, entry)
        self._sums, self._steps = {}, 0
        self._last_time, self._last_images = state.train_seconds, state.images_seen
        self._last_shown = time.monotonic()

    def restart(self, state: TrainState) -> None:
        """After a rollback: what was said of the lost steps is forgotten."""
        self._file.close()
        _forget_after(self._path, state.step)
        self._file = self._path.open("a", encoding="utf-8")
        self._sums, self._steps = {}, 0
        self._last_time, self._last_images = state.train_seconds, state.images_seen

    def _write(self, state: TrainState, entry: dict[str, float]) -> None:
        rounded = {name: round(value, 5) for name, value in entry.items()}
        line = {"step": state.step, "images_seen": state.images_seen} | rounded
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        for name, value in entry.items():
            self._board.add_scalar(name, value, state.step)
        said = (
            f"{entry['images_per_second']:.0f} images/s · loss D {entry['discriminator_loss']:.3f} "
            f"G {entry['generator_loss']:.3f} · officer right on {entry['hits_on_real']:.0%} of real, "
            f"{entry['hits_on_fake']:.0%} of drawn"
        )
        self._progress.update(self._task, completed=state.images_seen, note=said)
        if not notes.is_terminal:
            left = entry["seconds_left"]
            notes.print(
                f"{state.images_seen:,} of {self._total:,} images · {said} · {left / 60:.1f} min left"
            )


def _forget_after(path: Path, step: int) -> None:
    """Drops entries of steps that a resumed run will take again, and a last line cut short by a kill."""
    if not path.is_file():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if entry["step"] <= step:
            kept.append(line)
    files.write_text(path, "".join(line + "\n" for line in kept))
