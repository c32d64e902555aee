"""A photo of any make becomes a square RGB picture, or a reason."""

import io
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms, ImageOps, features

from modiste.catalogue.photos import BadPhoto, FolderPhotos
from modiste.catalogue.square import Prepared, square_photo

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


def test_what_could_be_transparent_and_is_not_is_no_news(tmp_path: Path) -> None:
    Image.new("RGBA", (16, 16), (200, 0, 90, 255)).save(tmp_path / "opaque.png")
    assert square_photo(tmp_path / "opaque.png", 16, "crop", LIMIT).notes == ()
    assert (squared(tmp_path / "opaque.png") == (200, 0, 90)).all()


def test_half_of_a_half_transparent_colour_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (16, 16), (0, 0, 0, 128)).save(tmp_path / "half.png")
    assert set(squared(tmp_path / "half.png").ravel()) <= {126, 127, 128}


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
        with pytest.raises(BadPhoto, match=r"a path that leaves the source folder: "):
            photos.find(name)
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(BadPhoto, match="a link that leaves the source folder"):
        photos.find("link.png")
    (inside / "dangling.png").symlink_to(inside / "gone.png")
    for name, reason in {
        "gone.png": "no file 'gone.png'", "pipe.png": "no file but a folder, a pipe or a device",
        ".": "no file but a folder", "loop.png": "links that end nowhere", "dangling.png": "links that end",
        "nul\0.png": "no path", "x" * 100_000: "no path", "": "no file named",
    }.items():  # fmt: skip
        with pytest.raises(BadPhoto, match=reason):
            photos.find(name)


def prepared(
    photo: Image.Image, path: Path, square: str = "crop", size: int = 32, **options: object
) -> Prepared:
    photo.save(path, **options)
    return square_photo(path, size, square, LIMIT)


def pixels_of(prepared: Prepared) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(prepared.png)))


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.bmp", "a.gif", "a.avif"])
def test_every_form_that_pillow_reads_is_read(tmp_path: Path, name: str) -> None:
    if name == "a.avif" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    pixels = pixels_of(prepared(Image.new("RGB", (40, 40), (200, 40, 80)), tmp_path / name))
    assert np.abs(pixels.astype(int) - (200, 40, 80)).max() <= 6


def test_the_first_frame_of_an_animation_is_taken_and_said(tmp_path: Path) -> None:
    red, blue = (Image.new("RGB", (32, 32), colour) for colour in ((200, 0, 0), (0, 0, 200)))
    for name in ("a.gif", "a.webp", "a.png"):
        found = prepared(red, tmp_path / name, save_all=True, append_images=[blue])
        assert found.notes == ("first frame of several",)
        assert pixels_of(found)[..., 0].min() > 190


def test_a_colour_profile_is_converted_to_srgb_and_said(tmp_path: Path) -> None:
    swapped = swapped_primaries()
    plain = prepared(Image.new("RGB", (40, 40), (250, 10, 10)), tmp_path / "plain.png")
    converted = prepared(
        Image.new("RGB", (40, 40), (250, 10, 10)), tmp_path / "swapped.png", icc_profile=swapped
    )
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = prepared(Image.new("RGB", (40, 40), (250, 10, 10)), tmp_path / "srgb.png", icc_profile=srgb)
    broken = prepared(
        Image.new("RGB", (40, 40), (250, 10, 10)), tmp_path / "x.png", icc_profile=b"no profile"
    )
    assert converted.notes == ("colour profile converted to sRGB",)
    assert pixels_of(converted)[0, 0, 1] > 200 > 60 > pixels_of(converted)[0, 0, 0]
    assert same.notes == plain.notes == ()
    assert broken.notes == ("colour profile damaged, taken as sRGB",)
    assert (pixels_of(same) == pixels_of(plain)).all()
    assert (pixels_of(broken) == pixels_of(plain)).all()


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_a_colour_profile_counts_with_transparency_and_with_a_palette_too(tmp_path: Path, mode: str) -> None:
    photo = Image.new("RGB", (40, 40), (250, 10, 10)).convert(mode)
    found = prepared(photo, tmp_path / "photo.png", icc_profile=swapped_primaries())
    assert found.notes == ("colour profile converted to sRGB",)
    assert pixels_of(found)[0, 0, 1] > 200 > 60 > pixels_of(found)[0, 0, 0]


