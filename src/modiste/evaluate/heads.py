"""What the judge has learnt: small networks over fixed features, one output a value of an attribute."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

HIDDEN = 256
EPOCHS_OF_PHOTOS = 36
"""How often each photo is shown, in whatever copies."""
BATCH = 256
LARGEST = 6.0
"""Standardised features are clipped here: a picture may be unlike any photo."""


class Heads(nn.Module):
    """Features -> logits for each of several attributes, over one hidden layer."""

    mean: Tensor
    spread: Tensor

    def __init__(self, num_features: int, num_values: dict[str, int]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(num_features))
        self.register_buffer("spread", torch.ones(num_features))
        self.hidden = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(num_features, HIDDEN), nn.ReLU(), nn.Dropout(0.5)
        )
        self.heads = nn.ModuleDict()
        self._keys = {name: _key(name, self.heads) for name in num_values}
        for name, count in num_values.items():
            self.heads[self._keys[name]] = nn.Linear(HIDDEN, count)

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        """Logits [batch, values] of each attribute for features [batch, num_features]."""
        standard = ((features - self.mean) / self.spread).clamp(-LARGEST, LARGEST)
        hidden = self.hidden(standard)
        return {name: self.heads[key](hidden) for name, key in self._keys.items()}


def _key(name: str, modules: nn.ModuleDict) -> str:
    """What a table's column is called among modules, which take no dot and no name of their own methods."""
    return name.replace(".", "·") + ":" if "." in name or not name or hasattr(modules, name) else name


@dataclass(frozen=True)
class Lesson:
    """Features and what is true of them; -1 where an attribute is not known."""

    features: Floats
    """[n, num_features]"""
    labels: dict[str, Ints]
    """Attribute -> [n]"""


def fit_heads(lessons: list[Lesson], num_values: dict[str, int], seed: int) -> Heads:
    """Trains heads on several copies of the same photos: plain, mirrored, recoloured.

    Rare values count for more, by the square root of how rare they are, so that a judge of a catalogue
    of which 78% is casual still knows what formal looks like. Same seed and threads, same heads.
    """
    features = torch.from_numpy(np.concatenate([lesson.features for lesson in lessons]))
    labels = {
        name: torch.from_numpy(np.concatenate([lesson.labels[name] for lesson in lessons]))
        for name in num_values
    }
    weights = {name: _weights(label, num_values[name]) for name, label in labels.items()}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        heads = Heads(features.shape[1], num_values)
        heads.mean.copy_(features.mean(dim=0))
        heads.spread.copy_(features.std(dim=0) + 1e-4)
        optimizer = torch.optim.AdamW(heads.parameters(), lr=1e-3, weight_decay=1e-2)
        steps = max(200, EPOCHS_OF_PHOTOS * len(lessons[0].features) // BATCH)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(steps):
            chosen = torch.randint(len(features), (BATCH,))
            logits = heads(features[chosen])
            loss = torch.stack(
                [_loss(logits[name], labels[name][chosen], weights[name]) for name in num_values]
            ).sum()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return heads.eval().requires_grad_(False)


@torch.inference_mode()
def probabilities(heads: Heads, features: Floats) -> dict[str, Floats]:
    """How probable each value of each attribute is: attribute -> [n, values]."""
    return {name: logits.softmax(dim=1).numpy() for name, logits in heads(torch.from_numpy(features)).items()}


def _loss(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    known = labels >= 0
    if not known.any():
        return logits.sum() * 0
    return cross_entropy(logits[known], labels[known], weight=weights)


def _weights(labels: Tensor, num_values: int) -> Tensor:
    counts = torch.bincount(labels[labels >= 0], minlength=num_values).float().clamp(min=1)
    return (counts / counts.mean()) ** -0.5
