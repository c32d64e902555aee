"""Does a model do what is asked of the bundled one: a row for each demand, at several seeds?

    python benchmarks/bars.py fashion256 CATALOGUE --out OUT

Runs `modiste evaluate` with seeds 0, 1, 2, which choose the noise and the held-out products (the judge is
taught once; --judge gives the folder of one), and prints for each demand the mean, the seeds' values, what is
asked, and whether every seed meets it.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from equal_minutes import PROMPTS, modiste, over_seeds
from modiste import files
from modiste.catalogue import Catalogue
from modiste.evaluate.wording import Figures, at, way
from modiste.machine import machine


class Demand(NamedTuple):
    """A figure and the least that it may be, or the most."""

    title: str
    figure: float
    bound: float
    made_of: str
    most: bool = False

    @property
    def met(self) -> bool:
        """Whether it keeps its bound."""
        return self.figure <= self.bound if self.most else self.figure >= self.bound


def demands(metrics: Figures, drawn: Figures) -> Iterator[Demand]:
    """Every demand on a contestant of an evaluation with held-out pairs and `prompts.csv`."""
    for name in ("article", "colour", "gender"):
        known, pairs, free, plain = (
            at(drawn, "alignment", part, name, "accuracy")
            for part in ("known", "pairs", "prompts: free", "prompts: free, plain")
        )
        photos, photos_of_pairs = (
            at(metrics, "ceiling", part, name, "accuracy") for part in ("known", "pairs")
        )
        ways = [place[0] for part in ("known", "pairs") if (place := way(metrics, drawn, part, name))]
        title = f"{name} of held-out products, beside their photos"
        yield Demand(title, known / photos, 0.85, f"{known:.2f}/{photos:.2f}")
        title = f"{name} of pairs never trained on, beside held-out products of known pairs"
        made_of = f"{pairs:.2f}/{known:.2f}; their photos {photos_of_pairs:.2f}/{photos:.2f}"
        yield Demand(title, pairs / known, 0.9, made_of)
        title = f"{name} of pairs never trained on, the same from floor up to photos' accuracy and no further"
        yield Demand(title, ways[1] / ways[0], 0.9, f"{ways[1]:.2f}/{ways[0]:.2f}")
        title = f"{name} of free descriptions, beside the catalogue's words"
        yield Demand(title, free / plain, 0.8, f"{free:.2f}/{plain:.2f}")
    colour = drawn["sensitivity"]["colour"]
    made_of = f"is the new one {colour['named']:.2f}"
    yield Demand("a new colour word: another colour is seen", colour["changed"], 0.8, made_of)
    made_of = f"by a new seed {colour['kept_by_seed']['article']:.2f}"
    yield Demand("a new colour word: the article stays", colour["kept"]["article"], 0.9, made_of)
    for part, said in (
        ("long", "whole descriptions"),
        ("known", "attributes"),
        ("short", "colour and article"),
    ):
        own, photos = drawn["recall"][part], metrics["reference"]["recall"][part]
        title = f"recall of held-out products, asked for by {said}, beside photos"
        yield Demand(title, own / photos, 0.5, f"{own:.2f}/{photos:.2f}")
    lost = [value for name in ("article", "colour") for value in drawn["coverage"][name]["missing"]]
    yield Demand("articles and colours lost", len(lost), 0, ", ".join(lost) or "none", most=True)
    copies, photos = drawn["novelty"]["copies"], drawn["novelty"]["held_out_copies"]
    yield Demand(
        "flagged as copies; at most as held-out photos are", copies, photos, f"{photos:.3f}", most=True
    )


def main() -> None:
    """Judges and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--judge", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    if not len(Catalogue.open(options.catalogue).split("pairs")):
        parser.error(f"{options.catalogue} holds out no pairs; prepare it with --hold-out colour,article")
    judge, rows = options.judge or options.out / "judge", []
    for seed in range(options.seeds):
        report = options.out / f"seed-{seed}"
        given = ("--out", report, "--judge", judge, "--prompts", PROMPTS, "--seed", seed)
        modiste("evaluate", options.model, options.catalogue, *given)
        metrics = files.read_json(report / "metrics.json")
        rows.append(list(demands(metrics, metrics["contestants"][0])))
    judged = f"{options.model}, {options.catalogue.name}, seeds 0 to {options.seeds - 1}"
    print(f"{metrics['date']}, {machine()}; {judged}")
    print("| | mean (seeds) | asked | met | made of, seed 0 |\n| --- | --- | --- | --- | --- |")
    for same in zip(*rows, strict=True):
        values = over_seeds([one.figure for one in same])
        asked = f"{'at most' if same[0].most else 'at least'} {same[0].bound:.3g}"
        met = "yes" if all(one.met for one in same) else "no"
        print(f"| {same[0].title} | {values} | {asked} | {met} | {same[0].made_of} |")


if __name__ == "__main__":
    main()
