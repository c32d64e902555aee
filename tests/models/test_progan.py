"""The family that grows: the paper's networks, its schedule, and what words add."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, conv_transpose2d, interpolate, leaky_relu

from modiste.config import from_json, to_json
from modiste.errors import BadInput
from modiste.models.equalised import Down, Linear, Start, Up, Whole, double, maps, pixel_norm
from modiste.models.family import Stage, sides
from modiste.models.losses import half_way, wasserstein_discriminator, wasserstein_generator
from modiste.models.progan import FAMILY, ProganConfig, lasted, planned, stage
from modiste.models.progan_players import Discriminator, Generator, grow, used

# Table 2 of arXiv:1710.10196: (maps before, maps after, kernel) of each layer, and its parameters as printed.
GENERATOR = [
    (512, 512, 4, 4.2e6), (512, 512, 3, 2.4e6),
    *[(512, 512, 3, 2.4e6)] * 6,
    (512, 256, 3, 1.2e6), (256, 256, 3, 590e3), (256, 128, 3, 295e3), (128, 128, 3, 148e3),
    (128, 64, 3, 74e3), (64, 64, 3, 37e3), (64, 32, 3, 18e3), (32, 32, 3, 9.2e3),
    (32, 16, 3, 4.6e3), (16, 16, 3, 2.3e3), (16, 3, 1, 51),
]  # fmt: skip
DISCRIMINATOR = [
    (3, 16, 1, 64), (16, 16, 3, 2.3e3), (16, 32, 3, 4.6e3), (32, 32, 3, 9.2e3), (32, 64, 3, 18e3),
    (64, 64, 3, 37e3), (64, 128, 3, 74e3), (128, 128, 3, 148e3), (128, 256, 3, 295e3),
    (256, 256, 3, 590e3), (256, 512, 3, 1.2e6), *[(512, 512, 3, 2.4e6)] * 6,
    (513, 512, 3, 2.4e6), (512, 512, 4, 4.2e6), (512, 1, 1, 513),
]  # fmt: skip


def built(**settings: object) -> tuple[Generator, Discriminator]:
    with torch.device("meta"):
        return FAMILY.build(ProganConfig(size=1024, **settings))  # type: ignore[arg-type, return-value]


def shapes(player: nn.Module) -> dict[str, torch.Size]:
    """Of the tensors that a player has at 1024x1024."""
    return {name: player.get_parameter(name).shape for name in used(player, Stage(1024, 4))}


def layers(player: nn.Module) -> list[tuple[int, int, int, int]]:
    """(maps before, maps after, kernel, parameters) of each layer at 1024x1024."""
    found, sized = [], shapes(player)
    for name, shape in sized.items():
        if not name.endswith(".weight"):
            continue
        after = sized[name.removesuffix("weight") + "bias"][0]
        before = shape[0] if shape[1] == after and shape[0] != after else shape[1]
        found.append((before, after, shape[2] if len(shape) > 2 else 1, shape.numel() + after))
    return found


@pytest.mark.parametrize(("which", "table"), [(0, GENERATOR), (1, DISCRIMINATOR)])
def test_without_words_each_player_is_table_2(which: int, table: list[tuple[int, int, int, float]]) -> None:
    found = layers(built(conditional=False)[which])
    assert sorted(layer[:3] for layer in found) == sorted(row[:3] for row in table)
    for layer, row in zip(sorted(found), sorted(table), strict=True):
        assert layer[3] == pytest.approx(row[3], rel=0.05), "the table is rounded to two digits"
    assert sum(layer[3] for layer in found) == pytest.approx(23.1e6, abs=0.05e6)


def test_with_words_only_these_tensors_differ() -> None:
    words = [f"text.{number}.{part}" for number in (0, 2) for part in ("weight", "bias")]
    listed = (["start.weight", *words], ["match.weight", "match.bias", *words])
    for told, plain, differ in zip(built(), built(conditional=False), listed, strict=True):
        one, other = shapes(told), shapes(plain)
        assert {name for name in one | other if one.get(name) != other.get(name)} == set(differ)


def test_maps_are_the_papers_and_a_narrow_player_keeps_its_small_ones() -> None:
    assert [maps(side, 1) for side in sides(1024)] == [512, 512, 512, 512, 256, 128, 64, 32, 16]
    assert [maps(side, 1 / 8) for side in sides(1024)] == [256, 256, 128, 64, 32, 16, 8, 4, 4]


def test_tensors_of_a_smaller_player_are_the_first_of_a_larger_one() -> None:
    small, large = (FAMILY.build(ProganConfig(size=size, width=1 / 64)) for size in (16, 64))
    for one, other in zip(small, large, strict=True):
        names = [name for name, _ in one.named_parameters()]
        assert names == [name for name, _ in other.named_parameters()][: len(names)]


def test_up_is_doubling_then_a_convolution() -> None:
    layer, features = Up(6, 5), torch.randn(2, 6, 8, 8)
    kernel = (layer.weight * layer.scale).flip(2, 3).transpose(0, 1)
    expected = conv2d(interpolate(features, scale_factor=2), kernel, layer.bias, padding=1)
    assert torch.allclose(layer(features), leaky_relu(expected, 0.2), atol=1e-5)


def test_down_is_a_convolution_then_the_mean_of_four() -> None:
    layer, features = Down(6, 5), torch.randn(2, 6, 8, 8)
    expected = avg_pool2d(conv2d(features, layer.weight * layer.scale, layer.bias, padding=1), 2)
    assert torch.allclose(layer(features), leaky_relu(expected, 0.2), atol=1e-5)


def test_start_and_whole_are_the_papers_4x4_convolutions() -> None:
    start, whole = Start(6, 5), Whole(5, 7)
    values = torch.randn(2, 6)
    nn.init.normal_(start.bias)
    expected = conv_transpose2d(values[:, :, None, None], start.weight * start.scale, start.bias)
    assert torch.allclose(start(values), leaky_relu(expected, 0.2), atol=1e-5)
    summed = conv2d(expected, whole.weight * whole.scale, whole.bias)
    assert torch.allclose(whole(expected), leaky_relu(summed, 0.2).flatten(1), atol=1e-5)


def test_weights_are_of_deviation_one_and_keep_the_size_of_what_passes() -> None:
    torch.manual_seed(0)
    layer = Linear(512, 512)
    assert layer.weight.std().item() == pytest.approx(1, abs=0.01)
    passed = torch.relu(layer(torch.randn(256, 512)))
    assert passed.square().mean().item() == pytest.approx(1, abs=0.05)


def test_pixel_norm_leaves_each_pixel_a_mean_square_of_one() -> None:
    normed = pixel_norm(5 * torch.randn(2, 16, 4, 4))
    assert torch.allclose(normed.square().mean(dim=1), torch.ones(2, 4, 4), atol=1e-4)


def test_pixel_norm_has_its_gradient_and_says_that_it_has_no_second_one() -> None:
    features = torch.randn(2, 5, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(pixel_norm, features)
    with pytest.raises(AssertionError, match="has none of its own"):
        torch.autograd.grad(pixel_norm(features).sum(), features, create_graph=True)


@pytest.fixture
def players() -> tuple[Generator, Discriminator]:
    torch.manual_seed(0)
    return FAMILY.build(ProganConfig(size=16, width=1 / 32, noise_dim=12))  # type: ignore[return-value]


def at(player: nn.Module, size: int, fade: float = 1.0) -> nn.Module:
    grow(player, Stage(size, 4, fade))
    return player


def test_a_size_comes_in_from_the_smaller_one_without_a_jump(players: tuple) -> None:
    generator, discriminator = players
    noise, text, photo = torch.randn(4, 12), torch.eye(256)[:4], torch.rand(4, 3, 16, 16) * 2 - 1
    with torch.no_grad():
        small = double(at(generator, 8)(noise, text))
        seen = at(discriminator, 8)(avg_pool2d(photo, 2), text)
        assert torch.allclose(at(generator, 16, 0.0)(noise, text), small, atol=1e-5)
        assert torch.allclose(at(discriminator, 16, 0.0)(photo, text), seen, atol=1e-5)
        whole = at(generator, 16)(noise, text)
        half = at(generator, 16, 0.5)(noise, text)
    assert torch.allclose(half, (small + whole) / 2, atol=1e-5)


def test_what_is_not_yet_there_gets_no_gradient(players: tuple) -> None:
    for player, inputs in zip(players, ((torch.randn(2, 12),), (torch.rand(2, 3, 8, 8),)), strict=True):
        at(player, 8, 0.5)(*inputs, torch.eye(256)[:2]).sum().backward()
        with_gradient = {name for name, weight in player.named_parameters() if weight.grad is not None}
        assert with_gradient == set(used(player, Stage(8, 4, 0.5)))
        assert not any("blocks.16" in name for name in with_gradient)


def test_discriminator_sees_one_picture_repeated(players: tuple) -> None:
    discriminator = at(players[1], 16)
    several, text = torch.rand(4, 3, 16, 16), torch.eye(256)[[0] * 4]
    alone = discriminator(several[:1].expand(4, -1, -1, -1), text)[0, 0]
    assert not torch.allclose(discriminator(several, text)[0, 0], alone, atol=1e-5)


def test_officer_that_hears_nothing_has_one_head_and_no_words() -> None:
    config = ProganConfig(size=8, width=1 / 32, noise_dim=12, conditional=False)
    generator, discriminator = FAMILY.build(config)
    noise = torch.randn(3, 12)
    image = generator(noise, torch.eye(256)[:3])
    assert torch.equal(image, generator(noise, torch.eye(256)[3:6]))
    logits = discriminator(image, torch.eye(256)[:3])
    assert logits.shape == (3, 1)
    assert wasserstein_generator(logits, weight=5.0).item() == pytest.approx(-logits.mean().item())


def test_wasserstein_losses_on_a_worked_example() -> None:
    real, fake = torch.tensor([[3.0], [1.0]]), torch.tensor([[-1.0], [-3.0]])
    assert wasserstein_discriminator(real, fake, drift=0.1, weight=1.0).item() == pytest.approx(-4 + 0.5)
    assert wasserstein_generator(fake, weight=1.0).item() == pytest.approx(2)
    assert half_way(real, fake).item() == 0


class Sloped(nn.Module):
    """An officer whose verdict rises by `slope` for each step of length one."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = slope

    def forward(self, image: Tensor, _text: Tensor) -> Tensor:
        return self.slope * image.flatten(1).sum(dim=1, keepdim=True) / image[0].numel() ** 0.5


