"""A source of photos and attributes -> a catalogue on disk."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from modiste import files
from modiste.catalogue.begin import INDEX, as_json, begin, earlier, write_index
from modiste.catalogue.catalogue import FORMAT, VERSION, Catalogue
from modiste.catalogue.page import write_page
from modiste.catalogue.products import Products, products_of
from modiste.catalogue.readers import read_source
from modiste.catalogue.report import Outcome, examples, report_of
from modiste.catalogue.settings import PrepareConfig, parse_assignments, parse_where
from modiste.catalogue.shards import SPLITS, write_shards
from modiste.catalogue.source import Source
from modiste.catalogue.splits import Pair, choose_pairs, is_test, one_split_each, pair_of
from modiste.catalogue.twins import Groups, join_twins
from modiste.catalogue.work import Fact, Work
from modiste.catalogue.workers import Job, prepare_photos, warm_up
from modiste.console import notes, progress
from modiste.errors import BadInput
from modiste.record import ROLES, Record

__all__ = ["PrepareConfig", "parse_assignments", "parse_where", "prepare"]

BAD_LIMIT = 0.05
"""A larger share of bad rows and photos stops the preparation, if no other is given."""
SHARD = re.compile(rf"({'|'.join(SPLITS)})-\d{{5}}\.parquet")


def prepare(
    source_path: Path,
    out: Path,
    config: PrepareConfig,
    *,
    hold_out_like: Path | None = None,
    max_bad: float = BAD_LIMIT,
    dry_run: bool = False,
    source: Source | None = None,
    held_out: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Reads, checks and writes; returns the report that is also written as `report.json` and `report.html`.

    A preparation that was stopped goes on where it stopped. A catalogue of the same source and settings is
    brought up to date: photos that it already holds are not read again, and held-out pairs stay held out.

    Args:
        source_path: folder with photos and a table, one folder a class, or a file that holds both.
        out: new or empty folder, or what an earlier preparation of this source left.
        config: see `PrepareConfig`.
        hold_out_like: a catalogue whose attributes, held-out pairs, held-out products and seed are taken, so
            that no product it holds out is trained on here.
        max_bad: share of rows and photos that may be bad.
        dry_run: only say what would be read; nothing is written, and the report has no photos.
        source: what is in `source_path`, where that is known; None: the readers are asked.
        held_out: ids that are held out besides those that the split holds out anyway.

    Raises:
        BadInput: the source, a column or the folder is not what was expected; or too many photos are bad.
            `out` then holds the report of what was bad, and no new catalogue.
    """
    if not 0 <= max_bad <= 1:
        raise BadInput(f"share of bad photos must be from 0 to 1, got {max_bad}; 0.05 is 5%")
    named = source is not None
    source = source or read_source(source_path)
    warm_up(0 if dry_run else len(source.table.rows))
    products = products_of(source, config)
    like = Catalogue.open(hold_out_like) if hold_out_like is not None else None
    config = _like(config, like)
    known = earlier(out, config, source_path.resolve().name)
    pairs = _pairs(products, config, like or (known if config.hold_out else None))
    if not named:
        _say_what_is_read(source, products)
    if pairs:
        _say(f"kept from training: {len(pairs)} pairs of {' and '.join(config.hold_out)}, seed {config.seed}")
    outcome = Outcome(source, products, pairs)
    if dry_run:
        return report_of(outcome)
    work = begin(out, config, known)
    try:
        with _or_the_rest_is_kept(work):
            _prepare_photos(work, outcome, config, max_bad, out)
        _divide(outcome, config, _held_out_ids(like) | held_out)
        report = _write(work, out, outcome, _manifest_of(source_path, products, config, pairs))
    finally:
        work.close()
    work.remove()
    _say_what_was_made(report, out)
    return report


def _like(config: PrepareConfig, like: Catalogue | None) -> PrepareConfig:
    """The config with the attributes and the seed that count."""
    if like is None:
        return config
    if not like.manifest["held_out_pairs"]:
        raise BadInput(f"the catalogue {like.path} holds no pairs out; give one made with --hold-out")
    manifest = like.manifest
    return replace(config, hold_out=tuple(manifest["hold_out"]), seed=manifest["config"]["seed"])


