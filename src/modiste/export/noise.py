"""Noise as the game had it: a generator is asked with what it learnt to draw from.

In its game half of the noise is guessed from photos, and what is guessed is not standard normal: along some
directions it is far wider. Asked with standard normal noise alone, the generator shows less of what it can
(docs/experiments.md). So a normal distribution is fitted to both halves together (after arXiv:1903.12436,
section 4), and standard normal noise is turned into it before the first layer.
"""

import copy
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import to_tensor
from modiste.errors import BadInput
from modiste.game.run import Run
from modiste.models.contrastive_players import Generator
from modiste.text.write import attribute_description

AT_ONCE = 64
MOST = 8192
"""Photos that are looked at; of more, as many from all over the catalogue. 1,024 say nearly the same."""


def with_fitted_noise(generator: nn.Module, run: Run, catalogue: Catalogue) -> nn.Module:
    """A copy of a run's generator that draws from standard normal noise as from its game's noise.

    Args:
        generator: of the run; left as it is.
        run: whose words describe the photos.
        catalogue: what it learnt from.

    Raises:
        BadInput: the family guesses no noise, or the run learnt from another catalogue.
    """
    if not isinstance(generator, Generator):
        raise BadInput(
            f"only a model of contrastive guesses noise from photos, {run.path} is {run.config.family}; "
            "leave out --fit-noise"
        )
    run.check_learnt_from(catalogue, "noise must be fitted to", "--fit-noise")
    fitted = copy.deepcopy(generator)
    _fold(fitted, *_distribution(generator, run, catalogue))
    return fitted


@torch.inference_mode()
def _distribution(
    generator: Generator, run: Run, catalogue: Catalogue
) -> tuple[Float[Tensor, " noise_dim"], Float[Tensor, "noise_dim noise_dim"]]:
    """The mean of what the game drew from, half of it guessed from photos, and a factor of its covariance."""
    split, guessed = catalogue.split("train"), []
    chosen = np.linspace(0, len(split) - 1, min(len(split), MOST)).round().astype(np.int64)
    for first in range(0, len(chosen), AT_ONCE):
        rows = chosen[first : first + AT_ONCE]
        text = run.encoder.encode([attribute_description(split.records[row]) for row in rows])
        guessed.append(generator.guess(to_tensor(split.images(rows)), torch.from_numpy(text)))
    mean, log_variance = (torch.cat(part).double() for part in zip(*guessed, strict=True))
    middle, guess = mean.mean(dim=0), torch.cov(mean.T) + torch.diag(log_variance.exp().mean(dim=0))
    covariance = (torch.eye(len(guess)) + guess) / 2 + torch.outer(middle, middle) / 4
    return (middle / 2).float(), torch.linalg.cholesky(covariance).float()


@torch.no_grad()
def _fold(generator: Generator, mean: Tensor, factor: Tensor) -> None:
    """Puts `mean + factor @ noise` into every layer that hears the noise: first in its input, linear."""
    layers: list[Any] = [generator.start, *(norm.map for norm in generator.norms.values())]
    for layer in layers:
        heard = layer.weight[:, : len(mean)]
        layer.bias += heard @ mean
        layer.weight[:, : len(mean)] = heard @ factor
