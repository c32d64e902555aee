"""Is a model adapted to few photos better than not adapted, and than one trained from nothing as long?

    python benchmarks/adapt.py CATALOGUE MODEL --out OUT --brand nike --minutes 15 --seeds 0 1 2

From a catalogue's held-out products, which MODEL has not learnt from (nor may its judge), those are taken
whose text begins with --brand, or without it any. By seed, --photos of them become a bare folder for `modiste
adapt`, which sees no word of them; the others are the test. Beside it, `modiste train` learns from nothing,
as long, from the same photos and labels. Each draws every test product's attributes; a judge reads the
pictures, and KID holds them against the test photos. The judge is that of `modiste evaluate`: the photos' own
words in the catalogue teach it, which nothing else here is told; the model's judge, which never saw the
brand, is right about fewer of the test photos. What the judge reads in those stands above the others: surer
than that, a picture is no better, only clearer to it. Pictures are reduced to the size of the catalogue's
photos: where these are small, one that is blurred as they are, enlarged, would else count as nearer to them.

Everything lies in OUT and what is done is not done again: the same command goes on, also in parts (--seeds 0,
then --seeds 1). Give --minutes 4 for a first look.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from modiste import files
from modiste.adapt.adapt import AdaptConfig, adapt
from modiste.adapt.photos import prepare_photos
from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig
from modiste.design import DesignModel, find_model
from modiste.evaluate.alignment import align
from modiste.evaluate.eyes import Eyes, Sight, mirrored
from modiste.evaluate.judge import Judge
from modiste.evaluate.likeness import likeness
from modiste.evaluate.novelty import Seen, novelty
from modiste.evaluate.prompts import PromptSet
from modiste.evaluate.teaching import open_judge
from modiste.export import export_state
from modiste.game.budget import Budget
from modiste.game.train import train_run
from modiste.machine import machine
from modiste.randomness import permutation
from modiste.record import ROLES, Record
from modiste.text.write import attribute_description

Pixels = np.ndarray
MOST_TEST = 400
SHOWN = 12
"""Test products in `drawn.png`: a row each of not adapted, adapted, from nothing."""
PHOTOS = "test photos"
CONTESTANTS = ("not adapted", "adapted", "from nothing")


def products(catalogue: Catalogue, brand: str) -> tuple[list[Record], Pixels]:
    """The held-out products of a brand: of the splits `test` and `pairs`."""
    records, photos = [], []
    for name in ("test", "pairs"):
        split = catalogue.split(name)
        rows = [
            row
            for row, record in enumerate(split.records)
            if not brand or (record.texts and record.texts[0].lower().startswith(f"{brand.lower()} "))
        ]
        records += [split.records[row] for row in rows]
        photos.append(split.images(np.array(rows, np.int64)))
    return records, np.concatenate(photos)


def learn(photos: Path, home: Path, model: Path, minutes: float, seed: int) -> bool:
    """Adapts, and trains from nothing; True when both are done."""
    if adapt(photos, home / "adapted", model, AdaptConfig(minutes=minutes, seed=seed)) is None:
        return False
    nothing = home / "nothing"
    return train_run(
        home / "adapted" / "catalogue",
        nothing,
        budget=Budget(minutes=None if (nothing / "config.json").is_file() else minutes),
        seed=seed,
        go_on=(nothing / "config.json").is_file(),
        on_checkpoint=export_state,
    )


def said_of(record: Record) -> dict[str, str]:
    """What the catalogue says of a product: role -> value."""
    return {role: value for role in ROLES if (value := record.attribute(role))}


@dataclass(frozen=True)
class Held:
    """The test products, and what the eyes see in their photos and in those learnt from."""

    records: list[Record]
    texts: tuple[str, ...]
    photos: Pixels
    sight: Sight
    seen: Seen
    train: Seen

    @classmethod
    def of(cls, eyes: Eyes, records: list[Record], photos: Pixels, train: Pixels) -> "Held":
        """Looks at both, once."""
        sight = eyes.see(photos)
        seen = Seen.of(sight.features, eyes.see(mirrored(photos)).features, photos)
        learnt = Seen.of(eyes.see(train).features, None, train)
        return cls(records, tuple(map(attribute_description, records)), photos, sight, seen, learnt)


def accuracies(judge: Judge, sight: Sight, images: Pixels, held: Held, seed: int) -> dict[str, float]:
    """How often the judge reads the products' attributes in pictures, or in their photos."""
    prompts = PromptSet("test", "test", held.texts, tuple(held.records), ROLES)
    scores = align(judge, judge.judge(images, sight), images, prompts, seed).scores
    return {role: scores[role]["accuracy"] for role in ROLES if role in scores}


