"""The whole evaluation on a small wardrobe: figures that mean something, and lines where they would not."""

import csv
import html
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.errors import BadInput
from modiste.evaluate.contestants import Retrieval, curves, open_contestant
from modiste.evaluate.evaluate import FEW_PHOTOS, EvaluateConfig, evaluate
from modiste.evaluate.prompts import prompt_sets
from modiste.evaluate.wording import interval
from modiste.wardrobe import write_sample

PICTURES = 24


@pytest.fixture(scope="module")
def report(
    shop_path: Path, shop_run: Path, judge_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("report") / "report"
    prompts = out.parent / "prompts.csv"
    prompts.write_text(
        "group,description,plain,colour,article\n"
        "free,crimson tee,red tshirt,Red,Tshirts\nfree,azure slacks,blue trousers,Blue,Trousers\n"
        "free,octarine slacks,octarine trousers,Octarine,Trousers\n"
    )
    result = subprocess.run(
        [sys.executable, "-m", "modiste", "evaluate", shop_run, shop_path, "--out", out,
         "--pictures", str(PICTURES), "--judge", judge_folder, "--prompts", prompts],
        capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def metrics(report: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((report / "metrics.json").read_text())
    return value


def test_every_figure_is_there_for_run_and_search(metrics: dict[str, Any]) -> None:
    assert [each["kind"] for each in metrics["contestants"]] == ["run", "retrieval"]
    sets = {"known", "pairs", "short", "long", "prompts: free", "prompts: free, plain"}
    assert set(metrics["sets"]) == sets
    for each in metrics["contestants"]:
        assert set(each["alignment"]) == set(each["floor"]) == sets
        assert {"colour", "article"} <= set(each["alignment"]["pairs"])
        assert set(each["alignment"]["short"]) == {"colour", "article"}
        assert {"kid", "kid_spread", "frechet", "precision", "recall"} <= set(each["likeness"])
        assert set(each["recall"]) == set(metrics["reference"]["recall"]) == {"known", "short", "long"}
        assert all(0 <= share <= 1 for share in each["recall"].values())
        assert 1 <= each["variety"]["distinct"] <= each["variety"]["of"]
        assert {"article", "colour"} <= set(each["coverage"])
        assert {"accuracy", "low", "high", "floor_accuracy", "delta_e"} <= set(each["colour_lab"]["known"])
    changed = metrics["contestants"][0]["sensitivity"]
    assert {word: set(each["kept"]) for word, each in changed.items()} == {
        "colour": {"article", "gender", "style"},
        "article": {"colour", "gender", "style"},
        "gender": {"article", "colour", "style"},
    }
    assert all(set(each["kept_by_seed"]) == set(each["kept"]) for each in changed.values())
    assert all(0 < each[name] < 1 for each in changed.values() for name in ("outline", "outline_by_seed"))
    assert metrics["contestants"][0]["curves"]["images"][-1] == 256
    assert metrics["verdict"]
    searched = metrics["contestants"][1]["recall"]["long"]
    assert searched > metrics["contestants"][0]["recall"]["long"]  # of a run of 256 images


def test_few_held_out_photos_are_warned_of_and_intervals_shown(
    report: Path, metrics: dict[str, Any], shop: Catalogue
) -> None:
    few = len(shop.split("test"))
    assert few < FEW_PHOTOS
    assert metrics["warnings"][0].startswith(f"Only {few} held-out photos: the intervals are wide")
    score = metrics["contestants"][0]["alignment"]["known"]["article"]
    page = (report / "report.html").read_text()
    assert metrics["warnings"][0] in page
    assert f'<span class="soft">{interval(score)}</span>' in page


def test_values_that_the_judge_was_not_taught_are_named_and_not_counted(metrics: dict[str, Any]) -> None:
    assert any("The judge was not taught Octarine (colour)" in text for text in metrics["warnings"])
    asked = metrics["contestants"][0]["alignment"]["prompts: free"]
    assert (asked["colour"]["count"], asked["article"]["count"]) == (2, 3)


def test_photos_are_at_the_ceiling_and_a_young_run_is_at_the_floor(metrics: dict[str, Any]) -> None:
    run, search = metrics["contestants"]
    for name in ("article", "colour"):
        ceiling = metrics["ceiling"]["known"][name]["accuracy"]
        assert search["alignment"]["known"][name]["accuracy"] > ceiling - 0.25
        assert run["alignment"]["known"][name]["accuracy"] < ceiling - 0.3
        assert run["floor"]["known"][name]["accuracy"] < ceiling - 0.3


def test_database_search_is_alike_and_nothing_new(metrics: dict[str, Any]) -> None:
    run, search = metrics["contestants"]
    assert search["novelty"]["copies"] == 1.0
    assert search["novelty"]["held_out_copies"] < 0.2
    assert search["likeness"]["kid"] < run["likeness"]["kid"] / 5
    assert search["variety"]["distinct"] < 2.5


def test_same_seed_gives_the_same_figures(
    metrics: dict[str, Any], shop_path: Path, shop_run: Path, judge_folder: Path, tmp_path: Path
) -> None:
    config = EvaluateConfig(PICTURES, judge=judge_folder)
    again = evaluate([shop_run], shop_path, tmp_path / "again", config)
    for first, second in zip(metrics["contestants"], again["contestants"], strict=True):
        for part in ("likeness", "novelty", "variety", "coverage", "sensitivity"):
            assert json.dumps(first.get(part)) == json.dumps(second.get(part)), part
        assert first["alignment"]["known"] == second["alignment"]["known"]
    assert "FID" in again["left_out"]


def test_report_is_one_file_with_the_figures(report: Path, metrics: dict[str, Any]) -> None:
    page = (report / "report.html").read_text()
    assert {path.name for path in report.iterdir()} == {"report.html", "metrics.json"}
    assert all(html.escape(sentence.split(": ", 1)[-1]) in page for sentence in metrics["verdict"])
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_held_out_products_and_pairs_are_asked_for(shop: Catalogue) -> None:
    sets = {each.name: each for each in prompt_sets(shop, 1000, 0, None)}
    assert len(sets["known"].descriptions) == len(shop.split("test"))
    held_out = {tuple(pair) for pair in shop.manifest["held_out_pairs"]}
    assert {(record.colour, record.article) for record in sets["pairs"].records} == held_out
    assert all(len(text.split()) <= 4 for text in sets["short"].descriptions)
    assert np.mean([len(text) for text in sets["long"].descriptions]) > np.mean(
        [len(text) for text in sets["known"].descriptions]
    )


def test_texts_longer_than_a_description_may_be_are_cut(
    shop: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modiste.evaluate.prompts.MAX_CHARACTERS", 12)
    assert all(len(text) <= 12 for each in prompt_sets(shop, 5, 0, None) for text in each.descriptions)


def test_search_finds_the_photo_of_its_own_description(shop: Catalogue) -> None:
    from modiste.text.write import full_description

    split = shop.split("train")
    rows = np.array([3, 40])
    drawn = Retrieval(shop).draw([full_description(split.records[row]) for row in rows], [0, 1])
    assert np.array_equal(drawn, split.images(rows))


def test_what_would_mean_nothing_is_a_clear_line(
    shop_path: Path, shop_run: Path, shop: Catalogue, tmp_path: Path
) -> None:
    config = EvaluateConfig(PICTURES)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    shutil.copy(shop_run / "config.json", fresh)
    with pytest.raises(BadInput, match="no checkpoint yet"):
        open_contestant(fresh, shop)
    with pytest.raises(BadInput, match="expected a run or a model folder"):
        open_contestant(tmp_path, shop)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(BadInput, match="report folder must be new"):
        evaluate([shop_run], shop_path, tmp_path / "full", config)
    with pytest.raises(BadInput, match="--pictures must be at least"):
        EvaluateConfig(3)
    for seed in (-1, 2**32):
        with pytest.raises(BadInput, match="--seed must be from 0 to 4294967295"):
            EvaluateConfig(seed=seed)
    (fresh / "config.json").write_text("{")
    with pytest.raises(BadInput, match="expected JSON in"):
        open_contestant(fresh, shop)
    with pytest.raises(BadInput, match=r"expected pt_inception.*found neither"):
        evaluate([shop_run], shop_path, tmp_path / "out", EvaluateConfig(PICTURES, inception=tmp_path))
    assert not (tmp_path / "out").exists()
    (tmp_path / "bad.csv").write_text("text\nred shirt\n")
    with pytest.raises(BadInput, match="column `description`"):
        prompt_sets(shop, 5, 0, tmp_path / "bad.csv")
    (tmp_path / "bad.csv").write_text("description,colour\nred shirt,Red\n,Blue\n")
    with pytest.raises(BadInput, match=r"line 3 of .*bad.csv: a description must hold words"):
        prompt_sets(shop, 5, 0, tmp_path / "bad.csv")
    (tmp_path / "bad.csv").write_text("description\nred shirt\nred shirt, for men\n")
    with pytest.raises(BadInput, match=r"line 3 of .*bad.csv is no row: 2 fields"):
        prompt_sets(shop, 5, 0, tmp_path / "bad.csv")
    (tmp_path / "old.csv").write_bytes("description\ncafé shirt\n".encode("cp1252"))
    assert prompt_sets(shop, 5, 0, tmp_path / "old.csv")[-1].descriptions == ("café shirt",)


@pytest.mark.parametrize(("count", "line"), [(2, "found none"), (80, "at least 20 held-out photos")])
def test_a_catalogue_without_held_out_photos_is_refused(
    count: int, line: str, shop_run: Path, tmp_path: Path
) -> None:
    write_sample(tmp_path / "wardrobe", count=count, size=32, seed=5)
    prepare(tmp_path / "wardrobe", tmp_path / "small", PrepareConfig(size=32))
    with pytest.raises(BadInput, match=f"{line}.*prepare it from more products"):
        evaluate([shop_run], tmp_path / "small", tmp_path / "out", EvaluateConfig(PICTURES))
    assert not (tmp_path / "out").exists()


def test_model_of_another_size_or_vocabulary_is_refused(shop_run: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "wardrobe", count=260, size=32, seed=5)
    prepare(tmp_path / "wardrobe", tmp_path / "large", PrepareConfig(size=64))
    with pytest.raises(BadInput, match="prepare one with --size 32"):
        open_contestant(shop_run, Catalogue.open(tmp_path / "large"))
    table = tmp_path / "wardrobe" / "metadata.csv"
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:  # the same garments in a language that the model never heard
        for name in ("gender", "style", "colour", "article", "text", "text_2", "text_3"):
            row[name] = " ".join("q" + word[::-1] for word in row[name].split())
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    prepare(tmp_path / "wardrobe", tmp_path / "foreign", PrepareConfig(size=32))
    with pytest.raises(BadInput, match="never learnt"):
        evaluate([shop_run], tmp_path / "foreign", tmp_path / "out", EvaluateConfig(PICTURES))
    assert not (tmp_path / "out").exists()


def test_curves_are_thinned_by_means(tmp_path: Path) -> None:
    lines = [
        {
            "images_seen": i,
            "discriminator_loss": i % 2,
            "generator_loss": 1,
            "hits_on_real": 1,
            "hits_on_fake": 0,
        }
        for i in range(4000)
    ]
    whole = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "log.jsonl").write_text(whole + '{"images_seen": 40')  # as a run in progress leaves it
    found = curves(tmp_path / "log.jsonl")
    assert len(found["images"]) == 400
    assert found["images"][0] == 4.5
    assert set(found["loss_discriminator"]) == {0.5}
    assert curves(tmp_path / "none.jsonl") == {}


def written_wardrobe(folder: Path) -> tuple[Path, list[dict[str, str]]]:
    wardrobe = folder / "wardrobe"
    write_sample(wardrobe, count=260, size=32, seed=5)
    with (wardrobe / "metadata.csv").open(newline="") as file:
        return wardrobe, list(csv.DictReader(file))


def keep_columns(wardrobe: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with (wardrobe / "metadata.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def test_catalogue_without_words_is_refused_and_photos_without_are_not_asked_for(
    tmp_path: Path, shop_run: Path
) -> None:
    wardrobe, rows = written_wardrobe(tmp_path)
    keep_columns(wardrobe, ["id", "file_name"], rows)
    prepare(wardrobe, tmp_path / "bare", PrepareConfig(size=32))
    with pytest.raises(BadInput, match=r"at least 20 held-out photos with words in .*bare, found 0"):
        evaluate([shop_run], tmp_path / "bare", tmp_path / "out", EvaluateConfig(PICTURES))
    assert not (tmp_path / "out").exists()
    half_said = [row | ({"text": ""} if place % 2 else {}) for place, row in enumerate(rows)]
    keep_columns(wardrobe, ["id", "file_name", "text"], half_said)
    prepare(wardrobe, tmp_path / "half", PrepareConfig(size=32))
    half = Catalogue.open(tmp_path / "half")
    described = sum(bool(record.texts) for record in half.split("test").records)
    (only,) = prompt_sets(half, PICTURES, 0, None)
    assert 0 < len(only.descriptions) == described < len(half.split("test"))


def test_catalogue_without_attributes_leaves_alignment_out_and_says_why(
    tmp_path: Path, shop_run: Path
) -> None:
    wardrobe, rows = written_wardrobe(tmp_path)
    keep_columns(wardrobe, ["id", "file_name", "text"], rows)
    prepare(wardrobe, tmp_path / "shop", PrepareConfig(size=32))
    found = evaluate([shop_run], tmp_path / "shop", tmp_path / "out", EvaluateConfig(PICTURES))
    assert set(found["sets"]) == {"long"}
    assert found["judge"] is None
    assert "no attributes" in found["left_out"]["alignment"]
    assert found["contestants"][0]["likeness"]["pictures"] == found["sets"]["long"]["pictures"] >= 20
    assert "no attributes" in (tmp_path / "out" / "report.html").read_text()
