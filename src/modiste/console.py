"""What a command says: progress and notes on stderr, results on stdout."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

notes = Console(stderr=True, highlight=False, soft_wrap=True)
"""For people: progress, warnings, where things were written."""


CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that steer a terminal or cannot be written: what is shown of a stranger's file has none."""


def plain(text: str) -> str:
    """One line with a mark in place of each of these characters."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def progress(unit: str) -> Progress:
    """A progress bar on stderr that counts `unit` and says the time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=notes,
    )


@contextmanager
def silence() -> Iterator[None]:
    """Keeps notes off the screen where a command repeats what it has already said."""
    before, notes.quiet = notes.quiet, True
    try:
        yield
    finally:
        notes.quiet = before


def result(value: Any) -> None:
    """Prints a command's data as JSON on stdout."""
    print(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))
