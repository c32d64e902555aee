"""In how many bits the networks compute: 32, or 16 where the processor multiplies these more quickly.

Weights, their average, the optimizers and all losses stay in 32 bits; the layers between pictures and
verdicts are computed in bfloat16, which has float32's range and 8 bits of its precision (torch's autocast).
Processors with AVX-512 BF16 or AMX take less than half the time for such a convolution.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import torch

from modiste.console import notes
from modiste.errors import BadInput

FLOAT32, BFLOAT16 = PRECISIONS = ("float32", "bfloat16")
Step = TypeVar("Step", bound=Callable[..., Any])


def find_precision(name: str | None, device: torch.device) -> str:
    """The precision that `--precision` means on a device; without it, the quicker one.

    Raises:
        BadInput: it is none, or the device is not a processor.
    """
    if name not in (None, *PRECISIONS):
        raise BadInput(f"unknown precision {name!r}; use one of: {', '.join(PRECISIONS)}")
    if name == BFLOAT16 and device.type != "cpu":
        raise BadInput(f"--precision {BFLOAT16} is for processors, and this run is on {device}; leave it out")
    return name or (BFLOAT16 if device.type == "cpu" and quick_in_bfloat16() else FLOAT32)


def kept_precision(asked: str | None, had: str, device: torch.device) -> str:
    """The precision of a run that goes on: its own, unless another is asked for or the device has not that.

    Raises:
        BadInput: as `find_precision`.
    """
    precision = find_precision(asked or (had if device.type == "cpu" else None), device)
    if precision != had:
        notes.print(f"going on in {precision}: no longer to the same bits as in {had}")
    elif precision == BFLOAT16 and not quick_in_bfloat16():
        notes.print(
            f"this processor is slow in {had}; --precision {FLOAT32} is quicker here, not to the same bits",
            style="yellow",
        )
    return precision


def quick_precisions() -> tuple[str, ...]:
    """Those that this processor is quick in."""
    return PRECISIONS if quick_in_bfloat16() else (FLOAT32,)


def quick_in_bfloat16() -> bool:
    """Whether this processor has instructions for bfloat16."""
    # torch.cpu has no public names for them yet.
    asks = (getattr(torch.cpu, f"_is_{what}_supported", None) for what in ("avx512_bf16", "amx_tile"))
    return any(ask is not None and ask() for ask in asks)


def in_its_precision(step: Step) -> Step:
    """A part of the game whose first argument, the state, says in which precision its networks compute."""

    @wraps(step)
    def computed(state: Any, *arguments: Any) -> Any:
        # One context for each step: within it weights are rounded once, and after it they have moved.
        with torch.autocast(state.device.type, torch.bfloat16, enabled=state.precision == BFLOAT16):
            return step(state, *arguments)

    return computed  # type: ignore[return-value]
