"""`modiste export`: a run into a model folder."""

from pathlib import Path
from typing import Annotated

import typer


def export(
    run: Annotated[Path, typer.Argument(help="A run folder, as `modiste train` writes it.")],
    out: Annotated[Path, typer.Option(help="New folder for the model.")],
    thumbnails: Annotated[
        Path | None,
        typer.Option(help="The run's catalogue: the studio then shows the nearest photos beside a design."),
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(help="words: the model hears words outside the catalogue too, if the run does not yet."),
    ] = None,
) -> None:
    """Export a run's latest checkpoint as a model folder that draws without torch.

    Example: modiste export runs/first --out models/first
    """
    from modiste.export import export_run

    export_run(run, out, thumbnails, encoder)
