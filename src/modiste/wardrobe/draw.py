"""A garment's picture: its shape in cloth, wrinkled, lit, and laid on white with a soft shadow."""

import io

import numpy as np
import numpy.typing as npt
import resvg_py
from PIL import Image, ImageFilter

from modiste.errors import BadInput
from modiste.wardrobe import cloth, light
from modiste.wardrobe.attributes import Garment
from modiste.wardrobe.outline import between
from modiste.wardrobe.shapes import shape

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

WRINKLES = {"cotton": 0.085, "knit": 0.05, "denim": 0.1, "wool": 0.045, "sport": 0.075, "leather": 0.03}
"""How much the light on a material varies with its wrinkles, as a share."""

BLUR = 0.0085
"""Softness of light and shadow, as a share of the picture's side."""

FINE = 96
"""Smaller pictures are drawn at a multiple of their size, this large or larger."""

MIN_SIZE, MAX_SIZE = 32, 1024


def check_size(size: int) -> int:
    """The size if it is from 32 to 1024 pixels; BadInput otherwise."""
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise BadInput(
            f"picture size must be from {MIN_SIZE} to {MAX_SIZE} pixels, got {size}; use 128 or 256"
        )
    return size


def draw(garment: Garment, size: int) -> Picture:
    """The picture of a garment, uint8 [size, size, 3], garment on white; BadInput unless 32 to 1024."""
    check_size(size)
    times = -(-FINE // size)  # a small picture is a larger one made smaller: fine stripes stay regular
    colour, alpha = layers(garment, size * times)
    ground = _backdrop(garment, alpha)
    opaque = alpha[..., None]
    picture = np.clip(colour * opaque + (ground * (1 - alpha) + 0.5)[..., None], 0, 255).astype(np.uint8)
    return picture if times == 1 else np.asarray(Image.fromarray(picture).reduce(times))


def layers(garment: Garment, size: int) -> tuple[Floats, Floats]:
    """The garment alone: colours in about 0 to 255 [size, size, 3] and opacity in 0 to 1 [size, size]."""
    check_size(size)
    outline = shape(garment)
    points = [q for part in outline.parts for q in part.outline]
    left, right = min(q.x for q in points), max(q.x for q in points)
    top, bottom = min(q.y for q in points), max(q.y for q in points)
    dice = garment.dice("wardrobe camera")
    zoom = min(172 / (bottom - top), 176 / (right - left)) * between(dice, 0.93, 1.0)
    turn, dx, dy = between(dice, -1.6, 1.6), between(dice, -2.5, 2.5), between(dice, -2.5, 2.5)
    mirrored = -1 if dice.random() < 0.5 else 1
    transform = (
        f"translate({dx:.2f} {dy:.2f}) rotate({turn:.2f}) scale({zoom * mirrored:.4f} {zoom:.4f}) "
        f"translate({-(left + right) / 2:.2f} {-(top + bottom) / 2:.2f})"
    )
    pixels = np.asarray(_render(cloth.svg(garment, outline, transform), size).convert("RGBA"))
    colour, alpha = pixels[..., :3].astype(np.float32), pixels[..., 3].astype(np.float32) / np.float32(255)
    shade = _shade(light.svg(garment, outline, transform), size)
    shade += _wrinkles(garment, size) * np.float32(WRINKLES[outline.material])
    dark, bright = np.minimum(shade, 0) * np.float32(0.9), np.maximum(shade, 0) * np.float32(0.85)
    colour *= (1 + dark - bright)[..., None]
    colour += (dark * 13 + bright * 255)[..., None]
    return colour, alpha


def _render(svg: str, size: int) -> Image.Image:
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))
    return Image.open(io.BytesIO(data))


def _shade(svg: str, size: int) -> Floats:
    """The light in -1 (black) to 1 (white), [size, size], drawn at two fifths of the size and blurred."""
    coarse = max(32, size * 2 // 5)
    soft = _render(svg, coarse).convert("L").filter(ImageFilter.GaussianBlur(coarse * BLUR))
    grey = np.asarray(soft.resize((size, size), Image.Resampling.BICUBIC), dtype=np.float32)
    return (grey - np.float32(128)) / np.float32(127)


def _wrinkles(garment: Garment, size: int) -> Floats:
    """Smooth creases in -1 to 1, [size, size]: the same at every size, since they come from coarse grids."""
    dice = garment.dice("wardrobe wrinkles")
    field = np.zeros((size, size), dtype=np.float32)
    for width, height, share in ((5, 4, 0.5), (12, 8, 0.55), (22, 17, 0.3)):
        grid = Image.fromarray(dice.standard_normal((height, width)).astype(np.float32))
        field += share * np.asarray(grid.resize((size, size), Image.Resampling.BICUBIC))
    return np.clip(field, -1.6, 1.6)


def _backdrop(garment: Garment, alpha: Floats) -> Floats:
    """White paper with the garment's soft shadow on it: grey in 0 to 255, [size, size]."""
    size = len(alpha)
    dice = garment.dice("wardrobe backdrop")
    paper = between(dice, 250, 255)
    depth = 62.0 if garment.colour in ("White", "Beige") else 46.0
    mask = Image.fromarray((alpha * 255).astype(np.uint8))
    near = np.asarray(mask.filter(ImageFilter.GaussianBlur(size * 0.012)), dtype=np.float32)
    wide = np.asarray(mask.filter(ImageFilter.GaussianBlur(size * 0.035)), dtype=np.float32)
    drop = max(1, round(size * 0.014))
    shade = near * np.float32(0.55) + np.roll(wide, drop, axis=0) * np.float32(0.45)
    return np.float32(paper) - shade * np.float32(depth / 255)
