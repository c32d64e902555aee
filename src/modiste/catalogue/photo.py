"""A photo as it comes -> an upright RGB picture on white in sRGB, no larger than is needed."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageCms, UnidentifiedImageError

from modiste.catalogue.photos import BadPhoto, Raw

WHITE = (255, 255, 255)
STRIP_PIXELS = 2**22
"""A larger photo is converted in strips of about so many, so that it is in memory only once."""
SHARES = {"JPEG": 3, "MPO": 3, "WEBP": 0.5, "AVIF": 0.5}
"""Format -> times the limit that it may have: a JPEG that is stored line by line is reduced while it is
decoded, the decoders of WebP and AVIF hold a photo several times."""
TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""EXIF orientation -> what makes it upright."""
SPACES = {"RGB": "RGB", "CMYK": "CMYK", "L": "GRAY"}
"""Mode -> colour space that a profile for it has."""


def read_photo(raw: Raw, enough: int, max_pixels: int) -> tuple[Image.Image, tuple[int, int], list[str]]:
    """Reads a photo: first frame, eight bits, sRGB, on white, upright.

    Args:
        raw: where it is, or what it is.
        enough: the shorter side in pixels that will do; a larger photo is reduced by a whole factor.
        max_pixels: more pixels than these are not decoded.

    Returns:
        An RGB picture, the photo's own upright size, and what was done that a person should know.

    Raises:
        BadPhoto: empty, no picture, cut short, or more than `max_pixels`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged EXIF and the like: the pixels decide
            with _opened(raw) as photo:
                notes = ["first frame of several"] if _is_animated(photo) else []
                width, height = photo.size
                photo.draft("RGB", (enough, enough))
                _check_pixels(photo, width * height, max_pixels)
                photo.load()
                turn = _orientation(photo)
                picture = _reduced(photo, enough, notes)
    except Image.DecompressionBombError:  # Pillow's own limit
        raise BadPhoto(f"more than {max_pixels:,} pixels") from None
    except UnidentifiedImageError:
        raise BadPhoto("not a picture") from None
    except BadPhoto:
        raise
    except Exception as error:  # a damaged file can raise anything from a decoder
        text = str(error) if not isinstance(error, PermissionError) else "no permission"
        name = (str(raw), raw.name) if isinstance(raw, Path) else ("", "")
        raise BadPhoto(f"cannot be read: {text}".replace(*name)) from None
    if turn in TRANSPOSE:
        picture = picture.transpose(TRANSPOSE[turn])
    return picture, (height, width) if turn in (5, 6, 7, 8) else (width, height), notes


@contextmanager
def _opened(raw: Raw) -> Iterator[Image.Image]:
    if not isinstance(raw, Path | bytes):
        yield Image.fromarray(raw)
        return
    if not (raw.stat().st_size if isinstance(raw, Path) else raw):
        raise BadPhoto("empty file")
    with Image.open(raw if isinstance(raw, Path) else io.BytesIO(raw)) as photo:
        yield photo


def _is_animated(photo: Image.Image) -> bool:
    """Whether there are further frames; a camera's JPEG with a preview in it is no animation."""
    return photo.format != "MPO" and getattr(photo, "is_animated", False)


def _check_pixels(photo: Image.Image, pixels: int, max_pixels: int) -> None:
    share = 1 if photo.info.get("progressive") else SHARES.get(photo.format or "", 1)
    for found, most in ((photo.size[0] * photo.size[1], max_pixels), (pixels, int(share * max_pixels))):
        if found > most:
            raise BadPhoto(f"more than {most:,} pixels: {found:,}")


def _orientation(photo: Image.Image) -> int:
    try:
        return int(photo.getexif().get(0x0112, 1))
    except Exception:  # damaged EXIF can raise anything
        return 1


def _reduced(photo: Image.Image, enough: int, notes: list[str]) -> Image.Image:
    factor = max(1, min(photo.size) // enough)
    width, height = photo.size
    if factor == 1 and width * height <= STRIP_PIXELS:
        return _rgb(photo, notes)
    # A rest that no whole block fits into is left out, evenly at both ends: under half a pixel in the end.
    columns, lines = width // factor, height // factor
    left, first = width % factor // 2, height % factor // 2
    result = Image.new("RGB", (columns, lines))
    step = max(1, STRIP_PIXELS // width // factor)
    for line in range(0, lines, step):
        top, bottom = (first + factor * number for number in (line, min(line + step, lines)))
        strip = photo.crop((left, top, left + factor * columns, bottom))
        result.paste(_rgb(strip, notes).reduce(factor), (0, line))
    return result


def _rgb(photo: Image.Image, notes: list[str]) -> Image.Image:
    """Any mode -> RGB on white; what was done is added to `notes`, once."""
    if photo.mode.startswith("I"):  # 16 bits a value: scaled, where Pillow would clip
        if photo.mode == "I" and photo.getextrema()[1] > 65535:  # type: ignore[operator]
            raise BadPhoto("32-bit pixels, whose range is not known")
        _note(notes, "16 bits a pixel, reduced to 8")
        whole = photo.convert("I") if photo.mode == "I;16B" else photo
        return whole.point(lambda value: value / 256).convert("L").convert("RGB")
    if photo.mode == "F":
        raise BadPhoto("floating-point pixels, whose range is not known")
    profile = photo.info.get("icc_profile")
    if photo.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in photo.info:
        layers = photo.convert("RGBA")
        if layers.getchannel("A").getextrema() != (255, 255):
            _note(notes, "transparent parts laid on white")
            layers = Image.alpha_composite(Image.new("RGBA", layers.size, (*WHITE, 255)), layers)
        photo = layers.convert("RGB")
    elif photo.mode == "P":
        photo = photo.convert("RGB")
    if profile and photo.mode in SPACES:
        try:
            transform = _to_srgb(profile, photo.mode)
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            _note(notes, "colour profile damaged, taken as sRGB")
        else:
            if transform is not None:
                _note(notes, "colour profile converted to sRGB")
                return ImageCms.applyTransform(photo, transform) or photo
    if photo.mode == "CMYK":
        _note(notes, "CMYK without a profile, converted by rule")
    return photo if photo.mode == "RGB" else photo.convert("RGB")


def _note(notes: list[str], text: str) -> None:
    if text not in notes:
        notes.append(text)


@lru_cache(64)
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None where it is sRGB already, or belongs to another mode."""
    found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if found.profile.xcolor_space.strip() != SPACES[mode]:
        return None
    if "srgb" in (found.profile.profile_description or "").lower():
        return None
    return ImageCms.buildTransform(found, ImageCms.createProfile("sRGB"), mode, "RGB")
