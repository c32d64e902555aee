"""A judge for a model folder: with it, the model can read the attributes of photos that have no table."""

from pathlib import Path

import safetensors
import safetensors.torch

from modiste import files
from modiste.design.folder import JUDGE
from modiste.errors import BadInput


def add_judge(folder: Path, judge: Path) -> None:
    """Copies a judge's weights and description into a model folder that is being built.

    What it saw in its own training photos stays behind: that is large, and of use with these photos alone.
    Matrices are stored in half precision.

    Raises:
        BadInput: `judge` is no folder of a judge.
    """
    about, weights = judge / "judge.json", judge / "judge.safetensors"
    value = files.read_json(about) if about.is_file() else None
    if not isinstance(value, dict) or value.get("format") != "modiste-judge" or not weights.is_file():
        raise BadInput(
            f"expected a judge with judge.json and judge.safetensors in {judge}, found none; "
            "modiste evaluate RUN CATALOGUE --judge DIR teaches one"
        )
    try:
        tensors = safetensors.torch.load(weights.read_bytes())
    except safetensors.SafetensorError as error:
        raise BadInput(f"the weights of the judge in {judge} are damaged ({error}); teach it anew") from None
    halved = {name: value.half() if value.ndim > 1 else value for name, value in tensors.items()}
    (folder / JUDGE).mkdir(exist_ok=True)
    files.write_bytes(folder / JUDGE / weights.name, safetensors.torch.save(halved))
    files.write_json(folder / JUDGE / about.name, value)
