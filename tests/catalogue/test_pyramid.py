"""Photos at every size: made once, exact, and faded as what is drawn beside them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import Batches, faded
from modiste.catalogue.pyramid import Pyramid
from modiste.text.fit import fit_tfidf
from modiste.text.write import full_description


@pytest.fixture(scope="module")
def folder(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pyramid")
    Pyramid(catalogue.split("train"), folder, 32)
    return folder


@pytest.mark.parametrize("size", [4, 8, 16])
def test_each_size_is_the_mean_of_the_photos_own_pixels(
    folder: Path, catalogue: Catalogue, size: int
) -> None:
    split, rows = catalogue.split("train"), np.array([5, 0, 77])
    blocks = split.images(rows).reshape(3, size, 32 // size, size, 32 // size, 3).astype(np.float64)
    expected = np.floor(blocks.mean(axis=(2, 4)) + 0.5)
    assert (Pyramid(split, folder, 32).images(rows, size) == expected).all()


def test_it_is_made_once_and_the_photos_own_size_is_not_copied(folder: Path, catalogue: Catalogue) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    split, rows = catalogue.split("train"), np.array([3])
    assert (Pyramid(split, folder, 32).images(rows, 32) == split.images(rows)).all()
    assert before == {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert sorted(before) == ["16.npy", "4.npy", "8.npy"]


def test_no_larger_sizes_are_made_than_are_asked_for(catalogue: Catalogue, tmp_path: Path) -> None:
    Pyramid(catalogue.split("train"), tmp_path, 8)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["4.npy", "8.npy"]


def test_photos_fade_as_pictures_do(folder: Path, catalogue: Catalogue) -> None:
    split = catalogue.split("train")
    encoder = fit_tfidf([full_description(record) for record in split.records])

    def batches(size: int, fade: float) -> torch.Tensor:
        stream = Batches(split, encoder, seed=4, noise_dim=8, flip=True)
        stream.grow(Pyramid(split, folder, 32), lambda _first: (size, fade))
        return stream.at(40, 16).image

    whole, half = batches(16, 1.0), batches(8, 1.0)
    assert torch.allclose(batches(16, 0.25), faded(whole, half, 0.25))
    enlarged = half.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    assert torch.allclose(batches(16, 0.0), enlarged)
    assert torch.allclose(faded(whole, half, 0.5), (whole + enlarged) / 2)