@pytest.mark.parametrize(("slope", "expected"), [(1.0, 0.0), (3.0, 40.0)])
def test_penalty_is_ten_times_how_far_the_slope_is_from_one(slope: float, expected: float) -> None:
    from types import SimpleNamespace

    rules = FAMILY.rules(ProganConfig(size=8, noise_dim=4))
    batch = SimpleNamespace(
        image=torch.rand(5, 3, 8, 8), noise=torch.randn(5, 4), text_embedding=torch.zeros(5, 256)
    )
    state = SimpleNamespace(step=0, discriminator=Sloped(slope), rules=rules)
    penalty = rules.penalty(state, batch, torch.rand(5, 3, 8, 8))
    assert penalty.item() == pytest.approx(expected, abs=1e-3)


def test_stage_is_a_function_of_the_images_seen() -> None:
    config = planned(ProganConfig(size=4, batch_size=32, micro_batches=(32,)), 16, [100, 200, 400])
    assert (config.fade_images, config.hold_images) == ((0, 100, 100), (100, 100, 300))
    seen = {images: stage(config, images) for images in (0, 99, 100, 150, 200, 299, 300, 350, 400, 10**6)}
    assert [(now.size, now.fade, now.began) for now in seen.values()] == [
        (4, 1, 0), (4, 1, 0), (8, 0, 100), (8, 0.5, 100), (8, 1, 100), (8, 1, 100),
        (16, 0, 300), (16, 0.5, 300), (16, 1, 300), (16, 1, 300),
    ]  # fmt: skip
    assert stage(ProganConfig(size=16), 0) == Stage(16, 16, learning_rate=1e-3), "no plan, no growth"


