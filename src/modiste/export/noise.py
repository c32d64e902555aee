"""Noise as the game had it: a generator is asked with what it learnt to draw from.

In its game half of the noise is guessed from photos, and what is guessed is not standard normal: along some
directions it is far wider. Asked with standard normal noise alone, the generator shows less of what it can
(docs/experiments.md). So a normal distribution is fitted to both halves together (after arXiv:1903.12436,
section 4), and standard normal noise is turned into it before the first layer. A model folder keeps it in
`noise.safetensors`, so that a model adapted from it may be asked with the same.
"""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from jaxtyping import Float
from safetensors import SafetensorError
from torch import Tensor, nn

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import to_tensor
from modiste.design.folder import check_sums, read_sums
from modiste.errors import BadInput
from modiste.game.run import Run
from modiste.models.contrastive_players import Generator
from modiste.text.write import attribute_description

FILE = "noise.safetensors"
AT_ONCE = 64
MOST = 8192
"""Photos that are looked at; of more, as many from all over the catalogue. 1,024 say nearly the same."""


@dataclass(frozen=True)
class Noise:
    """A normal distribution of noise: `mean + factor @ standard normal noise`."""

    mean: Float[Tensor, " noise_dim"]
    factor: Float[Tensor, "noise_dim noise_dim"]

    def to_bytes(self) -> bytes:
        """What `noise.safetensors` holds."""
        return safetensors.torch.save({"mean": self.mean, "factor": self.factor.contiguous()})

    @torch.no_grad()
    def folded(self, generator: nn.Module) -> nn.Module:
        """A copy of a generator of contrastive that draws from standard normal noise as from this.

        Every layer that hears the noise hears it first in its input, and is linear.
        """
        generator = copy.deepcopy(generator)
        parts: Any = generator
        layers: list[Any] = [parts.start, *(norm.map for norm in parts.norms.values())]
        for layer in layers:
            heard = layer.weight[:, : len(self.mean)]
            layer.bias += heard @ self.mean
            layer.weight[:, : len(self.mean)] = heard @ self.factor
        return generator


def fit_noise(generator: nn.Module, run: Run, catalogue: Catalogue) -> Noise:
    """What a run's game drew from, half of it guessed from photos.

    Args:
        generator: of the run.
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
    return _distribution(generator, run, catalogue)


def read_noise(folder: Path, noise_dim: int) -> Noise | None:
    """The noise that a model folder is asked with; None for standard normal noise.

    Raises:
        BadInput: its file is not the one that SHA256SUMS lists, or holds something else.
    """
    if FILE not in read_sums(folder):
        return None
    check_sums(folder, [FILE])
    try:
        found = safetensors.torch.load((folder / FILE).read_bytes())
    except (SafetensorError, OSError) as error:
        raise BadInput(f"expected noise in {folder / FILE}, found something else: {error}") from None
    shapes = {name: tuple(value.shape) for name, value in found.items() if value.isfinite().all()}
    if shapes != {"mean": (noise_dim,), "factor": (noise_dim, noise_dim)}:
        raise BadInput(
            f"expected a finite mean and factor of {noise_dim} values of noise in {folder / FILE}, "
            f"found {shapes}; export the model anew"
        )
    return Noise(found["mean"].float(), found["factor"].float())


@torch.inference_mode()
def _distribution(generator: Generator, run: Run, catalogue: Catalogue) -> Noise:
    split, guessed = catalogue.split("train"), []
    chosen = np.linspace(0, len(split) - 1, min(len(split), MOST)).round().astype(np.int64)
    for first in range(0, len(chosen), AT_ONCE):
        rows = chosen[first : first + AT_ONCE]
        text = run.encoder.encode([attribute_description(split.records[row]) for row in rows])
        guessed.append(generator.guess(to_tensor(split.images(rows)), torch.from_numpy(text)))
    mean, log_variance = (torch.cat(part).double() for part in zip(*guessed, strict=True))
    middle, guess = mean.mean(dim=0), torch.cov(mean.T) + torch.diag(log_variance.exp().mean(dim=0))
    covariance = (torch.eye(len(guess)) + guess) / 2 + torch.outer(middle, middle) / 4
    return Noise((middle / 2).float(), torch.linalg.cholesky(covariance).float())
