"""What is asked for: sets of descriptions, each with the attributes that its pictures should show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modiste.catalogue import Catalogue
from modiste.catalogue.tables import TABLES, read_table
from modiste.errors import BadInput
from modiste.randomness import permutation
from modiste.record import ROLES, Record
from modiste.text.read import MAX_CHARACTERS, check_description
from modiste.text.write import attribute_description, full_description, short_description


@dataclass(frozen=True)
class PromptSet:
    """Descriptions of one kind, in the order they are drawn."""

    name: str
    title: str
    descriptions: tuple[str, ...]
    records: tuple[Record, ...]
    """For each description a record with the attributes it names, and no others."""
    named: tuple[str, ...] | None = None
    """Attributes that are asked for; None: all that the records have."""
    split: str | None = None
    """Split of the catalogue that its products are of: `test` or `pairs`; None: not of a catalogue."""
    rows: tuple[int, ...] = ()
    """Their positions in it."""


KINDS: tuple[tuple[str, str, str, Callable[[Record], str], tuple[str, ...] | None], ...] = (
    ("known", "held-out products, their attributes", "test", attribute_description, ROLES),
    ("pairs", "pairs of attributes never trained on", "pairs", attribute_description, ROLES),
    ("short", "held-out products, colour and article", "test", short_description, ("colour", "article")),
    ("long", "held-out products, attributes and text", "test", full_description, None),
)


def prompt_sets(catalogue: Catalogue, pictures: int, seed: int, prompts: Path | None) -> list[PromptSet]:
    """The sets that a catalogue allows, each of at most `pictures` products chosen by the seed.

    Args:
        catalogue: with the held-out products (split `test`) and, if any, the held-out pairs.
        pictures: most descriptions of a set.
        seed: of the choice.
        prompts: a CSV file of further descriptions (`read_prompts`).

    Raises:
        BadInput: no held-out products, or a prompts file that cannot be read.
    """
    if not len(catalogue.split("test")):
        raise BadInput(
            f"expected held-out products in {catalogue.path}, found none; prepare it from more products"
        )
    sets = []
    for name, title, split_name, describe, named in KINDS:
        records = catalogue.split(split_name).records
        rows = tuple(
            row
            for row in chosen_rows(len(records), pictures, seed)
            if any(map(records[row].attribute, ROLES)) or (name == "long" and records[row].texts)
        )
        if rows:
            chosen = tuple(records[row] for row in rows)
            descriptions = tuple(describe(record)[:MAX_CHARACTERS] for record in chosen)
            sets.append(PromptSet(name, title, descriptions, chosen, named, split_name, rows))
    return [*sets, *(read_prompts(prompts) if prompts else [])]


def chosen_rows(total: int, most: int, seed: int) -> list[int]:
    """At most `most` of `total` positions, by seed, ascending."""
    return sorted(int(row) for row in permutation(seed, "evaluate", 0, total)[:most]) if total else []


def read_prompts(path: Path) -> Iterator[PromptSet]:
    """Descriptions from a CSV file with the columns `description` and what its pictures should show.

    Optional columns: `group` (a set for each value), `plain` (the same description in the catalogue's
    words: a set of its own, where it differs), and gender, style, colour, article.

    Raises:
        BadInput: no such file, no column `description`, a row that is none, a description empty or too long.
    """
    if not path.is_file() or path.suffix.lower() not in TABLES:
        raise BadInput(f"expected a CSV file of descriptions, found none at {path}")
    table = read_table(path)
    if "description" not in table.columns:
        raise BadInput(f"expected a column `description` in {path}, found {', '.join(table.columns)}")
    if table.skipped:
        entry = table.skipped[0]
        raise BadInput(f"line {entry['line']} of {path} is no row: {entry['reason']}; correct it")
    groups: dict[str, list[dict[str, str]]] = {}
    for line, row in zip(table.lines, table.rows, strict=True):
        try:
            row |= {"description": check_description(row.get("description", ""))}
            row |= {"plain": check_description(row.get("plain") or row["description"])}
        except BadInput as error:
            raise BadInput(f"line {line} of {path}: {error}") from None
        groups.setdefault(row.get("group") or "prompts", []).append(row)
    for group, members in groups.items():
        records = tuple(
            record_of(f"{group}-{i}", {role: row.get(role) for role in ROLES})
            for i, row in enumerate(members)
        )
        written, plain = (tuple(row[column] for row in members) for column in ("description", "plain"))
        title = f"{path.name}, {group}"
        yield PromptSet(f"prompts: {group}", f"{title}, as written", written, records, ROLES)
        if plain != written:
            words = "in the catalogue's words"
            yield PromptSet(f"prompts: {group}, plain", f"{title}, {words}", plain, records, ROLES)


def record_of(id: str, roles: Mapping[str, str | None]) -> Record:
    """A record that has these attributes and nothing else; an empty value is none."""
    gender, style, colour, article = (roles.get(role) or None for role in ROLES)
    return Record(id, gender, style, colour, article)