def _pairs(products: Products, config: PrepareConfig, like: Catalogue | None) -> list[Pair]:
    known = [name for name in (*ROLES, *products.extra) if name in products.roles or name not in ROLES]
    for name in config.hold_out:
        if name not in known:
            raise BadInput(f"no attribute {name!r} to hold out; this source has: {', '.join(known)}")
    if like is not None:
        return [(first, second) for first, second in like.manifest["held_out_pairs"]]
    records = [product.record for product in products.kept]
    return (
        choose_pairs(records, config.hold_out, config.hold_out_count, config.seed) if config.hold_out else []
    )


def _held_out_ids(like: Catalogue | None) -> set[str]:
    if like is None:
        return set()
    shards = [
        shard["file"] for name in ("test", "pairs") for shard in like.manifest["splits"][name]["shards"]
    ]
    return {id for file in shards for id in pq.read_table(like.path / file, columns=["id"])["id"].to_pylist()}


@contextmanager
def _or_the_rest_is_kept(work: Work) -> Iterator[None]:
    """When the photos are stopped, those that are done stay done."""
    try:
        yield
    except OSError:  # the disk takes no more
        raise
    except KeyboardInterrupt:
        work.save()
        _say(f"stopped; the same command goes on after {len(work.facts):,} photos")
        raise
    work.save()


def _prepare_photos(work: Work, outcome: Outcome, config: PrepareConfig, max_bad: float, out: Path) -> None:
    """Prepares every photo that is not in the work; fills in the facts of the outcome."""
    products, photos = outcome.products.kept, outcome.source.photos
    num_products = Counter(product.file for product in products)
    stamps = {file: photos.stamp(file) for file in num_products}
    keys = [f"{product.file}\t{stamps[product.file]}" for product in products]
    new = [file for file, stamp in stamps.items() if f"{file}\t{stamp}" not in work.facts]
    done = len(stamps) - len(new)
    if done:
        _say(f"already prepared: {done:,} photos, {len(new):,} are new")
    skipped = outcome.source.table.skipped
    total = len(products) + len(skipped)
    bad = len(skipped)
    job = Job(photos, config.size, config.square, config.max_pixels)
    with progress("photos") as bar:
        task = bar.add_task("preparing", total=len(stamps), completed=done, note="")
        names = iter(new)
        for prepared in prepare_photos(job, new):
            for photo in prepared:
                file = next(names)
                work.add(f"{file}\t{stamps[file]}", photo)
                bad += num_products[file] * isinstance(photo, str)
            bar.advance(task, len(prepared))
            if bad > max_bad * total:
                break
    outcome.take(work, keys)
    if bad > max_bad * total:
        work.save()
        report = report_of(outcome)
        files.write_json(out / "report.json", report)
        write_page(out / "report.html", outcome, report, work)
        raise BadInput(_too_many(outcome.skipped, max_bad, total, out))


def _too_many(skipped: list[dict[str, Any]], max_bad: float, total: int, out: Path) -> str:
    first = "; ".join(f"{entry.get('file') or entry['id']}: {entry['reason']}" for entry in skipped[:3])
    return (
        f"more than {100 * max_bad:.3g}% of {total:,} photos are bad ({len(skipped):,} so far), no catalogue "
        f"was written; see {out / 'report.html'}, or allow more with --max-bad; the first: {first}"
    )


def _divide(outcome: Outcome, config: PrepareConfig, held_out: set[str]) -> None:
    """Gives every product with a photo its split, twins and photos of one product the same."""
    pairs, products = set(outcome.pairs), outcome.good
    natural = []
    for product in products:
        pair = pair_of(product.record, config.hold_out) if pairs else None
        test = is_test(config.seed, product.group) or product.record.id in held_out
        natural.append("pairs" if pair in pairs else "test" if test else "train")
    groups = Groups(len(products))
    join_twins([outcome.facts[product.record.id].signature for product in products], groups)
    outcome.twins = groups.found()
    first_of: dict[str, int] = {}
    for position, product in enumerate(products):
        groups.join(position, first_of.setdefault(product.group, position))
    outcome.natural, outcome.splits = natural, one_split_each(natural, groups.found())
    if "train" not in outcome.splits:
        total = len(outcome.products.kept)
        raise BadInput(f"expected photos to train on, found none among {total:,} products; use more rows")
    if pairs and "pairs" not in outcome.splits:
        raise BadInput(f"none of the {len(pairs)} held-out pairs occurs in this source; choose others")


