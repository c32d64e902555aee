"""Files that last are written whole: temporary file, fsync, rename."""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modiste.errors import BadInput

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that steer a terminal or cannot be written: what is shown of a stranger's file has none."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path`; on a clean exit it is flushed to disk and renamed.

    On an exception (a full disk, Ctrl-C) the temporary file is removed and `path` is as it was.
    """
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{path.suffix}")
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: Path, data: bytes) -> None:
    """Writes `data` whole: readers see the old file or the new one, never a part."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Writes UTF-8 text whole."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Writes indented JSON whole; NaN and infinity are refused, since JSON has neither."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path, most: int | None = None) -> Any:
    """Reads a JSON file; BadInput names one that is missing, no JSON, or of more bytes than `most`."""
    if most is not None and path.is_file() and (size := path.stat().st_size) > most:
        raise BadInput(f"{path} must have at most {most:,} bytes, found {size:,}; remove it")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"expected a file {path}, found none") from None
    except (ValueError, RecursionError) as error:  # ValueError: not UTF-8, no JSON, a number of 5,000 digits
        raise BadInput(f"expected JSON in {path}, found something else: {error}") from None


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: a file's name of other bytes can not, nor half a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def readable(name: str) -> str:
    """A file's name as text, other bytes than UTF-8 by their number."""
    return name.encode("utf-8", "backslashreplace").decode()


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def empty_folder(path: Path, what: str) -> Path:
    """Makes `path` if needed and returns it; BadInput if it is a file or already holds something."""
    if path.is_file():
        raise BadInput(f"{what} must be a folder, found a file: {path}; name another with --out")
    if path.is_dir() and any(path.iterdir()):
        raise BadInput(f"{what} must be a new or empty folder, {path} already holds files; name another")
    return make_folder(path)


def check_folder_name(path: Path) -> None:
    """BadInput unless a folder's name is text in one line: it is written into what lies in it."""
    if not is_text(str(path)) or CONTROL.search(path.name):
        raise BadInput(
            f"a folder's name must be text in one line, found {readable(str(path))!r}; name another"
        )


def make_folder(path: Path) -> Path:
    """Makes `path` if needed and returns it; BadInput where none can be, as on a file or below /proc."""
    check_folder_name(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileNotFoundError, FileExistsError):
        raise BadInput(f"no folder can be made at {path}; name another") from None
    return path
