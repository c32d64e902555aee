"""The families beside each other: the same photos, the same minutes, one after the other, some seeds each.

    python benchmarks/equal_minutes.py SMALL CATALOGUE --out OUT --minutes 60 --seeds 3

Trains each family on SMALL, judges all runs on CATALOGUE (held-out products and pairs of its own) in one
report, and prints each family's mean and, in brackets, its seeds' values. A run that is there already goes on
where it stopped, so the hours can be had in parts. --images dcgan=294000 gives a family a number of images
instead of minutes: those that the minutes make on another machine.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from modiste import files

PROMPTS = Path(__file__).with_name("prompts.csv")
FIGURES = {
    "KID": ("likeness", "kid"),
    "precision": ("likeness", "precision"),
    "recall": ("likeness", "recall"),
    "distinct of 6": ("variety", "distinct"),
    "article": ("alignment", "known", "article", "accuracy"),
    "colour": ("alignment", "known", "colour", "accuracy"),
    "gender": ("alignment", "known", "gender", "accuracy"),
    "style": ("alignment", "known", "style", "accuracy"),
    "pairs: article": ("alignment", "pairs", "article", "accuracy"),
    "pairs: colour": ("alignment", "pairs", "colour", "accuracy"),
    "pairs: gender": ("alignment", "pairs", "gender", "accuracy"),
    "free: article": ("alignment", "prompts: free", "article", "accuracy"),
    "free: colour": ("alignment", "prompts: free", "colour", "accuracy"),
    "new colour seen": ("sensitivity", "colour", "named"),
    "article kept at a new colour": ("sensitivity", "colour", "kept", "article"),
}
"""Row of the table -> where `metrics.json` has it for each contestant."""


def modiste(*words: object) -> None:
    """Runs a command of modiste; its own output is shown."""
    subprocess.run([sys.executable, "-m", "modiste", *map(str, words)], check=True)


def look_up(value: Any, path: tuple[str, ...]) -> float:
    """The figure at a path of keys."""
    for key in path:
        value = value[key]
    return float(value)


def over_seeds(values: Sequence[float]) -> str:
    """The mean, and in brackets the seeds' values."""
    return f"{mean(values):.3f} ({', '.join(f'{value:.3f}' for value in values)})"


def main() -> None:
    """Trains, judges and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("small", type=Path, help="the catalogue to train on")
    parser.add_argument("catalogue", type=Path, help="the catalogue to judge on, of the same size")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--families", nargs="+", default=["dcgan", "contrastive", "progan"])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--images", nargs="*", default=[], metavar="FAMILY=N")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--judge", type=Path)
    options = parser.parse_args()
    images = dict(given.split("=") for given in options.images)
    runs: list[Path] = []
    for seed in range(options.seeds):
        for family in options.families:
            run = options.out / f"{family}-{seed}"
            budget = ("--images", images[family]) if family in images else ("--minutes", options.minutes)
            how = (
                ["--resume"]
                if (run / "config.json").is_file()
                else ["--family", family, "--seed", seed, *budget]
            )
            modiste("train", options.small, "--out", run, *how)
            runs.append(run)
    judge, report = options.judge or options.out / "judge", options.out / "report"
    modiste("evaluate", *runs, options.catalogue, "--out", report, "--judge", judge, "--prompts", PROMPTS)
    found = files.read_json(report / "metrics.json")["contestants"]
    print("| | " + " | ".join(options.families) + " |")
    print("| --- |" + " --- |" * len(options.families))
    seeds_of = [[one for one in found if one["family"] == family] for family in options.families]
    rows = {
        title: [[look_up(one, path) for one in ones] for ones in seeds_of] for title, path in FIGURES.items()
    }
    kids = rows["KID"]
    beside = f"KID beside {options.families[0]}'s of the same seed"
    rows[beside] = [[own / first for own, first in zip(each, kids[0], strict=True)] for each in kids]
    for title, cells in rows.items():
        print(f"| {title} | " + " | ".join(map(over_seeds, cells)) + " |")


if __name__ == "__main__":
    main()