def _write(work: Work, out: Path, outcome: Outcome, manifest: dict[str, Any]) -> dict[str, Any]:
    """Writes the catalogue beside the work, then puts it in the place of what was in `out`."""
    new = work.folder / "catalogue"
    shutil.rmtree(new, ignore_errors=True)
    report = report_of(outcome)
    with ThreadPoolExecutor(1) as beside:
        page = beside.submit(write_page, new / "report.html", outcome, report, work)
        written = _write_photos(new, work, outcome)
        files.write_json(new / "report.json", report)
        page.result()
    # From here to the manifest there is no catalogue, and the work is there to make it from.
    (out / "catalogue.json").unlink(missing_ok=True)
    for path in out.iterdir():
        if SHARD.fullmatch(path.name):
            path.unlink()
    for path in sorted(new.iterdir()):
        path.replace(out / path.name)
    manifest["splits"] = {name: {"count": report["splits"][name], "shards": written[name]} for name in SPLITS}
    # The manifest comes last: a folder without it is no catalogue.
    files.write_json(out / "catalogue.json", manifest)
    return report


def _write_photos(folder: Path, work: Work, outcome: Outcome) -> dict[str, list[dict[str, Any]]]:
    """Writes the shards, and the index of what is in them."""
    splits: dict[str, list[tuple[Record, Fact]]] = {name: [] for name in SPLITS}
    entries: list[tuple[str, str]] = []
    for product, split in zip(outcome.good, outcome.splits, strict=True):
        if split is not None:
            splits[split].append((product.record, outcome.facts[product.record.id]))
            entries.append((outcome.keys[product.record.id], split))
    write_index(folder / INDEX, work, entries)
    with progress("photos") as bar:
        task = bar.add_task("writing", total=sum(map(len, splits.values())), note="")
        return write_shards(folder, splits, outcome.products.extra, work.png, partial(bar.advance, task))


def _manifest_of(
    source_path: Path, products: Products, config: PrepareConfig, pairs: list[Pair]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "size": config.size,
        "roles": products.roles,
        "extra": sorted(products.extra),
        "splits": {},
        "hold_out": list(config.hold_out),
        "held_out_pairs": [list(pair) for pair in pairs],
        "config": as_json(config),
        "source": source_path.resolve().name,
    }


def _say_what_is_read(source: Source, products: Products) -> None:
    """The guess, before anything is done with it."""
    _say(f"{source.kind}: {len(products.kept):,} products; {source.table.read_as}".rstrip("; "))
    for role, columns, example in examples(source, products):
        _say(f"  {role:8} from {columns}, e.g. {example}")
    _say(f"  also kept: {', '.join(products.extra) or 'no further column'}")
    _say(f"  not read: {', '.join(products.unread) or 'none'}; correct all this with --map ROLE=COLUMN")
    for note in source.notes:
        _say(note, "yellow")


def _say_what_was_made(report: dict[str, Any], out: Path) -> None:
    counts = ", ".join(f"{name} {count:,}" for name, count in report["splits"].items())
    _say(f"catalogue: {out} ({counts}; {len(report['skipped']):,} skipped, see report.html)")
    said = {
        "smaller than the size, and enlarged": report["smaller_than_size"],
        "ids that came again, of which the first row counts": len(report["duplicates"]),
        "photos without a row": len(report["photos_without_row"]),
        "photos that have a twin, each group in one split": sum(map(len, report["twins"])),
        "twins of held-out pairs, left out": len(report["left_out"]),
        **report["notes"],
    }
    for text, count in said.items():
        if count:
            _say(f"{text}: {count:,}", "yellow")
    if not report["splits"]["test"]:
        _say("no product fell into the split test: there are too few to measure on", "yellow")


def _say(text: str, style: str | None = None) -> None:
    notes.print(text, style=style)
