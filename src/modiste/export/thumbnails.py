"""Thumbnails of the training photos for a model folder: what a design is held against in the studio."""

from pathlib import Path

import numpy as np
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.design.thumbnails import MOST_PIXELS, SIDES, write_thumbnails
from modiste.game.run import Run
from modiste.text.write import attribute_description

SIDE = 32
"""Enough to recognise a garment; ten thousand photos are about 20 MB. Of very many they are smaller."""
CHUNK = 256


def add_thumbnails(folder: Path, run: Run, catalogue: Catalogue) -> None:
    """Writes thumbnails of the training split into a model folder that is being built.

    Raises:
        BadInput: the run learnt from another catalogue.
    """
    run.check_learnt_from(catalogue, "thumbnails must show", "--thumbnails")
    split = catalogue.split("train")
    side = max(SIDES[0], min(SIDE, catalogue.size))
    while side > SIDES[0] and (len(split) + len(split) ** 0.5) * side**2 > MOST_PIXELS:
        side //= 2
    pictures = np.empty((len(split), side, side, 3), np.uint8)
    for start in range(0, len(split), CHUNK):
        indices = np.arange(start, min(start + CHUNK, len(split)))
        for index, photo in zip(indices, split.images(indices), strict=True):
            pictures[index] = np.asarray(Image.fromarray(photo).resize((side, side), Image.Resampling.BOX))
    photos = [{"id": record.id, "description": attribute_description(record)} for record in split.records]
    write_thumbnails(folder, pictures, photos)
