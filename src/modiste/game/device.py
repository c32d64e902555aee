"""Where the game is played: a GPU if torch has one, or the CPU."""

import torch

from modiste.errors import BadInput


def find_device(name: str | None) -> torch.device:
    """The device that `--device` means; without it, the first GPU that torch sees, or else the CPU.

    Raises:
        BadInput: torch knows no such device, or has none of it here.
    """
    found = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    if name is not None:
        try:
            asked = torch.device(name)
            torch.empty(1, device=asked)
        except (RuntimeError, AssertionError) as error:
            raise BadInput(
                f"expected a device that torch has here ({', '.join(sorted({found.type, 'cpu'}))}), "
                f"got --device {name}; leave it out, or see modiste doctor"
            ) from error
        found = asked
    torch.backends.cudnn.benchmark = (
        True  # every step has the same shapes: the quickest kernels are worth a search
    )
    torch.set_float32_matmul_precision("high")
    return found
