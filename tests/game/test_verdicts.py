"""The officer's verdicts at a sheet: of every family, without changing it, always on the same photos."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import Batches
from modiste.game.begin import Budget, begin, plan_run
from modiste.game.learning import Sheets
from modiste.game.loop import train
from modiste.game.play import discriminator_step
from modiste.game.run import Run
from modiste.game.signals import stop_on_signals
from modiste.game.state import TrainState, enter_stage
from modiste.game.verdicts import SHOWN, ShownPhotos, varied, verdicts
from modiste.models import FAMILIES
from modiste.record import Record
from modiste.text.write import attribute_description


@pytest.fixture(scope="module", params=FAMILIES)
def planned(request: pytest.FixtureRequest, catalogue: Catalogue) -> Run:
    run, _ = plan_run(
        catalogue,
        Path("nowhere"),
        family_name=request.param,
        preset=None,
        size=None,
        budget=Budget(steps=2),
        seed=2,
    )
    return run


@pytest.fixture
def begun(planned: Run, tmp_path: Path) -> tuple[Run, TrainState]:
    run = replace(planned, path=tmp_path / "run")
    return run, begin(run)


def copied(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def test_looking_changes_nobody_and_no_chance(begun: tuple[Run, TrainState], catalogue: Catalogue) -> None:
    run, state = begun
    before = copied(state.discriminator), copied(state.ema)
    chance = torch.get_rng_state()
    Sheets(run, catalogue.split("train")).write(state)
    for weights, network in zip(before, (state.discriminator, state.ema), strict=True):
        assert all(torch.equal(value, weights[name]) for name, value in network.state_dict().items())
    assert all(weight.requires_grad and weight.grad is None for weight in state.discriminator.parameters())
    assert torch.equal(torch.get_rng_state(), chance)


def test_each_sheet_of_a_run_has_its_verdicts(begun: tuple[Run, TrainState], catalogue: Catalogue) -> None:
    run, state = begun
    with stop_on_signals() as stop:
        train(run, catalogue.split("train"), state, stop=stop, on_checkpoint=lambda _: None)
    folder = run.path / "sheets"
    sheets = sorted(folder.glob("[0-9]*.png"))
    assert len(sheets) == 3
    shown = set()
    for path in sheets:
        said = json.loads(path.with_suffix(".json").read_text())
        drawn = np.array([row["real"] for row in said["drawn"]])
        assert drawn.shape == (6, 6)
        assert ((drawn >= 0) & (drawn <= 1)).all()
        assert len(said["photos"]) == SHOWN
        shown.add(tuple(photo["description"] for photo in said["photos"]))
        places = said["places"]
        with Image.open(path) as page:
            right = places["left"] + 6 * (places["width"] + places["gap"]) - places["gap"]
            bottom = places["top"] + 6 * (places["height"] + places["gap"]) - places["gap"]
            assert (page.width - right, page.height - bottom) == (14, 14), (
                "the margin follows the last picture"
            )
    assert len(shown) == 1
    with Image.open(folder / "photos.png") as strip:
        assert strip.size == (SHOWN * 32, 32)


def test_an_officer_that_has_learnt_gives_photos_more(
    begun: tuple[Run, TrainState], catalogue: Catalogue
) -> None:
    run, state = begun
    state.images_seen = run.config.images  # a growing officer sees the photos' own size at the end
    enter_stage(state)
    stream = Batches(catalogue.split("train"), run.encoder, seed=2, noise_dim=100, flip=False)
    batch = stream.at(0, 32)
    with torch.no_grad():
        fake = state.ema(batch.noise, batch.text_embedding)
    for _ in range(30):
        discriminator_step(state, batch, fake)
        state.step += 1
    real = verdicts(state, batch.image, batch.text_embedding)
    drawn = verdicts(state, fake, batch.text_embedding)
    assert np.mean(drawn) < 0.3 < 0.7 < np.mean(real)


def test_an_officer_without_a_finite_word_is_not_quoted(
    begun: tuple[Run, TrainState], catalogue: Catalogue
) -> None:
    run, state = begun
    next(state.discriminator.parameters()).data.fill_(float("nan"))
    Sheets(run, catalogue.split("train")).write(state)
    assert [path.name for path in sorted((run.path / "sheets").iterdir())] == ["000000000.png", "photos.png"]


@pytest.mark.parametrize("planned", ["progan"], indirect=True)
def test_photos_are_judged_as_small_as_what_is_drawn(
    begun: tuple[Run, TrainState], catalogue: Catalogue
) -> None:
    run, state = begun
    seen = []
    state.discriminator.register_forward_pre_hook(lambda _, given: seen.append(given[0].shape))
    shown = ShownPhotos(catalogue.split("train"), run.encoder, batch_size=32)
    for side in (16, 32):
        now = replace(state.stage, size=side, fade=1.0)
        state.stages = lambda _images_seen, now=now: now
        enter_stage(state)
        assert len(shown.verdicts(state, side)) == SHOWN
    assert seen == [(32, 3, 16, 16), (32, 3, 32, 32)]


def test_photos_are_of_many_articles_and_colours_and_always_the_same(catalogue: Catalogue) -> None:
    records = catalogue.split("train").records
    chosen = varied(records, SHOWN)
    assert chosen == varied(records, 40)[:SHOWN]
    assert len({attribute_description(records[position]) for position in chosen}) == SHOWN
    articles = {record.article for record in records}
    assert len({records[position].article for position in chosen}) == min(SHOWN, len(articles))
    assert varied((Record("a"), Record("b")), SHOWN) == [0, 1], "a catalogue may say nothing of its photos"
