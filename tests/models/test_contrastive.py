import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn.functional import adaptive_avg_pool2d
from torch.utils._python_dispatch import TorchDispatchMode

from modiste.catalogue.batches import Batch
from modiste.errors import BadInput
from modiste.game.play import discriminator_step, draw
from modiste.game.state import TrainState, new_state
from modiste.models.contrastive import FAMILY, ContrastiveConfig
from modiste.models.contrastive_players import Discriminator, Generator
from modiste.models.losses import contrastive_discriminator, contrastive_generator


def batch_of(count: int) -> Batch:
    text = torch.rand(count, 256)
    return Batch(torch.rand(count, 3, 32, 32) * 2 - 1, text, torch.randn(count, 100), text)


def noise_of(state: TrainState, batch: Batch) -> torch.Tensor:
    drawn_from: list[torch.Tensor] = []
    hook = state.generator.register_forward_pre_hook(lambda _, given: drawn_from.append(given[0]))
    state.rules.draw(state, batch)
    hook.remove()
    return drawn_from[0]


def players(size: int) -> tuple[Generator, Discriminator]:
    torch.manual_seed(size)
    generator, discriminator = FAMILY.build(ContrastiveConfig(size=size))
    assert isinstance(generator, Generator)
    assert isinstance(discriminator, Discriminator)
    return generator.eval(), discriminator.eval()


@pytest.mark.parametrize("size", [32, 64, 128, 256])
def test_players_have_the_size_they_are_asked_for(size: int) -> None:
    generator, discriminator = players(size)
    image = generator(torch.randn(2, 100), torch.rand(2, 256))
    assert image.shape == (2, 3, size, size)
    assert discriminator(image, torch.rand(2, 256)).shape == (2, 3)


@pytest.mark.parametrize("preset", FAMILY.presets)
def test_generator_at_128_keeps_its_budget(preset: str) -> None:
    generator, _ = FAMILY.build(FAMILY.presets[preset](size=128, text_dim=256))
    assert sum(weight.numel() for weight in generator.parameters()) <= 6_000_000
    work = 0

    def count(module: torch.nn.Module, given: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        nonlocal work
        place = given[0] if isinstance(module, torch.nn.ConvTranspose2d) else output
        work += module.weight.numel() * math.prod(place.shape[2:])

    for module in generator.modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.ConvTranspose2d | torch.nn.Linear):
            module.register_forward_hook(count)
    generator(torch.randn(1, 100), torch.rand(1, 256))
    assert 0.1e9 < work <= 0.4e9


def test_players_of_a_larger_size_begin_as_the_smaller_ones() -> None:
    small, large = players(32), players(64)
    for one, other in zip(small, large, strict=True):
        other.load_state_dict(one.state_dict(), strict=False)
        FAMILY.silence(other, 32)  # type: ignore[misc]
    noise, text = torch.randn(4, 100), torch.rand(4, 256)
    drawn, enlarged = small[0](noise, text), large[0](noise, text)
    assert (adaptive_avg_pool2d(enlarged, 32) - drawn).abs().max() < 0.2
    image = torch.rand(4, 3, 64, 64) * 2 - 1
    torch.testing.assert_close(large[1](image, text), small[1](adaptive_avg_pool2d(image, 32), text))


def test_own_text_is_the_one_to_be_found() -> None:
    right = torch.tensor([[9.0, 9.0, 0.0], [9.0, 0.0, 9.0]])
    swapped = right[:, [0, 2, 1]]
    fake = -right
    assert (
        contrastive_generator(fake, right, weight=1.0)
        < 0.01
        < contrastive_generator(fake, swapped, weight=1.0)
    )
    assert contrastive_generator(fake, right, weight=0.0) == contrastive_generator(fake, swapped, weight=0.0)
    assert contrastive_discriminator(right, fake, weight=1.0) < 0.01
    assert contrastive_discriminator(swapped, fake, weight=1.0) > 8
    # What drawn pictures match is no business of the discriminator's.
    torch.testing.assert_close(
        contrastive_discriminator(right, -swapped, weight=1.0),
        contrastive_discriminator(right, fake, weight=1.0),
    )


def test_only_the_difference_between_photo_and_drawing_counts_but_for_keeping_zero_between_them() -> None:
    real, fake = torch.full((4, 5), 3.0), torch.full((4, 5), -3.0)
    centred = contrastive_discriminator(real, fake, weight=0.0)
    torch.testing.assert_close(centred, torch.tensor(math.log1p(math.exp(-6.0))))
    torch.testing.assert_close(contrastive_discriminator(real + 5, fake + 5, weight=0.0), centred + 0.25)
    torch.testing.assert_close(
        contrastive_generator(real + 5, fake + 5, weight=0.0), contrastive_generator(real, fake, weight=0.0)
    )


def test_half_of_the_noise_is_guessed_from_photos() -> None:
    state = new_state("contrastive", ContrastiveConfig(size=32, batch_size=6), seed=0)
    batch = batch_of(6)
    noise = noise_of(state, batch)
    torch.testing.assert_close(noise[3:], batch.noise[3:])
    other = replace(batch, image=-batch.image)
    changed = (noise_of(state, other) - noise).abs().amax(dim=1)
    assert (changed[:3] > 0).all()
    assert (changed[3:] == 0).all()


def test_pictures_unlike_the_photos_their_noise_was_guessed_from_cost() -> None:
    config = ContrastiveConfig(size=32, batch_size=4)
    state = new_state("contrastive", config, seed=0)
    batch = batch_of(4)
    state.rules.draw(state, batch)
    same, other = batch.image.clone(), batch.image.clone()
    other[2:] = -other[2:]  # the half that was drawn from plain noise may be anything
    cost = state.rules.generator_penalty
    torch.testing.assert_close(cost(state, batch, other), cost(state, batch, same))
    other[:2] += 0.5
    torch.testing.assert_close(cost(state, batch, other), cost(state, batch, same) + 0.5 * config.resemblance)


