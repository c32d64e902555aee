"""A convolution whose slope can be learnt from, as gradient penalties do, at the price of convolutions.

PyTorch takes the gradient of a convolution's gradient by its weights as a convolution with a kernel of the
size of a whole picture: several times the price of the ordinary gradient by weights. Here it is that ordinary
gradient, with what arrives in the place of the features. (StyleGAN2's `conv2d_gradfix` does so on GPUs.)

The leaky rectifier behind it is a part of it: done in place, it leaves one copy of the features in memory
instead of two, and the slope of its slope, which is zero, is not added to anything.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import conv2d, leaky_relu

_convolution_backward = torch.ops.aten.convolution_backward
_leaky_relu_backward = torch.ops.aten.leaky_relu_backward


def convolution(
    features: Float[Tensor, "batch before height width"],
    weight: Float[Tensor, "after before kernel kernel"],
    bias: Float[Tensor, " after"],
    *,
    stride: int = 1,
    padding: int = 0,
    leak: float = 1.0,
) -> Float[Tensor, "batch after rows columns"]:
    """What `leaky_relu(conv2d(...), leak)` gives, and its gradients.

    With `create_graph` only the gradient by the features can be asked for: it is what a penalty asks for.

    Args:
        leak: what values below zero are multiplied by, above 0; with 1 there is no rectifier.
    """
    sides = stride, padding, leak
    if torch.is_autocast_enabled(features.device.type):  # torch's own convolutions would be computed so
        precision = torch.get_autocast_dtype(features.device.type)
        features, weight, bias = (part.to(precision) for part in (features, weight, bias))
    if not (torch.is_grad_enabled() and features.requires_grad):
        return _leaky(conv2d(features, weight, bias, stride, padding), leak)
    result: Tensor = _Convolution.apply(features, weight, bias, *sides)  # type: ignore[no-untyped-call]
    return result


def _leaky(values: Tensor, leak: float) -> Tensor:
    return leaky_relu(values, leak, inplace=True) if leak != 1 else values


def _through(arrived: Tensor, result: Tensor | None, leak: float) -> Tensor:
    """The gradient before the rectifier: the sign of what came out of it is that of what went in."""
    if result is None:
        return arrived
    before: Tensor = _leaky_relu_backward(arrived, result, leak, True)
    return before


def _gradients(
    arrived: Tensor, features: Tensor, weight: Tensor, stride: int, padding: int, wanted: list[bool]
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """Of the convolution alone by features, weight and bias, those that are wanted."""
    sides = [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1
    found: tuple[Tensor | None, Tensor | None, Tensor | None] = _convolution_backward(
        arrived, features, weight, [len(weight)], *sides, wanted
    )
    return found


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int, leak: float
    ) -> Tensor:
        result = _leaky(conv2d(features, weight, bias, stride, padding), leak)
        ctx.save_for_backward(features, weight, result if leak != 1 else None)
        ctx.stride, ctx.padding, ctx.leak = stride, padding, leak
        return result

    @staticmethod
    def backward(ctx: Any, arrived: Tensor) -> tuple[Tensor | None, ...]:
        features, weight, result = ctx.saved_tensors
        if torch.is_grad_enabled():  # create_graph
            slope = _Slope.apply(arrived, features, weight, result, ctx.stride, ctx.padding, ctx.leak)  # type: ignore[no-untyped-call]
            return slope, None, None, None, None, None
        arrived, wanted = _through(arrived, result, ctx.leak), list(ctx.needs_input_grad[:3])
        return *_gradients(arrived, features, weight, ctx.stride, ctx.padding, wanted), None, None, None


class _Slope(torch.autograd.Function):
    """The gradient by the features, as a function of what arrived and of the weight."""

    @staticmethod
    def forward(
        ctx: Any,
        arrived: Tensor,
        features: Tensor,
        weight: Tensor,
        result: Tensor | None,
        stride: int,
        padding: int,
        leak: float,
    ) -> Tensor:
        arrived = _through(arrived, result, leak)
        ctx.save_for_backward(arrived, weight, result)
        ctx.stride, ctx.padding, ctx.leak = stride, padding, leak
        slope, _, _ = _gradients(arrived, features, weight, stride, padding, [True, False, False])
        assert slope is not None
        return slope

    @staticmethod
    def backward(ctx: Any, penalised: Tensor) -> tuple[Tensor | None, ...]:
        arrived, weight, result = ctx.saved_tensors
        by_arrived = _through(conv2d(penalised, weight, None, ctx.stride, ctx.padding), result, ctx.leak)
        wanted = [False, ctx.needs_input_grad[2], False]
        _, by_weight, _ = _gradients(arrived, penalised, weight, ctx.stride, ctx.padding, wanted)
        return by_arrived, None, by_weight, None, None, None, None