def figures(images: Pixels, judge: Judge, eyes: Eyes, held: Held, seed: int) -> dict[str, float]:
    """Accuracy of each attribute on the test products, KID, recall and the share of copies."""
    sight = eyes.see(images)
    like = likeness(sight.features, held.sight.features, seed=seed)
    drawn = Seen.of(sight.features, eyes.see(mirrored(images)).features, images)
    new = novelty(drawn, held.seen, held.train)
    return {
        **accuracies(judge, sight, images, held, seed),
        "KID": like.kid,
        "recall": like.recall,
        "copies": new.copies,
        "of photos": new.held_out_copies,
    }


def reduced(images: Pixels, side: int) -> Pixels:
    """Pictures at a smaller side."""
    if images.shape[1] <= side:
        return images
    return np.stack(
        [Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS) for image in images]
    )


def one_seed(options: argparse.Namespace, seed: int) -> dict[str, Any] | None:
    """The figures of one seed, from its file if they are there; None if a signal stopped it."""
    home: Path = options.out / f"seed-{seed}"
    if (home / "figures.json").is_file():
        found: dict[str, Any] = files.read_json(home / "figures.json")
        return found
    records, photos = products(Catalogue.open(options.catalogue), options.brand)
    order = permutation(seed, "benchmark", 0, len(records))
    chosen, rest = order[: options.photos], order[options.photos : options.photos + MOST_TEST]
    if len(rest) < 100:
        sys.exit(
            f"expected {options.photos + 100} held-out products, found {len(records)}; take fewer --photos"
        )
    for row in chosen:
        place = home / "photos" / f"{records[row].id}.png"
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(photos[row]).save(place)
    model, eyes = find_model(options.model), Eyes()
    if not learn(home / "photos", home, model, options.minutes, seed):
        return None
    held = Held.of(eyes, [records[row] for row in rest], photos[rest], photos[chosen])
    told = {f"{records[row].id}.png": said_of(records[row]) for row in chosen}
    square = PrepareConfig(size=photos.shape[1], seed=seed)
    truth = prepare_photos(home / "photos", home / "truth", sorted(told), square, told)
    judge, _ = open_judge(truth, eyes, home / "judge", seed)
    result = {PHOTOS: accuracies(judge, held.sight, held.photos, held, seed)}
    rows = []
    for name, path in zip(CONTESTANTS, (model, home / "adapted", home / "nothing"), strict=True):
        seeds = [seed * 100_000 + i for i in range(len(held.texts))]
        images = DesignModel.open(find_model(path)).draw(held.texts, seeds)
        result[name] = figures(reduced(images, photos.shape[1]), judge, eyes, held, seed)
        rows.append(np.concatenate(list(images[:SHOWN]), axis=1))
    Image.fromarray(np.concatenate(rows)).save(home / "drawn.png")
    files.write_json(home / "figures.json", result)
    return result


def main() -> int:
    """Runs every seed and prints the table; exit code 1 if adapting is not better throughout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("model")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--brand", default="", help="first word of the products' texts")
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    options = parser.parse_args()
    about = {name: str(value) for name, value in vars(options).items() if name not in ("out", "seeds")}
    about["seen"] = "at the photos' size"  # since 2026-11-28: figures from before it are others
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / "about.json"
    if kept.is_file() and json.loads(kept.read_text()) != about:
        sys.exit(f"{options.out} holds figures of other options: {kept.read_text()}; name another --out")
    files.write_json(kept, about)
    print(f"{machine()}; {options.photos} photos, {options.minutes:g} min", flush=True)
    worse = 0
    for seed in options.seeds:
        found = one_seed(options, seed)
        if found is None:
            print("stopped; the same command goes on")
            return 1
        names = list(found["adapted"])
        print(f"{f'seed {seed}':14}" + "".join(f"{name:>10}" for name in names))
        for contestant, values in found.items():
            cells = (f"{values[name]:.3f}" if name in values else "-" for name in names)
            print(f"{contestant:14}" + "".join(f"{cell:>10}" for cell in cells), flush=True)
        adapted = found["adapted"]
        for other in (found["not adapted"], found["from nothing"]):
            mean = [
                np.mean([values[role] for role in ROLES if role in values]) for values in (adapted, other)
            ]
            worse += mean[0] <= mean[1] or adapted["KID"] >= other["KID"]
    return int(worse > 0)


if __name__ == "__main__":
    sys.exit(main())
