"""Whole sources as they come: Fashion Product Images with its quirks, drawn garments, the real archive."""

import tarfile
from pathlib import Path

import pytest

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, parse_where, prepare

from .conftest import paint

SHARED = Path(__file__).parents[3] / "shared" / "data" / "products-224.tar"
CLOTHES = parse_where(["masterCategory=Apparel,Footwear"])


def test_fashion_product_images_is_prepared_with_its_quirks(tmp_path: Path) -> None:
    source = tmp_path / "source"
    lines = [
        "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"
    ]
    for number in range(6):
        paint(source / "images" / f"{number}.jpg", 40 * number)
        master = "Apparel" if number % 2 else "Personal Care"
        lines.append(f"{number},Women,{master},Topwear,Kurtas,NA,Summer,2012,Ethnic,Kurta, red, long")
    (source / "styles.csv").write_text("\n".join(lines))
    prepare(source, tmp_path / "out", PrepareConfig(size=16, where=CLOTHES))
    catalogue = Catalogue.open(tmp_path / "out")
    records = [record for name in ("train", "test") for record in catalogue.split(name).records]
    assert sorted(record.id for record in records) == ["1", "3", "5"]
    assert records[0].texts == ("Kurta, red, long",)
    assert (records[0].colour, records[0].style, records[0].article) == (None, "Ethnic", "Kurtas")


def test_split_depends_on_the_product_alone(wardrobe: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    prepare(wardrobe, tmp_path / "out", PrepareConfig(size=64, where={"gender": ["Women"]}))
    women = {record.id for record in Catalogue.open(tmp_path / "out").split("test").records}
    assert women == {record.id for record in catalogue.split("test").records if record.gender == "Women"}


@pytest.mark.skipif(not SHARED.is_file(), reason="the real catalogue is not beside this checkout")
def test_real_catalogue_is_prepared_whole(tmp_path: Path) -> None:
    with tarfile.open(SHARED) as archive:
        archive.extractall(tmp_path, filter="data")
    config = PrepareConfig(size=32, where=CLOTHES, hold_out=("colour", "article"))
    report = prepare(tmp_path / "products-224", tmp_path / "out", config)
    assert sum(report["splits"].values()) + len(report["left_out"]) == 6174
    assert 0 < len(report["left_out"]) < 5
    assert report["skipped"] == []
    assert len(Catalogue.open(tmp_path / "out").manifest["held_out_pairs"]) == 30
