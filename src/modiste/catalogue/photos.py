"""Where the photos of a source lie: files of a folder, or inside of files."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

PHOTO_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"})

Raw = Path | bytes | npt.NDArray[np.uint8]
"""A photo before it is read: a file, the bytes of one, or pixels [height, width, 3]."""


class BadPhoto(Exception):
    """A photo that cannot be used; its text is the reason that the report gives."""


class Photos(Protocol):
    """The photos of a source by name; workers get a pickled copy."""

    def find(self, name: str) -> Raw:
        """The photo of that name; BadPhoto where there is none."""

    def stamp(self, name: str) -> str:
        """Text that changes when the photo does; empty where there is none."""

    def names(self) -> list[str]:
        """The photos that a table may name or forget; none where each has its row anyway."""


@dataclass(frozen=True)
class FolderPhotos:
    """Photos beneath a folder, named by their path within it."""

    root: Path

    @cached_property
    def _home(self) -> Path:
        return self.root.resolve()

    def find(self, name: str) -> Path:
        """The photo's path, if it is a file within the folder."""
        if not name:
            raise BadPhoto("no file named, and none with this id")
        try:
            path = (self.root / name).resolve()
            inside, there, is_file = path.is_relative_to(self._home), path.exists(), path.is_file()
            is_link = (self.root / name).is_symlink()
        except PermissionError:
            raise BadPhoto(f"no permission to look for {name!r}") from None
        except RuntimeError:
            raise BadPhoto(f"links that end nowhere: {name!r}") from None
        except (OSError, ValueError):  # too long, a NUL byte
            raise BadPhoto(f"no path: {name[:80]!r}") from None
        if not inside:
            climbs = Path(name).is_absolute() or ".." in Path(name).parts
            raise BadPhoto(f"a {'path' if climbs else 'link'} that leaves the source folder: {name!r}")
        if is_file:
            return path
        if there:
            raise BadPhoto(f"no file but a folder, a pipe or a device: {name!r}")
        raise BadPhoto(f"links that end nowhere: {name!r}" if is_link else f"no file {name!r}")

    def stamp(self, name: str) -> str:
        """Size and time of the last change."""
        try:
            return stamp_of(self.root / name)
        except (OSError, ValueError):
            return ""

    def names(self) -> list[str]:
        """Every photo beneath the folder, in order; links to folders are not followed."""
        return sorted(
            os.path.relpath(f"{folder}/{name}", self.root)
            for folder, _, names in os.walk(self.root)
            for name in names
            if Path(name).suffix.lower() in PHOTO_ENDINGS
        )


@dataclass(frozen=True)
class InnerPhotos:
    """Photos inside of files beneath a folder, named `shard.tar#place`; each has its row."""

    root: Path
    read: Callable[[Path, str], Raw]
    """The photo at a place of a file; a function of a module, since workers get a pickled copy."""

    def find(self, name: str) -> Raw:
        """The photo at that place."""
        file, _, place = name.rpartition("#")
        if not place:
            raise BadPhoto("no photo in this row")
        try:
            return self.read(self.root / file, place)
        except OSError as error:
            raise BadPhoto(f"cannot be read: {str(error).splitlines()[0]}") from None

    def stamp(self, name: str) -> str:
        """The file's."""
        file, _, place = name.rpartition("#")
        return stamp_of(self.root / file) if place else ""

    def names(self) -> list[str]:
        """None: a photo is a row."""
        return []


def stamp_of(path: Path) -> str:
    """Size and time of a file's last change."""
    known = path.stat()
    return f"{known.st_size}-{known.st_mtime_ns}"
