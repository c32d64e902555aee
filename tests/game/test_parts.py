"""Memory that is short: what a size takes, and steps in parts."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import Batch
from modiste.errors import BadInput
from modiste.game import growing
from modiste.game.begin import plan_run
from modiste.game.budget import Budget
from modiste.game.probe import Needs, fitting, probe
from modiste.game.replay import play_round
from modiste.game.state import TrainState, new_state

from .conftest import TINY, num_sizes

pytestmark = pytest.mark.usefixtures("measured")


def test_parts_that_are_alike_change_what_one_of_them_would() -> None:
    def trained(copies: int, micro_batch: int | None) -> TrainState:
        state = new_state("progan", TINY(size=8), seed=0)
        dice = torch.Generator().manual_seed(1)
        image, text, noise = (
            torch.randn(*shape, generator=dice).repeat(copies, *[1] * (len(shape) - 1))
            for shape in ((4, 3, 8, 8), (4, 256), (4, 8))
        )
        now = replace(state.stage, micro_batch=micro_batch)
        state.stages = lambda _images_seen: now
        said = play_round(state, Batch(image, text, noise, text))
        assert set(said) == {"discriminator_loss", "generator_loss", "hits_on_real", "hits_on_fake"}
        return state

    one, three = trained(1, None), trained(3, 4)
    for player in ("generator", "discriminator"):
        pairs = zip(getattr(one, player).parameters(), getattr(three, player).parameters(), strict=True)
        assert all(torch.allclose(a, b, atol=1e-4) for a, b in pairs)
        fresh = getattr(new_state("progan", TINY(size=8), seed=0), player)
        pairs = zip(fresh.parameters(), getattr(three, player).parameters(), strict=True)
        assert not all(torch.equal(a, b) for a, b in pairs)


def test_steps_are_taken_in_parts_or_refused_where_memory_is_short(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = [Needs(100, 1), Needs(100, 2), Needs(100, 20), Needs(100, 500)]
    assert [fitting(need, 8, 400) for need in needs] == [8, 8, 8, 0]
    assert fitting(needs[2], 16, 400) == 8
    monkeypatch.setattr(growing, "probe", lambda _name, config, *_: needs[: num_sizes(config)])
    kept = catalogue.split("train").kept_bytes
    ask = partial(plan_run, catalogue, family_name="progan", preset=None, encoder="tfidf", seed=0)
    monkeypatch.setattr(growing, "room", lambda _device: 250 + kept)
    run, _ = ask(tmp_path / "a", size=16, budget=Budget(images=80))
    assert run.family_config.micro_batches == (8, 8, 4)
    assert run.config.memory == (108, 116, 180)
    assert "takes its 8 images 4 at a time" in " ".join(capsys.readouterr().err.split())
    with pytest.raises(BadInput, match=r"at 32x32 a single image takes .* use --size 16"):
        ask(tmp_path / "b", size=32, budget=Budget(images=80))
    monkeypatch.setattr(growing, "probe", lambda *_: needs[:2])  # it ran out of memory at 16x16
    with pytest.raises(BadInput, match="more memory than it"):
        ask(tmp_path / "c", size=32, budget=Budget(images=80))


def test_probe_finds_more_memory_for_more_pixels() -> None:
    small, *_, large = probe("progan", TINY(size=128, width=1 / 32))
    assert small.fixed > 2**26, "Python and torch themselves"
    assert large.per_image > 2**18
    assert large.of(64) > large.of(1)
