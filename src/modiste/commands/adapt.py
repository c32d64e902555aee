"""`modiste adapt`: a bare folder of photos becomes a brand's own model."""

from pathlib import Path
from typing import Annotated

import typer


def adapt(
    photos: Annotated[Path, typer.Argument(help="Folder of photos, a few hundred; no table is needed.")],
    out: Annotated[
        Path,
        typer.Option(
            help="Folder for labels.csv, the figures and OUT/model: new, or an adaptation that was stopped."
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            help="Model to begin with: a folder or a bundled name; without it, the bundled default."
        ),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="Training in all, over all sittings; 15 without it.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="Table with file_name and some of gender, style, colour, article, to learn from instead of "
            "what the model's judge proposes."
        ),
    ] = None,
    labels_only: Annotated[
        bool, typer.Option("--labels-only", help="Write labels.csv and stop, so that it can be corrected.")
    ] = False,
    square: Annotated[
        str, typer.Option(help="What is kept of a photo: crop, pad, background or garment, as in prepare.")
    ] = "crop",
    seed: Annotated[int, typer.Option(help="Of the held-out photos, the training and its figures.")] = 0,
    device: Annotated[
        str | None,
        typer.Option(help="Where to train: cpu, cuda, …; without it, the first GPU, or else the CPU."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Make a brand's own model of a bare folder of photos, from what another model has learnt.

    The model's judge says what each photo shows (labels.csv, to be corrected by hand if wanted). A tenth of
    the photos, by chance, is kept to measure by: of a garment with several photos give one. Ctrl-C saves and
    ends; the same command goes on. A catalogue with a table needs no judge: modiste prepare, then modiste
    train --from MODEL --preset few.

    Example: modiste adapt photos --out brand --minutes 15
    """
    from modiste.adapt.adapt import AdaptConfig
    from modiste.adapt.adapt import adapt as adapt_model
    from modiste.design.folder import find_model

    config = AdaptConfig(minutes, labels, labels_only, square, seed, device)
    metrics = adapt_model(photos, out, find_model(model), config)
    if json and metrics is not None:
        from modiste.console import result

        result(metrics)
