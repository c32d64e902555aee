import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from modiste.catalogue import Catalogue
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.design import DesignModel
from modiste.errors import BadInput
from modiste.export import export_state
from modiste.game import checkpoint
from modiste.game.begin import begin, plan_run
from modiste.game.budget import Budget
from modiste.game.packing import pack
from modiste.game.run import Run
from modiste.game.start import Start, check_start, open_start, read_weights, start_weights, transfer
from modiste.game.state import new_state
from modiste.game.train import train_run
from modiste.models.contrastive import FAMILY, ContrastiveConfig
from modiste.randomness import seed_noise
from modiste.wardrobe import write_sample

EYE = "projected.heads.0.score.weight"


def trained(catalogue: Catalogue, out: Path, steps: int = 2, **options: object) -> Path:
    options = {"budget": Budget(steps=steps), "on_checkpoint": lambda *_: None} | options
    train_run(catalogue.path, out, **options)  # type: ignore[arg-type]
    return out


def planned(catalogue: Catalogue, out: Path, preset: str | None, start: Start) -> Run:
    run, _ = plan_run(
        catalogue,
        out,
        family_name="contrastive",
        preset=preset,
        size=None,
        budget=Budget(steps=1),
        seed=0,
        start=start,
    )
    return run


@pytest.fixture(scope="module")
def model(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("start") / "run"
    return trained(catalogue, out, family="contrastive", on_checkpoint=export_state) / "model"


def test_run_from_a_model_begins_with_its_average_and_its_words(
    model: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    run = trained(catalogue, tmp_path / "run", start=model, seed=5)
    learnt = read_weights(model)
    first = load_file(run / "checkpoints" / "step-000000000.safetensors")
    for name, source in (("generator", "ema"), ("ema", "ema"), ("discriminator", "discriminator")):
        began, had = checkpoint.under(first, name), checkpoint.under(learnt, source)
        assert began.keys() == had.keys()
        for key, value in had.items():
            if "running" not in key and "tracked" not in key:  # measured anew for the first sheet
                assert torch.equal(began[key], value), key
    assert (run / "encoder.json").read_bytes() == (model / "encoder.json").read_bytes()


def test_start_draws_what_the_model_draws(model: Path) -> None:
    drawn = DesignModel.open(model)
    noise = np.stack([seed_noise(seed, drawn.noise_dim) for seed in range(8)])
    text = drawn.encoder.encode(["red dress", "blue jeans"] * 4)
    state = new_state("contrastive", ContrastiveConfig(size=32, text_dim=text.shape[1]), seed=9)
    transfer(open_start(model), state, 32)
    with torch.no_grad():
        again, too = (
            network.eval()(torch.from_numpy(noise), torch.from_numpy(text))
            for network in (state.ema, state.generator)
        )
    levels = ((again + 1) * 127.5).permute(0, 2, 3, 1).numpy()
    assert np.abs(levels - drawn.draw_vectors(noise, text)).mean() < 1  # level of 255: it is kept in 8 bits
    assert torch.equal(again, too)


def test_a_larger_model_goes_on_as_the_smaller_one_that_it_holds(model: Path, tmp_path: Path) -> None:
    larger, smaller = (
        new_state("contrastive", FAMILY.presets["laptop"](size=size, text_dim=256), seed=9)
        for size in (64, 32)
    )
    transfer(open_start(model), larger, 64)  # which adds nothing yet
    save_file(start_weights(larger), tmp_path / "start.safetensors")
    start = replace(open_start(model), folder=tmp_path, size=64)
    check_start(start, "contrastive", 32)
    transfer(start, smaller, 32)
    learnt = read_weights(model)
    for name, source in (("generator", "ema"), ("discriminator", "discriminator")):
        began, had = checkpoint.networks(smaller)[name].state_dict(), checkpoint.under(learnt, source)
        assert all(torch.equal(began[key], had[key]) for key in had if "projected." not in key)


def test_a_model_without_pretrained_eyes_learns_on_with_them(model: Path, tmp_path: Path) -> None:
    learnt = read_weights(model)
    kept = {name: value for name, value in learnt.items() if "projected." not in name}
    assert 0 < len(kept) < len(learnt)
    start = open_start(shutil.copytree(model, tmp_path / "model"))
    save_file(pack(kept), start.folder / "start.safetensors")
    fresh, state = (
        new_state("contrastive", FAMILY.presets["laptop"](size=32, text_dim=256), seed=9) for _ in range(2)
    )
    transfer(start, state, 32)
    new, began = fresh.discriminator.state_dict(), state.discriminator.state_dict()
    assert all(
        torch.equal(new[name], began[name]) == ("projected." in name) for name in ("score.weight", EYE)
    )


def test_run_from_a_model_resumes_exactly(model: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    whole = trained(catalogue, tmp_path / "whole", steps=4, start=model)
    parted = trained(catalogue, tmp_path / "parted", steps=2, start=model)
    trained(catalogue, parted, steps=4, go_on=True)
    one, other = (load_file(checkpoint.newest(run / "checkpoints")) for run in (whole, parted))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize(("size", "sharp"), [(32, True), (64, False)])
def test_an_officer_of_the_models_own_size_sees_sharply_at_once(
    model: Path, wardrobe: Path, tmp_path: Path, size: int, sharp: bool
) -> None:
    prepare(wardrobe, tmp_path / "catalogue", PrepareConfig(size=size))
    run = planned(Catalogue.open(tmp_path / "catalogue"), tmp_path / "run", None, open_start(model))
    assert (run.family_config.blur == 0) == sharp


@pytest.mark.parametrize(
    ("size", "side", "small", "as_sharp", "still"),
    [(32, 8, 60, True, 2), (32, 16, 60, True, 1), (32, 8, 30, True, 0), (64, 16, 60, False, 0)],
)
def test_photos_without_details_leave_those_of_a_model_of_their_size(
    model: Path, tmp_path: Path, size: int, side: int, small: int, as_sharp: bool, still: int
) -> None:
    write_sample(tmp_path / "photos", count=60, size=size, seed=3)
    for photo in sorted((tmp_path / "photos").rglob("*.png"))[:small]:
        Image.open(photo).resize((side, side)).save(photo)
    prepare(tmp_path / "photos", tmp_path / "catalogue", PrepareConfig(size=size))
    catalogue = Catalogue.open(tmp_path / "catalogue")
    run = planned(catalogue, tmp_path / "run", None, open_start(model))
    assert (run.family_config.as_sharp, run.family_config.still) == (as_sharp, still)
    if still == 2:
        trained(catalogue, run.path, steps=2, start=model)
        state = new_state("contrastive", run.family_config, seed=9)
        checkpoint.load(checkpoint.newest(run.path / "checkpoints"), state)
        before, after = read_weights(model), state.generator.state_dict()
        layers = {"rgb.32": True, "norms.32.map": True, "convs.16": True, "convs.8": False, "rgb.8": False}
        for layer, stays in layers.items():
            assert torch.equal(before[f"ema.{layer}.weight"], after[f"{layer}.weight"]) == stays, layer


def test_model_of_another_family_or_size_is_refused(model: Path) -> None:
    start = open_start(model)
    with pytest.raises(BadInput, match="is of the family contrastive"):
        check_start(start, "dcgan", 32)
    for size in (32, 64):
        check_start(start, "contrastive", size)
    with pytest.raises(BadInput, match="can go on at that size only"):
        check_start(replace(start, family="dcgan"), "dcgan", 64)


@pytest.mark.parametrize(
    ("drawing_only", "expected"),
    [(False, "is not the file that SHA256SUMS lists"), (True, "this model can draw, but not learn more")],
)
def test_a_start_that_is_changed_or_missing_is_refused_and_nothing_is_written(
    model: Path, catalogue: Catalogue, tmp_path: Path, drawing_only: bool, expected: str
) -> None:
    foreign = shutil.copytree(model, tmp_path / "foreign")
    with (foreign / "start.safetensors").open("ab") as file:
        file.write(b"x")
    if drawing_only:
        (foreign / "start.safetensors").unlink()
        sums = (foreign / "SHA256SUMS").read_text().splitlines(keepends=True)
        (foreign / "SHA256SUMS").write_text("".join(line for line in sums if "start." not in line))
    words = ["train", catalogue.path, "--out", tmp_path / "run", "--from", foreign]
    done = subprocess.run([sys.executable, "-m", "modiste", *map(str, words)], capture_output=True, text=True)
    assert done.returncode != 0
    assert expected in " ".join(done.stderr.split())
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_start_that_is_no_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "start.safetensors").write_bytes(b"something else")
    with pytest.raises(BadInput, match=r"expected weights in .*start.safetensors"):
        read_weights(tmp_path)


def test_a_wider_model_stays_as_wide_whatever_the_preset(catalogue: Catalogue, tmp_path: Path) -> None:
    wide = trained(
        catalogue, tmp_path / "wide", family="contrastive", preset="wide", steps=1, on_checkpoint=export_state
    )
    start = open_start(wide / "model")
    for preset in ("laptop", "few"):
        run = planned(catalogue, tmp_path / preset, preset, start)
        begin(run, start)
        config = json.loads((run.path / "config.json").read_text())["family"]
        assert (config["width"], config["discriminator_width"]) == (1.5, 1.5)


def test_a_start_whose_network_is_no_numbers_is_refused(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "model")
    path = tmp_path / "model" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"network": {"width": "wide"}}))
    with pytest.raises(BadInput, match="expected numbers for noise_dim, width"):
        open_start(tmp_path / "model")
