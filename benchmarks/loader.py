"""What loading data costs beside a step of the game, in one run.

    python benchmarks/loader.py CATALOGUE --preset laptop

Prints the milliseconds of a batch (photos, descriptions, text vectors, noise) and of a round of the game
on it. Exit code 1 if loading takes 3% of both or more.
"""

import argparse
import sys
import time
from pathlib import Path

import torch

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import Batches
from modiste.game.loop import play
from modiste.game.precision import find_precision
from modiste.game.state import new_state
from modiste.memory import keep_large_blocks
from modiste.models import family
from modiste.text.fit import fit_tfidf
from modiste.text.write import full_description

BAR = 0.03


def main() -> int:
    """Runs the comparison; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--preset", default="laptop")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    keep_large_blocks()
    catalogue = Catalogue.open(options.catalogue)
    split = catalogue.split("train")
    encoder = fit_tfidf([full_description(record) for record in split.records])
    config = family("dcgan").presets[options.preset](size=catalogue.size, text_dim=encoder.dimensions)
    precision = find_precision(None, torch.device("cpu"))
    state = new_state("dcgan", config, seed=0, precision=precision)
    batches = Batches(split, encoder, seed=0, noise_dim=config.noise_dim, flip=config.flip)
    play(state, batches.at(0, config.batch_size), 1e4)
    loading = playing = 0.0
    for _ in range(options.rounds):
        started = time.perf_counter()
        batch = batches.at(state.images_seen, config.batch_size)
        loaded = time.perf_counter()
        play(state, batch, 1e4)
        loading, playing = loading + loaded - started, playing + time.perf_counter() - loaded
    share = loading / (loading + playing)
    print(f"dcgan {options.preset} {catalogue.size}x{catalogue.size}, batch {config.batch_size}, {precision}")
    print(
        f"loading {1e3 * loading / options.rounds:.1f} ms, playing {1e3 * playing / options.rounds:.1f} ms, "
        f"loading is {share:.1%} of the step (bar: {BAR:.0%})"
    )
    return 0 if share < BAR else 1


if __name__ == "__main__":
    sys.exit(main())
