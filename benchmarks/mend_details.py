"""Teaches a generator the fine details of what it has seen in small photos only.

    python benchmarks/mend_details.py filled256 --model fashion256 --enlarger enlarger.st --out mended

Where most of an article's photos were enlarged (`fill_up.py`), no officer asks for details, and what the
generator draws there is left over from other garments: a hatching. For such an article it learns here to
draw what the network of `enlarger.py` makes of its own pictures, reduced to small photos' size; for any
other, what it draws now. Only the layers from --from-side on learn. Writes a run whose one checkpoint has the
generator so mended, for `modiste export`, and a picture beside it: before, what is to be learnt, after.
"""

import argparse
import copy
import math
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import interpolate

from enlarger import SMALL, Enlarger, open_enlarger
from modiste.catalogue import Catalogue
from modiste.catalogue.batches import to_images, to_tensor
from modiste.design import find_model
from modiste.game import checkpoint
from modiste.game.begin import begin, plan_run
from modiste.game.budget import Budget
from modiste.game.start import open_start
from modiste.models.sharpness import as_sharp_as, lacking_in
from modiste.randomness import normals, permutation, uniforms
from modiste.text.read import Encoder
from modiste.text.write import UNIFORMS, random_description

Pixels = npt.NDArray[np.uint8]
BATCH, RATE = 32, 1e-3
MOST, SHOWN = 2 / 3, 10
DETAILS = 2.0
"""How much more than the rest of a picture its two finest octaves count."""


class Asked(NamedTuple):
    """Noise and descriptions of pictures to draw."""

    noise: Tensor
    text: Tensor

    def some(self, rows: npt.NDArray[np.int64]) -> "Asked":
        """Some of them."""
        return Asked(self.noise[rows], self.text[rows])


def lacking_articles(catalogue: Catalogue) -> list[str]:
    """Articles of which more than two thirds of the photos lack fine details."""
    split, counts, lacking = catalogue.split("train"), Counter[str](), Counter[str]()
    for first in range(0, len(split), 256):
        rows = np.arange(first, min(first + 256, len(split)))
        for row, lacks in zip(rows, lacking_in(split.images(rows)).tolist(), strict=True):
            article = split.records[row].article or ""
            counts[article] += 1
            lacking[article] += lacks > 0
    return [article for article, count in counts.items() if lacking[article] > MOST * count]