def swapped_primaries() -> bytes:
    """sRGB's profile with the names of its red and its green exchanged: red pixels are green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in (b"XYZ", b"TRC"):
        profile = profile.replace(b"r" + kind, b"?" + kind).replace(b"g" + kind, b"r" + kind)
        profile = profile.replace(b"?" + kind, b"g" + kind)
    return profile.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be")).replace(b"sRGB", b"mine")


def test_sixteen_bits_and_cmyk_are_said(tmp_path: Path) -> None:
    for order in ("<u2", ">u2"):
        deep = prepared(Image.fromarray(np.full((32, 32), 32768, order)), tmp_path / "deep.tif")
        assert deep.notes == ("16 bits a pixel, reduced to 8",)
        assert (pixels_of(deep) == 128).all()
    press = prepared(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), tmp_path / "press.tif")
    assert press.notes == ("CMYK without a profile, converted by rule",)


def garment(ground: tuple[int, int, int], size: tuple[int, int] = (300, 200)) -> Image.Image:
    photo = Image.new("RGB", size, ground)
    photo.paste((180, 20, 60), (200, 60, 240, 140))
    return photo


@pytest.mark.parametrize("ground", [(255, 255, 255), (230, 225, 210), (10, 10, 14)])
def test_a_plain_background_and_the_garments_colour_are_found(
    tmp_path: Path, ground: tuple[int, int, int]
) -> None:
    found = prepared(garment(ground), tmp_path / "a.png")
    assert found.background == ground
    assert np.abs(np.subtract(found.colour, (180, 20, 60))).max() < 50


def test_a_scene_has_no_plain_background(tmp_path: Path) -> None:
    scene = Image.effect_noise((200, 200), 90).convert("RGB")
    assert prepared(scene, tmp_path / "a.png").background is None
    padded = prepared(scene.crop((0, 0, 200, 100)), tmp_path / "b.png", "background")
    assert padded.notes == ("no plain background, so all of it on white",)
    assert (pixels_of(padded)[0] == 255).all()


def test_padding_takes_the_background_that_was_found(tmp_path: Path) -> None:
    ground = (230, 225, 210)
    assert (pixels_of(prepared(garment(ground), tmp_path / "a.png", "background"))[0] == ground).all()
    assert (pixels_of(prepared(garment(ground), tmp_path / "a.png", "pad"))[0] == 255).all()


def test_cropping_to_the_garment_fills_the_square_with_it(tmp_path: Path) -> None:
    pixels = pixels_of(prepared(garment((230, 225, 210)), tmp_path / "a.png", "garment", 64))
    red = pixels[..., 1] < 100
    assert red.any(axis=1).sum() > 50  # 80 of 200 rows before: 26 of 64
    assert (pixels[:, 0] == (230, 225, 210)).all()
    assert abs(red.any(axis=0).argmax() - red[:, ::-1].any(axis=0).argmax()) <= 3


def test_a_large_photo_is_converted_in_strips_as_a_small_one_is_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 256, (50, 60, 4), np.uint8), "RGBA")
    large = small.resize((3000, 2500), Image.Resampling.NEAREST)
    strips = pixels_of(prepared(large, tmp_path / "a.png", size=16)).astype(int)
    whole = Image.alpha_composite(Image.new("RGBA", large.size, "white"), large).convert("RGB")
    expected = np.asarray(ImageOps.fit(whole, (16, 16), Image.Resampling.BICUBIC)).astype(int)
    assert np.abs(strips - expected).max() <= 12
    assert np.abs(strips - expected).mean() < 2.5
