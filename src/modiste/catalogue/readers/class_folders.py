"""One folder a class: the folder's name is the article."""

from pathlib import Path

from modiste.catalogue.photos import PHOTO_ENDINGS, FolderPhotos
from modiste.catalogue.source import Source, Table
from modiste.files import is_text, readable

COLUMNS = ["id", "file_name", "article"]


def class_folders(path: Path) -> Source | None:
    """A folder of folders of photos."""
    if not path.is_dir():
        return None
    rows = Table(COLUMNS)
    for folder in (x for x in sorted(path.iterdir()) if x.is_dir() and not x.name.startswith(".")):
        for photo in (x for x in sorted(folder.iterdir()) if x.suffix.lower() in PHOTO_ENDINGS):
            name = f"{folder.name}/{photo.name}"
            if not is_text(name):
                reason = "a name that is not UTF-8; rename it"
                rows.skipped.append({"id": readable(name), "line": len(rows.rows) + 1, "reason": reason})
                continue
            rows.add(len(rows.rows) + 1, {"id": name, "file_name": name, "article": folder.name})
    if {row["article"] for row in rows.rows} <= {"images", "photos"}:
        return None  # photos whose table is not there: a folder of that name is no class
    roles = {"id": ["id"], "file": ["file_name"], "article": ["article"]}
    return Source("one folder a class", FolderPhotos(path), rows, roles)
