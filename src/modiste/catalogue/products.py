"""Rows of a source -> records with the name of their photo."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from modiste.catalogue.settings import PrepareConfig
from modiste.catalogue.source import PHOTO_ENDINGS, Row, Source, values_of
from modiste.console import notes
from modiste.errors import BadInput
from modiste.record import ROLES, Record

EXTRA_VALUES = range(2, 65)
"""A further column with so many distinct values, not all of them numbers, is kept as an attribute."""

Product = tuple[Record, str]
"""A record and its photo's path within the source, empty where none is known."""


@dataclass(frozen=True)
class Products:
    """What is to be prepared."""

    kept: list[Product]
    roles: dict[str, list[str]]
    """Role -> the columns it was read from."""
    extra: list[str]
    """Further columns that are kept as attributes."""
    rows_matching: int
    duplicates: list[str]
    """Ids that came again; the first row counts."""


def products_of(source: Source, config: PrepareConfig) -> Products:
    """Selects rows, finds their roles and makes records of them.

    Raises:
        BadInput: a column that is not there, a condition that nothing matches, no way to a photo.
    """
    roles = _roles(source, config)
    rows = _matching(source, config.where)
    extra = _extra_columns(source, rows, roles)
    photos = {} if "file" in roles else _photos_by_name(source.root)
    products: dict[str, Product] = {}
    duplicates = []
    for row in rows:
        file = next(values_of(row, roles.get("file", [])), "")
        product_id = next(values_of(row, roles.get("id", [])), file)
        if product_id in products:
            duplicates.append(product_id)
            continue
        attributes = {role: next(values_of(row, roles.get(role, [])), None) for role in ROLES}
        others = {name: value for name in extra for value in values_of(row, [name])}
        texts = tuple(values_of(row, roles.get("text", [])))
        record = Record(product_id, texts=texts, extra=others, **attributes)
        products[product_id] = record, file or photos.get(product_id, "")
    return Products(list(products.values()), roles, extra, len(rows), duplicates)


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


def _photos_by_name(root: Path) -> dict[str, str]:
    """Photos beneath a folder by their name without its ending, for a table that has ids alone."""
    return {
        Path(name).stem: os.path.relpath(Path(folder, name), root)
        for folder, _, names in os.walk(root)
        for name in sorted(names, reverse=True)
        if Path(name).suffix.lower() in PHOTO_ENDINGS
    }


def _matching(source: Source, where: dict[str, list[str]]) -> list[Row]:
    rows = source.table.rows
    for name, wanted in where.items():
        known = Counter(row.get(name, "") for row in rows)
        unknown = [value for value in wanted if value not in known]
        if unknown == wanted:
            found = ", ".join(value for value, _ in known.most_common(20))
            raise BadInput(f"no row has {name}={','.join(wanted)}; the values of {name} are: {found}")
        for value in unknown:
            notes.print(f"no row has {name}={value}", style="yellow", markup=False)
    matching = [row for row in rows if all(row.get(name, "") in values for name, values in where.items())]
    if not matching:
        conditions = " and ".join(f"{name}={','.join(values)}" for name, values in where.items())
        raise BadInput(f"expected rows with {conditions}, found none that has all; leave a --where out")
    return matching


def _extra_columns(source: Source, rows: list[Row], roles: dict[str, list[str]]) -> list[str]:
    used = {name for names in roles.values() for name in names}
    extra = []
    for column in source.table.columns:
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
