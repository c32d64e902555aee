"""Do the figures mean something: contestants that cheat in known ways, and the figure that must catch each.

    python benchmarks/evaluate_sanity.py CATALOGUE --judge JUDGE
    python benchmarks/evaluate_sanity.py                          # on the embedded wardrobe

Every contestant draws from real photos: the held-out photo that was asked for, the same blurred or in other
colours, the photo of another description, a training photo, the same mirrored; or noise; or one and the same
photo. Exit code 1 if one of them is not caught.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.evaluate.bench import Bench
from modiste.evaluate.contestants import Retrieval
from modiste.evaluate.eyes import Eyes, mirrored
from modiste.evaluate.gallery import Gallery
from modiste.evaluate.prompts import prompt_sets
from modiste.evaluate.teaching import open_judge
from modiste.machine import machine
from modiste.text.write import attribute_description, full_description, short_description
from modiste.wardrobe import write_sample

Pixels = npt.NDArray[np.uint8]


class Photos:
    """The held-out photos of the descriptions asked for, or what a change makes of them."""

    kind = "retrieval"  # photos do not change with one word: no sensitivity

    def __init__(self, name: str, catalogue: Catalogue, change: Callable[[Pixels], Pixels]) -> None:
        self.name, self.change = name, change
        self.about: dict[str, Any] = {}
        self._rows: dict[str, list[tuple[str, int]]] = {}
        self._splits = {split: catalogue.split(split) for split in ("test", "pairs")}
        for split, photos in self._splits.items():
            for row, record in enumerate(photos.records):
                for text in {describe(record) for describe in DESCRIBE}:
                    self._rows.setdefault(text, []).append((split, row))

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        """The photos, changed."""
        found = []
        taken: dict[str, int] = {}
        for text, _ in zip(descriptions, seeds, strict=True):
            rows = self._rows[text]
            split, row = rows[taken.get(text, 0) % len(rows)]
            taken[text] = taken.get(text, 0) + 1
            found.append(self._splits[split].images(np.array([row]))[0])
        return self.change(np.stack(found))

    def unknown_share(self, descriptions: Sequence[str]) -> float:
        """Always 0."""
        del descriptions
        return 0.0


DESCRIBE = (attribute_description, short_description, full_description)


class Mirrored(Retrieval):
    """Training photos seen in a mirror."""

    name = "mirrored copies"

    def draw(self, descriptions: Sequence[str], seeds: Sequence[int]) -> Pixels:
        """Photos of the training split, mirrored."""
        return mirrored(super().draw(descriptions, seeds))


def blurred(images: Pixels) -> Pixels:
    """A blur of a thirtieth of the side: what is drawn is still clear."""
    radius = images.shape[1] / 30
    return np.stack([np.asarray(Image.fromarray(i).filter(ImageFilter.GaussianBlur(radius))) for i in images])


def noise(images: Pixels) -> Pixels:
    """Random pixels."""
    return np.random.default_rng(0).integers(0, 256, images.shape, np.uint8)


def recoloured(images: Pixels) -> Pixels:
    """Red is green, green is blue and blue is red; black, grey and white stay."""
    return np.ascontiguousarray(images[..., [2, 0, 1]])


def dealt_out(images: Pixels) -> Pixels:
    """Each description gets the photo of another one."""
    return images[np.random.default_rng(0).permutation(len(images))]


def claims(figures: dict[str, Any], ceiling: dict[str, Any], reference: dict[str, Any]) -> dict[str, bool]:
    """What must hold, in words -> whether it does."""
    real = reference["likeness"]

    def text(name: str, attribute: str) -> float:
        """Way from floor to ceiling, 0 to 1, for held-out products."""
        floor = figures[name]["floor"]["known"][attribute]["accuracy"]
        top = ceiling["known"][attribute]["accuracy"]
        return float((figures[name]["alignment"]["known"][attribute]["accuracy"] - floor) / (top - floor))

    def kid(name: str) -> float:
        return float(figures[name]["likeness"]["kid"])

    def measured(name: str) -> float:
        """The same way for the colour measured in CIELAB."""
        found = figures[name]["colour_lab"]["known"]
        floor, top = found["floor_accuracy"], ceiling["known"]["colour_lab"]["accuracy"]
        return float((found["accuracy"] - floor) / (top - floor))

    near = real["kid"] + 3 * real["kid_spread"]
    attributes = [name for name in ("article", "colour") if name in ceiling["known"]]
    return {
        "real photos: text at the ceiling": all(text("photos", name) > 0.9 for name in attributes),
        "real photos: KID as real against real": kid("photos") < near,
        "real photos: seldom flagged as copies": figures["photos"]["novelty"]["copies"] < 0.15,
        "noise: text at the floor": all(text("noise", name) < 0.15 for name in attributes),
        "noise: no precision": figures["noise"]["likeness"]["precision"] < 0.05,
        "noise: KID far off": kid("noise") > 5 * max(near, 1e-3),
        "one picture: no variety": figures["one picture"]["variety"]["distinct"] == 1,
        "one picture: no recall": figures["one picture"]["likeness"]["recall"] < 0.1,
        "one picture: text at the floor": all(text("one picture", name) < 0.15 for name in attributes),
        "blurred photos: little precision": figures["blurred"]["likeness"]["precision"] < 0.3,
        "blurred photos: KID off": kid("blurred") > near,
        "photos of others: text at the floor": all(
            text("photos of others", name) < 0.2 for name in attributes
        ),
        "photos of others: measured colour at the floor": measured("photos of others") < 0.2,
        "other colours: judged colour off": text("other colours", "colour") < 0.6,
        "other colours: measured colour off": measured("other colours") < 0.6,
        "other colours: article stays": text("other colours", "article") > 0.8,
        "photos of others: KID as real against real": kid("photos of others") < near,
        "copies: flagged": figures["nearest photo"]["novelty"]["copies"] > 0.95,
        "mirrored copies: flagged": figures["mirrored copies"]["novelty"]["copies"] > 0.95,
    }


def main() -> int:
    """Prints every cheat's figures and what caught it; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogue", type=Path, nargs="?", help="default: the embedded wardrobe at 64x64")
    parser.add_argument("--judge", type=Path, help="folder of the judge; default: a temporary one")
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.catalogue
        if path is None:
            path = Path(folder) / "catalogue"
            write_sample(Path(folder) / "wardrobe", count=3000, size=64, seed=0)
            config = PrepareConfig(size=64, hold_out=("colour", "article"), hold_out_count=10)
            prepare(Path(folder) / "wardrobe", path, config)
        catalogue, eyes = Catalogue.open(path), Eyes()
        judge, trained = open_judge(catalogue, eyes, options.judge or Path(folder) / "judge")
        prompts = prompt_sets(catalogue, options.pictures, 0, None)
        bench = Bench(
            catalogue, judge, eyes, trained, prompts, pictures=options.pictures, seed=0, inception=None
        )
        cheats = [
            Photos("photos", catalogue, lambda images: images),
            Photos("blurred", catalogue, blurred),
            Photos("photos of others", catalogue, dealt_out),
            Photos("other colours", catalogue, recoloured),
            Photos("one picture", catalogue, lambda images: images[:1].repeat(len(images), axis=0)),
            Photos("noise", catalogue, noise),
            Retrieval(catalogue),
            Mirrored(catalogue),
        ]
        figures = {each.name: bench.examine(each, Gallery({}, {}), lambda _done: None) for each in cheats}
        ceiling, reference = bench.ceiling(), bench.reference()
    if options.json:
        print(json.dumps({"ceiling": ceiling, "reference": reference, "figures": figures}, indent=1))
    print(f"{machine()}; {path.name}: {len(catalogue.split('test'))} held-out photos")
    real = reference["likeness"]
    print(f"{'':18} article colour measured   KID            precision recall distinct copies")
    for name, each in figures.items():
        aligned, likeness = each["alignment"]["known"], each["likeness"]
        measured = each["colour_lab"]["known"]["accuracy"]
        print(
            f"{name:18} {aligned['article']['accuracy']:7.2f} {aligned['colour']['accuracy']:6.2f} "
            f"{measured:8.2f} {likeness['kid']:7.3f} ±{likeness['kid_spread']:.3f} "
            f"{likeness['precision']:9.2f} {likeness['recall']:8.2f} "
            f"{each['variety']['distinct']:8.2f} {each['novelty']['copies']:6.2f}"
        )
    print(f"real against real: KID {real['kid']:.3f} ±{real['kid_spread']:.3f}")
    held = claims(figures, ceiling, reference)
    for claim, holds in held.items():
        print(f"{'holds ' if holds else 'FAILS '} {claim}")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
