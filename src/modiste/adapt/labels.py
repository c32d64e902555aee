"""What a judge takes photos for, as a table that a person can correct."""

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import numpy as np

from modiste import files
from modiste.adapt.photos import FILE, Labels, check_number
from modiste.catalogue import Catalogue
from modiste.catalogue.source import MISSING
from modiste.catalogue.tables import TABLES, read_table
from modiste.console import notes, progress
from modiste.errors import BadInput
from modiste.evaluate.eyes import AT_ONCE, Eyes
from modiste.evaluate.judge import Judge
from modiste.record import ROLES
from modiste.text.read import Encoder
from modiste.text.words import words

CONFIDENCE = "_confidence"
"""Ending of the column that says how probable the judge finds its value, 0 to 1."""


def propose(judge: Judge, eyes: Eyes, encoder: Encoder, catalogue: Catalogue) -> list[dict[str, str]]:
    """A row for each photo: its name, and for each role a value and its confidence; the least sure first.

    Only values that the encoder hears are proposed: others could not be learnt.

    Raises:
        BadInput: the judge reads none of the four roles.
    """
    roles = {  # and none that a spreadsheet would compute
        role: np.array(
            [not encoder.unknown(value) and value[:1] not in "=+-@" for value in judge.attributes[role]]
        )
        for role in ROLES
        if role in judge.attributes
    }
    roles = {role: heard for role, heard in roles.items() if heard.any()}
    if not roles:
        raise BadInput(f"the model's judge reads none of {', '.join(ROLES)}; give --labels CSV")
    rows: list[tuple[float, dict[str, str]]] = []
    splits = [catalogue.split(name) for name in ("train", "test")]
    with progress("photos") as bar:
        task = bar.add_task("judging", total=sum(map(len, splits)), note="")
        for split in splits:
            for start in range(0, len(split), AT_ONCE):
                places = np.arange(start, min(start + AT_ONCE, len(split)))
                images = split.images(places)
                said = judge.judge(images, eyes.see(images))
                for i, place in enumerate(places):
                    row, least = {FILE: split.records[place].id}, 1.0
                    for role, heard in roles.items():
                        likely = said[role][i] * heard
                        best = int(likely.argmax())
                        row |= {role: judge.attributes[role][best]}
                        row |= {role + CONFIDENCE: f"{likely[best]:.2f}"}
                        least = min(least, float(likely[best]))
                    rows.append((least, row))
                bar.advance(task, len(places))
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1][FILE]))]


def write_labels(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Writes the table whole, as CSV; another that is there, perhaps corrected by hand, is kept beside it."""
    text = io.StringIO()
    columns = dict.fromkeys(name for row in rows for name in row)
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    table = text.getvalue()
    table = table if table.isascii() else f"\ufeff{table}"  # or Excel reads it as Latin-1
    if path.is_file() and path.read_bytes() != table.encode():
        aside = next(free for n in count(1) if not (free := path.with_stem(f"{path.stem}-{n}")).exists())
        files.write_bytes(aside, path.read_bytes())
        notes.print(f"the labels that were there are kept as {aside}")
    files.write_text(path, table)


def read_labels(
    path: Path, names: Sequence[str], encoder: Encoder, vocabulary: Mapping[str, Sequence[str]]
) -> Labels:
    """Reads a table of labels; a photo without a row, or whose row is empty, is left out.

    Args:
        path: a table with the column `file_name` and some of gender, style, colour and article.
        names: the photos that there are.
        encoder: what the model hears.
        vocabulary: role -> values that the model or its judge knows: as they write one, it is kept.

    Raises:
        BadInput: another table, a photo that is not there or comes twice, a value that the model cannot hear,
            or too few photos with a label.
    """
    if not path.is_file():
        raise BadInput(f"expected a table of labels, found none at {path}; leave --labels out to get one")
    if path.suffix.lower() not in TABLES:
        raise BadInput(f"expected a table of labels as {', '.join(TABLES)}, found {path}; save it as CSV")
    table = read_table(path)
    roles = [role for role in ROLES if role in table.columns]
    if FILE not in table.columns or not roles:
        raise BadInput(
            f"expected the column {FILE} and some of {', '.join(ROLES)} in {path}, "
            f"found {', '.join(table.columns)}"
        )
    if table.skipped:
        entry = table.skipped[0]
        raise BadInput(
            f"line {entry['line']} of {path} is no row of the table: {entry['reason']}; correct it"
        )
    known, labels = set(names), dict[str, dict[str, str]]()
    spellings = {
        role: {tuple(words(value)): value for value in reversed(vocabulary.get(role, ()))} for role in roles
    }
    entries = [
        (f"line {line} of {path}", row.get(FILE, ""), _said(row, roles))
        for line, row in zip(table.lines, table.rows, strict=True)
    ]
    missing = [(where, name) for where, name, values in entries if name not in known and (name or values)]
    if missing:
        where, name = missing[0]
        more = f", and {len(missing) - 1} more rows do so" if len(missing) > 1 else ""
        raise BadInput(
            f"{where} names {name!r}, not among the photos{more}; remove such rows, or if letters are not as "
            "they were, save the table as UTF-8"
        )
    refused: dict[tuple[str, str], str] = {}
    for where, name, values in entries:
        if name in labels:
            raise BadInput(f"{where} names {name!r} again; keep one row for each photo")
        for role, value in values.items():
            reason = _not_heard(encoder, value)
            if reason and (role, value) not in refused:
                refused[role, value] = f"{where} has the {role} {value!r}, {reason}"
            values[role] = spellings[role].get(tuple(words(value)), value)
        if values:
            labels[name] = values
    if refused:
        (role, _), text = next(iter(refused.items()))
        values_of = vocabulary.get(role, ())
        some = f"; some that it knows: {', '.join(values_of[:12])}" if values_of else ""
        others = [f"{role} {value!r}" for role, value in refused][1:]
        more = f"; nor can {len(others)} more be heard: {', '.join(others[:12])}" if others else ""
        raise BadInput(f"{text}{some}{more}; name others, or leave them empty")
    check_number(len(labels), path)
    if len(labels) < len(names):
        notes.print(f"left out, unreadable or without a label in {path}: {len(names) - len(labels):,} photos")
    return labels


def _said(row: Mapping[str, str], roles: Sequence[str]) -> dict[str, str]:
    """Role -> value, of those that a row has; one of JSON may lack keys."""
    return {role: value for role in roles if (value := row.get(role, "").strip()) not in MISSING}


def _not_heard(encoder: Encoder, value: str) -> str | None:
    """Why a value cannot be learnt; None if it can."""
    if not words(value):
        return "which holds no word"
    unknown = encoder.unknown(value)
    return f"of which the model never learnt {', '.join(unknown)}" if unknown else None
