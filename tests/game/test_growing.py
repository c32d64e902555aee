"""A run that grows: every size and fade, gone on with at any point, and grown further afterwards."""

import copy
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from modiste.catalogue import Catalogue
from modiste.design import DesignModel
from modiste.errors import BadInput
from modiste.export import export_state
from modiste.export.onnx import write_generator
from modiste.game import begin as beginning
from modiste.game import checkpoint
from modiste.game.begin import begin, plan_run, resume
from modiste.game.budget import Budget, reached, shared
from modiste.game.loop import train
from modiste.game.run import Run, TrainConfig
from modiste.game.schedule import images_of_sizes, schedule, seconds_left
from modiste.game.signals import stop_on_signals
from modiste.game.start import check_start, open_start
from modiste.game.state import TrainState, enter_stage, new_state
from modiste.models import FAMILIES
from modiste.models.progan import planned
from modiste.text.fit import fit_tfidf
from modiste.text.write import full_description

from .conftest import TINY

IMAGES = [16, 32, 64]
"""Of 4x4, 8x8 and 16x16."""
pytestmark = pytest.mark.usefixtures("measured")


def new_run(catalogue: Catalogue, out: Path, images: list[int] = IMAGES) -> tuple[Run, TrainState]:
    split = catalogue.split("train")
    encoder = fit_tfidf([full_description(record) for record in split.records])
    config = planned(TINY(size=4, text_dim=256), 2 ** (len(images) + 1), images)
    settings = TrainConfig(
        "progan", "laptop", sum(images), sheets=3, catalogue_sha256=catalogue.sha256, encoder="tfidf",
        images_per_second=(10.0,) * len(images), memory=(2**20,) * len(images),
    )  # fmt: skip
    run = Run(out, settings, config, encoder, beginning.vocabulary(split.records))
    return run, begin(run)


def play(run: Run, state: TrainState, catalogue: Catalogue, stop_at: int | None = None) -> bool:
    with stop_on_signals() as stop:
        if stop_at is not None:

            class StopAt(type(stop)):  # type: ignore[misc]
                def is_set(self) -> bool:
                    return state.images_seen >= stop_at

            stop = StopAt()
        return train(run, catalogue.split("train"), state, stop=stop, on_checkpoint=lambda _: None)


def go_on(catalogue: Catalogue, path: Path, **asked: object) -> tuple[Run, TrainState]:
    options = {"family_name": None, "preset": None, "size": None, "budget": Budget(), "seed": None}
    return resume(path, catalogue, **(options | asked))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run, state = new_run(catalogue, tmp_path_factory.mktemp("grown") / "whole")
    assert play(run, state, catalogue)
    return run.path


def tensors(run: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoint.newest(run / "checkpoints"))


