"""`modiste train`: the game."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    catalogue: Annotated[Path, typer.Argument(help="A catalogue, as `modiste prepare` writes it.")],
    out: Annotated[
        Path, typer.Option(help="Folder of the run: new, or with --resume the one to go on with.")
    ],
    family: Annotated[
        str | None, typer.Option(help="Family of networks: contrastive (the default), dcgan or progan.")
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            help="Settings of that family: laptop (the default), contrastive's wide (for a GPU) and few "
            "(with --from, for a few hundred photos), dcgan's article, or progan's r1, gpu and paper."
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(help="Side of the pictures: the catalogue's; progan grows to any smaller one."),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="Budget in minutes: becomes images once, at the start.")
    ] = None,
    images: Annotated[int | None, typer.Option(help="Budget in photos shown, over all sittings.")] = None,
    steps: Annotated[int | None, typer.Option(help="Budget in steps, over all sittings.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same run; 0 if not said.")] = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="How text is read: words (the default), which hears words outside the catalogue too, or "
            "tfidf, as the article's preset does."
        ),
    ] = None,
    sheets: Annotated[
        int | None, typer.Option(help="Sheets drawn on the way, the frames of learning.webp; 60 if not said.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in OUT where it stopped.")
    ] = False,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MODEL",
            help="Begin with what this model has learnt, on these photos and at their size.",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(help="Where torch computes: cpu, cuda, mps; the GPU if there is one, if not said."),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            help="How exactly networks compute: float32, or bfloat16, the default on processors that have it."
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would be trained and how long it takes; write nothing."),
    ] = False,
) -> None:
    """Train a generator on a catalogue: the counterfeiter and the officer teach each other.

    Ctrl-C saves and ends cleanly; --resume goes on exactly where it stopped. Without a budget it is an hour.

    Example: modiste train catalogue --out runs/first --minutes 90
    """
    from modiste.design.folder import check_folder, check_sums, find_model
    from modiste.export import export_state
    from modiste.game.budget import Budget
    from modiste.game.start import FILE
    from modiste.game.train import train_run

    start = find_model(from_) if from_ else None
    if start is not None:
        check_folder(start)
        if (start / FILE).is_file():  # if not, train_run says what such a model is good for
            check_sums(start, [FILE])
    train_run(
        catalogue,
        out,
        family=family,
        preset=preset,
        size=size,
        budget=Budget(images, steps, minutes),
        seed=seed,
        encoder=encoder,
        sheets=sheets,
        go_on=resume,
        dry_run=dry_run,
        start=start,
        device=device,
        precision=precision,
        on_checkpoint=export_state,
    )
