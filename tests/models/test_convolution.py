"""The convolution for gradient penalties: PyTorch's own, to the gradient of its gradient."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, leaky_relu

from modiste.models.convolution import convolution

SHAPES = [(3, 1, 1, 8), (4, 2, 1, 8), (1, 1, 0, 8), (4, 1, 0, 4)]


def plain(*parts: Tensor, leak: float, **sides: int) -> Tensor:
    return leaky_relu(conv2d(*parts, **sides), leak)


@pytest.fixture(params=[(*shape, leak) for shape in SHAPES for leak in (1.0, 0.2)], ids=str)
def given(request: pytest.FixtureRequest) -> tuple[Tensor, Tensor, Tensor, dict[str, float]]:
    kernel, stride, padding, side, leak = request.param
    dice = torch.Generator().manual_seed(0)
    shapes = (2, 3, side, side), (5, 3, kernel, kernel), (5,)
    parts = (torch.randn(*shape, generator=dice, dtype=torch.float64).requires_grad_() for shape in shapes)
    return *parts, {"stride": stride, "padding": padding, "leak": leak}  # type: ignore[return-value]


def test_it_gives_what_conv2d_gives_and_its_gradients(given: tuple) -> None:
    *parts, how = given
    found, expected = (
        torch.autograd.grad(way(*parts, **how).square().sum(), parts) for way in (convolution, plain)
    )
    assert torch.allclose(convolution(*parts, **how), plain(*parts, **how))
    assert all(torch.allclose(one, other) for one, other in zip(found, expected, strict=True))


def test_a_penalty_on_its_slope_has_conv2ds_gradients(given: tuple) -> None:
    features, weight, bias, how = given

    def penalised(way: object) -> tuple[Tensor, ...]:
        made = way(features, weight, bias, **how)  # type: ignore[operator]
        (slope,) = torch.autograd.grad(made.pow(3).sum(), features, create_graph=True)
        return torch.autograd.grad((slope.square().sum() - 1).square() + made.sum(), (features, weight, bias))

    for one, other in zip(penalised(convolution), penalised(plain), strict=True):
        assert torch.allclose(one, other)


def test_a_frozen_weight_gets_none(given: tuple) -> None:
    features, weight, bias, how = given
    weight.requires_grad_(False)
    convolution(features, weight, bias, **how).sum().backward()
    assert weight.grad is None
    assert features.grad is not None


def test_what_it_cannot_give_is_an_error_and_no_wrong_number(given: tuple) -> None:
    features, weight, bias, how = given
    with pytest.raises(RuntimeError, match="not have been used"):
        torch.autograd.grad(convolution(features, weight, bias, **how).sum(), weight, create_graph=True)
