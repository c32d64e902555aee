"""What became of a source: `report.json`."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modiste.catalogue.products import Product, Products
from modiste.catalogue.shards import SPLITS
from modiste.catalogue.source import Source, values_of
from modiste.catalogue.splits import Pair
from modiste.catalogue.work import Fact, Work
from modiste.record import ROLES, Record, values

SIDES = (0, 64, 128, 256, 512, 1024, 2048, 4096)
"""Lower ends of the classes that photos' shorter sides are counted in."""
WHITE = 245
"""A background of at least so much in each colour counts as white."""
NOT_THERE = ("no file", "no path", "no photo", "links that end")


@dataclass
class Outcome:
    """All that is known of a preparation, filled in as it goes."""

    source: Source
    products: Products
    pairs: list[Pair]
    keys: dict[str, str] = field(default_factory=dict)
    """Product id -> key of its photo in the work."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """Product id -> fact of its photo."""
    good: list[Product] = field(default_factory=list)
    """Products whose photo can be used."""
    skipped: list[dict[str, Any]] = field(default_factory=list)
    """Lines that are no row, then products whose photo cannot be used."""
    natural: list[str] = field(default_factory=list)
    """The split of each good product by its own id and attributes."""
    splits: list[str | None] = field(default_factory=list)
    """The split it is in; None: left out."""
    twins: list[list[int]] = field(default_factory=list)
    """Groups of good products, by position, whose photos are the same or nearly."""

    def take(self, work: Work, keys: list[str]) -> None:
        """Takes the facts of the products, as far as there are any."""
        self.skipped = list(self.source.table.skipped)
        for product, key in zip(self.products.kept, keys, strict=True):
            record, file, _, line = product
            fact = work.facts.get(key)
            if fact is None:
                continue
            self.keys[record.id], self.facts[record.id] = key, fact
            if fact.reason:
                entry = {"id": record.id, "file": file, "line": line, "reason": fact.reason}
                self.skipped.append(entry)
            else:
                self.good.append(product)

    def stays(self, member: int) -> bool:
        """Whether this good product is in the split of its own id and attributes."""
        return self.splits[member] == self.natural[member]


def examples(source: Source, products: Products) -> Iterator[tuple[str, str, str]]:
    """Role, its columns and a value of it, for a person to see whether they fit."""
    for role, columns in products.roles.items():
        found = (value for row in source.table.rows for value in values_of(row, columns))
        value = next(found, "nothing")
        yield role, " + ".join(columns), value if len(value) <= 60 else f"{value[:59]}…"


def report_of(outcome: Outcome) -> dict[str, Any]:
    """The report as plain data."""
    source, products, skipped = outcome.source, outcome.products, outcome.skipped
    names = (*ROLES, *products.extra)
    records: dict[str, list[Record]] = {name: [] for name in SPLITS}
    for product, split in zip(outcome.good, outcome.splits, strict=False):  # none yet, if it was given up
        if split is not None:
            records[split].append(product.record)
    everyone = [record for split in records.values() for record in split]
    ids = [product.record.id for product in outcome.good]
    reasons = Counter(re.split(r" '|:", entry["reason"])[0] for entry in skipped)
    return {
        "source": source.kind,
        "read_as": source.table.read_as,
        "notes_of_source": list(source.notes),
        "rows": len(source.table.rows) + len(source.table.skipped),
        "rows_matching": products.rows_matching,
        "splits": {split: len(found) for split, found in records.items()},
        "smaller_than_size": sum(outcome.facts[id].enlarged for id in ids),
        "roles": products.roles,
        "extra": products.extra,
        "columns_not_read": products.unread,
        "examples": {role: value for role, _, value in examples(source, products)},
        "skipped": skipped,
        "skipped_reasons": dict(reasons.most_common()),
        "rows_without_photo": sum(entry["reason"].startswith(NOT_THERE) for entry in skipped),
        "photos_without_row": products.photos_without_row,
        "duplicates": products.duplicates,
        "twins": [[ids[member] for member in group] for group in outcome.twins],
        "moved_to_test": sum(
            split == "test" != natural for natural, split in zip(outcome.natural, outcome.splits, strict=True)
        ),
        "left_out": [id for id, split in zip(ids, outcome.splits, strict=False) if split is None],
        "notes": dict(Counter(note for id in ids for note in outcome.facts[id].notes).most_common()),
        "photos": _photos([outcome.facts[id] for id in ids]),
        "held_out_pairs": [list(pair) for pair in outcome.pairs],
        "values": {name: values(everyone, name) for name in names},
        "values_by_split": {
            split: {name: values(found, name) for name in names} for split, found in records.items()
        },
    }


def _photos(facts: list[Fact]) -> dict[str, Any]:
    """How large the photos are, of which shape, and on which background."""
    sides = Counter(max(side for side in SIDES if side <= min(fact.size)) for fact in facts)
    shapes = Counter(
        "portrait" if height > 1.05 * width else "landscape" if width > 1.05 * height else "square"
        for width, height in (fact.size for fact in facts)
    )
    grounds = Counter(
        "not plain"
        if fact.background is None
        else "white"
        if min(fact.background) >= WHITE
        else "plain, not white"
        for fact in facts
    )
    return {
        "shorter_side": {
            f"{low} to {high - 1}" if high else f"{low} and more": sides[low]
            for low, high in zip(SIDES, (*SIDES[1:], 0), strict=True)
            if sides[low]
        },
        "shape": dict(shapes.most_common()),
        "background": dict(grounds.most_common()),
    }
