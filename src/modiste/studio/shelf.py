"""The shelf: kept pictures as PNG files that say everything themselves.

HOME/kept/     a PNG a kept picture: recipe, board, star and time are in its text
HOME/deleted/  what was deleted, until it is brought back

There is no index on disk to go wrong: what is on the shelf is read from the files, again only where a file
changed. Whoever adds, moves or removes a PNG by other means, or has a second studio open on the folder, sees
it here at the next look.
"""

import json
import os
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from modiste.design.model import Pixels
from modiste.design.picture import picture_png, read_pixels, read_record, slug
from modiste.design.recipe import Recipe
from modiste.errors import BadInput, ModisteError
from modiste.files import CONTROL, write_bytes

SHELF_KEY = "modiste-studio"
"""The PNG text key with board, star and time of keeping."""
MAX_BOARD = 60


class NotThere(BadInput):
    """There is no such picture on the shelf (status 404)."""


class CannotWrite(ModisteError):
    """The folder is full or read-only (status 507); nothing was changed."""


@dataclass(frozen=True)
class Kept:
    """A picture on the shelf."""

    id: str
    """Its file's name."""
    recipe: Recipe
    record: dict[str, Any]
    """All that the PNG's own record says, the model's hash too."""
    board: str
    starred: bool
    time: str
    """When it was kept, UTC, ISO 8601."""


class Shelf:
    """The kept pictures of a home folder; safe to use from several threads and several studios."""

    def __init__(self, home: Path) -> None:
        self._kept, self._deleted = home / "kept", home / "deleted"
        self._lock = threading.Lock()
        self._read: dict[str, tuple[tuple[int, int], Kept | None]] = {}

    def all(self) -> list[Kept]:
        """Every kept picture, the newest first."""
        with self._lock:
            return sorted(self._look().values(), key=lambda kept: (kept.time, kept.id), reverse=True)

    def keep(self, image: Pixels, record: dict[str, Any], *, board: str, starred: bool) -> Kept:
        """Saves a picture at once, whole; CannotWrite if the folder takes nothing."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        recipe = Recipe.from_json(record)
        name = f"{slug(recipe.description)}-{recipe.seed}-{secrets.token_hex(4)}.png"
        kept = Kept(name, recipe, record, _board(board), starred, time)
        with self._lock:
            self._write(kept, image)
        return kept

    def change(self, name: str, *, board: str | None = None, starred: bool | None = None) -> Kept:
        """Moves a picture to a board, stars it, or both."""
        with self._lock:
            before = self._find(name)
            kept = Kept(
                name,
                before.recipe,
                before.record,
                before.board if board is None else _board(board),
                before.starred if starred is None else starred,
                before.time,
            )
            if kept != before:
                side = kept.record["size"]
                pixels = read_pixels(self._kept / name, (side, side))
                if pixels is None:
                    raise BadInput(
                        f"{name} is no longer the {side}x{side} picture that was drawn; keep it as it is"
                    )
                self._write(kept, pixels)
            return kept

    def delete(self, name: str) -> None:
        """Puts a picture away, from where `restore` brings it back."""
        with self._lock:
            self._find(name)
            self._move(self._kept / name, self._deleted)

    def restore(self, name: str) -> Kept:
        """Brings a deleted picture back."""
        with self._lock:
            there = {entry.name for entry in _entries(self._deleted)}
            if name not in there:
                raise NotThere(
                    "this picture is not among the deleted ones; it may have been brought back already"
                )
            self._move(self._deleted / name, self._kept)
            return self._find(name)

    def file(self, name: str) -> bytes:
        """The PNG of a kept picture."""
        with self._lock:
            self._find(name)
            return (self._kept / name).read_bytes()

    def _find(self, name: str) -> Kept:
        # Names are looked up among those that the folder has: none can lead out of it.
        kept = self._look().get(name)
        if kept is None:
            raise NotThere("this picture is not on the shelf; it may have been deleted or moved away")
        return kept

    def _look(self) -> dict[str, Kept]:
        found = {}
        for entry in _entries(self._kept):
            try:
                status = entry.stat()
            except FileNotFoundError:
                continue
            stamp = (status.st_mtime_ns, status.st_size)
            found[entry.name] = (
                self._read[entry.name]
                if self._read.get(entry.name, (None,))[0] == stamp
                else (stamp, _read_kept(Path(entry.path), status.st_mtime))
            )
        self._read = found
        return {name: kept for name, (_, kept) in found.items() if kept is not None}

    def _write(self, kept: Kept, image: Pixels | Image.Image) -> None:
        shelf = {"board": kept.board, "starred": kept.starred, "kept": kept.time}
        data = picture_png(image, kept.record, {SHELF_KEY: json.dumps(shelf, ensure_ascii=False)})
        with refusing_to_lose(self._kept):
            write_bytes(self._kept / kept.id, data)

    def _move(self, file: Path, folder: Path) -> None:
        with refusing_to_lose(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / file.name).exists():
                raise BadInput(f"{folder} already holds another {file.name}; move it away first")
            file.rename(folder / file.name)


class refusing_to_lose:  # noqa: N801  (reads as a sentence where it is used)
    """Turns a full or read-only folder into CannotWrite, with the folder's name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise CannotWrite(
                f"could not write to {self._folder}: {(error.strerror or str(error)).lower()}; "
                "nothing was changed. Make room or give another folder with --home; export still works"
            ) from error


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [
                entry
                for entry in entries
                if entry.name.endswith(".png") and not entry.name.startswith(".") and entry.is_file()
            ]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _read_kept(path: Path, modified: float) -> Kept | None:
    """What a PNG says of itself; None if modiste did not draw it. A plain design's PNG may lie here too."""
    try:
        record = read_record(path)
        recipe = Recipe.from_json(record)
        with Image.open(path, formats=["PNG"]) as picture:
            shelf = json.loads(picture.info.get(SHELF_KEY, "{}"))
    except (BadInput, OSError, ValueError, TypeError, SyntaxError, RecursionError):
        return None
    if not isinstance(shelf, dict) or CONTROL.search(path.name):
        return None
    time = _line(shelf.get("kept")) or datetime.fromtimestamp(modified, UTC).isoformat(
        timespec="milliseconds"
    )
    return Kept(path.name, recipe, record, _line(shelf.get("board")), shelf.get("starred") is True, time)


def _line(value: Any) -> str:
    return value if isinstance(value, str) and not CONTROL.search(value) else ""


def _board(name: str) -> str:
    clean = " ".join(name.split())
    if len(clean) > MAX_BOARD:
        raise BadInput(
            f"a board's name must have at most {MAX_BOARD} characters, got {len(clean)}; shorten it"
        )
    return clean
