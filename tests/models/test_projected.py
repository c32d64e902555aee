"""The heads that see pictures through a frozen pretrained network, and what their family makes of them."""

import math

import pytest
import torch
from torch import Tensor

from modiste.catalogue.batches import Batch
from modiste.game.play import discriminator_step, draw, generator_step
from modiste.game.state import TrainState, new_state
from modiste.models.backbone import Backbone
from modiste.models.contrastive import FAMILY, ContrastiveConfig
from modiste.models.losses import contrastive_discriminator, contrastive_generator
from modiste.models.projected import ProjectedHeads

COUNT = 4


def heads(size: int = 32) -> ProjectedHeads:
    torch.manual_seed(0)
    return ProjectedHeads(ContrastiveConfig(size=size))


def shown(size: int = 32) -> tuple[Tensor, Tensor]:
    dice = torch.Generator().manual_seed(1)
    image = torch.rand(COUNT, 3, size, size, generator=dice) * 2 - 1
    return image, torch.nn.functional.normalize(torch.rand(COUNT, 256, generator=dice), dim=1)


def trained_once() -> TrainState:
    state = new_state("contrastive", ContrastiveConfig(size=32, batch_size=COUNT, projected=0.3), seed=0)
    image, text = shown()
    batch = Batch(image, text, torch.randn(COUNT, 100, generator=torch.Generator().manual_seed(2)), text)
    fake = draw(state, batch)
    discriminator_step(state, batch, fake)
    generator_step(state, batch, fake)
    return state


@pytest.mark.parametrize("size", [32, 64, 128, 256])
def test_each_map_gives_a_verdict_whatever_the_pictures_side(size: int) -> None:
    assert heads(size)(*shown(size)).shape == (COUNT, 3)


def test_verdicts_are_of_the_picture_and_of_its_own_text() -> None:
    judge, (image, text) = heads(), shown()
    verdicts = judge(image, text)
    other = judge(image, torch.cat([text[:1], -text[1:]]))
    torch.testing.assert_close(other[0], verdicts[0])
    assert (other[1:] - verdicts[1:]).abs().min() > 0.001
    assert (judge(image.flip(3), text) - verdicts).abs().max() > 0.001


def test_colours_are_not_seen() -> None:
    judge, (image, text) = heads(), shown()
    torch.testing.assert_close(judge(image[:, [2, 0, 1]], text), judge(image, text))


def test_pictures_learn_through_the_network_which_does_not_learn() -> None:
    judge, (image, text) = heads(), shown()
    image.requires_grad_(True)
    judge(image, text).sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0
    assert all(weight.grad is not None for weight in judge.parameters())
    assert sum(weight.numel() for weight in judge.parameters()) < 500_000  # the heads' alone
    assert not any("network" in name for name in judge.state_dict())


def test_the_family_adds_them_behind_its_own_heads() -> None:
    image, text = shown()
    torch.manual_seed(0)
    _, officer = FAMILY.build(ContrastiveConfig(size=32, projected=0.3))
    logits = officer(image, text)
    assert logits.shape == (COUNT, 1 + COUNT + 3)
    torch.testing.assert_close(logits[:, : 1 + COUNT], officer.unaided(image, text))  # type: ignore[operator]


def test_they_are_compared_in_pairs_and_weighed_in_the_mean() -> None:
    real, fake = torch.zeros(2, 1 + 2 + 3), torch.zeros(2, 1 + 2 + 3)
    real[:, 3] = 50.0  # one of three heads is sure of the photos
    for loss, sure in ((contrastive_discriminator, 0.0), (contrastive_generator, 50.0)):
        plain = loss(real, fake, weight=0.0)
        torch.testing.assert_close(plain, torch.tensor(math.log(2.0)))
        heard = loss(real, fake, weight=0.0, projected=0.5) - plain
        torch.testing.assert_close(heard, torch.tensor(0.5 * (2 * math.log(2.0) + sure) / 3))


def test_both_players_learn_from_them_and_what_is_saved_is_the_heads_alone() -> None:
    one, other = trained_once(), trained_once()
    fresh = new_state("contrastive", ContrastiveConfig(size=32, batch_size=COUNT, projected=0.3), seed=0)
    for name, weight in one.discriminator.state_dict().items():
        assert torch.equal(weight, other.discriminator.state_dict()[name]), name
        if name.startswith("projected.") and name.endswith("convs.0.weight"):
            assert not torch.equal(weight, fresh.discriminator.state_dict()[name]), name
    seen_through, untouched = (
        state.discriminator.projected.network  # type: ignore[union-attr]
        for state in (one, fresh)
    )
    for weight, before in zip(seen_through.parameters(), untouched.parameters(), strict=True):  # type: ignore[union-attr, operator]
        assert torch.equal(weight, before)
        assert not weight.requires_grad


def test_what_was_drawn_is_looked_at_once_for_both_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    judge, (image, text) = heads(), shown()
    looks = []
    forward = Backbone.forward

    def counted(self: Backbone, grey: Tensor) -> list[Tensor]:
        looks.append(grey)
        return forward(self, grey)

    monkeypatch.setattr(Backbone, "forward", counted)

    def gradient(drawn: Tensor) -> Tensor:
        (found,) = torch.autograd.grad(judge(drawn, text).square().sum(), drawn)
        return found

    drawn = image.clone().requires_grad_(True)
    plain = gradient(drawn)
    assert len(looks) == 1
    judge(drawn.detach(), text).sum().backward()
    assert torch.equal(gradient(drawn), plain)
    assert len(looks) == 2
    judge(drawn.detach(), text)
    with torch.no_grad():
        drawn.neg_()  # other pictures in the same memory
    assert not torch.equal(gradient(drawn), plain)
    assert len(looks) == 4
