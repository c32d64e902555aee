"""Teaches the judge that a bundled model carries: by photos of several catalogues, sharp and small ones.

    python benchmarks/bundled_judge.py CATALOGUE OTHER --out JUDGE --beside ANOTHER

`modiste evaluate` teaches a judge by the catalogue that it judges with. The one in a model folder reads the
photos of people whom nobody knows (`modiste adapt`), of whatever sharpness. OTHER is prepared at the side of
CATALOGUE and with `--hold-out-like CATALOGUE`. Printed is how often the judge, and another one if given, is
right about the held-out products and pairs of each catalogue, --photos of them at most.
"""

import argparse
from pathlib import Path

import numpy as np

from modiste.catalogue import Catalogue
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import read_judge
from modiste.evaluate.prompts import chosen_rows
from modiste.evaluate.scores import score_of
from modiste.evaluate.teaching import teach
from modiste.machine import machine
from modiste.memory import keep_large_blocks
from modiste.record import ROLES


def main() -> None:
    """Teaches unless it is there, and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogues", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--beside", type=Path, help="folder of another judge")
    parser.add_argument("--photos", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    keep_large_blocks()
    catalogues, eyes = [Catalogue.open(path) for path in options.catalogues], Eyes()
    if not (options.out / "judge.json").is_file():
        teach(catalogues, eyes, options.out, options.seed)
    folders = [options.out, *([options.beside] if options.beside else [])]
    judges = [(folder.name, read_judge(folder)) for folder in folders]
    print(f"{machine()}; seed {options.seed}; accuracy on real photos")
    for catalogue in catalogues:
        for name in ("test", "pairs"):
            split = catalogue.split(name)
            rows = chosen_rows(len(split), options.photos, options.seed)
            images, records = split.images(np.array(rows)), tuple(split.records[row] for row in rows)
            sight = eyes.see(images)
            for who, judge in judges:
                said, asked = judge.judge(images, sight), judge.labels(records)
                found = {role: score_of(said[role].argmax(axis=1), asked[role]) for role in ROLES}
                cells = "  ".join(f"{role} {score.accuracy:.3f}" for role, score in found.items() if score)
                print(f"{catalogue.path.name:12} {name:6} {len(rows):5} {who:12} {cells}", flush=True)


if __name__ == "__main__":
    main()
