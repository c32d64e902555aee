"""Which judge is better: pretrained eyes with small heads, or a network trained from scratch?

    python benchmarks/judge.py CATALOGUE --judge JUDGE --seconds 300

Both learn from the training split alone and are asked about the held-out photos and, if there are any, the
held-out pairs. The network from scratch gets --seconds of training on this machine: four stages of strided
convolutions with batch norm at 64x64, mirrored and shifted photos, all attributes at once.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, interpolate

from modiste.catalogue import Catalogue
from modiste.catalogue.batches import to_tensor
from modiste.evaluate.eyes import Eyes
from modiste.evaluate.judge import Pixels
from modiste.evaluate.scores import score_of
from modiste.evaluate.teaching import open_judge
from modiste.machine import machine
from modiste.memory import keep_large_blocks

SIDE, BATCH, SHIFT = 64, 128, 4


def small(images: Pixels) -> Tensor:
    """Pictures at 64x64, in [-1, 1]."""
    return interpolate(to_tensor(images), size=(SIDE, SIDE), mode="area")


class Scratch(nn.Module):
    """Strided convolutions from 64x64 to 4x4, one head an attribute."""

    def __init__(self, num_values: dict[str, int]) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in ((3, 48), (48, 96), (96, 192), (192, 256)):
            layers += [nn.Conv2d(before, after, 3, 2, 1), nn.BatchNorm2d(after), nn.ReLU()]
            layers += [nn.Conv2d(after, after, 3, 1, 1), nn.BatchNorm2d(after), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.3))
        self.heads = nn.ModuleDict({name: nn.Linear(256, count) for name, count in num_values.items()})

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """Logits of each attribute."""
        features = self.layers(image)
        return {name: head(features) for name, head in self.heads.items()}


def augmented(images: Tensor) -> Tensor:
    """Half mirrored, all moved by up to four pixels."""
    images = torch.where(torch.rand(len(images), 1, 1, 1) < 0.5, images, images.flip(3))
    padded = nn.functional.pad(images, (SHIFT,) * 4, mode="replicate")
    left, top = (int(torch.randint(2 * SHIFT + 1, ())) for _ in range(2))
    return padded[:, :, top : top + SIDE, left : left + SIDE]


def train_scratch(
    images: Tensor, labels: dict[str, Tensor], num_values: dict[str, int], seconds: float
) -> Scratch:
    """Trains for so long, with the learning rate falling to zero by a cosine."""
    torch.manual_seed(0)
    network = Scratch(num_values).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    started = time.monotonic()
    while (spent := (time.monotonic() - started) / seconds) < 1:
        optimizer.param_groups[0]["lr"] = 2e-3 * 0.5 * (1 + np.cos(np.pi * spent))
        chosen = torch.randint(len(images), (BATCH,))
        logits = network(augmented(images[chosen]).contiguous(memory_format=torch.channels_last))
        losses = [
            cross_entropy(logits[name], labels[name][chosen], ignore_index=-1, label_smoothing=0.05)
            for name in num_values
        ]
        optimizer.zero_grad()
        torch.stack(losses).sum().backward()
        optimizer.step()
    return network.eval()


def main() -> None:
    """Trains both and prints their accuracy."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("catalogue", type=Path)
    parser.add_argument(
        "--judge", type=Path, required=True, help="folder of the judge, taught if it is empty"
    )
    parser.add_argument("--seconds", type=float, default=300)
    options = parser.parse_args()
    keep_large_blocks()
    catalogue, eyes = Catalogue.open(options.catalogue), Eyes()
    judge, _ = open_judge(catalogue, eyes, options.judge)
    num_values = {name: len(known) for name, known in judge.attributes.items()}
    train = catalogue.split("train")
    labels = {name: torch.from_numpy(label) for name, label in judge.labels(train.records).items()}
    network = train_scratch(small(train.images(np.arange(len(train)))), labels, num_values, options.seconds)
    print(f"{machine()}; {options.catalogue.name}: {len(train):,} photos to learn from")
    print(f"{'':24} {'pretrained eyes':>18} {'from scratch':>18}   accuracy / balanced")
    for name in ("test", "pairs"):
        split = catalogue.split(name)
        if not len(split):
            continue
        images = split.images(np.arange(len(split)))
        said = judge.judge(images, eyes.see(images))
        with torch.inference_mode():
            logits = network(small(images))
        for attribute, asked in judge.labels(split.records).items():
            ours = score_of(said[attribute].argmax(axis=1), asked)
            other = score_of(logits[attribute].argmax(dim=1).numpy(), asked)
            if ours and other:
                print(
                    f"{name:6} {attribute:17} {ours.accuracy:9.3f} / {ours.balanced:.3f} "
                    f"{other.accuracy:10.3f} / {other.balanced:.3f}"
                )
    print(f"taught in {judge.about['seconds']:.0f} s and {options.seconds:.0f} s")


if __name__ == "__main__":
    main()
