"""A convolution whose slope can be learnt from, as gradient penalties do, at the price of convolutions.

PyTorch takes the gradient of a convolution's gradient by its weights as a convolution with a kernel of the
size of a whole picture: several times the price of the ordinary gradient by weights. Here it is that ordinary
gradient, with what arrives in the place of the features. (StyleGAN2's `conv2d_gradfix` does so on GPUs.)
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import conv2d

_backward = torch.ops.aten.convolution_backward


def convolution(
    features: Float[Tensor, "batch before height width"],
    weight: Float[Tensor, "after before kernel kernel"],
    bias: Float[Tensor, " after"],
    *,
    stride: int = 1,
    padding: int = 0,
) -> Float[Tensor, "batch after rows columns"]:
    """What `conv2d` gives, and its gradients.

    With `create_graph` only the gradient by the features can be asked for: it is what a penalty asks for.
    """
    if not (torch.is_grad_enabled() and features.requires_grad):
        return conv2d(features, weight, bias, stride, padding)
    result: Tensor = _Convolution.apply(features, weight, bias, stride, padding)  # type: ignore[no-untyped-call]
    return result


def _gradients(
    arrived: Tensor, features: Tensor, weight: Tensor, stride: int, padding: int, wanted: list[bool]
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """By features, weight and bias, those that are wanted."""
    sides = [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1
    found: tuple[Tensor | None, Tensor | None, Tensor | None] = _backward(
        arrived, features, weight, [len(weight)], *sides, wanted
    )
    return found


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int
    ) -> Tensor:
        ctx.save_for_backward(features, weight)
        ctx.stride, ctx.padding = stride, padding
        return conv2d(features, weight, bias, stride, padding)

    @staticmethod
    def backward(ctx: Any, arrived: Tensor) -> tuple[Tensor | None, ...]:
        features, weight = ctx.saved_tensors
        if torch.is_grad_enabled():  # create_graph
            slope = _Slope.apply(arrived, features, weight, ctx.stride, ctx.padding)  # type: ignore[no-untyped-call]
            return slope, None, None, None, None
        wanted = list(ctx.needs_input_grad[:3])
        return *_gradients(arrived, features, weight, ctx.stride, ctx.padding, wanted), None, None


class _Slope(torch.autograd.Function):
    """The gradient by the features, as a function of what arrived and of the weight."""

    @staticmethod
    def forward(
        ctx: Any, arrived: Tensor, features: Tensor, weight: Tensor, stride: int, padding: int
    ) -> Tensor:
        ctx.save_for_backward(arrived, weight)
        ctx.stride, ctx.padding = stride, padding
        slope, _, _ = _gradients(arrived, features, weight, stride, padding, [True, False, False])
        assert slope is not None
        return slope

    @staticmethod
    def backward(ctx: Any, penalised: Tensor) -> tuple[Tensor | None, ...]:
        arrived, weight = ctx.saved_tensors
        by_arrived = conv2d(penalised, weight, None, ctx.stride, ctx.padding)
        wanted = [False, ctx.needs_input_grad[2], False]
        _, by_weight, _ = _gradients(arrived, penalised, weight, ctx.stride, ctx.padding, wanted)
        return by_arrived, None, by_weight, None, None
