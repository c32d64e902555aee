"""How a judge is taught: by photos as they are, mirrored, and in other colours."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from modiste.catalogue import Catalogue, Split
from modiste.console import notes
from modiste.errors import BadInput
from modiste.evaluate.colours import NamedColours, fit_codes, garment, histograms
from modiste.evaluate.eyes import Eyes, Sight, mirrored
from modiste.evaluate.heads import Lesson, fit_heads
from modiste.evaluate.judge import (
    COLOUR,
    FORMAT,
    VERSION,
    Judge,
    Pixels,
    attributes_of,
    labels,
    load_judge,
    save_judge,
)
from modiste.evaluate.scores import score_of
from modiste.record import values


def open_judge(catalogue: Catalogue, eyes: Eyes, folder: Path, seed: int = 0) -> tuple[Judge, Sight]:
    """The judge kept in `folder`, taught now if there is none; and what it saw in the training photos.

    Raises:
        BadInput: another format, or a judge of another catalogue.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"expected a folder for the judge, found a file: {folder}; name a folder with --judge")
    if not (folder / "judge.json").exists():
        teach([catalogue], eyes, folder, seed)
    return load_judge(folder, catalogue)


def teach(catalogues: Sequence[Catalogue], eyes: Eyes, folder: Path, seed: int) -> None:
    """Teaches a judge for the first catalogue, by its training photos and those of the others.

    The others have the same side, and hold out what the first does (`prepare --hold-out-like`). Photos of
    another sharpness make a judge of brands' photos, too: it is right where it would not know a small one.
    """
    started = time.monotonic()
    splits = [catalogue.split("train") for catalogue in catalogues]
    images = np.concatenate([split.images(np.arange(len(split))) for split in splits])
    records = tuple(record for split in splits for record in split.records)
    attributes = attributes_of(records)
    notes.print(f"teaching a judge {', '.join(attributes) or 'nothing'} by {len(records):,} photos")
    truth = labels(records, attributes)
    sight = eyes.see(images)
    num_values = {name: len(known) for name, known in attributes.items()}
    shapes = {name: count for name, count in num_values.items() if name != COLOUR}
    shape = None
    if shapes:
        copies = [sight, eyes.see(mirrored(images)), eyes.see(recoloured(images, seed))]
        shape = fit_heads([Lesson(copy.all, truth) for copy in copies], shapes, seed)
    colour = named = None
    codes = np.zeros((0, 3), np.float32)
    if COLOUR in attributes:
        seen = garment(images)
        codes = fit_codes(seen, seed)
        counted = histograms(seen, codes)
        colour = fit_heads([Lesson(counted, truth)], {COLOUR: num_values[COLOUR]}, seed)
        named = NamedColours.fit(counted, codes, truth[COLOUR], attributes[COLOUR])
    about = {
        "format": FORMAT,
        "version": VERSION,
        "catalogue": catalogues[0].sha256,
        "eyes": eyes.name,
        "photos": len(records),
        "seed": seed,
        "attributes": {name: list(known) for name, known in attributes.items()},
        "counts": {name: values(records, name) for name in attributes},
        "named_colours": named.lab.round(2).tolist() if named else [],
    }
    judge = Judge(attributes, shape, colour, codes, named, about)
    about["seconds"] = round(time.monotonic() - started, 1)
    about["held_out"] = _measure(judge, catalogues[0].split("test"), eyes)
    first = len(splits[0])
    save_judge(judge, Sight(sight.features[:first], sight.details[:first]), folder)


def _measure(judge: Judge, split: Split, eyes: Eyes) -> dict[str, dict[str, float | int]]:
    """How often the judge is right on real photos that it was not taught by."""
    images = split.images(np.arange(len(split)))
    said = judge.judge(images, eyes.see(images))
    asked = judge.labels(split.records)
    return {name: vars(score) for name in said if (score := score_of(said[name].argmax(axis=1), asked[name]))}


def recoloured(images: Pixels, seed: int) -> Pixels:
    """The photos with their colour channels exchanged and bent at random, half of them mirrored.

    White stays white and shape stays shape: what is left to read is not the colour.
    """
    random = np.random.default_rng(seed)
    result = np.empty_like(images)
    for row, image in enumerate(images):
        power = np.exp(random.uniform(-0.7, 0.7, 3))
        tables = (255 * (np.arange(256)[:, None] / 255) ** power).round().astype(np.uint8)
        order = random.permutation(3)
        for channel in range(3):
            result[row, :, :, channel] = tables[:, channel][image[:, :, order[channel]]]
        if random.random() < 0.5:
            result[row] = result[row, :, ::-1].copy()
    return result
