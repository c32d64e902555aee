import copy

import pytest
import torch
from torch import nn

from modiste.export.arrange import Folded, Interleaved, Shifted, arrange
from modiste.models import FAMILIES
from modiste.models.contrastive_players import ConditionalNorm


@pytest.mark.parametrize("channels", [3, 16, 24, 32])
@pytest.mark.parametrize("bias", [True, False])
def test_interleaved_convolutions_are_the_transposed_one(channels: int, bias: bool) -> None:
    conv = nn.ConvTranspose2d(5, channels, 4, 2, 1, bias=bias)
    features = torch.randn(2, 5, 3, 4)
    assert torch.allclose(Interleaved(conv)(features), conv(features), atol=1e-6)


def test_shifted_thirds_are_the_convolution() -> None:
    conv = nn.Conv2d(7, 3, 3, padding=1)
    features = torch.randn(2, 7, 6, 4)
    assert torch.allclose(Shifted(conv)(features), conv(features), atol=1e-6)


def test_folded_norm_is_the_conditional_norm() -> None:
    norm = ConditionalNorm(6, 9).eval()
    assert norm.norm.running_mean is not None
    assert norm.norm.running_var is not None
    norm.norm.running_mean.normal_()
    norm.norm.running_var.uniform_(0.2, 3.0)
    nn.init.normal_(norm.norm.weight)
    nn.init.normal_(norm.map.bias)
    features, condition = torch.randn(2, 6, 4, 4), torch.randn(2, 9)
    assert torch.allclose(Folded(norm)(features, condition), norm(features, condition), atol=1e-5)


@pytest.mark.parametrize("name", FAMILIES)
def test_arranged_generator_draws_the_same_and_nothing_slow_is_left(name: str) -> None:
    known = FAMILIES[name]
    config = next(iter(known.presets.values()))(size=32, text_dim=256)
    generator = known.build(config)[0].eval().requires_grad_(False)
    noise, text = torch.randn(2, config.noise_dim), torch.nn.functional.normalize(torch.randn(2, 256))
    arranged = copy.deepcopy(generator)
    arrange(arranged)
    assert torch.allclose(arranged(noise, text), generator(noise, text), atol=1e-4)
    for module in arranged.modules():
        assert not isinstance(module, ConditionalNorm | nn.BatchNorm2d)
        if isinstance(module, nn.ConvTranspose2d):
            assert module.stride == (1, 1), module