def test_run_resumed_in_a_fade_equals_uninterrupted_run(
    whole: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    run, state = new_run(catalogue, tmp_path / "run")
    assert not play(run, state, catalogue, stop_at=56)
    run, state = go_on(catalogue, run.path)
    assert (state.stage.size, state.stage.fade) == (16, 0.5)
    assert play(run, state, catalogue)
    one, other = tensors(whole), tensors(run.path)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_every_size_is_drawn_with_the_same_noise_on_one_sheet(whole: Path) -> None:
    strips = sorted((whole / "sheets").glob("grown-*.png"))
    assert [path.name for path in strips] == ["grown-0004.png", "grown-0008.png", "grown-0016.png"]
    with Image.open(strips[1]) as strip:
        assert strip.size == (6 * 8, 8)
    with Image.open(whole / "growth.png") as page:
        assert page.width > 3 * 128
    shapes = {Image.open(path).size for path in (whole / "sheets").glob("[0-9]*.png")}
    assert len(shapes) == 1, "small pictures are enlarged"


def test_log_says_the_size_and_the_fade(whole: Path) -> None:
    entries = [json.loads(line) for line in (whole / "log.jsonl").read_text().splitlines()]
    assert (entries[-1]["size"], entries[-1]["fade"], entries[-1]["seconds_left"]) == (16, 1.0, 0.0)


def test_officer_sees_photos_of_the_size_and_fade_of_what_is_drawn(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    run, state = new_run(catalogue, tmp_path / "run", [8, 16])
    shown = []
    hook = state.discriminator.register_forward_pre_hook(lambda _, given: shown.append(given[0]))
    assert play(run, state, catalogue)
    hook.remove()
    assert {image.shape[-1] for image in shown} == {4, 8}
    faint = next(image for image in shown if image.shape[-1] == 8)  # the first of its fade: all 4x4 yet
    assert torch.equal(faint[:, :, ::2, ::2], faint[:, :, 1::2, 1::2])


def test_finished_run_grows_further_and_keeps_what_it_learnt(catalogue: Catalogue, tmp_path: Path) -> None:
    run, state = new_run(catalogue, tmp_path / "run", [8, 16])
    assert play(run, state, catalogue)
    learnt = {name: value.clone() for name, value in state.generator.state_dict().items()}
    noise, text = torch.randn(2, 8), torch.eye(256)[:2]
    with torch.no_grad():
        before = state.ema(noise, text)
    run, state = go_on(catalogue, run.path, size=32, budget=Budget(images=24 + 30))
    assert all(torch.equal(state.generator.state_dict()[name], value) for name, value in learnt.items())
    assert (run.family_config.size, run.config.images) == (32, 54)
    assert (state.stage.size, state.stage.fade) == (16, 0.0)
    with torch.no_grad():
        after = state.ema(noise, text)
    assert torch.allclose(after[:, :, ::2, ::2], before, atol=1e-5), "it begins where it was"
    assert play(run, state, catalogue)
    assert state.stage.size == 32
    assert len(tensors(run.path)) > len(learnt)
    again, state = go_on(catalogue, run.path)
    assert (again.config, again.family_config) == (run.config, run.family_config)
    assert state.stage.size == 32


def test_growth_stops_where_the_photos_end_with_a_word(
    catalogue: Catalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = partial(plan_run, catalogue, family_name="progan", preset=None, encoder="tfidf", seed=0)
    assert ask(tmp_path / "a", size=256, budget=Budget(images=80))[0].family_config.size == 32
    assert "growth stops at 32x32" in " ".join(capsys.readouterr().err.split())
    assert ask(tmp_path / "b", size=16, budget=Budget(images=80))[0].family_config.size == 16
    assert ask(tmp_path / "c", size=None, budget=Budget(images=80))[0].family_config.size == 32
    with pytest.raises(BadInput, match="use 64 or 128"):
        ask(tmp_path / "d", size=96, budget=Budget(images=80))


def test_smaller_size_or_too_small_a_total_is_refused(whole: Path, catalogue: Catalogue) -> None:
    with pytest.raises(BadInput, match="size 16, got --size 8"):
        go_on(catalogue, whole, size=8)
    with pytest.raises(BadInput, match="take all of it"):
        go_on(catalogue, whole, size=32, budget=Budget(images=100))


def test_budget_is_shared_so_that_all_of_it_is_spent() -> None:
    costs = [0.1, 0.2, 0.5, 1.0]
    images = shared(280, costs)
    assert images == [100, 100, 100, 200]
    assert reached(280, images, costs) == 500
    assert reached(15, images, costs) == 125
    assert reached(380, images, costs) == 600, "the last size goes on"
    assert sum(shared(65, [1.0] * 4)) == 65


def test_minutes_become_images_of_each_size_once(catalogue: Catalogue, tmp_path: Path) -> None:
    run, rate = plan_run(
        catalogue, tmp_path / "run", family_name="progan", preset=None, size=None, seed=0,
        budget=Budget(minutes=1),
    )  # fmt: skip
    assert run.config.images == 600
    assert seconds_left(run) == pytest.approx(60)
    assert seconds_left(run, 540) == pytest.approx(6)
    assert rate == pytest.approx(10)
    assert sum(run.family_config.fade_images + run.family_config.hold_images) == 600
    assert not run.path.exists()


def test_plan_is_one_table_with_a_row_a_size(whole: Path) -> None:
    from rich.console import Console

    from modiste.game.run import open_run

    console = Console(width=100, record=True)
    console.print(schedule(open_run(whole)))
    rows = [line.strip("│ ").split("│") for line in console.export_text().splitlines() if "GB" in line]
    assert [[cell.strip() for cell in row[:4]] for row in rows] == [
        ["4", "0", "16", "8"], ["8", "16", "16", "8"], ["16", "16", "48", "8"],
    ]  # fmt: skip
    assert [row[-1].strip() for row in rows] == ["0.0 min", "0.1 min", "0.1 min"]


def test_model_folder_draws_at_the_size_of_the_moment(catalogue: Catalogue, tmp_path: Path) -> None:
    run, state = new_run(catalogue, tmp_path / "run")
    state.images_seen = 24
    enter_stage(state)
    assert (state.stage.size, state.stage.fade) == (8, 0.5)
    export_state(run, state)
    model = DesignModel.open(run.path / "model")
    assert model.size == 8
    drawn = model.draw(["red shirt", "blue jeans"], [1, 2])
    assert drawn.shape == (2, 8, 8, 3)
    start = open_start(run.path / "model")
    check_start(start, "progan", 8)
    check_start(start, "progan", 32)
    with pytest.raises(BadInput, match="or a larger one only"):
        check_start(start, "progan", 4)


@pytest.mark.parametrize("fade", [0.3, 1.0])
def test_export_takes_any_number_also_in_a_fade(fade: float, tmp_path: Path) -> None:
    from modiste.design.model import open_session

    state = new_state("progan", TINY(size=16), seed=0)
    state.stages = lambda _images_seen: replace(FAMILIES["progan"].stage(TINY(size=8), 0), fade=fade)
    enter_stage(state)
    path = tmp_path / "generator.onnx"
    assert write_generator(state.ema, 8, 256, path).within_one_level > 0.999
    noise, text = torch.randn(3, 8), torch.eye(256)[:3]
    session = open_session(path.read_bytes(), "test")
    drawn = session.run(["image"], {"noise": noise.numpy(), "text_embedding": text.numpy()})[0]
    assert np.abs(drawn - state.ema(noise, text).numpy()).max() < 2 / 255


def test_run_begins_with_a_smaller_model_and_grows_from_there(catalogue: Catalogue, tmp_path: Path) -> None:
    run, state = new_run(catalogue, tmp_path / "run", [8, 16])
    assert play(run, state, catalogue)
    export_state(run, state)
    start = open_start(run.path / "model")
    further, _ = plan_run(
        catalogue, tmp_path / "further", family_name="progan", preset=None, size=16, seed=3,
        budget=Budget(images=60), start=start,
    )  # fmt: skip
    assert images_of_sizes(FAMILIES["progan"].growth, further.family_config) == [0, 20, 40]
    began = begin(further, start)
    assert began.stage.size == 8
    noise, text = torch.randn(2, 8), torch.eye(256)[:2]
    with torch.no_grad():
        assert (began.ema(noise, text) - state.ema(noise, text)).abs().mean() < 0.02, "it is kept in 8 bits"
    assert play(further, began, catalogue)
    assert began.stage.size == 16


def test_average_of_a_new_size_soon_forgets_its_first_weights(catalogue: Catalogue, tmp_path: Path) -> None:
    run, state = new_run(catalogue, tmp_path / "run", [8, 800])
    first = copy.deepcopy(state.ema)
    play(run, state, catalogue, stop_at=408)
    name = "blocks.8.up.weight"
    moved = (state.ema.get_parameter(name) - first.get_parameter(name)).norm()
    trained = (state.generator.get_parameter(name) - first.get_parameter(name)).norm()
    assert moved > 0.5 * trained
