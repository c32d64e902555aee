import math
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import adaptive_avg_pool2d

from modiste.catalogue.batches import Batch
from modiste.errors import BadInput
from modiste.game.state import new_state
from modiste.models.contrastive import FAMILY, ContrastiveConfig
from modiste.models.contrastive_players import Discriminator, Generator
from modiste.models.losses import contrastive_discriminator, contrastive_generator


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


def test_generator_at_128_keeps_its_budget() -> None:
    generator, _ = players(128)
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
    batch = Batch(torch.rand(6, 3, 32, 32) * 2 - 1, torch.rand(6, 256), torch.randn(6, 100))
    noise = state.rules.noise(state, batch)
    torch.testing.assert_close(noise[3:], batch.noise[3:])
    other = replace(batch, image=-batch.image)
    changed = (state.rules.noise(state, other) - noise).abs().amax(dim=1)
    assert (changed[:3] > 0).all()
    assert (changed[3:] == 0).all()


def test_pictures_unlike_the_photos_their_noise_was_guessed_from_cost() -> None:
    config = ContrastiveConfig(size=32, batch_size=4)
    state = new_state("contrastive", config, seed=0)
    batch = Batch(torch.rand(4, 3, 32, 32) * 2 - 1, torch.rand(4, 256), torch.randn(4, 100))
    state.rules.noise(state, batch)
    same, other = batch.image.clone(), batch.image.clone()
    other[2:] = -other[2:]  # the half that was drawn from plain noise may be anything
    cost = state.rules.generator_penalty
    torch.testing.assert_close(cost(state, batch, other), cost(state, batch, same))
    other[:2] += 0.5
    torch.testing.assert_close(cost(state, batch, other), cost(state, batch, same) + 0.5 * config.resemblance)


def test_noise_is_lent_to_other_words_and_not_learnt_from_there() -> None:
    state = new_state("contrastive", ContrastiveConfig(size=32, batch_size=8, lent=0.5), seed=0)
    batch = Batch(torch.rand(8, 3, 32, 32) * 2 - 1, torch.rand(8, 256), torch.randn(8, 100))
    noise = state.rules.noise(state, batch)
    assert torch.equal(noise[4:6], noise[:2])
    assert torch.equal(noise[6:], batch.noise[6:])
    noise[4:].sum().backward()
    assert not any(weight.grad.any() for weight in state.generator.parameters() if weight.grad is not None)


def test_what_the_pretrained_network_sees_must_resemble_the_photos_too() -> None:
    config = ContrastiveConfig(size=32, batch_size=4, projected=0.3, perceived=2.0)
    state = new_state("contrastive", config, seed=0)
    batch = Batch(torch.rand(4, 3, 32, 32) * 2 - 1, torch.rand(4, 256), torch.randn(4, 100))
    state.rules.noise(state, batch)
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


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"perceived": 1.0}, "needs the heads"),
        ({"lent": 1.5}, "from 0 to 1"),
        ({"perceived": -1}, "negative"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, float], expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        ContrastiveConfig(**settings)


def test_one_description_a_batch_is_refused() -> None:
    with pytest.raises(BadInput, match="at least 2"):
        ContrastiveConfig(batch_size=1)
