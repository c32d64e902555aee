"""Is what a description names still drawn where other words stand beside it?

    python benchmarks/beside_words.py fashion256 CATALOGUE --judge JUDGE

Draws held-out products from their colour, article and gender alone, and from the same in sentences with words
that catalogues use, too ("little black dresses for women"): each word as loud as it is rare, and with what is
named counted twice, as `WordsEncoder` does. JUDGE is the folder of `modiste evaluate --judge`; it reads the
pictures. The sentences are in no other benchmark.
"""

import argparse
from pathlib import Path

import numpy as np

from equal_minutes import over_seeds
from modiste.catalogue import Catalogue
from modiste.design import DesignModel, find_model
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import read_judge
from modiste.evaluate.prompts import chosen_rows
from modiste.evaluate.scores import score_of
from modiste.machine import machine
from modiste.randomness import seed_noise
from modiste.text.read import read_encoder

NAMED = ("article", "colour", "gender")
SENTENCES = (
    "little {colour} {article} for {gender}",
    "{colour} {article} with a crew neck for {gender}",
    "basic {colour} {article} for {gender}",
    "{colour} slim fit {article} for {gender}",
    "striped {colour} {article} for {gender}",
    "{colour} {article} for the office and the city, {gender}",
    "classic solid {colour} {article} for {gender}",
    "{colour} {article} with a graphic print and a low neck for {gender}",
)


def main() -> None:
    """Draws, judges and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    model, eyes, judge = DesignModel.open(find_model(options.model)), Eyes(), read_judge(options.judge)
    records = [each for each in Catalogue.open(options.catalogue).split("test").records if each.colour]
    once = read_encoder(model.encoder.to_json() | {"attributes": []}, Path(options.model))
    print(f"{machine()}; {model.name}, {options.catalogue.name}, {options.seeds} seeds: mean (seeds)")
    print(f"{'':28}" + "".join(f"{name:>28}" for name in NAMED))
    found: dict[str, list[list[float]]] = {}
    for seed in range(options.seeds):
        chosen = tuple(records[row] for row in chosen_rows(len(records), options.pictures, seed))
        named = [{name: (each.attribute(name) or "").lower() for name in NAMED} for each in chosen]
        plain = ["{colour} {article} for {gender}".format(**each) for each in named]
        said = [SENTENCES[row % len(SENTENCES)].format(**each) for row, each in enumerate(named)]
        noise = np.stack([seed_noise(seed + row, model.noise_dim) for row in range(len(chosen))])
        asked = judge.labels(chosen)
        for way, vectors in (
            ("alone", model.encoder.encode(plain)),
            ("beside words", once.encode(said)),
            ("beside words, counted twice", model.encoder.encode(said)),
        ):
            images = model.draw_vectors(noise, vectors)
            shown = judge.judge(images, eyes.see(images))
            scores = [score_of(shown[name].argmax(axis=1), asked[name]) for name in NAMED]
            found.setdefault(way, []).append([score.accuracy for score in scores if score])
    for way, rows in found.items():
        print(f"{way:28}" + "".join(f"{over_seeds(values):>28}" for values in zip(*rows, strict=True)))


if __name__ == "__main__":
    main()
