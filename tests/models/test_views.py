"""The officer that is short-sighted, or never sees all of a picture."""

import pytest
import torch

from modiste.models.views import CHANCES, augmented, short_sighted


@pytest.fixture
def image() -> torch.Tensor:
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_sight_sharpens_until_it_is_sharp(image: torch.Tensor) -> None:
    def roughness(images_seen: int) -> float:
        seen = short_sighted(image, images_seen, blur=1 / 16, blur_images=1000)
        return float((seen[..., 1:] - seen[..., :-1]).abs().mean())

    steps = [roughness(seen) for seen in (0, 300, 600, 900, 1000)]
    assert steps == sorted(steps)
    assert steps[0] < 0.1 * steps[-1]
    for seen in (1000, 5000):
        assert short_sighted(image, seen, blur=1 / 16, blur_images=1000) is image


def test_blur_is_the_gaussian_of_scipy() -> None:
    from scipy.ndimage import gaussian_filter

    picture = torch.zeros(1, 3, 64, 64)
    picture[:, :, 20:40, 25:30] = 1  # far from the border, where the ends are treated in another way
    expected = gaussian_filter(picture[0, 0].numpy(), sigma=2.0, truncate=12)
    seen = short_sighted(picture, 0, blur=2 / 64, blur_images=10)
    assert torch.allclose(seen[0, 0], torch.from_numpy(expected), atol=1e-5)
    assert torch.allclose(
        short_sighted(torch.ones(1, 3, 64, 64), 0, blur=0.1, blur_images=10).mean(), torch.tensor(1.0)
    )


def test_gradient_reaches_every_pixel(image: torch.Tensor) -> None:
    image.requires_grad_(True)
    short_sighted(image, 0, blur=1 / 16, blur_images=10).sum().backward()
    assert image.grad is not None
    assert (image.grad > 0).all()


def test_augmented_pictures_are_their_own_parts_on_white(image: torch.Tensor) -> None:
    chance = torch.rand(len(image), CHANCES, generator=torch.Generator().manual_seed(5))
    seen = augmented(image, chance, share=1.0)
    assert torch.equal(seen, augmented(image, chance, share=1.0))
    assert not torch.equal(seen, augmented(image, chance.flip(1), share=1.0))
    assert torch.equal(augmented(image, chance, share=0.0), image)
    half = augmented(image, chance, share=0.5)
    for picture, now, before, numbers in zip(half, seen, image, chance, strict=True):
        assert torch.equal(picture, now if numbers[4] < 0.5 else before)
    for before, after in zip(image, seen, strict=True):
        had = {round(value, 4) for value in before[0].flatten().tolist()}
        shown = {round(value, 4) for value in after[0].flatten().tolist()}
        assert len(shown - had - {1.0}) < 20  # but for rounding
        assert 0.3 < (after[0] != 1).float().mean() <= 1
    white = torch.ones_like(image)
    assert torch.equal(augmented(white, torch.rand(1, CHANCES), share=1.0), white)


def test_a_chance_that_rounds_to_one_moves_a_picture_as_far_as_any(image: torch.Tensor) -> None:
    below = torch.full((1, CHANCES), 1 - 2**-20)
    for chance in (below.fill_diagonal_(1.0), torch.ones(1, CHANCES)):
        chance[:, 4] = 0.0
        assert torch.equal(
            augmented(image, chance, share=1.0), augmented(image, chance.clamp(max=1 - 2**-20), share=1.0)
        )


def test_gradients_pass_through_augmentation(image: torch.Tensor) -> None:
    image.requires_grad_(True)
    seen = augmented(image, torch.rand(len(image), CHANCES), share=1.0)
    seen.sum().backward()
    assert image.grad is not None
    assert set(image.grad.unique().tolist()) <= {0.0, 1.0}
    assert image.grad.sum() == (seen != 1).sum()
