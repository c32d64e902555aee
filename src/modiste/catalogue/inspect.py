"""What is in a catalogue: counts and values for a person or a machine, and a contact sheet."""

from pathlib import Path
from typing import Any

import numpy as np

from modiste import files
from modiste.catalogue.catalogue import Catalogue
from modiste.errors import BadInput
from modiste.record import ROLES, Record, values
from modiste.sheet import sheet

COLUMNS, ROWS = 8, 6
SUFFIXES = (".png", ".webp", ".jpg", ".jpeg")


def inspect_catalogue(path: Path, where: dict[str, list[str]], sheet_path: Path | None) -> dict[str, Any]:
    """Counts what matches in each split, and draws a contact sheet of it.

    Args:
        path: the catalogue.
        where: attribute (a role, a further column of the source, or `id`) -> values; all if empty.
        sheet_path: where the contact sheet of what matches goes, evenly taken; none: no sheet.

    Raises:
        BadInput: no catalogue, an attribute or a value that it has not, or a sheet that cannot be written.
    """
    catalogue = Catalogue.open(path)
    if sheet_path is not None and sheet_path.suffix.lower() not in SUFFIXES:
        raise BadInput(f"a contact sheet is a picture: {', '.join(SUFFIXES)}, got {sheet_path.name}")
    attributes = (*ROLES, *catalogue.manifest["extra"])
    records = {name: catalogue.split(name).records for name in catalogue.manifest["splits"]}
    everyone = [record for split in records.values() for record in split]
    _check(everyone, attributes, where)
    found = {
        name: [number for number, record in enumerate(split) if _matches(record, where)]
        for name, split in records.items()
    }
    matching = [records[name][number] for name, numbers in found.items() for number in numbers]
    if not matching:
        raise BadInput(f"no product has {_said(where)} together; leave a condition out")
    if sheet_path is not None:
        _draw(catalogue, found, where, sheet_path)
    counted = {name: values(matching, name) for name in attributes}
    return {
        "path": str(path),
        "source": catalogue.manifest["source"],
        "size": catalogue.size,
        "sha256": catalogue.sha256,
        "bytes": sum(file.stat().st_size for file in path.iterdir() if file.is_file()),
        "where": where,
        "splits": {name: len(numbers) for name, numbers in found.items()},
        "texts": sum(len(record.texts) for record in matching),
        "hold_out": catalogue.manifest["hold_out"],
        "held_out_pairs": catalogue.manifest["held_out_pairs"],
        "config": catalogue.manifest["config"],
        "values": {name: counts for name, counts in counted.items() if counts},
    }


def _value(record: Record, name: str) -> str | None:
    return record.id if name == "id" else record.attribute(name)


def _matches(record: Record, where: dict[str, list[str]]) -> bool:
    return all(_value(record, name) in wanted for name, wanted in where.items())


def _said(where: dict[str, list[str]]) -> str:
    return " and ".join(f"{name}={','.join(wanted)}" for name, wanted in where.items())


def _check(records: list[Record], attributes: tuple[str, ...], where: dict[str, list[str]]) -> None:
    for name, wanted in where.items():
        if name not in (*attributes, "id"):
            raise BadInput(
                f"no attribute {name!r} in this catalogue; it has: {', '.join((*attributes, 'id'))}"
            )
        known = {_value(record, name) for record in records}
        unknown = [value for value in wanted if value not in known]
        if unknown:
            some = ", ".join([] if name == "id" else list(values(records, name))[:20])
            raise BadInput(f"no product has {name}={unknown[0]}; the values of {name} are: {some or 'ids'}")


def _draw(catalogue: Catalogue, found: dict[str, list[int]], where: dict[str, list[str]], path: Path) -> None:
    everything = [(name, number) for name, numbers in found.items() for number in numbers]
    step = -(-len(everything) // (COLUMNS * ROWS))
    chosen = everything[::step]
    pictures = [catalogue.split(name).images(np.array([number]))[0] for name, number in chosen]
    rows = [pictures[first : first + COLUMNS] for first in range(0, len(pictures), COLUMNS)]
    title = f"{len(everything):,} products{' with ' if where else ''}{_said(where)}"
    drawn = sheet(rows, [""] * len(rows), title=f"{title}: {len(chosen)} of them")
    with files.whole_file(path) as temporary:
        drawn.save(temporary, quality=90)
