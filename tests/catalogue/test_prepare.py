import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.catalogue.photos import BadPhoto, FolderPhotos
from modiste.catalogue.prepare import PrepareConfig, parse_assignments, parse_where, prepare
from modiste.catalogue.splits import choose_pairs
from modiste.catalogue.square import square_photo
from modiste.errors import BadInput
from modiste.record import Record

SHARED = Path(__file__).parents[3] / "shared" / "data" / "products-224.tar"
ROW = {
    "id": "1",
    "file_name": "1.png",
    "gender": "Men",
    "colour": "Red",
    "article": "Shirts",
    "text": "A red shirt",
}


def photos(folder: Path, count: int = 30) -> list[dict[str, str]]:
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(count):
        Image.new("RGB", (40, 50), (number * 5, 30, 90)).save(folder / f"{number}.png")
        rows.append(ROW | {"id": f"{number:04d}", "file_name": f"{number}.png"})
    return rows


def write_csv(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def everything(catalogue: Catalogue) -> list[Record]:
    return [record for name in catalogue.manifest["splits"] for record in catalogue.split(name).records]


@pytest.mark.parametrize("form", ["metadata.csv", "metadata.jsonl", "table.tsv", "table.parquet"])
def test_tables_of_every_form_give_the_same_records(form: str, tmp_path: Path) -> None:
    rows = photos(tmp_path / "source")
    path = tmp_path / "source" / form
    match path.suffix:
        case ".jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        case ".parquet":
            pq.write_table(pa.Table.from_pylist(rows), path)
        case suffix:
            write_csv(path, rows, "\t" if suffix == ".tsv" else ",")
    prepare(tmp_path / "source", tmp_path / "out", PrepareConfig(size=32))
    records = everything(Catalogue.open(tmp_path / "out"))
    assert sorted(record.id for record in records) == [f"{number:04d}" for number in range(30)]
    assert {(r.gender, r.style, r.colour, r.article, r.texts) for r in records} == {
        ("Men", None, "Red", "Shirts", ("A red shirt",))
    }


def test_a_folder_a_class_is_an_article(tmp_path: Path) -> None:
    for name in ("Shirts", "Jeans"):
        photos(tmp_path / "source" / name, 10)
    prepare(tmp_path / "source", tmp_path / "out", PrepareConfig(size=16))
    records = everything(Catalogue.open(tmp_path / "out"))
    assert sorted(record.article or "" for record in records) == ["Jeans"] * 10 + ["Shirts"] * 10
    assert len({record.id for record in records}) == 20


def test_fashion_product_images_is_read_with_its_quirks(tmp_path: Path) -> None:
    photos(tmp_path / "source" / "images", 6)
    for path in (tmp_path / "source" / "images").iterdir():
        path.rename(path.with_suffix(".jpg"))
    header = (
        "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"
    )
    lines = [
        f"{n},Women,{'Apparel' if n % 2 else 'Personal Care'},Topwear,Kurtas,NA,Summer,2012,"
        "Ethnic,Kurta, red, long"
        for n in range(6)
    ]
    (tmp_path / "source" / "styles.csv").write_text("\n".join([header, *lines]))
    config = PrepareConfig(size=16, where=parse_where(["masterCategory=Apparel,Footwear"]))
    prepare(tmp_path / "source", tmp_path / "out", config)
    records = everything(Catalogue.open(tmp_path / "out"))
    assert sorted(record.id for record in records) == ["1", "3", "5"]
    assert records[0].texts == ("Kurta, red, long",)
    assert (records[0].colour, records[0].style, records[0].article) == (None, "Ethnic", "Kurtas")


def test_columns_can_be_mapped_by_hand(tmp_path: Path) -> None:
    rows = [{"pic": row["file_name"], "kind": "Coats", "hue": "Teal"} for row in photos(tmp_path / "source")]
    write_csv(tmp_path / "source" / "table.csv", rows)
    columns = parse_assignments(["file=pic", "article=kind", "colour=hue"])
    prepare(tmp_path / "source", tmp_path / "out", PrepareConfig(size=16, columns=columns))
    assert {(r.article, r.colour) for r in everything(Catalogue.open(tmp_path / "out"))} == {
        ("Coats", "Teal")
    }


def test_held_out_pairs_never_reach_training(wardrobe: Path, tmp_path: Path) -> None:
    config = PrepareConfig(size=32, hold_out=("colour", "style"), hold_out_count=3)
    prepare(wardrobe, tmp_path / "out", config)
    catalogue = Catalogue.open(tmp_path / "out")
    held = {tuple(pair) for pair in catalogue.manifest["held_out_pairs"]}
    assert len(held) == 3
    for name in ("train", "test"):
        assert not held & {(r.colour, r.style) for r in catalogue.split(name).records}
    assert {(r.colour, r.style) for r in catalogue.split("pairs").records} == held
    again = prepare(wardrobe, tmp_path / "like", PrepareConfig(size=32), hold_out_like=tmp_path / "out")
    assert again["splits"]["pairs"] == len(catalogue.split("pairs"))


def test_held_out_values_keep_other_partners() -> None:
    records = [
        Record(f"{a}{c}{n}", colour=f"c{c}", article=f"a{a}")
        for a in range(6)
        for c in range(6)
        for n in range(6)
    ]
    pairs = choose_pairs(records, ("colour", "article"), 10, seed=1)
    assert len(set(pairs)) == 10
    for position in (0, 1):
        assert all(
            [pair[position] for pair in pairs].count(value) <= 3
            for value in {pair[position] for pair in pairs}
        )
    assert pairs == choose_pairs(records[::-1], ("colour", "article"), 10, seed=1)


def test_split_depends_on_the_product_alone(wardrobe: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    prepare(wardrobe, tmp_path / "out", PrepareConfig(size=64, where={"gender": ["Women"]}))
    women = {record.id for record in Catalogue.open(tmp_path / "out").split("test").records}
    assert women == {record.id for record in catalogue.split("test").records if record.gender == "Women"}


def test_photos_lie_beside_their_records(wardrobe: Path, catalogue: Catalogue) -> None:
    split = catalogue.split("train")
    for position in (0, len(split) // 2, len(split) - 1):
        original = np.asarray(Image.open(wardrobe / "images" / f"{split.records[position].id}.png"))
        assert (split.images(np.array([position]))[0] == original).all()


def test_bad_photos_are_listed_with_the_reason(tmp_path: Path) -> None:
    rows = photos(tmp_path / "source", 200)
    (tmp_path / "source" / "3.png").write_bytes(b"")
    (tmp_path / "source" / "5.png").write_text("no picture")
    cut = (tmp_path / "source" / "7.png").read_bytes()
    (tmp_path / "source" / "7.png").write_bytes(cut[: len(cut) // 2])
    rows[9]["file_name"] = "missing.png"
    rows[11]["file_name"] = "../../etc/passwd"
    write_csv(tmp_path / "source" / "metadata.csv", rows)
    report = prepare(tmp_path / "source", tmp_path / "out", PrepareConfig(size=16))
    reasons = {entry["id"]: entry["reason"] for entry in report["skipped"]}
    assert reasons.keys() == {"0003", "0005", "0007", "0009", "0011"}
    assert reasons["0003"] == "empty file"
    assert reasons["0005"] == "not a picture"
    assert "leaves the source" in reasons["0011"]
    assert sum(report["splits"].values()) == 195


def test_too_many_bad_photos_stop_and_leave_no_catalogue(tmp_path: Path) -> None:
    rows = photos(tmp_path / "source", 30)
    for number in range(4):
        (tmp_path / "source" / f"{number}.png").write_bytes(b"")
    write_csv(tmp_path / "source" / "metadata.csv", rows)
    with pytest.raises(BadInput, match="more than 5%"):
        prepare(tmp_path / "source", tmp_path / "out", PrepareConfig(size=16))
    with pytest.raises(BadInput, match="expected a catalogue"):
        Catalogue.open(tmp_path / "out")


def test_same_id_twice_counts_once_and_is_said(tmp_path: Path) -> None:
    rows = photos(tmp_path / "source")
    write_csv(tmp_path / "source" / "metadata.csv", [*rows, rows[4] | {"colour": "Blue"}])
    report = prepare(tmp_path / "source", tmp_path / "out", PrepareConfig(size=16))
    assert [entry["id"] for entry in report["duplicates"]] == ["0004"]
    assert sum(report["splits"].values()) == 30


def test_damaged_shard_is_noticed(wardrobe: Path, tmp_path: Path) -> None:
    prepare(wardrobe, tmp_path / "out", PrepareConfig(size=32))
    shard = tmp_path / "out" / "train-00000.parquet"
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    with pytest.raises(BadInput, match="damaged"):
        Catalogue.open(tmp_path / "out")


def picture(photo: Image.Image, tmp_path: Path, square: str = "crop", **options: object) -> np.ndarray:
    import io

    photo.save(tmp_path / "photo.png", **options)
    data = square_photo(tmp_path / "photo.png", 8, square, 10**6).png
    return np.asarray(Image.open(io.BytesIO(data)))


def test_alpha_and_palette_are_laid_on_white(tmp_path: Path) -> None:
    assert (picture(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), tmp_path) == 255).all()
    half = picture(Image.new("RGBA", (20, 20), (0, 0, 0, 128)), tmp_path)
    assert abs(int(half[0, 0, 0]) - 127) <= 1
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([9, 9, 9, 200, 100, 50])
    assert (picture(palette, tmp_path, transparency=0) == 255).all()


def test_photo_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    import io

    photo = Image.new("RGB", (20, 20), (255, 255, 255))
    photo.paste((0, 0, 0), (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    photo.save(tmp_path / "photo.jpg", exif=exif, quality=95)
    data = square_photo(tmp_path / "photo.jpg", 8, "crop", 10**6).png
    turned = np.asarray(Image.open(io.BytesIO(data)))
    assert turned[0].mean() > 200 > 50 > turned[-1].mean()


def test_crop_keeps_the_middle_and_padding_keeps_all(tmp_path: Path) -> None:
    tall = Image.new("RGB", (20, 60), (255, 0, 0))
    tall.paste((0, 0, 255), (0, 20, 20, 40))
    assert (picture(tall, tmp_path)[4, 4] == (0, 0, 255)).all()
    padded = picture(tall, tmp_path, "pad")
    assert (padded[:, 0] == 255).all()
    assert padded[0, 4, 0] > 200 > 60 > padded[0, 4, 2]


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    grey = picture(Image.fromarray(np.full((20, 20), 32768, np.uint16)), tmp_path)
    assert abs(int(grey.mean()) - 128) <= 1


def test_paths_stay_in_the_source(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.png").write_bytes(b"x")
    (tmp_path / "inside" / "link.png").symlink_to(tmp_path / "outside.png")
    for name in ("../outside.png", str(tmp_path / "outside.png"), "link.png"):
        with pytest.raises(BadPhoto, match="leaves"):
            FolderPhotos(tmp_path / "inside").find(name)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"size": 96}, "power of two from 4 to 1024, got 96; use 64 or 128"),
        ({"columns": {"colour": "hue"}}, "no column 'hue'.*id, file_name"),
        ({"where": {"gender": ["Dogs"]}}, "no row has gender=Dogs.*Men"),
        ({"hold_out": ("colour", "article")}, "hold-out-count"),
        ({"square": "squeeze"}, "crop, pad"),
    ],
)
def test_settings_that_do_not_fit_are_refused(options: dict, match: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "metadata.csv", photos(tmp_path))
    with pytest.raises(BadInput, match=match):
        prepare(tmp_path, tmp_path / "out", PrepareConfig(**{"size": 16} | options))
    assert not (tmp_path / "out").exists()


def test_sources_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expected a folder"):
        prepare(tmp_path / "none", tmp_path / "out", PrepareConfig())
    (tmp_path / "metadata.csv").write_text("id,file_name\n")
    with pytest.raises(BadInput, match="empty table"):
        prepare(tmp_path, tmp_path / "out", PrepareConfig())
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="found neither"):
        prepare(tmp_path / "empty", tmp_path / "out", PrepareConfig())


@pytest.mark.skipif(not SHARED.is_file(), reason="the real catalogue is not beside this checkout")
def test_real_catalogue_is_prepared_whole(tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(SHARED) as archive:
        archive.extractall(tmp_path, filter="data")
    config = PrepareConfig(
        size=32, where=parse_where(["masterCategory=Apparel,Footwear"]), hold_out=("colour", "article")
    )
    report = prepare(tmp_path / "products-224", tmp_path / "out", config)
    assert sum(report["splits"].values()) + len(report["left_out"]) == 6174
    assert 0 < len(report["left_out"]) < 5
    assert report["skipped"] == []
    assert len(Catalogue.open(tmp_path / "out").manifest["held_out_pairs"]) == 30
