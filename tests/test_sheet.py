import numpy as np
import pytest
from PIL import Image

from modiste.errors import BadInput
from modiste.sheet import LABEL_WIDTH, MARGIN, sheet

RED = np.full((32, 32, 3), (200, 0, 0), np.uint8)
BLUE = np.full((32, 32, 3), (0, 0, 200), np.uint8)


def share(page: Image.Image, colour: tuple[int, int, int]) -> int:
    return int((np.asarray(page) == colour).all(axis=2).sum())


def test_every_picture_is_on_the_sheet_at_four_times_its_size() -> None:
    page = sheet([[RED, BLUE], [RED]], ["one", "two"])
    assert share(page, (200, 0, 0)) == 2 * 128 * 128
    assert share(page, (0, 0, 200)) == 128 * 128


def test_rows_and_columns_keep_their_order() -> None:
    pixels = np.asarray(sheet([[RED, BLUE], [BLUE, RED]], ["", ""]))
    left, right = MARGIN + 64, pixels.shape[1] - MARGIN - 64
    top, bottom = MARGIN + 64, pixels.shape[0] - MARGIN - 64
    assert [tuple(pixels[y, x]) for y in (top, bottom) for x in (left, right)] == [
        (200, 0, 0), (0, 0, 200), (0, 0, 200), (200, 0, 0),
    ]  # fmt: skip


def test_labels_columns_and_title_are_written_beside_the_pictures() -> None:
    bare = np.asarray(sheet([[RED]], [""]))
    assert bare.shape[1] == 128 + 2 * MARGIN
    labelled = np.asarray(sheet([[RED]], ["navy blue shirt"]))
    assert (labelled[:, : MARGIN + LABEL_WIDTH] < 128).all(axis=2).sum() > 50
    assert sheet([[RED]], ["a"], columns=["seed 0"]).height > sheet([[RED]], ["a"]).height
    assert sheet([[RED]], ["a"], title="t").height > sheet([[RED]], ["a"]).height


def test_long_texts_stay_inside_their_place() -> None:
    for text in ("word " * 400, "x" * 2000):
        page = np.asarray(sheet([[RED], [BLUE]], [text, ""], columns=[text], title=text))
        label = page[-2 * 128 - 20 :, : MARGIN + LABEL_WIDTH]
        assert (label[:, -10:] == 255).all()
        assert (page[:, -MARGIN + 2 :] == 255).all()
        assert page.shape[0] < 450


def test_large_pictures_are_averaged_down() -> None:
    checkers = np.indices((512, 512)).sum(axis=0)[..., None].repeat(3, axis=2) % 2 * 255
    page = sheet([[checkers.astype(np.uint8)]], [""])
    assert page.size == (256 + 2 * MARGIN, 256 + 2 * MARGIN)
    assert page.getpixel((MARGIN + 100, MARGIN + 100)) == (128, 128, 128)


@pytest.mark.parametrize(
    ("rows", "labels"), [([], []), ([[]], ["a"]), ([[RED]], []), ([[RED, RED[:16]]], ["a"])]
)
def test_what_is_no_sheet_is_refused(rows: list[list[np.ndarray]], labels: list[str]) -> None:
    with pytest.raises(BadInput, match="one size"):
        sheet(rows, labels)
