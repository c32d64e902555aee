from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from modiste.catalogue import Catalogue, Split
from modiste.catalogue.batches import to_tensor
from modiste.catalogue.prepare import PrepareConfig, prepare
from modiste.design import DesignModel
from modiste.design.folder import check_sums, read_sums
from modiste.errors import BadInput
from modiste.export import Beside, export_run, noise
from modiste.export.noise import FILE, Noise, fit_noise, read_noise
from modiste.game import checkpoint
from modiste.game.run import Run, TrainConfig
from modiste.game.start import read_weights
from modiste.game.state import TrainState, new_state
from modiste.models import family
from modiste.text.read import TfidfEncoder
from modiste.text.write import attribute_description

VOCABULARY = {"gender": ["Men"], "style": [], "colour": ["Red"], "article": ["Shirts"]}


def run_of(name: str, catalogue: Catalogue, folder: Path) -> tuple[Run, TrainState]:
    encoder = TfidfEncoder(["blue", "men", "red", "shirt"], [1.0] * 4)
    preset = family(name).presets["laptop"]
    config = replace(preset(size=32, text_dim=encoder.dimensions), noise_dim=12)
    settings = TrainConfig(
        name,
        "laptop",
        100,
        catalogue="tests",
        catalogue_sha256=catalogue.sha256,
        image_count=len(catalogue.split("train")),
    )
    run = Run(folder / "run", settings, config, encoder, VOCABULARY)
    run.save()
    return run, new_state(name, config, seed=1)


@pytest.fixture
def guessing(catalogue: Catalogue, tmp_path: Path) -> tuple[Run, TrainState]:
    """A generator whose guess is wide along some directions, narrow along others, and off centre."""
    run, state = run_of("contrastive", catalogue, tmp_path)
    torch.manual_seed(0)
    with torch.no_grad():
        state.ema.guess.noise.weight.normal_(0, 0.2)  # type: ignore[union-attr]
        state.ema.guess.noise.bias.normal_(0, 1)  # type: ignore[union-attr]
    return run, state


def test_noise_is_drawn_as_in_the_game(guessing: tuple[Run, TrainState], catalogue: Catalogue) -> None:
    run, state = guessing
    plain = state.ema.eval()
    before = {name: weight.clone() for name, weight in plain.state_dict().items()}
    fitted = fit_noise(plain, run, catalogue).folded(plain).eval()
    assert all(torch.equal(weight, before[name]) for name, weight in plain.state_dict().items())

    # what is guessed from each photo, drawn by hand as the game draws it, forty times
    split, random = catalogue.split("train"), torch.Generator().manual_seed(0)
    text = torch.from_numpy(run.encoder.encode([attribute_description(record) for record in split.records]))
    with torch.no_grad():
        mean, log_variance = plain.guess(to_tensor(split.images(np.arange(len(split)))), text)  # type: ignore[operator]
    mean, log_variance = mean.repeat(40, 1), log_variance.repeat(40, 1)
    guess = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=random)
    sampled = torch.cat([guess, torch.randn(mean.shape, generator=random)])  # half of a batch each

    # the first layer hears noise alone that has its mean and covariance
    heard, given = plain.start.weight[:, :12], fitted.start.weight[:, :12]  # type: ignore[union-attr, index]
    shift = fitted.start.bias - plain.start.bias  # type: ignore[union-attr, operator]
    assert torch.allclose(shift, heard @ sampled.mean(dim=0), atol=0.05)
    expected = heard @ torch.cov(sampled.T) @ heard.T
    assert torch.allclose(given @ given.T, expected, atol=0.1 * float(expected.diagonal().max()))
    assert float((given @ given.T - heard @ heard.T).abs().max()) > 0.5 * float(expected.diagonal().max())


