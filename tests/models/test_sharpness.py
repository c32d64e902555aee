"""Photos that were enlarged, and pictures seen as sharply as they are."""

import pytest
import torch
from torch.nn.functional import interpolate

from modiste.game.budget import blank_batch
from modiste.game.play import discriminator_step, draw, generator_step
from modiste.game.state import new_state
from modiste.models.contrastive import ContrastiveConfig
from modiste.models.sharpness import as_sharp_as, lacking_octaves


def enlarged(image: torch.Tensor, times: int) -> torch.Tensor:
    smaller = interpolate(image, image.shape[-1] // times, mode="bicubic", antialias=True)
    return interpolate(smaller, image.shape[-1], mode="bicubic")


@pytest.fixture
def photo() -> torch.Tensor:
    """Noise with as much less detail in each finer octave as photos have."""
    torch.manual_seed(3)
    octaves = [
        interpolate(torch.randn(4, 3, 64 >> i, 64 >> i), 64, mode="bicubic") / 0.8**i for i in range(5)
    ]
    image = torch.stack(octaves).sum(dim=0)
    return image / image.abs().amax()


def test_octaves_that_enlarging_left_empty_are_found(photo: torch.Tensor) -> None:
    assert lacking_octaves(photo).tolist() == [0] * 4
    assert lacking_octaves(enlarged(photo, 2)).tolist() == [1] * 4
    assert lacking_octaves(enlarged(photo, 4)).tolist() == [2] * 4
    assert lacking_octaves(torch.ones_like(photo)).tolist() == [0] * 4


def test_a_picture_is_seen_without_what_the_photo_lacks(photo: torch.Tensor) -> None:
    seen = as_sharp_as(photo, torch.tensor([0, 1, 2, 0]))
    torch.testing.assert_close(seen[[0, 3]], photo[[0, 3]])
    for number, times in (1, 2), (2, 4):
        before, now = photo[number : number + 1], seen[number : number + 1]
        assert (now - enlarged(before, times)).norm() < 0.3 * (before - enlarged(before, times)).norm()
        again = as_sharp_as(now, torch.tensor([number]))
        assert (now - again).norm() < 0.3 * (before - now).norm()


def test_an_enlarged_photo_teaches_nothing_of_details(photo: torch.Tensor) -> None:
    config = ContrastiveConfig(size=64, batch_size=4, blur=0.0, as_sharp=True, gradient_penalty=0.0)
    state = new_state("contrastive", config, seed=0)
    batch = blank_batch(config, 64, 4, state.device)
    batch.image[:] = torch.cat([photo[:2], enlarged(photo[2:], 4)])
    fake = draw(state, batch)
    fake.retain_grad()
    discriminator_step(state, batch, fake)
    generator_step(state, batch, fake)
    assert fake.grad is not None
    rough = [(each - enlarged(each, 4)).norm() / each.norm() for each in fake.grad[:, None]]
    assert min(rough[:2]) > 3 * max(rough[2:]), rough
