import csv
import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest

from modiste.adapt.adapt import AdaptConfig, adapt
from modiste.adapt.photos import photo_names
from modiste.design import DesignModel, find_model
from modiste.design.folder import check_sums, read_sums
from modiste.errors import BadInput
from modiste.export import export_run
from modiste.export.noise import FILE as NOISE
from modiste.game.start import open_start

QUICK = AdaptConfig(minutes=1e-4)  # one step


@pytest.fixture(scope="module")
def adapted(base: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("adapted") / "brand"
    assert adapt(photos, out, base, QUICK) is not None
    return out


def test_photos_become_a_model_that_draws_and_can_be_adapted_again(adapted: Path, base: Path) -> None:
    folder = find_model(adapted)
    check_sums(folder, list(read_sums(folder)))
    model = DesignModel.open(folder)
    assert model.draw(["red dress for women"], [1]).shape == (1, 32, 32, 3)
    assert (folder / "encoder.json").read_bytes() == (base / "encoder.json").read_bytes()
    assert open_start(folder).sha256 != open_start(base).sha256
    assert {"judge/judge.json", "judge/judge.safetensors"} <= set(read_sums(folder))
    assert (folder / NOISE).read_bytes() == (base / NOISE).read_bytes()
    assert not list(folder.rglob("*.png"))  # the brand's photos stay with the brand


def test_obedience_and_copying_are_told_before_and_after(adapted: Path) -> None:
    metrics = json.loads((adapted / "metrics.json").read_text())
    for when in ("before", "after"):
        figures = metrics[when]
        assert set(figures["alignment"]) == {"gender", "style", "colour", "article"}
        assert 0 <= figures["novelty"]["copies"] <= 1
        assert "kid" in figures["likeness"]
    assert metrics["before"] != metrics["after"]
    assert metrics["photos_learnt_from"] + metrics["photos_held_out"] == 70
    card = (adapted / "model" / "README.md").read_text()
    assert "| | before | after |" in card
    assert f"{metrics['after']['alignment']['colour']['accuracy']:.0%}" in card
    assert f"photos, ±{metrics['after']['likeness']['kid_spread']:.2f} (lower: nearer)" in card


@pytest.mark.slow
def test_the_same_command_goes_on_and_needs_no_photos_anew(adapted: Path, base: Path, photos: Path) -> None:
    copy = adapted.parent / "copy"
    shutil.copytree(adapted, copy)
    before = json.loads((copy / "metrics.json").read_text())
    longer = adapt(photos, copy, base, AdaptConfig(minutes=0.03))
    assert longer is not None
    assert longer["images_seen"] > before["images_seen"]
    assert longer["before"] == before["before"]
    shutil.rmtree(copy / "model")
    for minutes in (0.03, None):
        again = adapt(photos, copy, base, AdaptConfig(minutes=minutes))
        assert again is not None
        assert again["images_seen"] == longer["images_seen"]
        assert find_model(copy)


def test_a_finished_one_says_its_figures_and_does_nothing_anew(
    adapted: Path, base: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = {file: file.stat().st_mtime_ns for file in (adapted / "model").rglob("*")}
    assert adapt(photos, adapted, base, QUICK) == json.loads((adapted / "metrics.json").read_text())
    assert "shows the colour" in capsys.readouterr().err
    assert {file: file.stat().st_mtime_ns for file in (adapted / "model").rglob("*")} == written


def test_figures_of_an_earlier_release_are_measured_anew(adapted: Path, base: Path, photos: Path) -> None:
    copy = adapted.parent / "earlier"
    shutil.copytree(adapted, copy)
    metrics = json.loads((copy / "metrics.json").read_text())
    said = metrics["before"] | {"likeness": {"kid": 9.0, "kid_spread": 0.0}}
    (copy / "metrics.json").write_text(json.dumps(metrics | {"version": 1, "before": said}))
    again = adapt(photos, copy, base, QUICK)
    assert again is not None
    assert (again["before"], again["images_seen"]) == (metrics["before"], metrics["images_seen"])


@pytest.mark.slow
def test_a_signal_saves_and_the_same_command_goes_on(base: Path, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def stop() -> None:
        while not ((out / "log.jsonl").exists() and (out / "log.jsonl").stat().st_size):
            time.sleep(0.05)  # until a step was played: before it there is no model of its own
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop, daemon=True).start()
    assert adapt(photos, out, base, AdaptConfig(minutes=0.1)) is None
    assert find_model(out)  # what there is can be drawn with
    finished = adapt(photos, out, base, QUICK)
    assert finished is not None
    assert finished["after"]


def test_labels_can_be_corrected_before_training_and_not_after(
    base: Path, photos: Path, truth: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert adapt(photos, out, base, AdaptConfig(labels_only=True)) is None
    assert not (out / "config.json").exists()
    labels = out / "labels.csv"
    labels.write_text(
        labels.read_text().replace("file_name", "file_name,note", 1).replace(".png,", ".png,new,")
    )
    written = labels.read_bytes()
    assert adapt(photos, out, base, AdaptConfig(labels=labels, labels_only=True)) is None
    assert labels.read_bytes() == written
    mine = tmp_path / "mine.csv"
    with mine.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file_name", "gender"])  # one attribute alone will do
        writer.writerows((name, "Men" if i % 2 else "Women") for i, name in enumerate(truth))
    assert adapt(photos, tmp_path / "first", base, AdaptConfig(labels=mine, labels_only=True)) is None
    assert adapt(photos, out, base, AdaptConfig(minutes=1e-4, labels=mine)) is not None
    vocabulary = json.loads((out / "config.json").read_text())["vocabulary"]
    assert {role for role, values in vocabulary.items() if values} == {"gender"}
    assert set(vocabulary["gender"]) == {"Men", "Women"}
    with pytest.raises(BadInput, match="has its labels already"):
        adapt(photos, out, base, AdaptConfig(labels=mine))
    assert (out / "labels-1.csv").read_bytes() == written
    text = labels.read_text()
    labels.write_text(text.replace("Women", "Men", 1))
    with pytest.raises(BadInput, match="was changed after training began"):
        adapt(photos, out, base, QUICK)
    labels.write_bytes(text.replace(",", ";").replace("\n", "\r\n").encode())  # a spreadsheet's words for it
    assert adapt(photos, out, base, AdaptConfig(minutes=1e-4)) is not None
    fewer = Path(shutil.copytree(photos, tmp_path / photos.name))
    (fewer / min(truth)).unlink()
    assert adapt(fewer, out, base, AdaptConfig(minutes=1e-4)) is not None
    shutil.rmtree(fewer)
    assert adapt(fewer, out, base, AdaptConfig(minutes=1e-4)) is not None
    labels.unlink()
    assert adapt(fewer, out, base, AdaptConfig(minutes=1e-4)) is not None


def test_too_few_photos_say_how_many_are_needed(tmp_path: Path, photos: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for count in (0, 5):
        for file in sorted(photos.iterdir())[:count]:
            shutil.copy(file, few)
        with pytest.raises(BadInput, match=f"at least 60 photos .* found {count} in"):
            photo_names(few, tmp_path / "out")
    (few / "a.HEIC").touch()
    with pytest.raises(BadInput, match=r"found 5 in .* 1 \.heic cannot be read, save them as JPEG"):
        photo_names(few, tmp_path / "out")
    with pytest.raises(BadInput, match="expected a folder of photos"):
        photo_names(tmp_path / "none", tmp_path / "out")
    with pytest.raises(BadInput, match="outside the photos"):
        photo_names(photos, photos / "out")


def test_a_model_without_judge_or_start_is_refused(
    base: Path, photos: Path, model_folder: Path, tmp_path: Path
) -> None:
    export_run(base.parent / "run", tmp_path / "plain")
    with pytest.raises(BadInput, match="carries no judge"):
        adapt(photos, tmp_path / "out", tmp_path / "plain", QUICK)
    (tmp_path / "plain" / "start.safetensors").unlink()
    sums = tmp_path / "plain" / "SHA256SUMS"
    sums.write_text("".join(f"{line}\n" for line in sums.read_text().splitlines() if "start" not in line))
    with pytest.raises(BadInput, match="can draw, but not learn more"):
        adapt(photos, tmp_path / "out", tmp_path / "plain", QUICK)
    with pytest.raises(BadInput, match="no preset for few photos; adapt a model of contrastive"):
        adapt(photos, tmp_path / "out", model_folder, QUICK)
    config = tmp_path / "plain" / "config.json"
    config.write_text(config.read_text().replace('"family"', '"kin"'))
    with pytest.raises(BadInput, match="is not the file that SHA256SUMS lists"):
        adapt(photos, tmp_path / "out", tmp_path / "plain", QUICK)
    for name in ("judge/judge.safetensors", NOISE):
        changed = Path(shutil.copytree(base, tmp_path / Path(name).stem))
        with (changed / name).open("ab") as file:
            file.write(b"x")
        with pytest.raises(BadInput, match="is not the file that SHA256SUMS lists"):
            adapt(photos, tmp_path / "out", changed, QUICK)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_left_alone(
    adapted: Path, base: Path, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    with pytest.raises(BadInput, match="already holds files"):
        adapt(photos, tmp_path, base, QUICK)
    with pytest.raises(BadInput, match="with seed 0, got 1"):
        adapt(photos, adapted, base, AdaptConfig(seed=1))
    for seed in (2, 3):  # where nothing was done yet, another may be given
        with pytest.raises(BadInput, match="expected a table of labels, found none"):
            adapt(photos, tmp_path / "new", base, AdaptConfig(seed=seed, labels=tmp_path / "none.csv"))
