"""`modiste sample`: the embedded wardrobe."""

from pathlib import Path
from typing import Annotated

import typer


def sample(
    out: Annotated[Path, typer.Option(help="New folder for the pictures and their table.")],
    count: Annotated[int, typer.Option(help="How many garments to draw.")] = 2000,
    size: Annotated[int, typer.Option(help="Side of the square pictures in pixels, 32 to 1024.")] = 256,
    seed: Annotated[int, typer.Option(help="Same seed, same garments.")] = 0,
) -> None:
    """Draw a catalogue of garments with exact attributes, to try modiste without data.

    Example: modiste sample --out wardrobe --count 2000 --size 128
    """
    from modiste.wardrobe import write_sample

    write_sample(out, count=count, size=size, seed=seed)