def asked(
    catalogue: Catalogue, rows: list[int], encoder: Encoder, noise_dim: int, name: str, count: int
) -> Asked:
    """Descriptions of some photos' products, as training words them, each with its noise."""
    records = catalogue.split("train").records
    order = [
        rows[place]
        for turn in range(-(-count // len(rows)))
        for place in permutation(0, name, turn, len(rows))
    ]
    chances = uniforms(0, name, 0, count, UNIFORMS).tolist()
    texts = [random_description(records[row], each) for row, each in zip(order, chances, strict=False)]
    return Asked(
        torch.from_numpy(normals(0, name, 0, count, noise_dim)), torch.from_numpy(encoder.encode(texts))
    )


@torch.inference_mode()
def drawn(generator: nn.Module, what: Asked) -> Pixels:
    """Pictures uint8 [n, side, side, 3]."""
    with torch.autocast("cpu", torch.bfloat16):
        pairs = zip(what.noise.split(BATCH), what.text.split(BATCH), strict=True)
        return np.concatenate([to_images(generator(*each)) for each in pairs])


@torch.inference_mode()
def with_details(enlarger: Enlarger, pictures: Pixels) -> Pixels:
    """Pictures reduced to the size of small photos and enlarged by the network."""
    side, parts = pictures.shape[1], []
    for first in range(0, len(pictures), BATCH):
        some = [Image.fromarray(picture) for picture in pictures[first : first + BATCH]]
        small = np.stack([np.asarray(picture.resize(SMALL, Image.Resampling.LANCZOS)) for picture in some])
        with torch.autocast("cpu", torch.bfloat16):
            larger = enlarger(to_tensor(small))
        larger = interpolate(larger, (side, side), mode="bicubic", antialias=True)
        parts.append(to_images(larger))
    return np.concatenate(parts)


def unlike(picture: Tensor, target: Tensor) -> Tensor:
    """How far pictures are from what they should be."""
    off = picture - target
    coarse = as_sharp_as(off, torch.full((len(off),), 2))
    return off.abs().mean() + DETAILS * (off - coarse).abs().mean()


def learn(
    learner: Any, before: nn.Module, poor: Asked, target: Pixels, others: Asked, options: argparse.Namespace
) -> int:
    """Teaches the finer layers what pictures of `poor` should be, and the others to stay; gives the steps."""
    layers = [
        layer
        for kind in (learner.convs, learner.norms, learner.rgb)
        for side, layer in kind.items()
        if int(side) >= options.from_side
    ]
    weights = [weight for layer in layers for weight in layer.requires_grad_(True).parameters()]
    optimizer = torch.optim.Adam(weights, RATE, betas=(0.9, 0.99))
    random, began, step = np.random.default_rng(0), time.monotonic(), 0
    while (done := (time.monotonic() - began) / 60 / options.minutes) < 1:
        optimizer.param_groups[0]["lr"] = RATE * min(1.0, step / 100) * (1 + math.cos(math.pi * done)) / 2
        rows = [random.integers(0, len(target), BATCH // 2) for _ in range(2)]
        here, there = poor.some(rows[0]), others.some(rows[1])
        with torch.autocast("cpu", torch.bfloat16):
            picture = learner(
                torch.cat([here.noise, there.noise]), torch.cat([here.text, there.text])
            ).float()
            with torch.no_grad():
                same = before(*there).float()
        wanted = torch.cat([to_tensor(target[rows[0]]), same])
        learnt, kept = (unlike(*each) for each in zip(picture.chunk(2), wanted.chunk(2), strict=True))
        optimizer.zero_grad()
        (learnt + kept).backward()
        optimizer.step()
        step += 1
        if step % 50 == 0:
            print(
                f"{done:.0%}: {step * BATCH:,} pictures, {learnt:.4f} to learn, {kept:.4f} to keep",
                flush=True,
            )
    learner.requires_grad_(False)
    return step


def main() -> None:
    """Learns, and writes the run and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--model", default="fashion256")
    parser.add_argument("--enlarger", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--pictures", type=int, default=3072, help="of the articles that lack details")
    parser.add_argument("--from-side", type=int, default=32)
    options = parser.parse_args()
    catalogue, start = Catalogue.open(options.catalogue), open_start(find_model(options.model))
    run, _ = plan_run(
        catalogue,
        options.out,
        family_name=start.family,
        preset="wide",
        size=None,
        budget=Budget(images=1),
        seed=0,
        start=start,
    )
    state = begin(run, start)
    articles = lacking_articles(catalogue)
    print(f"{len(articles)} articles lack details: {', '.join(sorted(articles))}", flush=True)
    records = catalogue.split("train").records
    of = {
        lacks: [row for row, each in enumerate(records) if (each.article in articles) == lacks]
        for lacks in (True, False)
    }
    dim = run.family_config.noise_dim
    poor = asked(catalogue, of[True], run.encoder, dim, "poor", options.pictures)
    others = asked(catalogue, of[False], run.encoder, dim, "others", options.pictures)
    before, enlarger = copy.deepcopy(state.ema), open_enlarger(options.enlarger)
    target = with_details(enlarger, drawn(before, poor))
    print(f"{len(target):,} pictures of them given details", flush=True)
    learner = state.ema  # which never learns in batches: its statistics stay as they are
    step = learn(learner, before, poor, target, others, options)
    state.step, state.images_seen = step, step * BATCH
    state.generator.load_state_dict(learner.state_dict())
    checkpoint.save(run.checkpoints, state)
    shown = [asked(catalogue, rows, run.encoder, dim, "shown", SHOWN) for rows in of.values()]
    rows_of = []
    for what in shown:
        now, then = drawn(learner, what), drawn(before, what)
        rows_of += [np.concatenate(list(each), axis=1) for each in (then, with_details(enlarger, then), now)]
    Image.fromarray(np.concatenate(rows_of)).save(options.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
