"""Does a model please only the eyes that judge it? Its pictures as other eyes see them, which nothing taught.

    python benchmarks/other_eyes.py MODEL [MODEL ...] CATALOGUE --out OUT --seconds 300

`modiste evaluate` sees with a pretrained network, and a family may be taught by one of its kin. Here are two
that have none: a small network which learns attributes from the training photos alone (that of judge.py, kept
in OUT), and no network at all: the first 64 principal components of photos at 16x16, each of variance 1.
Printed for each model and for real photos: KID in both, on the held-out products, and the accuracy of the
attributes that the network reads, on the held-out products and pairs.
"""

import argparse
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from judge import Scratch, small, train_scratch
from modiste import files
from modiste.catalogue import Catalogue
from modiste.catalogue.batches import to_tensor
from modiste.design import DesignModel, find_model
from modiste.evaluate.judge import attributes_of, labels
from modiste.evaluate.likeness import kernel_distance
from modiste.evaluate.prompts import chosen_rows
from modiste.evaluate.scores import score_of
from modiste.machine import machine
from modiste.memory import keep_large_blocks
from modiste.record import ROLES
from modiste.text.write import attribute_description

COARSE, COMPONENTS = 16, 64
MOST = 2_000
"""Photos that a set's components and scale are found from."""
AT_ONCE = 256

Values = dict[str, tuple[str, ...]]


def learnt(catalogue: Catalogue, values: Values, out: Path, seconds: float) -> Scratch:
    """The network from scratch, taught unless OUT has it."""
    counts = {name: len(known) for name, known in values.items()}
    kept = out / "scratch.safetensors"
    if kept.is_file():
        network = Scratch(counts)
        network.load_state_dict(safetensors.torch.load_file(kept))
        return network.eval()
    train = catalogue.split("train")
    asked = {name: torch.from_numpy(label) for name, label in labels(train.records, values).items()}
    network = train_scratch(small(train.images(np.arange(len(train)))), asked, counts, seconds)
    weights = {name: weight.contiguous() for name, weight in network.state_dict().items()}
    files.write_bytes(kept, safetensors.torch.save(weights))
    return network


class Views:
    """Pictures -> what the network and the components make of them, on scales of real photos."""

    def __init__(self, network: Scratch, photos: np.ndarray) -> None:
        self._network = network
        self._scale = (0.0, 1.0)
        seen = self._seen(photos)[0]
        self._scale = (seen.mean(axis=0), seen.std(axis=0) + 1e-6)
        coarse = self._coarse(photos)
        self._middle = coarse.mean(axis=0)
        _, spread, axes = np.linalg.svd(coarse - self._middle, full_matrices=False)
        self._axes = axes[:COMPONENTS].T / (spread[:COMPONENTS] / len(photos) ** 0.5)

    def of(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """The network's features, the components, and the places of the values that the network reads."""
        features, read = self._seen(images)
        return features, ((self._coarse(images) - self._middle) @ self._axes).astype(np.float32), read

    def _coarse(self, images: np.ndarray) -> np.ndarray:
        return interpolate(to_tensor(images), size=(COARSE, COARSE), mode="area").flatten(1).double().numpy()

    @torch.inference_mode()
    def _seen(self, images: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        features: Tensor = torch.cat([self._network.layers(part) for part in small(images).split(AT_ONCE)])
        read = {name: head(features).argmax(dim=1).numpy() for name, head in self._network.heads.items()}
        middle, scale = self._scale
        return ((features.numpy() - middle) / scale).astype(np.float32), read


def main() -> None:
    """Draws, looks and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+")
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pictures", type=int, default=500, help="at most so many of each set")
    options = parser.parse_args()
    keep_large_blocks()
    options.out.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue.open(options.catalogue)
    train = catalogue.split("train")
    values = {name: known for name, known in attributes_of(train.records).items() if name in ROLES}
    views = Views(
        learnt(catalogue, values, options.out, options.seconds),
        train.images(np.array(chosen_rows(len(train), MOST, seed=0))),
    )
    sets = {}
    for name in ("test", "pairs"):
        split = catalogue.split(name)
        rows = chosen_rows(len(split), options.pictures, seed=0)
        if rows:
            sets[name] = (tuple(split.records[row] for row in rows), views.of(split.images(np.array(rows))))
    other = views.of(train.images(np.array(chosen_rows(len(train), options.pictures, seed=0))))
    print(f"{machine()}; {options.catalogue.name}: {', '.join(f'{len(v[0])} {k}' for k, v in sets.items())}")
    titles = [f"{name} {role}" for name in sets for role in values]
    print(f"{'':20}" + "".join(f"{title:>16}" for title in ("KID scratch", "KID 16x16", *titles)))
    for shown in (None, *options.models):
        model = DesignModel.open(find_model(shown)) if shown else None
        cells = []
        for name, (records, real) in sets.items():
            seen = real
            if model is not None:
                texts = [attribute_description(record) for record in records]
                seen = views.of(model.draw(texts, list(range(len(texts)))))
            if name == "test":
                compared = seen if model else other
                cells += [kernel_distance(compared[view], real[view], seed=0)[0] for view in (0, 1)]
            asked = labels(records, values)
            scores = [score_of(seen[2][role], asked[role]) for role in values]
            cells += [score.accuracy if score else float("nan") for score in scores]
        print(f"{(shown or 'real photos')[-20:]:20}" + "".join(f"{cell:16.3f}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
