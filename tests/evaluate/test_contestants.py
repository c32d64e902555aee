"""Who is judged, and under which name."""

import shutil
from pathlib import Path

from modiste.catalogue import Catalogue
from modiste.evaluate.evaluate import _contestants


def test_every_contestant_has_a_name_of_its_own(shop_path: Path, shop_run: Path, tmp_path: Path) -> None:
    paths = [tmp_path / place / name for place in "ab" for name in ("run (1)", "nearest photo")]
    for path in paths:
        shutil.copytree(shop_run, path)
    names = [one.name for one in _contestants(paths, Catalogue.open(shop_path))]
    assert len(set(names)) == len(names) == 5
    assert names[0] == "run (1)"
