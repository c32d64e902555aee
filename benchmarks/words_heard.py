"""What words and descriptions are read as: python benchmarks/words_heard.py MODEL_OR_RUN [--free PROMPTS]

Without --free: the development list `word_table/dev.csv`, on which thresholds were chosen; words with no
value beside them must be unknown. With --free: the free descriptions of `prompts.csv`, of which totals were
looked at while words were collected; of `blind.csv`, which was written afterwards by someone who had seen
neither, and words were then added for it; or of `blind-2.csv`, which no word was chosen on. Expected
values are those of Fashion Product Images.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from modiste import files
from modiste.design.reading import read_description
from modiste.text.fit import fit_words
from modiste.text.read import Encoder, TfidfEncoder, load_encoder

HERE = Path(__file__).parent
ROLES = ("gender", "colour", "article")


def read(description: str, encoder: Encoder, vocabulary: dict[str, list[str]]) -> dict[str, str]:
    """Role -> the first value that the description is read as."""
    found: dict[str, str] = {}
    for segment in read_description(description, encoder, vocabulary):
        if segment.role:
            found.setdefault(segment.role, segment.value)
    return found


def rows(path: Path) -> Iterator[dict[str, str]]:
    """A table's rows."""
    yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


def development(encoder: Encoder, vocabulary: dict[str, list[str]]) -> None:
    """Prints each word that is read wrong, and precision and recall."""
    meant = right = wrong = missed = 0
    for row in rows(HERE / "word_table" / "dev.csv"):
        found = read(row["word"], encoder, vocabulary)
        expected = row["value"].split("|") if row["value"] else []
        value = found.get(row["role"], "") if expected else next(iter(found.values()), "")
        meant += bool(expected)
        right += value != "" and value in expected
        wrong += value != "" and value not in expected
        missed += bool(expected) and not value
        if value not in (expected or [""]):
            print(f"{row['word']}: {value or 'unknown'}, expected {row['value'] or 'unknown'}")
    print(f"precision {right / max(1, right + wrong):.3f}, recall {right / meant:.3f}", end="; ")
    print(f"{meant} words with a value: {right} right, {missed} unknown; {wrong} of all read wrong")


def free(encoder: Encoder, vocabulary: dict[str, list[str]], prompts: Path) -> None:
    """Prints what each free description is read as, and how often that is what it means, by attribute."""
    asked = [row for row in rows(prompts) if row["group"] == "free"]
    hits = dict.fromkeys(ROLES, 0)
    for row in asked:
        found = read(row["description"], encoder, vocabulary)
        said = {role: found.get(role, "") for role in ROLES if row[role]}
        hits = {role: hits[role] + (said.get(role) == row[role]) for role in ROLES}
        marks = [f"{said[r] or 'unknown'}{'' if said[r] == row[r] else f' ({row[r]})'}" for r in said]
        unknown = " ".join(encoder.unknown(row["description"]))
        print(f"{row['description']}: {', '.join(marks)}; unknown: {unknown or 'none'}")
    for role in ROLES:
        asked_for = sum(bool(row[role]) for row in asked)
        print(f"{role}: {hits[role]} of {asked_for} = {hits[role] / max(1, asked_for):.2f}")


def main() -> None:
    """Reads the list with the encoder of a run or a model, made to hear other words if it does not yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path, help="a run or a model folder")
    parser.add_argument("--free", type=Path, metavar="PROMPTS", help="the free descriptions of such a table")
    parser.add_argument("--plain", action="store_true", help="the encoder as it is, for comparison")
    options = parser.parse_args()
    encoder = load_encoder(options.model / "encoder.json")
    vocabulary = files.read_json(options.model / "config.json")["vocabulary"]
    if not options.plain and isinstance(encoder, TfidfEncoder):
        encoder = fit_words(encoder, vocabulary)
    if options.free:
        free(encoder, vocabulary, options.free)
    else:
        development(encoder, vocabulary)


if __name__ == "__main__":
    main()