def test_noise_is_lent_to_other_words_and_not_learnt_from_there() -> None:
    state = new_state("contrastive", ContrastiveConfig(size=32, batch_size=8, lent=0.5), seed=0)
    batch = batch_of(8)
    noise = noise_of(state, batch)
    assert torch.equal(noise[4:6], noise[:2])
    assert torch.equal(noise[6:], batch.noise[6:])
    noise[4:].sum().backward()
    assert not any(weight.grad.any() for weight in state.generator.parameters() if weight.grad is not None)


def test_what_the_pretrained_network_sees_must_resemble_the_photos_too() -> None:
    config = ContrastiveConfig(size=32, batch_size=4, projected=0.3, perceived=2.0)
    state = new_state("contrastive", config, seed=0)
    batch = batch_of(4)
    state.rules.draw(state, batch)
    cost, officer = state.rules.generator_penalty, state.discriminator

    def costs(fake: torch.Tensor) -> torch.Tensor:
        officer(fake, batch.text_embedding)
        return cost(state, batch, fake)

    same, other = batch.image.clone(), batch.image.clone()
    other[2:] = -other[2:]  # the half that was drawn from plain noise may be anything
    torch.testing.assert_close(costs(other), costs(same))
    speckled = batch.image.clone().requires_grad_(True)
    seen = costs(speckled + 0.2 * torch.randn(4, 3, 32, 32)) - costs(speckled)
    assert seen > 0.1
    seen.backward()
    assert speckled.grad is not None
    assert speckled.grad[:2].abs().sum() > 0
    assert speckled.grad[2:].abs().sum() == 0


def test_in_another_colour_shapes_must_stay_and_words_be_heard() -> None:
    config = ContrastiveConfig(size=32, batch_size=8, projected=0.3, perceived=2.0, recoloured=2.0, blur=0.0)
    state = new_state("contrastive", config, seed=0)
    batch = replace(batch_of(8), recoloured_embedding=torch.rand(8, 256))
    noise = noise_of(state, batch)
    assert torch.equal(noise[8:], batch.noise[-2:])
    fake = state.rules.draw(state, batch).detach()
    assert fake.shape == batch.image.shape
    aside = state.aside
    assert aside.recoloured.shape == (2, 3, 32, 32)

    def cost(image: torch.Tensor, of: Batch = batch) -> torch.Tensor:
        state.discriminator(fake, of.text_embedding)
        state.aside = aside._replace(recoloured=image)
        return state.rules.generator_penalty(state, of, fake)

    as_they_were = fake[-2:].clone()
    speckled = (as_they_were + 0.2 * torch.randn(2, 3, 32, 32)).requires_grad_(True)
    assert cost(speckled) > cost(as_they_were) + 0.05
    cost(speckled).backward()
    assert speckled.grad is not None
    assert speckled.grad.abs().sum() > 0
    told = replace(
        batch, text_embedding=batch.recoloured_embedding, recoloured_embedding=batch.text_embedding
    )
    # Softplus of a difference, and of the same with its sign turned: they differ by that difference.
    texts = torch.cat([batch.recoloured_embedding[-2:], batch.text_embedding[-2:]])
    view = state.rules.view(state, as_they_were)
    new, old = state.discriminator.unaided(view, texts)[:, 1:].split(2, dim=1)
    difference = (old.diagonal() - new.diagonal()).mean()
    assert difference.abs() > 1e-3
    torch.testing.assert_close(cost(as_they_were) - cost(as_they_were, told), config.match_drawn * difference)


def test_what_is_drawn_in_another_colour_is_seen_as_what_it_was_is() -> None:
    config = ContrastiveConfig(
        size=32, batch_size=8, projected=0.3, perceived=2.0, recoloured=2.0, augment=1.0
    )
    state = new_state("contrastive", config, seed=0)
    batch = batch_of(8)
    state.chance = torch.rand(8, 5)
    fake = state.rules.draw(state, batch).detach()
    looked: list[torch.Tensor] = []
    eyes = state.discriminator.projected
    look = eyes.look
    eyes.look = lambda image: looked.append(image) or look(image)
    state.discriminator(state.rules.view(state, fake), batch.text_embedding)
    state.aside = state.aside._replace(recoloured=fake[-2:].clone())
    state.rules.generator_penalty(state, batch, fake)
    torch.testing.assert_close(looked[-1], looked[0][-2:])


def test_a_penalty_takes_no_picture_for_a_kernel() -> None:
    # As torch's own convolutions do, and oneDNN divides by zero where it plans these for one thread with AMX.
    state = new_state("contrastive", ContrastiveConfig(size=32), seed=0)
    kernels: list[int] = []

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if function is torch.ops.aten.convolution.default:
                kernels.append(args[1].shape[-1])
            return function(*args, **(kwargs or {}))

    batch = batch_of(8)
    with Watch():
        discriminator_step(state, batch, draw(state, batch))
    assert max(kernels) == 4


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"perceived": 1.0}, "needs the heads"),
        ({"lent": 1.5}, "from 0 to 1"),
        ({"perceived": -1}, "negative"),
        ({"recoloured": 1.0}, "give perceived"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, float], expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        ContrastiveConfig(**settings)


def test_one_description_a_batch_is_refused() -> None:
    with pytest.raises(BadInput, match="at least 2"):
        ContrastiveConfig(batch_size=1)
