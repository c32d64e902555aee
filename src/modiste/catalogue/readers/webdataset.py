"""WebDataset: tars in which the files of one product share a name: `0001.jpg`, `0001.json`, `0001.txt`."""

import json
import tarfile
from pathlib import Path

from modiste.catalogue.encodings import latin_1
from modiste.catalogue.photos import PHOTO_ENDINGS, BadPhoto, InnerPhotos
from modiste.catalogue.source import Row, Source, Table, guess_roles
from modiste.catalogue.tables import LONGEST_CELL, not_a_row, plain_row
from modiste.errors import BadInput

PACKED = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")
TEXTS = {".txt": "text", ".text": "text", ".caption": "caption", ".cls": "cls"}
"""Endings whose content is one value -> the column it becomes."""


def _member(path: Path, place: str) -> bytes:
    """The bytes of a member, where they lie: `offset+length`."""
    offset, _, length = place.partition("+")
    with path.open("rb") as tar:
        tar.seek(int(offset))
        data = tar.read(int(length))
    if len(data) < int(length):
        raise BadPhoto("the tar is cut short here")
    return data


def webdataset(path: Path) -> Source | None:
    """Tars in a folder, or one; several are read as one, in order."""
    everything = [path] if path.is_file() else sorted(path.iterdir())
    found = [x for x in everything if x.suffix.lower() == ".tar" and x.is_file()]
    if not found:
        packed = [x.name for x in everything if x.name.lower().endswith(PACKED)]
        if packed:
            raise BadInput(
                f"expected tars, found a compressed one, {packed[0]}, in which no photo is found quickly; "
                "unpack it to a .tar"
            )
        return None
    table = Table([], read_as="tars")
    for tar in found:
        _rows(tar, table)
    if not any(row["photo"] for row in table.rows):
        raise BadInput(
            f"expected photos in {found[0].name}, found none; a WebDataset has 0001.jpg, 0001.json"
        )
    roles = guess_roles(table.with_columns()) | {"file": ["photo"]}
    roles.setdefault("id", ["key"])
    return Source("WebDataset", InnerPhotos(found[0].parent, _member), table, roles)


def _rows(path: Path, table: Table) -> None:
    """The products of one tar: members with one name up to the first dot follow one another."""
    row: Row = {}
    members = 0
    try:
        # Headers alone are read: a member's content is skipped over, but for small texts.
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                members += 1
                folder, _, file = member.name.rpartition("/")
                stem, _, ending = file.partition(".")
                key = f"{folder}/{stem}" if folder else stem
                if not member.isfile() or not stem:
                    continue
                if row and row["key"] != key:
                    table.add(len(table.rows) + 1, row)
                    row = {}
                row = row or {"key": key, "photo": ""}
                _take(tar, member, f".{ending.lower()}", path, row, table)
                tar.members = []  # type: ignore[attr-defined]  # else it keeps every header it has seen
            if path.stat().st_size < tar.offset + tarfile.BLOCKSIZE:
                raise tarfile.ReadError("no end")
    except (tarfile.TarError, EOFError) as error:
        if not members:
            raise BadInput(f"expected a tar in {path.name}, found something else: {error}") from None
        reason = f"the tar is cut short or damaged after {row.get('key', 'its begin')}: {error}"
        table.skipped.append(not_a_row(path, len(table.rows) + 1, reason))
        row = {}  # of which nothing says that it is whole
    if row:
        table.add(len(table.rows) + 1, row)


def _take(
    tar: tarfile.TarFile, member: tarfile.TarInfo, ending: str, path: Path, row: Row, table: Table
) -> None:
    if ending in PHOTO_ENDINGS:
        row["photo"] = f"{path.name}#{member.offset_data}+{member.size}"
        return
    if ending != ".json" and ending not in TEXTS:
        return
    if member.size > LONGEST_CELL:
        reason = f"{member.name}: more than {LONGEST_CELL:,} bytes"
        table.skipped.append(not_a_row(path, len(table.rows) + 1, reason))
        return
    content = tar.extractfile(member)
    data = content.read() if content else b""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = latin_1(data)
    if ending in TEXTS:
        row[TEXTS[ending]] = text.strip()
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        row.update({name: cell for name, cell in plain_row(value).items() if name not in ("key", "photo")})
    else:
        reason = f"{member.name}: not a JSON object"
        table.skipped.append(not_a_row(path, len(table.rows) + 1, reason))
