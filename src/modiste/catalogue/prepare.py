"""A source of photos and attributes -> a catalogue on disk."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from modiste import files
from modiste.catalogue.catalogue import FORMAT, VERSION, Catalogue
from modiste.catalogue.products import Product, Products, products_of
from modiste.catalogue.readers import read_source
from modiste.catalogue.settings import PrepareConfig, parse_assignments, parse_where
from modiste.catalogue.shards import Shards
from modiste.catalogue.source import Source
from modiste.catalogue.splits import Pair, choose_pairs, is_test, pair_of
from modiste.catalogue.workers import prepare_photos
from modiste.console import notes, progress
from modiste.errors import BadInput
from modiste.record import ROLES

__all__ = ["PrepareConfig", "parse_assignments", "parse_where", "prepare"]

BAD_LIMIT = 0.05
"""A larger share of bad photos stops the preparation."""


def prepare(
    source_path: Path, out: Path, config: PrepareConfig, *, hold_out_like: Path | None = None
) -> dict[str, Any]:
    """Reads, checks and writes; returns the report that is also written as `report.json`.

    Args:
        source_path: folder with photos and a table, one folder a class, or a table itself.
        out: new or empty folder.
        config: see `PrepareConfig`.
        hold_out_like: a catalogue whose attributes, held-out pairs and seed are taken, so that no product
            it holds out is trained on here.

    Raises:
        BadInput: the source, a column or the folder is not what was expected; or over 5% of the photos
            are bad. `out` then holds no catalogue.
    """
    source = read_source(source_path)
    products = products_of(source, config)
    config, pairs = _held_out(products, config, hold_out_like)
    files.empty_folder(out, "a catalogue folder")
    _say(f"{source.kind}: {len(products.kept):,} products; {_mapping(products)}")
    if pairs:
        _say(f"kept from training: {len(pairs)} pairs of {' and '.join(config.hold_out)}, seed {config.seed}")

    shards = Shards(out, products.extra)
    with _nothing_half_written(shards):
        skipped, enlarged = _write(source, products.kept, shards, config, set(pairs))
        report = _report(source, products, shards, skipped, enlarged, pairs)
        files.write_json(out / "report.json", report)
        # The manifest comes last: a folder without it is no catalogue.
        files.write_json(out / "catalogue.json", _manifest(source_path, products, shards, config, pairs))
    counts = ", ".join(f"{name} {count:,}" for name, count in report["splits"].items())
    _say(f"catalogue: {out} ({counts}; {len(skipped)} photos skipped, listed in report.json)")
    if enlarged:
        _say(f"smaller than the size: {enlarged:,} photos, which were enlarged to {config.size}", "yellow")
    if products.duplicates:
        _say(f"ids that came again: {len(products.duplicates):,}, of which the first row counts", "yellow")
    if not report["splits"]["test"]:
        _say("no product fell into the split test: there are too few to measure on", "yellow")
    _say(f"next: modiste train {out} --out RUN")
    return report


def _held_out(
    products: Products, config: PrepareConfig, like: Path | None
) -> tuple[PrepareConfig, list[Pair]]:
    """The config with the attributes and the seed that count, and the pairs."""
    if like is not None:
        manifest = Catalogue.open(like).manifest
        pairs: list[Pair] = [(first, second) for first, second in manifest["held_out_pairs"]]
        if not pairs:
            raise BadInput(f"the catalogue {like} holds no pairs out; give one made with --hold-out")
        config = replace(config, hold_out=tuple(manifest["hold_out"]), seed=manifest["config"]["seed"])
    known = [name for name in (*ROLES, *products.extra) if name in products.roles or name not in ROLES]
    for name in config.hold_out:
        if name not in known:
            raise BadInput(f"no attribute {name!r} to hold out; this source has: {', '.join(known)}")
    if like is None:
        records = [record for record, _ in products.kept]
        pairs = (
            choose_pairs(records, config.hold_out, config.hold_out_count, config.seed)
            if config.hold_out
            else []
        )
    return config, pairs


def _write(
    source: Source, products: list[Product], shards: Shards, config: PrepareConfig, pairs: set[Pair]
) -> tuple[list[dict[str, str]], int]:
    """Prepares every photo; returns what was skipped and how many photos were enlarged."""
    skipped = list(source.table.skipped)
    total = len(products) + len(skipped)
    enlarged = 0
    names = [file for _, file in products]
    with progress("photos") as bar:
        task = bar.add_task("preparing", total=len(products), note="")
        photos = prepare_photos(source.root, names, config.size, config.square)
        for (record, file), photo in zip(products, photos, strict=True):
            bar.advance(task)
            if isinstance(photo, str):
                skipped.append({"id": record.id, "file": file, "reason": photo})
            else:
                enlarged += photo[1]
                held_out = bool(pairs) and pair_of(record, config.hold_out) in pairs
                split = "pairs" if held_out else "test" if is_test(config.seed, record.id) else "train"
                shards.add(split, record, photo[0])
            if len(skipped) > BAD_LIMIT * total:
                raise BadInput(_too_many(skipped, total))
    shards.finish()
    if not shards.counts()["train"]:
        raise BadInput(f"expected photos to train on, found none among {total:,} products; use more rows")
    if pairs and not shards.counts()["pairs"]:
        raise BadInput(f"none of the {len(pairs)} held-out pairs occurs in this source; choose others")
    return skipped, enlarged


def _too_many(skipped: list[dict[str, str]], total: int) -> str:
    first = "; ".join(f"{entry.get('file') or entry['id']}: {entry['reason']}" for entry in skipped[:3])
    return (
        f"more than {BAD_LIMIT:.0%} of {total:,} photos are bad ({len(skipped):,} so far), "
        f"nothing was written; the first: {first}"
    )


@contextmanager
def _nothing_half_written(shards: Shards) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shards.discard()
        raise


def _report(
    source: Source,
    products: Products,
    shards: Shards,
    skipped: list[dict[str, str]],
    enlarged: int,
    pairs: list[Pair],
) -> dict[str, Any]:
    splits = shards.values.values()
    names = (*ROLES, *products.extra)
    totals = {name: sum((split[name] for split in splits), Counter[str]()) for name in names}
    return {
        "source": source.kind,
        "rows": len(source.table.rows) + len(source.table.skipped),
        "rows_matching": products.rows_matching,
        "splits": shards.counts(),
        "smaller_than_size": enlarged,
        "roles": products.roles,
        "skipped": skipped,
        "skipped_reasons": dict(Counter(entry["reason"].split(" '")[0] for entry in skipped).most_common()),
        "duplicate_ids": products.duplicates,
        "held_out_pairs": [list(pair) for pair in pairs],
        "values": {name: dict(counts.most_common()) for name, counts in totals.items()},
        "values_by_split": {
            split: {name: dict(counts.most_common()) for name, counts in attributes.items()}
            for split, attributes in shards.values.items()
        },
    }


def _manifest(
    source_path: Path, products: Products, shards: Shards, config: PrepareConfig, pairs: list[Pair]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "size": config.size,
        "roles": products.roles,
        "extra": sorted(products.extra),
        "splits": {
            name: {"count": shards.counts()[name], "shards": written}
            for name, written in shards.written.items()
        },
        "hold_out": list(config.hold_out),
        "held_out_pairs": [list(pair) for pair in pairs],
        "config": asdict(config),
        "source": source_path.resolve().name,
    }


def _mapping(products: Products) -> str:
    roles = ", ".join(f"{role} from {'+'.join(names)}" for role, names in products.roles.items())
    return f"{roles}; also kept: {', '.join(products.extra) or 'no further column'}"


def _say(text: str, style: str | None = None) -> None:
    notes.print(text, style=style, markup=False)
