"""Checkpoints: one safetensors file each, written whole, with its SHA-256 beside it."""

import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from modiste import files
from modiste.console import notes
from modiste.errors import BadInput
from modiste.game.state import TrainState, enter_stage

KEPT = 2
"""How many checkpoints stay: the newest, and one before it in case the newest is damaged."""

COUNTERS = ("step", "images_seen", "rollbacks", "train_seconds")


def save(folder: Path, state: TrainState) -> Path:
    """Writes the state as `folder/step-<step>.safetensors`; older ones go once it stands."""
    path = folder / f"step-{state.step:09d}.safetensors"
    counters = {name: getattr(state, name) for name in COUNTERS}
    with files.whole_file(path) as temporary:
        # Bytes through Python rather than `save_file`: the library writes by memory map, where a full
        # disk would be a bus error that kills the process instead of an exception.
        temporary.write_bytes(safetensors.torch.save(_tensors(state), {"counters": json.dumps(counters)}))
        digest = files.sha256(temporary)
    files.write_text(_digest_path(path), digest + "\n")
    for old in sorted(folder.glob("step-*.safetensors"))[:-KEPT]:
        old.unlink()
        _digest_path(old).unlink(missing_ok=True)
    for left in folder.glob(".step-*"):  # by a kill while it was written
        left.unlink()
    return path


def any_in(folder: Path) -> bool:
    """Whether there is a checkpoint, whole or not."""
    return any(folder.glob("step-*.safetensors"))


def newest(folder: Path) -> Path:
    """The newest checkpoint that is whole; a damaged newer one is named on the way.

    Raises:
        BadInput: there is none, or none is whole.
    """
    candidates = sorted(folder.glob("step-*.safetensors"), reverse=True)
    if not candidates:
        raise BadInput(
            f"expected a checkpoint in {folder}, found none; train first, or wait for the first one"
        )
    for path in candidates:
        digest = _digest_path(path)
        if digest.is_file() and digest.read_text().strip() == files.sha256(path):
            return path
        notes.print(f"{path.name} is cut short or damaged: passed over", style="yellow")
    raise BadInput(f"expected a whole checkpoint in {folder}, found only damaged ones; start a new run")


def counters(path: Path) -> dict[str, Any]:
    """The counters of a checkpoint, by the names of `COUNTERS`."""
    with safetensors.safe_open(path, "pt") as file:
        said: dict[str, Any] = json.loads(file.metadata()["counters"])
    return said


def load(path: Path, state: TrainState) -> None:
    """Puts a checkpoint's networks, optimizers and counters into `state`, which has its shape.

    Or the beginning of it: players that grow have the tensors of a smaller size first, under the same names.
    """
    for name, value in counters(path).items():
        setattr(state, name, value)
    with safetensors.safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for name, network in networks(state).items():
        beyond = {} if state.growth is None else network.state_dict()
        network.load_state_dict(beyond | under(tensors, name))
    for name, optimizer in _optimizers(state).items():
        _load_optimizer(optimizer, under(tensors, name))
    enter_stage(state)


def networks(state: TrainState) -> dict[str, nn.Module]:
    """The three networks by the name that their weights carry."""
    return {"generator": state.generator, "discriminator": state.discriminator, "ema": state.ema}


def _optimizers(state: TrainState) -> dict[str, torch.optim.Optimizer]:
    return {
        "generator_optimizer": state.generator_optimizer,
        "discriminator_optimizer": state.discriminator_optimizer,
    }


def weights(state: TrainState) -> dict[str, Tensor]:
    """The three networks' weights by name: what a further training starts from."""
    return {
        f"{name}.{key}": value.contiguous().cpu()
        for name, network in networks(state).items()
        for key, value in network.state_dict().items()
    }


def _tensors(state: TrainState) -> dict[str, Tensor]:
    tensors = weights(state)
    for name, optimizer in _optimizers(state).items():
        for index, values in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": value.contiguous().cpu() for key, value in values.items()}
    return tensors


def _load_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Any]] = {}
    for key, value in tensors.items():
        index, _, name = key.partition(".")
        parameter = parameters[int(index)]
        # Moments take their parameter's memory layout: the fused step walks both in memory order.
        if value.shape == parameter.shape:
            value = torch.empty_like(parameter, requires_grad=False).copy_(value)
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def under(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    """The tensors of one network or optimizer, by their own names."""
    return {
        key.removeprefix(name + "."): value for key, value in tensors.items() if key.startswith(name + ".")
    }


def _digest_path(path: Path) -> Path:
    return path.with_suffix(".sha256")
