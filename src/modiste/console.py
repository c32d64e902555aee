"""What a command says: progress and notes on stderr, results on stdout."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from modiste.files import CONTROL, readable

notes = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)
"""For people: progress, warnings, where things were written; a folder's name may be `a[old]`."""


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
    print(readable(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)))
