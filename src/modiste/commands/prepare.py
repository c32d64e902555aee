"""`modiste prepare`: photos and their table into a catalogue."""

from pathlib import Path
from typing import Annotated

import typer


def prepare(
    source: Annotated[Path, typer.Argument(help="Folder with photos and a table, or one folder a class.")],
    out: Annotated[Path, typer.Option(help="New folder for the catalogue.")],
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
        str, typer.Option(help="How a photo becomes square: crop (the article) or pad.")
    ] = "crop",
    seed: Annotated[int, typer.Option(help="Seed of the split and of the held-out pairs.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read a source of photos and attributes, check every photo, and write a catalogue to train on.

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
    )
    report = prepare(source, out, config, hold_out_like=hold_out_like)
    if json:
        from modiste.console import result

        result(report)
