import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from modiste.design import DesignModel
from modiste.design.folder import check_sums, read_sums
from modiste.design.phrases import open_phrases
from modiste.errors import BadInput
from modiste.export import export_run, export_state, folder
from modiste.game import checkpoint
from modiste.game.run import Run, TrainConfig
from modiste.game.start import read_weights
from modiste.game.state import TrainState, new_state
from modiste.models.dcgan import DcganConfig
from modiste.text.read import TfidfEncoder, WordsEncoder

CONFIG = DcganConfig(size=32, width=4, noise_dim=8)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    vocabulary = {"gender": ["Men"], "style": [], "colour": ["Red"], "article": ["Shirts"]}
    settings = TrainConfig("dcgan", "laptop", 100, catalogue="tests", image_count=12)
    run = Run(tmp_path / "run", settings, CONFIG, TfidfEncoder(["red", "shirt"], [1.0, 1.5]), vocabulary)
    run.save()
    return run


@pytest.fixture
def state() -> TrainState:
    state = new_state("dcgan", CONFIG, seed=1)
    state.images_seen, state.step = 640, 10
    return state


def test_a_run_becomes_a_model_folder_that_draws(run: Run, state: TrainState, tmp_path: Path) -> None:
    checkpoint.save(run.checkpoints, state)
    out = tmp_path / "models" / "red"
    export_run(run.path, out)
    assert sorted(file.name for file in out.iterdir()) == [
        "README.md", "SHA256SUMS", "config.json", "encoder.json", "generator.onnx", "start.safetensors",
    ]  # fmt: skip
    check_sums(out, list(read_sums(out)))
    config = json.loads((out / "config.json").read_text())
    assert (config["name"], config["images_seen"], config["vocabulary"]) == ("red", 640, run.vocabulary)
    assert DesignModel.open(out).draw(["red shirt"], [0]).shape == (1, 32, 32, 3)
    card = (out / "README.md").read_text()
    assert "Not evaluated yet" in card
    assert "12 photos" in card
    assert "- article: " in card


def test_a_model_hears_what_this_release_does_if_it_is_asked_for(
    run: Run, state: TrainState, tmp_path: Path
) -> None:
    older = WordsEncoder(["red", "shirt"], [1.0, 1.5], {"zorble": {"red": 1.0}})
    replace(run, config=replace(run.config, encoder="words"), encoder=older).save()
    checkpoint.save(run.checkpoints, state)
    as_it_was, newer = (export_run(run.path, tmp_path / str(kind), encoder=kind) for kind in (None, "words"))
    assert DesignModel.open(as_it_was).encoder.heard("crimson zorble") == {"zorble": ("red",)}
    assert DesignModel.open(newer).encoder.heard("crimson zorble") == {"crimson": ("red",)}
    with pytest.raises(BadInput, match="can become words, got --encoder tfidf"):
        export_run(run.path, tmp_path / "other", encoder="tfidf")


def test_phrases_go_with_the_run_and_its_model(run: Run, state: TrainState, tmp_path: Path) -> None:
    told = replace(run, phrases={"Shirts": {"Men": {"": ["red", ""]}}})
    told.save()
    checkpoint.save(run.checkpoints, state)
    export_run(run.path, tmp_path / "model")
    assert open_phrases(tmp_path / "model") == told.phrases
    (tmp_path / "model" / "phrases.json").write_text("{}")
    with pytest.raises(BadInput, match=r"phrases.json is not the file"):
        DesignModel.open(tmp_path / "model")


def test_start_is_average_and_discriminator_in_8_bits(run: Run, state: TrainState) -> None:
    export_state(run, state)
    had = {name: value for name, value in checkpoint.weights(state).items() if "generator." not in name}
    kept = read_weights(run.path / "model")
    assert kept.keys() == had.keys()
    for name, value in had.items():
        assert kept[name].dtype == value.dtype
        if value.ndim < 2:
            assert torch.equal(kept[name], value), name
            continue
        off, rows = (kept[name] - value).abs().flatten(1), value.abs().flatten(1)
        assert (off.amax(dim=1) <= rows.amax(dim=1) / 253).all(), name
    file = run.path / "model" / "start.safetensors"
    assert file.stat().st_size < 1.2 * sum(value.numel() for value in had.values()) + 20_000


def test_a_newer_model_replaces_the_older_one_and_leaves_nothing_beside(run: Run, state: TrainState) -> None:
    export_state(run, state)
    first = DesignModel.open(run.path / "model").sha256
    (run.path / ".model.partial").mkdir()  # a run that was killed while it exported
    (run.path / ".model.partial" / "half.onnx").write_text("half")
    with torch.no_grad():
        for parameter in state.ema.parameters():
            parameter.mul_(1.5)
    export_state(run, state)
    assert DesignModel.open(run.path / "model").sha256 != first
    assert sorted(file.name for file in run.path.iterdir()) == ["config.json", "encoder.json", "model"]


def test_folders_are_swapped_where_the_system_cannot_exchange(
    run: Run, state: TrainState, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_state(run, state)
    monkeypatch.setattr(folder, "_exchange", lambda _first, _second: False)
    (run.path / "model" / "old").write_text("old")
    export_state(run, state)
    assert not (run.path / "model" / "old").exists()
    assert sorted(file.name for file in run.path.iterdir()) == ["config.json", "encoder.json", "model"]


def test_a_failed_export_keeps_the_older_model(
    run: Run, state: TrainState, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_state(run, state)
    before = DesignModel.open(run.path / "model").sha256

    def full(*_config: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "model_card", full)
    with pytest.raises(OSError, match="No space"):
        export_state(run, state)
    assert DesignModel.open(run.path / "model").sha256 == before
    assert not (run.path / ".model.partial").exists()


def test_a_folder_that_holds_something_else_is_never_replaced(
    run: Run, state: TrainState, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("notes")
    checkpoint.save(run.checkpoints, state)
    for write in (
        lambda out: export_run(run.path, out),
        lambda out: folder.write_model_folder(out, run, state),
    ):
        with pytest.raises(BadInput, match="name"):
            write(tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "notes"
