"""Losses of the game: logits in, a scalar out; none calls `backward`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, softplus

from modiste.models.family import Logits

NEVER = -100.0
"""A logit from which nothing is learnt."""
CENTRED = 0.01
"""Weight of the term that keeps a relativistic officer's zero between photos and drawn pictures."""


def half_binary_cross_entropy(real_logits: Logits, fake_logits: Logits) -> Tensor:
    """The article's officer: half the sum of BCE(real, 1) and BCE(fake, 0), natural logarithms.

    BCE on a logit x is softplus(-x) for label 1 and softplus(x) for label 0.
    Its worked example, 0.9 on real and 0.2 on fake: (0.105 + 0.223) / 2 = 0.164.
    """
    return (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2


def matching_aware(real_logits: Logits, fake_logits: Logits, *, share: float) -> Tensor:
    """The same, where a share of what must be labelled 0 are photos beside another's description.

    Their logits are the second head's of photos: equation 5 of arXiv:1605.05396, algorithm 1, GAN-CLS. Those
    that are `NEVER` are none, and as much more are drawn.
    """
    if not share:
        return half_binary_cross_entropy(real_logits, fake_logits)
    mismatched = real_logits[:, 1]
    drawn = 1 - share * (mismatched > NEVER).float().mean()
    fakes = drawn * softplus(fake_logits[:, 0]).mean() + share * softplus(mismatched).mean()
    return (softplus(-real_logits[:, 0]).mean() + fakes) / 2


def non_saturating(fake_logits: Logits) -> Tensor:
    """The article's counterfeiter: labels flipped, BCE(officer(fake), 1). For 0.1 on fake: 2.303."""
    return softplus(-fake_logits).mean()


def contrastive_discriminator(
    real_logits: Logits, fake_logits: Logits, *, weight: float, projected: float = 0.0
) -> Tensor:
    """How far a photo's verdict is above that of the picture drawn of the same text, and the photos' matches.

    Only the difference counts (R3GAN, arXiv:2501.05441, equation 2), so a small term keeps zero half-way
    between the two. The other heads are the match with each text of the batch, the i-th picture's own in
    column 1 + i (XMC-GAN, arXiv:2101.04702, equation 5), and after them the verdicts of other eyes, if there
    are any, which are compared in pairs like the first and count `projected` in the mean.
    """
    compared = _compared(fake_logits, real_logits, projected)
    centre = half_way(real_logits, fake_logits)
    return compared + CENTRED * centre.square() + weight * _mismatch(real_logits)


def contrastive_generator(
    real_logits: Logits, fake_logits: Logits, *, weight: float, projected: float = 0.0
) -> Tensor:
    """Labels flipped, and drawn pictures must be matched with their own texts too."""
    return _compared(real_logits, fake_logits, projected) + weight * _mismatch(fake_logits)


def wasserstein_discriminator(
    real_logits: Logits, fake_logits: Logits, *, drift: float, weight: float
) -> Tensor:
    """How far photos' verdicts are above those of drawn pictures, and the photos' matches as above.

    Only the difference of the verdicts counts; the drift keeps photos' near zero (appendix A.1,
    arXiv:1710.10196). A penalty must keep the officer's slope (`one_centred_penalty`).
    """
    real, fake = real_logits[:, 0], fake_logits[:, 0]
    return fake.mean() - real.mean() + drift * real.square().mean() + weight * _mismatch(real_logits)


def wasserstein_generator(fake_logits: Logits, *, weight: float) -> Tensor:
    """Drawn pictures' verdicts should rise, and they must be matched with their own texts too."""
    return -fake_logits[:, 0].mean() + weight * _mismatch(fake_logits)


def matched_cross_entropy(real_logits: Logits, fake_logits: Logits, *, weight: float) -> Tensor:
    """The article's officer on the first head, and the photos' matches."""
    loss = half_binary_cross_entropy(real_logits[:, :1], fake_logits[:, :1])
    return loss + weight * _mismatch(real_logits)


def matched_non_saturating(fake_logits: Logits, *, weight: float) -> Tensor:
    """The article's counterfeiter on the first head, and its pictures' matches."""
    return non_saturating(fake_logits[:, :1]) + weight * _mismatch(fake_logits)


def half_way(real_logits: Logits, fake_logits: Logits) -> Tensor:
    """The verdict between photos and drawn pictures: what stands for zero where the losses know none."""
    return (real_logits[:, 0].mean() + fake_logits[:, 0].mean()) / 2


def _compared(lower: Logits, higher: Logits, projected: float) -> Tensor:
    first = softplus(lower[:, 0] - higher[:, 0]).mean()
    if not projected:
        return first
    others = slice(1 + len(lower), None)
    return first + projected * softplus(lower[:, others] - higher[:, others]).mean()


def _mismatch(logits: Logits) -> Tensor:
    if logits.shape[1] == 1:  # an officer that hears no text
        return logits.new_zeros(())
    count = len(logits)
    return cross_entropy(logits[:, 1 : 1 + count], torch.arange(count, device=logits.device))


def zero_centred_penalty(
    state: Any, officer: Callable[..., Tensor], image: Tensor, text_embedding: Tensor, weight: float
) -> Tensor:
    """Squared gradient of the first head by the pictures: R1 on photos, R2 on drawn ones.

    Equation 9 and section 4.1 of arXiv:1801.04406. `officer`: the discriminator, or its part with this head.
    """
    return weight * _squared_slope(state, officer, image, text_embedding).mean()


def one_centred_penalty(state: Any, image: Tensor, text_embedding: Tensor, weight: float) -> Tensor:
    """How far the slope of the first head by the pictures is from 1: equation 3 of arXiv:1704.00028."""
    slope = (_squared_slope(state, state.discriminator, image, text_embedding) + 1e-12).sqrt()
    return weight * (slope - 1).square().mean()


def in_full(values: Tensor) -> Tensor:
    """What was computed in 16 bits, in 32; anything else as it is."""
    return values.float() if values.dtype == torch.bfloat16 else values


def _squared_slope(
    state: Any, officer: Callable[..., Tensor], image: Tensor, text_embedding: Tensor
) -> Tensor:
    """Of the first head by each picture [batch], as something that can be learnt from."""
    image = in_full(state.rules.view(state, image).detach()).requires_grad_(True)
    logits = officer(image, text_embedding)
    (gradient,) = torch.autograd.grad(logits[:, 0].sum(), image, create_graph=True)
    squared: Tensor = gradient.square().sum(dim=(1, 2, 3))
    return squared
