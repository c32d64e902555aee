"""Losses of the game: logits in, a scalar out; none calls `backward`."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, softplus

from modiste.models.family import Logits


def half_binary_cross_entropy(real_logits: Logits, fake_logits: Logits) -> Tensor:
    """The article's officer: half the sum of BCE(real, 1) and BCE(fake, 0), natural logarithms.

    BCE on a logit x is softplus(-x) for label 1 and softplus(x) for label 0.
    Its worked example, 0.9 on real and 0.2 on fake: (0.105 + 0.223) / 2 = 0.164.
    """
    return (softplus(-real_logits).mean() + softplus(fake_logits).mean()) / 2


def non_saturating(fake_logits: Logits) -> Tensor:
    """The article's counterfeiter: labels flipped, BCE(officer(fake), 1). For 0.1 on fake: 2.303."""
    return softplus(-fake_logits).mean()


def contrastive_discriminator(real_logits: Logits, fake_logits: Logits, *, weight: float) -> Tensor:
    """Both cross-entropies of the first head, and how badly photos are matched with their own texts.

    The other heads are the match with each text of the batch, the i-th picture's own in column 1 + i
    (XMC-GAN, arXiv:2101.04702, equation 5).
    """
    judged = softplus(-real_logits[:, 0]).mean() + softplus(fake_logits[:, 0]).mean()
    return judged + weight * _mismatch(real_logits)


def contrastive_generator(fake_logits: Logits, *, weight: float) -> Tensor:
    """Labels flipped, and drawn pictures must be matched with their own texts too."""
    return softplus(-fake_logits[:, 0]).mean() + weight * _mismatch(fake_logits)


def _mismatch(logits: Logits) -> Tensor:
    return cross_entropy(logits[:, 1:], torch.arange(len(logits)))


def r1(state: Any, batch: Any, weight: float) -> Tensor:
    """Squared gradient of the first head by the photos (Eq. 9, arXiv:1801.04406)."""
    image = state.rules.view(state, batch.image).detach().requires_grad_(True)
    logits = state.discriminator(image, batch.text_embedding)
    (gradient,) = torch.autograd.grad(logits[:, 0].sum(), image, create_graph=True)
    penalty: Tensor = weight * gradient.square().sum(dim=(1, 2, 3)).mean()
    return penalty
