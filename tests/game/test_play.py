import copy

import pytest
import torch
from torch.autograd.graph import get_gradient_edge

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import Batch, Batches
from modiste.game import average
from modiste.game.average import SETTLED_ON, settle, update_ema
from modiste.game.loop import play
from modiste.game.play import discriminator_step, draw, frozen, generator_step
from modiste.game.state import TrainState, new_state
from modiste.models import FAMILIES
from modiste.text.fit import fit_tfidf
from modiste.text.write import full_description

COUNT = 8


@pytest.fixture(params=FAMILIES)
def state(request: pytest.FixtureRequest) -> TrainState:
    chosen = FAMILIES[request.param]
    made = new_state(request.param, next(iter(chosen.presets.values()))(size=32, text_dim=256), seed=1)
    made.real_logits = torch.zeros(COUNT, 1 + COUNT + 3)  # as if the officer had seen this round's photos
    return made


@pytest.fixture
def articles_state() -> TrainState:
    made = new_state("dcgan", FAMILIES["dcgan"].presets["article"](size=32, text_dim=256), seed=1)
    made.real_logits = torch.zeros(COUNT, 1)
    return made


@pytest.fixture
def batch() -> Batch:
    dice = torch.Generator().manual_seed(5)
    image = torch.rand(COUNT, 3, 32, 32, generator=dice) * 2 - 1
    text = torch.nn.functional.normalize(torch.rand(COUNT, 256, generator=dice))
    noise = torch.randn(COUNT, 100, generator=dice)
    return Batch(image, text, noise, text.roll(1, dims=0))


def weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def same(before: dict[str, torch.Tensor], network: torch.nn.Module) -> bool:
    return all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_discriminator_step_leaves_generator_unchanged(state: TrainState, batch: Batch) -> None:
    fake = draw(state, batch)
    generator, discriminator = weights(state.generator), weights(state.discriminator)
    discriminator_step(state, batch, fake)
    assert same(generator, state.generator)
    assert not same(discriminator, state.discriminator)


def test_generator_step_leaves_discriminator_unchanged(state: TrainState, batch: Batch) -> None:
    fake = draw(state, batch)
    generator, discriminator = weights(state.generator), weights(state.discriminator)
    generator_step(state, batch, fake)
    assert same(discriminator, state.discriminator)
    assert not same(generator, state.generator)


def test_no_gradient_reaches_frozen_weights_but_passes_through(state: TrainState, batch: Batch) -> None:
    fake = draw(state, batch)
    generator_step(state, batch, fake)
    assert all(weight.grad is None for weight in state.discriminator.parameters())
    drawn_with = dict(state.generator.named_parameters())
    if state.growth is not None:
        drawn_with = {name: drawn_with[name] for name in state.growth.used(state.generator, state.stage)}
    assert all(weight.grad is not None for weight in drawn_with.values())


def test_eyes_open_again_after_the_step_and_after_an_error(state: TrainState, batch: Batch) -> None:
    generator_step(state, batch, draw(state, batch))
    assert all(weight.requires_grad for weight in state.discriminator.parameters())

    def fail_blind() -> None:
        with frozen(state.discriminator):
            assert not any(weight.requires_grad for weight in state.discriminator.parameters())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_blind()
    assert all(weight.requires_grad for weight in state.discriminator.parameters())


def test_nothing_keeps_a_round_s_graph_after_it(state: TrainState, batch: Batch) -> None:
    # Or its nodes take part in the next, which a GPU that plays it on another stream cannot record.
    def notes(network: torch.nn.Module) -> list[dict[str, object]]:
        return [get_gradient_edge(weight).node.metadata for weight in network.parameters()]

    def drawn(network: torch.nn.Module, _given: object, _said: object) -> None:
        for found in notes(network):
            found["round"] = state.step

    state.generator.register_forward_hook(drawn)
    play(state, batch, 100)
    assert not any(notes(state.generator))


def test_officers_loss_is_half_the_sum_of_both_cross_entropies(
    articles_state: TrainState, batch: Batch
) -> None:
    state, fake = articles_state, draw(articles_state, batch)
    judge = copy.deepcopy(state.discriminator)
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    real, drawn = (
        judge(state.rules.view(state, image), batch.text_embedding) for image in (batch.image, fake.detach())
    )
    expected = (bce(real, torch.ones_like(real)) + bce(drawn, torch.zeros_like(drawn))) / 2
    assert discriminator_step(state, batch, fake)["discriminator_loss"].item() == pytest.approx(
        expected.item(), rel=1e-5
    )


