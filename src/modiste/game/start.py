"""A run that begins with what a model has learnt, on another catalogue or at another size."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from modiste import files
from modiste.errors import BadInput
from modiste.game import checkpoint
from modiste.game.packing import pack, unpack
from modiste.game.state import TrainState
from modiste.models import family
from modiste.text.read import Encoder, load_encoder

FILE = "start.safetensors"


@dataclass(frozen=True)
class Start:
    """A model folder as what a further training needs of it."""

    folder: Path
    family: str
    size: int
    encoder: Encoder
    """The new run reads text with it: the networks know no other."""
    sha256: str
    """Of its `start.safetensors`."""
    network: dict[str, float]
    """Settings that decide its tensors' shapes, which a run that begins with them must have too."""


def open_start(folder: Path) -> Start:
    """Opens a model folder whose files were compared with its SHA256SUMS.

    Raises:
        BadInput: it holds no weights to train on.
    """
    if not (folder / FILE).is_file():
        raise BadInput(
            f"expected {FILE} in {folder}, found none: this model can draw, but not learn more; "
            "begin from its run's folder, or from one that modiste export writes of a run"
        )
    config = files.read_json(folder / "config.json")
    return Start(
        folder,
        config["family"],
        config["size"],
        load_encoder(folder / "encoder.json"),
        files.sha256(folder / FILE),
        _network(folder, config),
    )


def _network(folder: Path, config: dict[str, Any]) -> dict[str, float]:
    network = config.get("network", {})  # of models that were exported before there was more than one width
    known = family(config["family"]).shape
    if not isinstance(network, dict) or not all(
        name in known and isinstance(value, int | float) for name, value in network.items()
    ):
        raise BadInput(f"expected numbers for {', '.join(known)} under network in {folder / 'config.json'}")
    return network


def start_weights(state: TrainState) -> dict[str, Tensor]:
    """What a further training needs, packed: the averaged generator and the discriminator.

    The trained generator is left out: a further training begins as its average. So is what a growing player
    does not draw or judge with at its present size.
    """
    kept = {
        name: value for name, value in checkpoint.weights(state).items() if not name.startswith("generator.")
    }
    if state.growth is not None:
        used = {
            f"{name}.{key}"
            for name, network in checkpoint.networks(state).items()
            for key in state.growth.used(network, state.stage)
        }
        kept = {name: value for name, value in kept.items() if name in used}
    return pack(kept)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The weights of a model folder's start, unpacked: `ema.*` and `discriminator.*`; BadInput if damaged."""
    try:
        packed = safetensors.torch.load((folder / FILE).read_bytes())
    except SafetensorError as error:
        raise BadInput(f"expected weights in {folder / FILE}, found something else: {error}") from None
    return unpack(packed)


def check_start(start: Start, family_name: str, size: int) -> None:
    """BadInput unless a run of this family and size can begin with the model's weights."""
    if start.family != family_name:
        raise BadInput(
            f"{start.folder} is of the family {start.family}, got --family {family_name}; leave it out"
        )
    any_size, grows = family(family_name).silence is not None, family(family_name).growth is not None
    if start.size != size and not any_size and not (grows and start.size < size):
        more = "or a larger one " if grows else ""
        raise BadInput(
            f"{start.folder} draws {start.size}x{start.size} and can go on at that size {more}only; "
            f"this catalogue holds {size}x{size}: prepare it with --size {start.size}"
        )


@torch.no_grad()
def transfer(start: Start, state: TrainState, size: int) -> None:
    """Puts the model's weights into fresh players, which draw and judge as the model does but for rounding.

    Smaller ones leave behind what draws, and judges, beyond their size. The generator begins as its
    average: that is what was shown, and what is better.

    Raises:
        BadInput: the weights are of other shapes than this run's.
    """
    learnt = read_weights(start.folder)
    silence, grows = family(start.family).silence, family(start.family).growth is not None
    for name, network in checkpoint.networks(state).items():
        source = "ema" if name == "generator" else name
        own = network.state_dict()
        given = checkpoint.under(learnt, source)
        aside = {key for key in (*own, *given) if key.startswith(family(start.family).aside)}
        if any(key not in own or key not in given or own[key].shape != given[key].shape for key in aside):
            given = {key: value for key, value in given.items() if key not in aside}
        if start.size > size:
            given = {key: value for key, value in given.items() if key in own}
        unfit = [key for key, value in given.items() if key not in own or own[key].shape != value.shape]
        whole = start.size >= size and not grows
        if unfit or not given or (whole and given.keys() | aside != own.keys() | aside):
            parts = ", ".join(unfit[:3]) or "other parts"
            raise BadInput(
                f"the {name} of {start.folder} does not fit this run's ({parts}); "
                "use a model of the same preset and release"
            )
        network.load_state_dict(given, strict=False)
        if start.size < size and silence is not None:
            silence(network, start.size)
