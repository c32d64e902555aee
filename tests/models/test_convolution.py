"""The convolution for gradient penalties: PyTorch's own, to the gradient of its gradient."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, leaky_relu

from modiste.models.convolution import convolution

SHAPES = [(3, 1, 1, 8), (4, 2, 1, 8), (1, 1, 0, 8), (4, 1, 0, 4)]


@pytest.fixture(params=SHAPES, ids=str)
def given(request: pytest.FixtureRequest) -> tuple[Tensor, Tensor, Tensor, dict[str, int]]:
    kernel, stride, padding, side = request.param
    dice = torch.Generator().manual_seed(0)
    shapes = (2, 3, side, side), (5, 3, kernel, kernel), (5,)
    parts = (torch.randn(*shape, generator=dice, dtype=torch.float64).requires_grad_() for shape in shapes)
    return *parts, {"stride": stride, "padding": padding}  # type: ignore[return-value]


def test_it_gives_what_conv2d_gives_and_its_gradients(given: tuple) -> None:
    *parts, sides = given
    found, expected = (
        torch.autograd.grad(way(*parts, **sides).square().sum(), parts) for way in (convolution, conv2d)
    )
    assert torch.allclose(convolution(*parts, **sides), conv2d(*parts, **sides))
    assert all(torch.allclose(one, other) for one, other in zip(found, expected, strict=True))


def test_a_penalty_on_its_slope_has_conv2ds_gradients(given: tuple) -> None:
    features, weight, bias, sides = given

    def penalised(way: object) -> tuple[Tensor, ...]:
        made = leaky_relu(way(features, weight, bias, **sides), 0.2).pow(3)  # type: ignore[operator]
        (slope,) = torch.autograd.grad(made.sum(), features, create_graph=True)
        return torch.autograd.grad((slope.square().sum() - 1).square() + made.sum(), (features, weight, bias))

    for one, other in zip(penalised(convolution), penalised(conv2d), strict=True):
        assert torch.allclose(one, other)


def test_a_frozen_weight_gets_none(given: tuple) -> None:
    features, weight, bias, sides = given
    weight.requires_grad_(False)
    convolution(features, weight, bias, **sides).sum().backward()
    assert weight.grad is None
    assert features.grad is not None


def test_what_it_cannot_give_is_an_error_and_no_wrong_number(given: tuple) -> None:
    features, weight, bias, sides = given
    with pytest.raises(RuntimeError, match="not have been used"):
        torch.autograd.grad(convolution(features, weight, bias, **sides).sum(), weight, create_graph=True)
