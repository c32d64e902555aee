"""A bare folder of photos -> a catalogue: first without words, then with those of a table of labels."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from modiste.catalogue import Catalogue
from modiste.catalogue.photos import FolderPhotos
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.catalogue.source import Source, Table
from modiste.catalogue.splits import place_of
from modiste.console import notes
from modiste.errors import BadInput
from modiste.files import is_text, readable
from modiste.record import ROLES

LEAST_PHOTOS = 60
"""Of fewer photos a third would be held out, and the rest soon be known by heart."""
LEAST_HELD_OUT = 24
"""Photos that are never learnt from: a tenth of all, but so many at least, to measure by."""

NOT_READ = frozenset({".heic", ".heif", ".psd", ".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw"})
"""Endings of photos that Pillow cannot read."""

FILE = "file_name"
Labels = Mapping[str, Mapping[str, str]]
"""Name of a photo -> role -> value."""


def photo_names(folder: Path, out: Path) -> list[str]:
    """The photos beneath a folder, by their path within it.

    Raises:
        BadInput: no folder, too few photos in it, or `out` lies within it.
    """
    if not folder.is_dir():
        raise BadInput(f"expected a folder of photos, found none at {folder}; check the path")
    if out.resolve().is_relative_to(folder.resolve()):
        raise BadInput(f"--out must lie outside the photos, got {out} within {folder}; name another folder")
    names = FolderPhotos(folder).names()
    other = Counter(path.suffix.lower() for path in folder.rglob("*") if path.suffix.lower() in NOT_READ)
    unread = ", ".join(f"{count:,} {ending}" for ending, count in sorted(other.items()))
    for name in names:
        if not is_text(name) or name != name.strip():
            raise BadInput(
                f"expected photos' names in UTF-8, no space before or after, found '{readable(name)}' in "
                f"{folder}; rename it"
            )
    check_number(len(names), folder, f"; {unread} cannot be read, save them as JPEG" if unread else "")
    if unread:
        notes.print(f"left out, since they cannot be read: {unread}; save them as JPEG")
    return names


def check_number(count: int, place: Path, more: str = "") -> None:
    """BadInput if these are too few photos to learn from."""
    if count < LEAST_PHOTOS:
        raise BadInput(
            f"expected at least {LEAST_PHOTOS} photos to learn from (better a few hundred), found {count} in "
            f"{place}; add photos{more}"
        )


def prepare_photos(
    folder: Path, out: Path, names: list[str], config: PrepareConfig, labels: Labels | None = None
) -> Catalogue:
    """Makes the photos square and writes them to the catalogue `out`, or brings that up to date.

    Photos that are there already are not read again: with labels, a second time is quick.

    Raises:
        BadInput: too few of the photos can be read.
    """
    table = Table([FILE, *ROLES])
    for line, name in enumerate(names, start=2):
        table.add(line, {FILE: name, **(labels[name] if labels else {})})
    roles = {"id": [FILE], "file": [FILE]} | {role: [role] for role in ROLES}
    source = Source("photos", FolderPhotos(folder), table, roles)
    prepare(folder, out, config, max_bad=1.0, source=source, held_out=_held_out(names, config.seed))
    catalogue = Catalogue.open(out)
    check_number(sum(len(catalogue.split(name)) for name in ("train", "test")), folder)
    return catalogue


def _held_out(names: list[str], seed: int) -> frozenset[str]:
    """The photos that are held out first, in whatever order they are named: every split does so."""
    return frozenset(sorted(names, key=lambda name: place_of(seed, name))[:LEAST_HELD_OUT])
