"""Photos that are prepared but not yet in a catalogue: what a preparation that was killed goes on from.

`photos.bin` holds PNGs one after another, `journal.jsonl` a line for each. A line is written after its PNG is
on the disk, so that what the journal knows is there; whatever lies behind it is cut off and made again.
"""

import fcntl
import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modiste.catalogue.square import Colour, Prepared
from modiste.errors import BadInput

FOLDER = ".unfinished"
JOURNAL, PNGS = "journal.jsonl", "photos.bin"
SAFE_PHOTOS, SAFE_BYTES = 256, 2**25
"""What is prepared is forced to the disk after so many photos or bytes: at most these are prepared again."""
FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT


@dataclass(frozen=True, slots=True)
class Fact:
    """What is kept of a photo beside its pixels; `reason` where it cannot be used."""

    reason: str = ""
    size: tuple[int, int] = (0, 0)
    enlarged: bool = False
    notes: tuple[str, ...] = ()
    background: Colour | None = None
    colour: Colour = (0, 0, 0)
    signature: bytes = b""
    offset: int = 0
    length: int = 0

    def to_json(self) -> list[Any]:
        """All but where the PNG lies."""
        return [*self.size, self.enlarged, self.notes, self.background, self.colour, self.signature.hex()]

    @classmethod
    def from_json(cls, value: list[Any], offset: int = 0, length: int = 0) -> "Fact":
        """What `to_json` gave."""
        width, height, enlarged, notes, background, colour, signature = value
        ground: Any = tuple(background) if background else None
        mean: Any = tuple(colour)
        return cls(
            "",
            (width, height),
            enlarged,
            tuple(notes),
            ground,
            mean,
            bytes.fromhex(signature),
            offset,
            length,
        )


class Work:
    """The unfinished photos of one catalogue folder, by key; at most one process has them open."""

    def __init__(self, out: Path, settings: dict[str, Any]) -> None:
        """Opens or begins the work in `out`.

        Args:
            out: the catalogue's folder.
            settings: all that decides how a photo comes out; work of other settings is begun anew.

        Raises:
            BadInput: another process is at it.
        """
        self.folder, self.settings = out / FOLDER, settings
        self.folder.mkdir(parents=True, exist_ok=True)
        self._journal = os.open(self.folder / JOURNAL, FLAGS, 0o644)
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._journal)
            raise BadInput(f"another modiste prepare writes to {out}; wait for it or name another") from None
        self._pngs = os.open(self.folder / PNGS, FLAGS, 0o644)
        self.facts: dict[str, Fact] = {}
        """Key -> fact of each photo that is done."""
        self._lines: list[bytes] = []
        self._waiting: list[bytes] = []
        self._end = self._safe = self._recover(settings)

    def add(self, key: str, photo: Prepared | str) -> None:
        """Takes a photo; or why it cannot be used, which is not kept: it may have been mended next time."""
        if isinstance(photo, str):
            self.facts[key] = Fact(photo)
            return
        fact = Fact(
            "", photo.size, photo.enlarged, photo.notes, photo.background, photo.colour, photo.signature
        )
        self.put(key, fact, photo.png)

    def put(self, key: str, fact: Fact, png: bytes) -> None:
        """Takes a photo with its fact."""
        self.facts[key] = replace(fact, offset=self._end, length=len(png))
        line = [key, self._end, len(png), *fact.to_json()]
        self._lines.append(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._waiting.append(png)
        self._end += len(png)
        if len(self._lines) >= SAFE_PHOTOS or self._end - self._safe >= SAFE_BYTES:
            self.save()

    def save(self) -> None:
        """Forces what was taken to the disk: first the PNGs, then the lines that say they are there."""
        _write(self._pngs, b"".join(self._waiting))
        os.fsync(self._pngs)
        _write(self._journal, b"".join(self._lines))
        self._waiting.clear()
        self._lines.clear()
        self._safe = self._end

    def png(self, fact: Fact) -> bytes:
        """The PNG of a fact that was saved."""
        return os.pread(self._pngs, fact.length, fact.offset)

    def close(self) -> None:
        """Leaves the work for another time."""
        os.close(self._pngs)
        os.close(self._journal)

    def remove(self) -> None:
        """Deletes the work: the catalogue has it all."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _recover(self, settings: dict[str, Any]) -> int:
        """Reads the journal up to the first line that is damaged; returns where the PNGs end."""
        size = os.fstat(self._pngs).st_size
        head = json.dumps(settings, sort_keys=True).encode() + b"\n"
        end = read = 0
        with (self.folder / JOURNAL).open("rb") as journal:
            if journal.readline() == head:
                read = len(head)
                for line in journal:
                    try:
                        key, offset, length, *fact = json.loads(line)
                        known = Fact.from_json(fact, offset, length)
                    except ValueError:
                        break
                    if not line.endswith(b"\n") or offset + length > size:
                        break
                    self.facts[key] = known
                    end, read = offset + length, read + len(line)
        os.ftruncate(self._journal, read)
        os.ftruncate(self._pngs, end)
        if not read:
            _write(self._journal, head)
        return end


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