def test_a_run_that_begins_larger_fades_only_what_is_larger_still() -> None:
    config = planned(ProganConfig(size=4), 16, [0, 100, 200])
    assert [(stage(config, n).size, stage(config, n).fade) for n in (0, 50, 100, 125)] == [
        (8, 1.0), (8, 1.0), (16, 0.0), (16, 0.5),
    ]  # fmt: skip


def test_growing_further_leaves_the_past_as_it_was() -> None:
    config = planned(ProganConfig(size=4), 16, [100, 200, 400])
    longer = planned(lasted(config, 1000), 64, [300, 600])
    assert [stage(longer, n) for n in range(0, 700, 20)] == [stage(config, n) for n in range(0, 700, 20)]
    assert (stage(longer, 999).size, stage(longer, 1000).size, stage(longer, 1000).fade) == (16, 32, 0)
    assert lasted(config, 650) == config, "its plan goes on until 700"


def test_larger_sides_take_smaller_batches_in_the_parts_that_fit() -> None:
    config = FAMILY.presets["laptop"](size=1024, text_dim=256)
    stages = FAMILY.growth.stages(config)  # type: ignore[union-attr]
    assert [now.batch_size for now in stages] == [32, 32, 32, 32, 32, 32, 16, 8, 4]
    split = FAMILY.growth.in_parts(config, [32] * 6 + [8, 4, 4])  # type: ignore[union-attr]
    assert [now.micro_batch for now in FAMILY.growth.stages(split)] == [None] * 6 + [8, 4, None]  # type: ignore[union-attr]


def test_config_survives_json_and_refuses_what_does_not_fit() -> None:
    config = planned(ProganConfig(size=4), 16, [100, 200, 400])
    assert from_json(ProganConfig, to_json(config) | {"fade_images": [0, 100, 100]}) == config
    with pytest.raises(BadInput, match="unknown loss 'hinge'"):
        ProganConfig(loss="hinge")
    with pytest.raises(BadInput, match="each of the 3 sides from 4 to 16, got 1"):
        ProganConfig(size=16, fade_images=(1,), hold_images=(1,))
    with pytest.raises(BadInput, match="use 512 or 1024"):
        ProganConfig(size=1000)
