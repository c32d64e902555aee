"""The pictures of the documents, from a run: sheets, the sight of learning, curves. Nothing is picked.

    python benchmarks/pictures.py runs/first --out docs/pictures

Writes `<run>-<group>.webp` (the first descriptions of each group of benchmarks/prompts.csv, seeds 0 to 5),
`<run>-fantasy.webp` (the known ones, and what they leave open filled in, as `modiste design --fantasy` does),
`<run>-colours.webp` (garments in seven colours, seed 0: what a new colour word leaves as it was),
`<run>-learning.webp` (the first two descriptions of the run's sheets, at moments of its training) and
`<run>-curves.webp` (losses, and how often the officer is right).
"""

import argparse
import csv
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from modiste import files
from modiste.design.model import DesignModel
from modiste.design.phrases import fill, fitting, open_phrases
from modiste.evaluate.contestants import curves
from modiste.sheet import LARGEST, SMALLEST, sheet
from modiste.text.phrases import Phrases

matplotlib.use("Agg")
import matplotlib.pyplot as plt

ROWS, SEEDS, MOMENTS = 6, 6, 8
COLOURS = ("white", "black", "red", "navy blue", "green", "pink", "yellow")
GARMENTS = (
    "men casual {} tshirts",
    "women casual {} tops",
    "men formal {} shirts",
    "women ethnic {} kurtas",
    "women casual {} heels",
    "men casual {} casual shoes",
)
PROMPTS = Path(__file__).with_name("prompts.csv")


def save(image: Image.Image, path: Path) -> None:
    """Writes a picture whole, small enough for a repository."""
    with files.whole_file(path) as temporary:
        image.save(temporary, format="WEBP", quality=82, method=6)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def group_sheet(model: DesignModel, group: str, phrases: Phrases) -> Image.Image:
    """The first descriptions of a group, each with the same seeds; filled in, if there are phrases."""
    with PROMPTS.open(newline="", encoding="utf-8") as file:
        texts = [row["description"] for row in csv.DictReader(file) if row["group"] == group][:ROWS]
    rows = []
    for text in texts:
        fits = fitting(text, phrases, model.encoder, model.vocabulary)
        rows.append(list(model.draw([fill(text, seed, fits) for seed in range(SEEDS)], list(range(SEEDS)))))
    return sheet(rows, texts, columns=[f"seed {seed}" for seed in range(SEEDS)])


def colour_sheet(model: DesignModel) -> Image.Image:
    """Garments in other colours, all else as it was."""
    rows = [
        list(model.draw([garment.format(colour) for colour in COLOURS], [0] * len(COLOURS)))
        for garment in GARMENTS
    ]
    return sheet(rows, [garment.format("…") for garment in GARMENTS], columns=COLOURS)


def learning(folder: Path) -> Image.Image:
    """The top left of the run's sheets, evenly over what was drawn: one row of pictures a description."""
    frames = sorted(folder.glob("[0-9]*.png"))
    moments = np.linspace(1, len(frames) - 1, min(MOMENTS, len(frames) - 1))
    chosen = [frames[int(i)] for i in moments]
    size = files.read_json(folder.parent / "config.json")["family"]["size"]
    side, left, top, gap = max(SMALLEST, min(LARGEST, size)), 204, 42, 6  # where modiste.sheet puts pictures
    rows = [
        [np.asarray(Image.open(path).convert("RGB"))[y : y + side, left : left + side] for path in chosen]
        for y in (top, top + side + gap)
    ]
    return sheet(rows, ["", ""], columns=[f"{int(path.stem):,} images" for path in chosen])


def curve_picture(path: Path, target: Path) -> None:
    """Both losses, and how often the officer is right."""
    found = curves(path)
    figure, (losses, hits) = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
    thousands = np.array(found["images"]) / 1000
    losses.plot(thousands, found["loss_discriminator"], label="officer")
    losses.plot(thousands, found["loss_generator"], label="counterfeiter")
    losses.set(xlabel="thousand images", ylabel="loss", yscale="log")
    hits.plot(thousands, found["hits_on_real"], label="right on real")
    hits.plot(thousands, found["hits_on_fake"], label="right on drawn")
    hits.set(xlabel="thousand images", ylabel="share", ylim=(0, 1))
    for axis in (losses, hits):
        axis.legend(frameon=False)
        axis.spines[["top", "right"]].set_visible(False)
    figure.canvas.draw()
    save(Image.fromarray(np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()), target)  # type: ignore[attr-defined]


def main() -> None:
    """Writes the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    name = options.run.resolve().name
    model = DesignModel.open(options.run / "model")
    for group in ("known", "held-out", "free"):
        save(group_sheet(model, group, {}), options.out / f"{name}-{group}.webp")
    phrases = open_phrases(options.run / "model")
    if phrases:
        save(group_sheet(model, "known", phrases), options.out / f"{name}-fantasy.webp")
    save(colour_sheet(model), options.out / f"{name}-colours.webp")
    save(learning(options.run / "sheets"), options.out / f"{name}-learning.webp")
    curve_picture(options.run / "log.jsonl", options.out / f"{name}-curves.webp")


if __name__ == "__main__":
    main()
