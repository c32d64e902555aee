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
    judge: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the judge that `modiste evaluate --judge` taught: it goes with the model, and "
            "`modiste adapt` can begin from it."
        ),
    ] = None,
    card: Annotated[
        Path | None, typer.Option(help="Markdown for the model's card: figures, data, licence.")
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="words: the model hears words outside the catalogue, too, as this release does; what was "
            "edited under heard is lost."
        ),
    ] = None,
    fit_noise: Annotated[
        Path | None,
        typer.Option(
            help="The run's catalogue: the model draws from noise as in its game, so that few words show "
            "more variety; for a run that obeys its words well already."
        ),
    ] = None,
) -> None:
    """Export a run's latest checkpoint as a model folder that draws without torch.

    Example: modiste export runs/first --out models/first --judge judges/catalogue
    """
    from modiste.console import notes
    from modiste.errors import BadInput
    from modiste.export import Beside, export_run

    if card is not None and not card.is_file():
        raise BadInput(f"expected a Markdown file for the card, found none at {card}")
    try:
        about = card.read_text(encoding="utf-8") if card else None
    except UnicodeDecodeError:
        raise BadInput(f"expected UTF-8 in the card, {card} is written otherwise; save it as UTF-8") from None
    folder = export_run(run, out, Beside(thumbnails, judge, about, fit_noise), encoder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    notes.print(f"model: {folder} ({size / 1e6:.1f} MB)")
