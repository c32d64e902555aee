"""A picture on disk carries its own recipe, so that it can be drawn again."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from modiste import __version__
from modiste.design.model import DesignModel
from modiste.design.recipe import Recipe
from modiste.errors import BadInput
from modiste.files import CONTROL, write_bytes
from modiste.randomness import MAX_SEED

Picture = npt.NDArray[np.uint8] | Image.Image

KEY = "modiste"
"""The PNG text key that holds the record as JSON; `parameters` holds the same for people."""


def picture_record(model: DesignModel, description: str, seed: int) -> dict[str, Any]:
    """What a picture must remember to be drawn again."""
    return {
        "description": description,
        "seed": seed,
        "size": model.size,
        "model": model.name,
        "model_sha256": model.sha256,
        "version": __version__,
    }


def recipe_record(model: DesignModel, recipe: Recipe) -> dict[str, Any]:
    """The record of a recipe: that of `picture_record`, and what a variation, morph or mix has besides."""
    return picture_record(model, recipe.description, recipe.seed) | recipe.to_json()


def parameters(record: dict[str, Any]) -> str:
    """The record as the line that image tools show: `navy blue shirt\\nSeed: 7, Size: 128x128, …`."""
    more = f", Seeds mixed: {len(record['noise'])}" if "noise" in record else ""
    more += f", Truncation: {record['truncation']}" if "truncation" in record else ""
    return (
        f"{' '.join(record['description'].split())}\n"
        f"Seed: {record['seed']}, Size: {record['size']}x{record['size']}, "
        f"Model: {record['model']}, Model hash: {record['model_sha256'][:10]}{more}"
    )


def write_picture(
    path: Path, image: Picture, record: dict[str, Any], more: Mapping[str, str] | None = None
) -> None:
    """Writes a PNG whole, with its record inside, and `more` texts by their keys.

    A single picture also gets `parameters`.
    """
    write_bytes(path, picture_png(image, record, more))


def picture_png(image: Picture, record: dict[str, Any], more: Mapping[str, str] | None = None) -> bytes:
    """The bytes of such a PNG."""
    text = PngInfo()
    if "sheet" not in record:
        text.add_text("parameters", parameters(record))
    text.add_text(KEY, json.dumps(record, ensure_ascii=False))
    for key, value in (more or {}).items():
        text.add_text(key, value)
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    data = io.BytesIO()
    picture.save(data, format="PNG", pnginfo=text)
    return data.getvalue()


def read_pixels(path: Path, size: tuple[int, int] | None = None) -> npt.NDArray[np.uint8] | None:
    """The pixels [height, width, 3] of a PNG; BadInput if it is damaged.

    None if it has not the size (width, height), which is looked at first: a small file may hold a picture
    that fills the memory.
    """
    try:
        with Image.open(path, formats=["PNG"]) as picture:
            return np.asarray(picture.convert("RGB")) if size in (None, picture.size) else None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput(f"expected a whole PNG, {path} is damaged: {error}") from None


def find_record(path: Path) -> dict[str, Any] | None:
    """The record of a PNG, unchecked; None where the file has none or is no PNG."""
    try:
        with Image.open(path, formats=["PNG"]) as picture:
            record = json.loads(picture.info.get(KEY, "null"))
    except (
        OSError,
        ValueError,
        TypeError,
        SyntaxError,
        RecursionError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
    ):
        return None
    return record if isinstance(record, dict) else None


def read_record(path: Path) -> dict[str, Any]:
    """The record of a picture that modiste drew.

    Raises:
        BadInput: the file is missing, is no such picture, or its record is not whole.
    """
    if not path.is_file():
        raise BadInput(f"expected a picture drawn by modiste, found no file {path}")
    record = find_record(path)
    if record is None:
        raise BadInput(
            f"expected a picture drawn by modiste, {path} carries no record; some tools remove it on saving"
        )
    if "sheet" in record:
        raise BadInput(f"expected a single picture, {path} is a sheet; give one of the pictures beside it")
    kinds = {"description": str, "seed": int, "size": int, "model": str, "model_sha256": str}
    wrong = [key for key, kind in kinds.items() if type(record.get(key)) is not kind]
    wrong = wrong or [key for key in ("model", "model_sha256") if CONTROL.search(record[key])]
    if wrong or not 0 <= record["seed"] <= MAX_SEED:
        raise BadInput(
            f"the record in {path} is not whole: {', '.join(wrong or ['seed'])} missing or of a wrong kind"
        )
    return record


def free_path(folder: Path, stem: str, record: dict[str, Any], image: Picture) -> Path:
    """`stem`.png in the folder, or `stem`-2.png and so on while another picture has that name.

    A file with the same record and pixels is the same picture and may be written again; one that
    was edited since is not.
    """
    path, number = folder / f"{stem}.png", 2
    while path.exists() and not (find_record(path) == record and same_pixels(path, image)):
        path, number = folder / f"{stem}-{number}.png", number + 1
    return path


def same_pixels(path: Path, image: Picture) -> bool:
    """Whether a PNG shows this picture in every pixel; BadInput if it is damaged."""
    pixels = np.asarray(image)
    found = read_pixels(path, (pixels.shape[1], pixels.shape[0]))
    return found is not None and bool(np.array_equal(found, pixels))


def slug(description: str) -> str:
    """A file name's part for a description: lower-case words and hyphens, at most 60 characters."""
    words = "-".join(re.findall(r"[^\W_]+", description.casefold()))
    while len(words[:60].encode()) > 180:  # file systems count bytes
        words = words[:-1]
    return words[:60].strip("-") or "design"