def test_counterfeiters_labels_are_flipped(articles_state: TrainState, batch: Batch) -> None:
    state, fake = articles_state, draw(articles_state, batch)
    seen = state.rules.view(state, fake)
    logits = copy.deepcopy(state.discriminator)(seen, batch.text_embedding)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))
    assert generator_step(state, batch, fake)["generator_loss"].item() == pytest.approx(
        expected.item(), rel=1e-5
    )


def test_officer_learns_to_tell_what_it_is_shown(state: TrainState, batch: Batch) -> None:
    fake = draw(state, batch).detach()
    losses = []
    for state.step in range(40):  # a penalty may come every few steps only
        losses.append(discriminator_step(state, batch, fake)["discriminator_loss"].item())
    assert losses[-1] < losses[0] / 2


def test_average_follows_the_generator_soon_in_a_short_run(state: TrainState, batch: Batch) -> None:
    first = weights(state.ema)
    for _ in range(5):
        play(state, batch, ema_half_life_images=10_000)
    assert not same(first, state.ema)
    # With ramp-up the first weights soon count for nothing; without it they would count for 99%.
    name = next(iter(dict(state.ema.named_parameters())))
    moved = (state.ema.state_dict()[name] - first[name]).norm()
    whole = (state.generator.state_dict()[name] - first[name]).norm()
    assert moved > 0.5 * whole


def test_average_stands_still_with_an_endless_half_life(state: TrainState) -> None:
    state.images_seen = 10**15
    before = weights(state.ema)
    for weight in state.generator.parameters():
        weight.data += 1
        weight.grad = torch.zeros_like(weight)  # as after a step
    update_ema(state, 8, half_life_images=1e15)
    assert all(
        torch.allclose(value, before[name], atol=1e-6) for name, value in state.ema.state_dict().items()
    )


def test_settled_average_draws_as_if_its_norms_saw_the_whole_stream(
    state: TrainState, batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(average, "SETTLED_ON", SETTLED_ON)  # as in a real run
    for weight in state.ema.parameters():
        weight.data *= 1.5
    batch = batches.at(0, 256)

    def distance() -> float:
        alone = state.ema.eval()(batch.noise, batch.text_embedding)
        together = copy.deepcopy(state.ema).train()(batch.noise, batch.text_embedding)
        return float((alone - together.clamp(-1, 1)).abs().mean())

    before = distance()
    settle(state.ema, batches)
    assert not state.ema.training
    assert distance() < 0.02
    if any(isinstance(module, torch.nn.BatchNorm2d) for module in state.ema.modules()):
        assert before > 0.1
    settled = weights(state.ema)
    settle(state.ema, batches)
    assert same(settled, state.ema)


@pytest.fixture(scope="module")
def batches(catalogue: Catalogue) -> Batches:
    split = catalogue.split("train")
    encoder = fit_tfidf([full_description(record) for record in split.records])
    return Batches(split, encoder, seed=4, noise_dim=100, flip=True)


def test_samples_depend_on_their_index_alone(batches: Batches) -> None:
    whole, part = batches.at(0, 300), batches.at(190, 20)
    for name in ("image", "text_embedding", "noise"):
        assert torch.equal(getattr(whole, name)[190:210], getattr(part, name))


def test_each_round_shows_every_photo_once(batches: Batches, catalogue: Catalogue) -> None:
    total = len(catalogue.split("train"))
    rows = batches._rows(0, 3 * total)
    for start in range(0, 3 * total, total):
        assert sorted(rows[start : start + total]) == list(range(total))
    assert list(rows[:total]) != list(rows[total : 2 * total])


def test_photos_are_between_minus_one_and_one_and_half_are_mirrored(
    batches: Batches, catalogue: Catalogue
) -> None:
    split = catalogue.split("train")
    batch, rows = batches.at(0, 64), batches._rows(0, 64)
    shown = ((batch.image.permute(0, 2, 3, 1) + 1) * 127.5).round().byte().numpy()
    photos = split.images(rows)
    straight = sum((one == photo).all() for one, photo in zip(shown, photos, strict=True))
    mirrored = sum((one == photo[:, ::-1]).all() for one, photo in zip(shown, photos, strict=True))
    assert straight + mirrored >= 64
    assert 16 < mirrored < 48
