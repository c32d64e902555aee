"""A photo of any make becomes a square RGB picture, or a reason."""

import io
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from modiste.catalogue.photos import BadPhoto, FolderPhotos
from modiste.catalogue.square import square_photo

Pixels = npt.NDArray[np.uint8]
WHITE = (255, 255, 255)
LIMIT = 50_000_000


def squared(path: Path, size: int = 16, square: str = "crop") -> Pixels:
    picture = Image.open(io.BytesIO(square_photo(path, size, square, LIMIT).png))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (size, size))
    return np.asarray(picture)


def test_crop_takes_the_middle_and_pad_keeps_all_on_white(tmp_path: Path) -> None:
    photo = Image.new("RGB", (64, 32), (200, 0, 0))
    photo.paste((0, 0, 200), (16, 0, 48, 32))
    photo.save(tmp_path / "wide.png")
    cropped = squared(tmp_path / "wide.png")
    assert (cropped[:, 3:-3] == (0, 0, 200)).all()  # the filter mixes what lies beside the edges
    padded = squared(tmp_path / "wide.png", 64, "pad")
    assert (padded[:15] == WHITE).all()
    assert (padded[-15:] == WHITE).all()
    assert tuple(padded[32, 2]) == (200, 0, 0)
    assert tuple(padded[32, 32]) == (0, 0, 200)


def test_exif_rotation_is_applied(tmp_path: Path) -> None:
    photo = Image.new("RGB", (32, 32), (0, 200, 0))
    photo.paste((200, 0, 0), (0, 0, 32, 16))  # red above, as stored
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise for display
    photo.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    pixels = squared(tmp_path / "turned.jpg").astype(int)
    assert pixels[8, 14, 0] > 150 > pixels[8, 1, 0]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_white(tmp_path: Path, mode: str) -> None:
    photo = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    photo.paste((0, 0, 0, 255), (8, 0, 16, 16))
    photo.convert(mode).save(tmp_path / "clear.png")
    pixels = squared(tmp_path / "clear.png")
    assert (pixels[:, :7] == 255).all()
    assert (pixels[:, 9:] == 0).all()


def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.full((16, 16), 32768, np.uint16)).save(tmp_path / "deep.png")
    assert set(squared(tmp_path / "deep.png").ravel()) <= {127, 128}


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "print.jpg", quality=95)
    red, green, blue = squared(tmp_path / "print.jpg").reshape(-1, 3).mean(0)
    assert red > 200 > 60 > max(green, blue)


def test_an_rgb_photo_of_the_right_size_is_kept_to_the_bit(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "noise.png")
    assert (squared(tmp_path / "noise.png", 32) == pixels).all()


@pytest.mark.parametrize(
    ("size", "square", "enlarged"),
    [((16, 40), "crop", False), ((15, 40), "crop", True), ((15, 16), "pad", False), ((15, 15), "pad", True)],
)
def test_enlarging_is_said(tmp_path: Path, size: tuple[int, int], square: str, enlarged: bool) -> None:
    Image.new("RGB", size).save(tmp_path / "small.png")
    assert square_photo(tmp_path / "small.png", 16, square, LIMIT).enlarged is enlarged


def test_every_bad_photo_has_its_reason(tmp_path: Path) -> None:
    Image.effect_noise((64, 64), 90).save(tmp_path / "whole.jpg")
    Image.effect_noise((64, 64), 90).save(tmp_path / "whole.png")
    for name in ("whole.jpg", "whole.png"):
        data = (tmp_path / name).read_bytes()
        (tmp_path / f"cut-{name}").write_bytes(data[: len(data) // 2])
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("no picture at all")
    (tmp_path / "stub.tif").write_bytes(b"II*\0\x08\0\0\0\xff\xff" + b"\x01" * 54)
    Image.fromarray(np.zeros((8, 8), np.float32)).save(tmp_path / "float.tif")
    Image.new("1", (10_000, 9_000)).save(tmp_path / "bomb.png")
    Image.new("1", (20_000, 10_000)).save(tmp_path / "larger.png")
    reasons = {
        "cut-whole.jpg": "truncated",
        "cut-whole.png": "cannot be read",
        "empty.jpg": "empty file",
        "text.jpg": "not a picture",
        "stub.tif": "not a picture|cannot be read",
        "float.tif": "floating-point pixels",
        "bomb.png": "more than 50,000,000 pixels",
        "larger.png": "more than 50,000,000 pixels",
    }
    for name, reason in reasons.items():
        with pytest.raises(BadPhoto, match=reason):
            square_photo(tmp_path / name, 16, "crop", LIMIT)


def test_only_files_within_the_source_are_photos(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for path in (inside / "photo.png", tmp_path / "secret.png"):
        Image.new("RGB", (4, 4)).save(path)
    os.mkfifo(inside / "pipe.png")
    (inside / "loop.png").symlink_to(inside / "loop.png")
    photos = FolderPhotos(inside)
    assert photos.find("photo.png") == inside / "photo.png"
    for name in ("../secret.png", str(tmp_path / "secret.png")):
        with pytest.raises(BadPhoto, match="leaves the source folder"):
            photos.find(name)
    for name in ("gone.png", "pipe.png", "loop.png", "nul\0.png", "x" * 100_000, ""):
        with pytest.raises(BadPhoto, match=r"no file|no path"):
            photos.find(name)
