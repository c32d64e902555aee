"""Rows of a source -> records with the name of their photo."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from modiste.catalogue.settings import PrepareConfig
from modiste.catalogue.source import Row, Source, Table, values_of
from modiste.console import notes
from modiste.errors import BadInput
from modiste.files import readable
from modiste.record import ROLES, Record

EXTRA_VALUES = range(2, 65)
"""A further column with so many distinct values, not all of them numbers, is kept as an attribute."""


class Product(NamedTuple):
    """One row of the source."""

    record: Record
    file: str
    """Its photo's name within the source, empty where none is known."""
    group: str
    """What the split goes by: the product's id, or that of the product it is a photo of."""
    line: int


@dataclass(frozen=True)
class Products:
    """What is to be prepared."""

    kept: list[Product]
    roles: dict[str, list[str]]
    """Role -> the columns it was read from."""
    extra: list[str]
    """Further columns that are kept as attributes."""
    unread: list[str]
    """Columns that are not kept."""
    rows_matching: int
    duplicates: list[dict[str, Any]]
    """Ids that came again, of which the first row counts: `{"id", "line", "first_line", "file", "differs":
    [column, ...]}`."""
    photos_without_row: list[str]
    """Photos of the source that no row names."""


def products_of(source: Source, config: PrepareConfig) -> Products:
    """Selects rows, finds their roles and makes records of them.

    Raises:
        BadInput: a column that is not there, a condition that nothing matches, no way to a photo.
    """
    table = source.table
    roles = _roles(source, config)
    matching = _matching(table, config.where)
    extra = _extra_columns(table, [table.rows[number] for number in matching], roles)
    files, without_row = _files(source, roles)
    products: dict[str, tuple[Product, int]] = {}
    duplicates = []
    for number in matching:
        row, line = table.rows[number], table.lines[number]
        file = files[number]
        product_id = next(values_of(row, roles.get("id", [])), file)
        if product_id in products:
            first, first_number = products[product_id]
            differs = [name for name in table.columns if row.get(name) != table.rows[first_number].get(name)]
            again = {"id": product_id, "line": line, "first_line": first.line, "file": file}
            duplicates.append(again | {"differs": differs})
            continue
        attributes = {role: next(values_of(row, roles.get(role, [])), None) for role in ROLES}
        others = {name: value for name in extra for value in values_of(row, [name])}
        texts = tuple(values_of(row, roles.get("text", [])))
        record = Record(product_id, texts=texts, extra=others, **attributes)
        group = next(values_of(row, roles.get("product", [])), product_id)
        products[product_id] = Product(record, file, group, line), number
    kept = [product for product, _ in products.values()]
    used = {name for names in roles.values() for name in names} | set(extra)
    unread = [name for name in table.columns if name not in used]
    return Products(kept, roles, extra, unread, len(matching), duplicates, without_row)


def _roles(source: Source, config: PrepareConfig) -> dict[str, list[str]]:
    columns = source.table.columns
    roles = dict(source.roles)
    for role, names in config.columns.items():
        roles[role] = names.split(",") if role == "text" else [names]
    for name in [*(name for names in roles.values() for name in names), *config.where]:
        if name not in columns:
            raise BadInput(f"no column {name!r} in the source; its columns are: {', '.join(columns)}")
    if "file" not in roles and "id" not in roles:
        raise BadInput(
            f"no column names the photos; the columns are: {', '.join(columns)}; say --map file=COLUMN"
        )
    return roles


def _files(source: Source, roles: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """The photo of each row, and the photos that no row names.

    A table that has ids alone finds its photos by their name without its ending.
    """
    names = source.photos.names()
    by_stem = {} if "file" in roles else {Path(name).stem: name for name in reversed(names)}
    files = []
    for row in source.table.rows:
        file = next(values_of(row, roles.get("file", [])), "")
        files.append(file or by_stem.get(next(values_of(row, roles.get("id", [])), ""), ""))
    named = set(map(os.path.normpath, files))
    return files, [readable(name) for name in names if name not in named]


def _matching(table: Table, where: dict[str, list[str]]) -> list[int]:
    rows = table.rows
    for name, wanted in where.items():
        known = Counter(row.get(name, "") for row in rows)
        unknown = [value for value in wanted if value not in known]
        if unknown == wanted:
            found = ", ".join(value for value, _ in known.most_common(20))
            raise BadInput(f"no row has {name}={','.join(wanted)}; the values of {name} are: {found}")
        for value in unknown:
            notes.print(f"no row has {name}={value}", style="yellow")
    matching = [
        number
        for number, row in enumerate(rows)
        if all(row.get(name, "") in values for name, values in where.items())
    ]
    if not matching:
        conditions = " and ".join(f"{name}={','.join(values)}" for name, values in where.items())
        raise BadInput(f"expected rows with {conditions}, found none that has all; leave a --where out")
    return matching


def _extra_columns(table: Table, rows: list[Row], roles: dict[str, list[str]]) -> list[str]:
    used = {name for names in roles.values() for name in names}
    extra = []
    for column in table.columns:
        if column in used:
            continue
        found = Counter(value for row in rows for value in values_of(row, [column]))
        # Ids, names and links tell products apart; an attribute is what they share.
        shared = found.total() >= 2 * len(found)
        if len(found) in EXTRA_VALUES and shared and not all(map(_is_number, found)):
            extra.append(column)
    return extra


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
