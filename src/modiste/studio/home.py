"""The studio's home folder: whether it can be written, and who else has it open."""

import os
from pathlib import Path
from typing import IO

from modiste.errors import BadInput


class Home:
    """A home folder that this process has open; `notices` says what a person should know of it."""

    def __init__(self, path: Path) -> None:
        if path.exists() and not path.is_dir():
            raise BadInput(f"--home must be a folder, found a file: {path}; name another")
        self.path = path
        self._lock: IO[bytes] | None = None
        self.shared = False
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = (path / ".studio.lock").open("ab")
            self.shared = not _lock(self._lock)
        except OSError:
            pass  # said by `notices`; looking and drawing need no writing

    @property
    def notices(self) -> list[str]:
        """`readonly`: nothing can be kept. `shared`: a second studio is at work on it."""
        found = ["shared"] if self.shared else []
        effective = os.access in os.supports_effective_ids
        writable = os.access(self.path, os.W_OK, effective_ids=effective)
        return found if writable else [*found, "readonly"]


def _lock(file: IO[bytes]) -> bool:
    """Holds the lock while the file is open, also past a kill; False if another process has it."""
    try:
        import fcntl
    except ImportError:  # Windows: two studios are then not told of each other, and lose nothing either
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
