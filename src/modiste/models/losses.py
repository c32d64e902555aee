"""Losses of the game: logits in, a scalar out; none calls `backward`."""

from torch import Tensor
from torch.nn.functional import softplus

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
