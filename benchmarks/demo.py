"""The whole job on the embedded wardrobe: draw, prepare, train, design, and measure the colours.

    python benchmarks/demo.py --out demo

Every step is the command that a person would type. Where a model is bundled it draws first. The colours of
the six descriptions drawn last are compared with the wardrobe's palette in CIELAB. With --strict, exit code 1
if fewer than 5 of 6 are right.
"""

import argparse
import csv
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from modiste.cielab import lab
from modiste.design import bundled_models
from modiste.wardrobe import PALETTE

COLOURS = {
    "red": "Red",
    "navy blue": "Navy Blue",
    "green": "Green",
    "yellow": "Yellow",
    "pink": "Pink",
    "black": "Black",
}
DESCRIPTIONS = [
    ("red", "red casual tshirt for men"),
    ("navy blue", "navy blue jeans for women"),
    ("green", "green party dress for women"),
    ("yellow", "yellow sports shoes"),
    ("pink", "pink casual top for women"),
    ("black", "black formal blazer for men"),
]
SEEDS = 6
HALO = 25
"""Distance in CIELAB from the white ground within which a pixel is not the garment's."""
RIGHT = 5


def run(*words: str) -> None:
    """Shows a modiste command and runs it; its failure ends the demo."""
    print(f"\n$ modiste {shlex.join(words)}", flush=True)
    subprocess.run([sys.executable, "-m", "modiste", *words], check=True)


def shown_colour(pictures: list[npt.NDArray[np.uint8]]) -> str:
    """The palette's colour that most pixels of the garments are nearest to in CIELAB.

    The wardrobe's own pictures of one plain colour show it to this in 99.7% of cases, to the median pixel,
    which folds and shadows darken, in 98.1%; of all patterns in 94% and 88%.
    """
    pixels = lab(np.concatenate([picture.reshape(-1, 3) for picture in pictures]))
    garment = pixels[np.linalg.norm(pixels - lab((252, 252, 252)), axis=1) > HALO]
    apart = garment[:, None] - lab(list(PALETTE.values()))
    votes = np.bincount(np.linalg.norm(apart, axis=2).argmin(axis=1), minlength=len(PALETTE))
    return list(PALETTE)[int(votes.argmax())]


def main() -> int:
    """Runs the demo; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("demo"))
    parser.add_argument("--count", type=int, default=3000, help="garments in the wardrobe")
    parser.add_argument("--images", type=int, default=75_000, help="photos shown in training")
    parser.add_argument("--strict", action="store_true", help="fail if fewer than 5 of 6 colours are right")
    options = parser.parse_args()
    out: Path = options.out
    if out.exists() and any(out.iterdir()):
        print(
            f"{out} already holds files; remove it or name another folder: make demo DEMO=another",
            file=sys.stderr,
        )
        return 2

    if bundled_models():
        run("design", "navy blue casual shirt for men", "--seed", "7", "--out", str(out / "bundled"))
    started = time.monotonic()
    run("sample", "--out", str(out / "wardrobe"), "--count", str(options.count), "--size", "64")
    run("prepare", str(out / "wardrobe"), "--out", str(out / "catalogue"), "--size", "32")
    run(
        "train",
        str(out / "catalogue"),
        "--out",
        str(out / "run"),
        "--family",
        "dcgan",
        "--images",
        str(options.images),
    )
    prompts = out / "prompts.csv"
    with prompts.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["description", "seed"])
        writer.writerows((text, seed) for _, text in DESCRIPTIONS for seed in range(SEEDS))
    run(
        "design",
        "--prompts",
        str(prompts),
        "--model",
        str(out / "run" / "model"),
        "--out",
        str(out / "designs"),
    )

    right = 0
    print()
    for row, (colour, text) in enumerate(DESCRIPTIONS):
        files = [out / "designs" / f"{row * SEEDS + seed}.png" for seed in range(SEEDS)]
        pictures = [np.asarray(Image.open(file).convert("RGB")) for file in files]
        name = shown_colour(pictures)
        right += name == COLOURS[colour]
        print(f"{text:32} drawn in {name}{'' if name == COLOURS[colour] else '   (wrong)'}")
    print(f"{right} of {len(DESCRIPTIONS)} colours right, in {time.monotonic() - started:.0f} s")
    print(f"\nsheet      {out / 'designs' / 'sheet.png'}")
    print(f"learning   {out / 'run' / 'learning.webp'}")
    print(f"run        {out / 'run'}   (its model: {out / 'run' / 'model'})")
    print(f"the game   .venv/bin/modiste studio --run {out / 'run'}")
    print('next       .venv/bin/modiste design "maroon skirt for women" \\')
    print(f"             --model {out / 'run' / 'model'} --out {out / 'more'}")
    print("           .venv/bin/modiste prepare YOUR_PHOTOS --out catalogue")
    print("           .venv/bin/modiste train catalogue --out runs/first")
    return 1 if options.strict and right < RIGHT else 0


if __name__ == "__main__":
    sys.exit(main())
