"""Small sources, made anew for each test."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PIL import Image

Row = dict[str, str]
MakeSource = Callable[..., Path]


def paint(path: Path, number: int = 0, size: tuple[int, int] = (20, 20)) -> None:
    """A picture of one colour that tells its number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (number % 256, number // 256, 90)).save(path)


@pytest.fixture
def make_source(tmp_path: Path) -> MakeSource:
    """Writes SOURCE/metadata.csv with a painted photo for each row; returns the folder."""

    def make(rows: Iterable[Row], name: str = "source") -> Path:
        folder = tmp_path / name
        rows = list(rows)
        for number, row in enumerate(rows):
            paint(folder / row["file_name"], number)
        with (folder / "metadata.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return folder

    return make


def products(count: int = 60) -> list[Row]:
    """Rows of plain products."""
    return [
        {
            "id": f"{number:05d}",
            "file_name": f"images/{number:05d}.png",
            "colour": ("Red", "Blue")[number % 2],
            "article": ("Shirts", "Jeans", "Dresses")[number % 3],
            "text": f"garment {number}",
        }
        for number in range(count)
    ]
