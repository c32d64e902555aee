"""The sight of learning: the same descriptions and the same noise, from the first step to the last."""

import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from modiste import files
from modiste.catalogue import Split
from modiste.catalogue.batches import to_images
from modiste.game.run import Run
from modiste.game.state import TrainState
from modiste.game.verdicts import ShownPhotos, at_once, verdicts
from modiste.randomness import seed_noise
from modiste.record import Record
from modiste.sheet import Pixels, sheet, sheet_with_places
from modiste.text.write import attribute_description

SEEDS = range(6)
PHOTOS = "photos.png"
FRAME_MILLISECONDS = 120
LAST_FRAME_MILLISECONDS = 2500


def fixed_descriptions(records: tuple[Record, ...], count: int = 6) -> list[str]:
    """Descriptions for the sheets: frequent gender, colour and article, no article or colour twice.

    A catalogue without these gives its first texts, and one without texts whatever attributes it has.
    """
    combinations = Counter(
        (record.gender or "", record.colour or "", record.article or "") for record in records
    )
    chosen: list[str] = []
    seen: set[str] = set()
    for gender, colour, article in sorted(combinations, key=lambda key: (-combinations[key], key)):
        if (colour or article) and not {colour, article} & seen:
            chosen.append(" ".join(part for part in (gender, colour, article) if part))
            seen |= {colour, article} - {""}
    for record in records:
        if len(chosen) >= count:
            break
        if record.texts and record.texts[0] not in chosen:
            chosen.append(record.texts[0])
    return chosen[:count] or list(dict.fromkeys(map(attribute_description, records)))[:count]


def due_frames(images_seen: int, total_images: int, frames: int) -> int:
    """How many frames a run owes by now: dense at first, when most changes, by a square root."""
    return int(frames * (min(images_seen, total_images) / total_images) ** 0.5)


class Sheets:
    """The sheets of a run: the same descriptions, noise and photos at any moment, and what the officer says.

    In `RUN/sheets`: `<images seen>.png` is a sheet, `<images seen>.json` the verdicts on its pictures and on
    the photos, and `photos.png` has these photos. They are the catalogue's, and stay in the run's folder.
    """

    def __init__(self, run: Run, split: Split) -> None:
        self._folder = run.path / "sheets"
        self._descriptions = fixed_descriptions(split.records)
        noise = np.stack([seed_noise(seed, run.family_config.noise_dim) for seed in SEEDS])
        text = run.encoder.encode(self._descriptions)
        self._noise = torch.from_numpy(np.tile(noise, (len(text), 1)))
        self._text = torch.from_numpy(np.repeat(text, len(SEEDS), axis=0))
        self._photos = ShownPhotos(split, run.encoder, run.family_config.batch_size)
        self._size = run.family_config.size

    @torch.no_grad()
    def write(self, state: TrainState) -> None:
        """Draws the sheet of this moment with the averaged generator, and asks the officer about it."""
        text = self._text.to(state.device)
        image = self._draw(state)
        pictures = enlarged(to_images(image), self._size)
        rows = list(pictures.reshape(-1, len(SEEDS), *pictures.shape[1:]))
        title = f"{state.images_seen:,} images"
        if state.growth is not None:
            title += f" · {image.shape[-1]}x{image.shape[-1]}"
        page, places = sheet_with_places(rows, self._descriptions, title=title)
        # The sheet last: whoever follows the run finds the rest beside it.
        if not (self._folder / PHOTOS).is_file():
            _save(self._photos.strip(), self._folder / PHOTOS)
        path = self._folder / f"{state.images_seen:09d}.png"
        drawn = verdicts(state, image, text)
        real = self._photos.verdicts(state, image.shape[-1])
        if all(map(math.isfinite, drawn + real)):  # a broken officer says nothing
            said = {
                "places": asdict(places),
                "drawn": _said(self._descriptions, np.reshape(drawn, (-1, len(SEEDS))).tolist()),
                "photos": _said(self._photos.descriptions, real),
            }
            files.write_json(path.with_suffix(".json"), said)
        _save(page, path)

    @torch.no_grad()
    def grown(self, state: TrainState) -> None:
        """Keeps what the present size has come to: one picture a description, with the first seed's noise."""
        image = self._draw(state)[:: len(SEEDS)]
        strip = Image.fromarray(np.concatenate(to_images(image), axis=1))
        _save(strip, self._folder / f"grown-{image.shape[-1]:04d}.png")

    def join_sizes(self, out: Path) -> None:
        """Lays out the same noise and descriptions through all sizes."""
        strips = [np.asarray(Image.open(path)) for path in sorted(self._folder.glob("grown-*.png"))]
        sizes = [f"{strip.shape[0]}x{strip.shape[0]}" for strip in strips]
        columns = [
            enlarged(np.stack(np.split(strip, len(self._descriptions), axis=1)), self._size)
            for strip in strips
        ]
        rows = [list(row) for row in zip(*columns, strict=True)]
        _save(sheet(rows, self._descriptions, columns=sizes), out)

    def _draw(self, state: TrainState) -> Tensor:
        inputs = self._noise.to(state.device), self._text.to(state.device)
        pieces = zip(*(torch.split(part, at_once(state.stage.size)) for part in inputs), strict=True)
        return torch.cat([state.ema(*piece) for piece in pieces])

    def join(self, out: Path) -> None:
        """Joins the sheets into an animated WebP."""
        frames = [Image.open(path).convert("RGB") for path in sorted(self._folder.glob("[0-9]*.png"))]
        if not frames:
            return
        # Of a run that was grown further, earlier sheets are smaller.
        frames = [frame.resize(frames[-1].size, Image.Resampling.NEAREST) for frame in frames]
        durations = [FRAME_MILLISECONDS] * (len(frames) - 1) + [LAST_FRAME_MILLISECONDS]
        with files.whole_file(out) as temporary:
            frames[0].save(
                temporary,
                format="WEBP",
                save_all=True,
                append_images=frames[1:],
                duration=durations,
                loop=0,
                quality=70,
            )


def enlarged(pictures: Pixels, size: int) -> Pixels:
    """Pictures [n, side, side, 3] at a larger size, each pixel a block: what is small shows as small."""
    factor = size // pictures.shape[1]
    return pictures.repeat(factor, axis=1).repeat(factor, axis=2)


def _said(descriptions: list[str], real: list[Any]) -> list[dict[str, Any]]:
    return [
        {"description": description, "real": value}
        for description, value in zip(descriptions, real, strict=True)
    ]


def _save(picture: Image.Image, path: Path) -> None:
    with files.whole_file(path) as temporary:
        picture.save(temporary, format="PNG")
