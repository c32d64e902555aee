"""What filling in what a description leaves open is worth in variety, and what it costs in obedience.

    python benchmarks/fantasy.py MODEL CATALOGUE --judge JUDGE

Draws the sets of `modiste evaluate` as they are asked for and as `modiste design --fantasy` does, and prints
for each recall, precision and KID to the photos that it is of, and the judge's accuracies beside those of the
photos. JUDGE is the folder of `modiste evaluate --judge`.
"""

import argparse
from pathlib import Path

import numpy as np

from modiste.catalogue import Catalogue
from modiste.design import DesignModel, find_model
from modiste.design.phrases import fill, fitting, open_phrases
from modiste.evaluate.alignment import align
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.likeness import directions, kernel_distance, precision_and_recall
from modiste.evaluate.prompts import prompt_sets
from modiste.evaluate.teaching import open_judge
from modiste.machine import machine
from modiste.memory import keep_large_blocks
from modiste.record import ROLES


def main() -> None:
    """Draws, judges and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=500, help="at most so many of each set")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    keep_large_blocks()
    folder, catalogue, eyes = find_model(options.model), Catalogue.open(options.catalogue), Eyes()
    model, phrases = DesignModel.open(folder), open_phrases(folder)
    judge, _ = open_judge(catalogue, eyes, options.judge)
    print(f"{machine()}; {model.name}, {options.catalogue.name}, seed {options.seed}")
    print(
        f"{'':24}" + "".join(f"{title:>10}" for title in ("recall", "precision", "KID", *ROLES, "filled in"))
    )
    for prompts in prompt_sets(catalogue, options.pictures, options.seed, None):
        photos = catalogue.split(prompts.split or "test").images(np.array(prompts.rows))
        seeds = [options.seed + number for number in range(len(photos))]
        filled = [
            fill(text, seed, fitting(text, phrases, model.encoder, model.vocabulary))
            for text, seed in zip(prompts.descriptions, seeds, strict=True)
        ]
        changed = np.mean([more != text for more, text in zip(filled, prompts.descriptions, strict=True)])
        real = eyes.see(photos).features
        shown = {
            "photos": (photos, 0.0),
            "as asked": (model.draw(prompts.descriptions, seeds), 0.0),
            "fantasy": (model.draw(filled, seeds), changed),
        }
        for name, (images, share) in shown.items():
            sight = eyes.see(images)
            scores = align(judge, judge.judge(images, sight), images, prompts, options.seed).scores
            cells = ["-"] * 3
            if name != "photos":
                precision, recall = precision_and_recall(directions(sight.features), directions(real))
                kid, _ = kernel_distance(sight.features, real, seed=options.seed)
                cells = [f"{figure:.3f}" for figure in (recall, precision, kid)]
            cells += [f"{scores[role]['accuracy']:.3f}" if role in scores else "-" for role in ROLES]
            row = "".join(f"{cell:>10}" for cell in (*cells, f"{share:.0%}"))
            print(f"{f'{prompts.name}, {name}':24}{row}", flush=True)


if __name__ == "__main__":
    main()
