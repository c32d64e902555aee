"""What was on the sheet: a line of JSON for each, so that nothing is lost with the page."""

import json
import mmap
import os
import threading
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modiste.design.recipe import Recipe
from modiste.errors import BadInput
from modiste.files import write_text
from modiste.studio.asked import wire
from modiste.studio.shelf import refusing_to_lose

SHOWN = 200
KEPT_LINES = 5000
"""On opening, older sheets than these are let go."""


class History:
    """The sheets of a home folder, oldest first in `history.jsonl`."""

    def __init__(self, home: Path) -> None:
        self._path = home / "history.jsonl"
        self._lock = threading.Lock()
        self._shorten()

    def add(self, title: str, recipes: list[Recipe]) -> None:
        """Appends a sheet and flushes it to disk; CannotWrite if the folder takes nothing.

        The newest sheet is not added again: a page that is loaded anew shows what it showed.
        """
        sheet = {"title": title, "recipes": [recipe.to_json() for recipe in recipes]}
        entry = {"time": datetime.now(UTC).isoformat(timespec="seconds"), **sheet}
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        with self._lock, refusing_to_lose(self._path.parent):
            if self._shown_last(sheet):
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                # A line that a kill or a full disk cut short must not swallow this one.
                start = b"" if file.tell() == 0 or self._ends_whole() else b"\n"
                file.write(start + line.encode())
                file.flush()
                os.fsync(file.fileno())

    def newest(self) -> list[dict[str, Any]]:
        """The last `SHOWN` sheets, the newest first, with recipes as the page reads them."""
        found = []
        for line in reversed(deque(self._lines(), maxlen=SHOWN)):
            try:
                entry = json.loads(line)
                recipes = [wire(Recipe.from_json(recipe)) for recipe in entry["recipes"]]
                found.append({"time": str(entry["time"]), "title": str(entry["title"]), "recipes": recipes})
            except (ValueError, KeyError, TypeError, RecursionError, BadInput):
                continue  # cut short by a kill, or written by hand
        return found

    def _lines(self) -> list[str]:
        try:
            # Not splitlines: a line separator within a text ends no line of JSON.
            return self._path.read_text(encoding="utf-8", errors="replace").removesuffix("\n").split("\n")
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _ends_whole(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _shown_last(self, sheet: dict[str, Any]) -> bool:
        with suppress(FileNotFoundError, NotADirectoryError, ValueError, TypeError, RecursionError):
            with (
                self._path.open("rb") as file,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines,
            ):
                last = json.loads(lines[lines.rfind(b"\n", 0, len(lines) - 1) + 1 :])
            return bool(last == last | sheet)
        return False  # there is none, or it was cut short by a kill, or written by hand

    def _shorten(self) -> None:
        lines = self._lines()
        if len(lines) > KEPT_LINES:
            with suppress(OSError):  # a folder that takes nothing keeps them all
                write_text(self._path, "".join(line + "\n" for line in lines[-KEPT_LINES // 2 :]))