def test_of_very_many_photos_some_from_all_over_are_looked_at(
    guessing: tuple[Run, TrainState], catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, state = guessing
    looked: list[int] = []
    images = Split.images

    def look(split: Split, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        looked.extend(rows.tolist())
        return images(split, rows)

    monkeypatch.setattr(Split, "images", look)
    monkeypatch.setattr(noise, "MOST", 70)
    fit_noise(state.ema, run, catalogue)
    last = len(catalogue.split("train")) - 1
    assert (len(set(looked)), looked[0], looked[-1]) == (70, 0, last)
    assert max(np.diff(looked)) <= 3


def test_every_layer_hears_the_same_noise(guessing: tuple[Run, TrainState], catalogue: Catalogue) -> None:
    run, state = guessing
    plain = state.ema.eval()
    fitted = fit_noise(plain, run, catalogue).folded(plain).eval()
    heard, given = plain.start.weight[:, :12], fitted.start.weight[:, :12]  # type: ignore[union-attr, index]
    factor = torch.linalg.lstsq(heard, given).solution
    mean = torch.linalg.lstsq(heard, (fitted.start.bias - plain.start.bias)[:, None]).solution[:, 0]  # type: ignore[union-attr, operator]
    normal, text = torch.randn(4, 12), torch.eye(4, run.encoder.dimensions)
    with torch.no_grad():
        there, here = plain(mean + normal @ factor.T, text), fitted(normal, text)
        assert torch.allclose(there, here, atol=1e-3)
        assert float((plain(normal, text) - here).abs().mean()) > 10 * float((there - here).abs().mean())


def test_a_model_is_exported_with_it_and_goes_on_learning_without(
    guessing: tuple[Run, TrainState], catalogue: Catalogue, tmp_path: Path
) -> None:
    run, state = guessing
    checkpoint.save(run.checkpoints, state)
    plain = export_run(run.path, tmp_path / "plain")
    fitted = export_run(run.path, tmp_path / "fitted", Beside(noise=catalogue.path))
    check_sums(fitted, list(read_sums(fitted)))
    one, other = DesignModel.open(plain), DesignModel.open(fitted)
    assert (one.config["export"]["fitted_noise"], other.config["export"]["fitted_noise"]) == (False, True)
    assert (one.draw(["red shirt"], [1]) != other.draw(["red shirt"], [1])).any()
    again = export_run(
        run.path, tmp_path / "again", Beside(noise=read_noise(fitted, 12))
    )  # asked with another's noise
    assert (again / "generator.onnx").read_bytes() == (fitted / "generator.onnx").read_bytes()
    assert (again / FILE).read_bytes() == (fitted / FILE).read_bytes()
    of_plain = export_run(run.path, tmp_path / "of-plain", Beside(noise=read_noise(plain, 12)))
    assert (of_plain / "generator.onnx").read_bytes() == (plain / "generator.onnx").read_bytes()
    assert not (of_plain / FILE).exists()
    weights = read_weights(plain)
    assert all(torch.equal(value, weights[name]) for name, value in read_weights(fitted).items())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"noise", "found something else"),
        (Noise(torch.zeros(3), torch.eye(3)).to_bytes(), r"of 12 values .* found .*\(3,\)"),
        (Noise(torch.full((12,), torch.nan), torch.eye(12)).to_bytes(), "expected a finite mean"),
    ],
)
def test_noise_of_a_stranger_is_checked(data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(data)
    (tmp_path / "SHA256SUMS").write_text(f"{sha256(data).hexdigest()}  {FILE}\n")
    with pytest.raises(BadInput, match=message):
        read_noise(tmp_path, 12)


def test_who_guesses_no_noise_or_learnt_from_other_photos_is_refused(
    guessing: tuple[Run, TrainState], catalogue: Catalogue, wardrobe: Path, tmp_path: Path
) -> None:
    run, state = guessing
    other = tmp_path / "other"
    prepare(wardrobe, other, PrepareConfig(size=32, seed=1))
    with pytest.raises(BadInput, match=r"photos that a run learnt from, .*other is another catalogue"):
        fit_noise(state.ema, run, Catalogue.open(other))
    (tmp_path / "dcgan").mkdir()
    run, state = run_of("dcgan", catalogue, tmp_path / "dcgan")
    checkpoint.save(run.checkpoints, state)
    with pytest.raises(BadInput, match=r"only a model of contrastive guesses noise .* is dcgan; leave out"):
        export_run(run.path, tmp_path / "out", Beside(noise=catalogue.path))
    assert not (tmp_path / "out").exists()
