import json
from pathlib import Path

import numpy as np
import pytest

from modiste.catalogue import Catalogue
from modiste.design.folder import check_folder
from modiste.design.thumbnails import TABLE, open_thumbnails
from modiste.errors import BadInput
from modiste.export import Beside, export_run
from modiste.game import checkpoint
from modiste.game.begin import Budget, begin, plan_run


@pytest.fixture(scope="module")
def folder(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of no step on the wardrobe, exported with thumbnails."""
    path = tmp_path_factory.mktemp("thumbnails")
    run, _ = plan_run(
        catalogue, path / "run", family_name="dcgan", preset=None, size=None, budget=Budget(steps=1), seed=0
    )
    state = begin(run)
    checkpoint.save(run.checkpoints, state)
    return export_run(path / "run", path / "model", Beside(catalogue.path))


def test_a_photo_is_its_own_nearest_also_mirrored(folder: Path, catalogue: Catalogue) -> None:
    check_folder(folder)
    thumbnails = open_thumbnails(folder)
    assert thumbnails is not None
    split = catalogue.split("train")
    assert len(thumbnails.pictures) == len(split)
    for index in (0, len(split) - 1):
        photo = split.images(np.array([index]))[0]
        for shown in (photo, photo[:, ::-1]):
            near = thumbnails.nearest(shown, 3)
            assert (near[0].id, near[0].distance) == (split.records[index].id, 0)
            assert [one.distance for one in near] == sorted(one.distance for one in near)


def test_a_folder_without_them_has_none(model_folder: Path) -> None:
    assert open_thumbnails(model_folder) is None


def test_a_table_that_does_not_fit_the_picture_is_refused(folder: Path) -> None:
    table = json.loads((folder / TABLE).read_text())
    before = (folder / TABLE).read_text()
    try:
        for change in ({"side": 16}, {"columns": 10**9}, {"photos": []}, {"photos": [1]}, {"side": "32"}):
            (folder / TABLE).write_text(json.dumps(table | change))
            with pytest.raises(BadInput):
                open_thumbnails(folder)
    finally:
        (folder / TABLE).write_text(before)


def test_thumbnails_of_another_catalogue_are_refused(
    catalogue: Catalogue, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for file in catalogue.path.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((other / "catalogue.json").read_text())
    (other / "catalogue.json").write_text(json.dumps(manifest | {"another": 1}))
    with pytest.raises(BadInput, match="another catalogue"):
        export_run(folder.parent / "run", tmp_path / "model", Beside(other))
    assert not (tmp_path / "model").exists()
