"""`modiste design`: pictures from a description."""

from pathlib import Path
from typing import Annotated

import typer


def design(
    description: Annotated[str | None, typer.Argument(help="What to draw, in words.")] = None,
    model: Annotated[
        str | None, typer.Option(help="A model folder or a bundled name; without it, the bundled default.")
    ] = None,
    count: Annotated[int | None, typer.Option(help="How many pictures; 6 without it.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same picture; without it, a new one.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("designs"),
    prompts: Annotated[
        Path | None,
        typer.Option(help="CSV with a column `description` and optionally `seed`: one picture a row."),
    ] = None,
    like: Annotated[
        Path | None, typer.Option(help="A picture drawn by modiste: draw it again from its record.")
    ] = None,
    fantasy: Annotated[
        bool,
        typer.Option(
            "--fantasy",
            help="Fill in by the seed what the words leave open, as the catalogue speaks of such garments.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what was drawn as JSON.")] = False,
) -> None:
    """Draw garments from a description.

    Example: modiste design "navy blue casual shirt for men" --model runs/first/model --seed 7
    """
    from modiste.design import design_command

    drawn = design_command(
        description,
        model=model,
        count=count,
        seed=seed,
        out=out,
        prompts=prompts,
        like=like,
        fantasy=fantasy,
    )
    if json:
        from modiste.console import result

        result(drawn)
