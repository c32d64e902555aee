"""The sight of learning: the same descriptions and the same noise, from the first step to the last."""

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import nn

from modiste import files
from modiste.randomness import seed_noise
from modiste.record import Record
from modiste.sheet import sheet
from modiste.text.read import Encoder

SEEDS = range(6)
FRAME_MILLISECONDS = 120
LAST_FRAME_MILLISECONDS = 2500


def fixed_descriptions(records: tuple[Record, ...], count: int = 6) -> list[str]:
    """Descriptions for the sheets: frequent gender, colour and article, no article or colour twice.

    A catalogue without attributes gives its first texts.
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
    return chosen[:count]


@torch.no_grad()
def draw_pictures(
    generator: nn.Module, noise: npt.NDArray[np.float32], text_embedding: npt.NDArray[np.float32]
) -> npt.NDArray[np.uint8]:
    """uint8 [batch, height, width, 3] of a generator in evaluation mode."""
    device = next(generator.parameters()).device
    image = generator(torch.from_numpy(noise).to(device), torch.from_numpy(text_embedding).to(device))
    values = ((image + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).cpu()
    pictures: npt.NDArray[np.uint8] = values.numpy()
    return pictures


def due_frames(images_seen: int, total_images: int, frames: int) -> int:
    """How many frames a run owes by now: dense at first, when most changes, by a square root."""
    return int(frames * (min(images_seen, total_images) / total_images) ** 0.5)


def write_frame(
    folder: Path,
    images_seen: int,
    generator: nn.Module,
    encoder: Encoder,
    descriptions: list[str],
    noise_dim: int,
) -> None:
    """Draws the sheet of this moment as `folder/<images seen>.png`."""
    noise = np.stack([seed_noise(seed, noise_dim) for seed in SEEDS])
    text = encoder.encode(descriptions)
    pictures = draw_pictures(generator, np.tile(noise, (len(text), 1)), np.repeat(text, len(SEEDS), axis=0))
    rows = [list(pictures[start : start + len(SEEDS)]) for start in range(0, len(pictures), len(SEEDS))]
    with files.whole_file(folder / f"{images_seen:09d}.png") as temporary:
        sheet(rows, descriptions, title=f"{images_seen:,} images").save(temporary, format="PNG")


def write_animation(folder: Path, out: Path) -> None:
    """Joins the frames in `folder` into an animated WebP."""
    frames = [Image.open(path).convert("RGB") for path in sorted(folder.glob("*.png"))]
    if not frames:
        return
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
