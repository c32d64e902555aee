"""`modiste prepare`: photos and their table into a catalogue."""

from pathlib import Path
from typing import Annotated

import typer


def prepare(
    source: Annotated[
        Path, typer.Argument(help="Folder with photos and a table, or a file that holds both.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the catalogue: new, or one to go on with.")],
    size: Annotated[
        int, typer.Option(help="Side of the square photos: a power of two from 4 to 1024.")
    ] = 128,
    where: Annotated[
        list[str] | None, typer.Option(help="Keep rows only where COLUMN=VALUE[,VALUE]; may be repeated.")
    ] = None,
    map: Annotated[
        list[str] | None, typer.Option(help="Which column is what: ROLE=COLUMN, e.g. colour=baseColour.")
    ] = None,
    hold_out: Annotated[
        str | None, typer.Option(help="Attribute pair of which whole combinations are kept from training.")
    ] = None,
    hold_out_count: Annotated[int, typer.Option(help="How many such combinations.")] = 30,
    hold_out_like: Annotated[
        Path | None, typer.Option(help="Take the held-out combinations and the seed of this other catalogue.")
    ] = None,
    square: Annotated[
        str,
        typer.Option(
            help="What is kept of a photo: crop (the middle, as the article), pad (all, on white), "
            "background (all, on its own background), garment (cropped to it)."
        ),
    ] = "crop",
    max_bad: Annotated[
        float, typer.Option(help="Share of rows and photos that may be bad before nothing is written.")
    ] = 0.05,
    max_pixels: Annotated[
        int, typer.Option(help="Photos with more pixels to decode are refused.")
    ] = 50_000_000,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be read and how; write nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the split and of the held-out pairs.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read a source of photos and attributes, check every photo, and write a catalogue to train on.

    The same command goes on where it was stopped, and brings the catalogue up to date when the source grew.

    Example: modiste prepare fashion-product-images --out catalogue --size 128
    --where masterCategory=Apparel,Footwear --hold-out colour,article
    """
    from modiste.catalogue.prepare import PrepareConfig, parse_assignments, parse_where, prepare

    config = PrepareConfig(
        size=size,
        where=parse_where(where or []),
        columns=parse_assignments(map or []),
        hold_out=tuple(hold_out.split(",")) if hold_out else (),
        hold_out_count=hold_out_count,
        square=square,
        seed=seed,
        max_pixels=max_pixels,
    )
    report = prepare(source, out, config, hold_out_like=hold_out_like, max_bad=max_bad, dry_run=dry_run)
    if not dry_run:
        from modiste.console import notes

        notes.print(f"next: modiste train {out} --out RUN")
    if json:
        from modiste.console import result

        result(report)
