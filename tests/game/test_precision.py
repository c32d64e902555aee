from dataclasses import replace

import pytest
import torch

from modiste.catalogue.batches import Batch
from modiste.errors import BadInput
from modiste.game import precision
from modiste.game.loop import play
from modiste.game.play import discriminator_step, draw, generator_step
from modiste.game.precision import BFLOAT16, FLOAT32, find_precision, kept_precision
from modiste.game.state import TrainState, new_state
from modiste.models import FAMILIES

COUNT = 8


def batch_of(config: object) -> Batch:
    dice = torch.Generator().manual_seed(5)
    image = torch.rand(COUNT, 3, 32, 32, generator=dice) * 2 - 1
    text = torch.nn.functional.normalize(torch.rand(COUNT, 256, generator=dice))
    noise = torch.randn(COUNT, config.noise_dim, generator=dice)  # type: ignore[attr-defined]
    return Batch(image, text, noise, text.roll(1, dims=0))


def begun(name: str, numbers: str) -> tuple[TrainState, Batch]:
    config = next(iter(FAMILIES[name].presets.values()))(size=32, text_dim=256)
    if hasattr(config, "blur"):
        config = replace(config, blur=0.0)
    return new_state(name, config, seed=1, precision=numbers), batch_of(config)


def gradients(network: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None])


@pytest.mark.parametrize("name", FAMILIES)
def test_sixteen_bits_ask_for_nearly_the_same_steps(name: str) -> None:
    sides = {}
    for numbers in (FLOAT32, BFLOAT16):
        state, batch = begun(name, numbers)
        fake = draw(state, batch)
        said = discriminator_step(state, batch, fake) | generator_step(state, batch, fake)
        assert {value.dtype for value in said.values()} == {fake.dtype} == {torch.float32}
        assert {p.dtype for p in (*state.generator.parameters(), *state.discriminator.parameters())} == {
            torch.float32
        }
        sides[numbers] = said, gradients(state.discriminator), gradients(state.generator)
    exact, rounded = sides[FLOAT32], sides[BFLOAT16]
    for loss in ("discriminator_loss", "generator_loss"):
        assert rounded[0][loss].item() == pytest.approx(exact[0][loss].item(), rel=0.02)
        assert rounded[0][loss] != exact[0][loss]
    for wanted, found in zip(exact[1:], rounded[1:], strict=True):
        assert torch.nn.functional.cosine_similarity(wanted, found, dim=0) > 0.97


def test_rounded_weights_are_forgotten_once_they_have_moved() -> None:
    state, batch = begun("dcgan", BFLOAT16)
    state.discriminator_optimizer.param_groups[0]["lr"] = 1e-3
    fake = draw(state, batch)
    stale, _ = counterfeiters_loss(state, batch, fake), discriminator_step(state, batch, fake)
    said = generator_step(state, batch, fake)["generator_loss"].item()
    moved = counterfeiters_loss(state, batch, fake)
    assert abs(moved - stale) > 0.2
    assert said == pytest.approx(moved, abs=0.02)


@torch.no_grad()
def counterfeiters_loss(state: TrainState, batch: Batch, fake: torch.Tensor) -> float:
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):
        logits = state.discriminator(fake, batch.text_embedding)[:, :1]  # the verdict
    return torch.nn.functional.softplus(-logits.float()).mean().item()


@pytest.mark.parametrize("name", FAMILIES)
def test_the_same_round_twice_gives_the_same_bits(name: str) -> None:
    ends = []
    for _ in range(2):
        state, batch = begun(name, BFLOAT16)
        for _ in range(2):
            play(state, batch, 1000.0)
        ends.append(state.ema.state_dict())
    assert all(torch.equal(value, ends[1][key]) for key, value in ends[0].items())


def test_the_quicker_precision_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cpu = torch.device("cpu")
    for quick, expected in ((True, BFLOAT16), (False, FLOAT32)):
        monkeypatch.setattr(precision, "quick_in_bfloat16", lambda quick=quick: quick)
        assert find_precision(None, cpu) == expected
        assert find_precision(None, torch.device("cuda")) == FLOAT32
        assert find_precision(FLOAT32, cpu) == FLOAT32
    assert kept_precision(None, BFLOAT16, torch.device("cuda")) == FLOAT32
    assert "going on in float32" in capsys.readouterr().err
    monkeypatch.setattr(precision, "quick_in_bfloat16", lambda: False)
    assert kept_precision(None, BFLOAT16, cpu) == BFLOAT16
    assert "--precision float32 is quicker here" in capsys.readouterr().err
    assert kept_precision(FLOAT32, FLOAT32, cpu) == FLOAT32
    assert not capsys.readouterr().err
    with pytest.raises(BadInput, match="use one of: float32, bfloat16"):
        find_precision("float16", cpu)
    with pytest.raises(BadInput, match="is for processors"):
        find_precision(BFLOAT16, torch.device("cuda"))
