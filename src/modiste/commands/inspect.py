"""`modiste inspect`: what is in a catalogue."""

from pathlib import Path
from typing import Annotated, Any

import typer

VALUES, WIDTH = 6, 100


def inspect(
    catalogue: Annotated[Path, typer.Argument(help="A catalogue, as `modiste prepare` writes it.")],
    where: Annotated[
        list[str] | None,
        typer.Option(help="Only products where ATTRIBUTE=VALUE[,VALUE]; may be repeated; also id=."),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Write a contact sheet of these products: a PNG, WebP or JPEG.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Say what is in a catalogue: splits, attributes and their most frequent values.

    Example: modiste inspect catalogue --where colour=Red,Pink --where article=Dresses --sheet dresses.webp
    """
    from modiste.catalogue.inspect import inspect_catalogue
    from modiste.catalogue.settings import parse_where
    from modiste.console import plain, result

    found = inspect_catalogue(catalogue, parse_where(where or []), sheet)
    if json:
        result(found)
        return
    for line in _screen(found):
        print(plain(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"))
    if sheet is not None:
        print(plain(f"contact sheet: {sheet}"))


def _screen(found: dict[str, Any]) -> list[str]:
    config = found["config"]
    size = f"{found['size']}x{found['size']}"
    lines = [
        f"{found['path']}: {sum(found['splits'].values()):,} products of {found['source']}, {size} "
        f"({config['square']}), {found['bytes'] / 2**20:,.1f} MiB",
        f"SHA-256 {found['sha256'][:16]}, seed {config['seed']}, {found['texts']:,} texts",
        "splits     " + ", ".join(f"{name} {count:,}" for name, count in found["splits"].items()),
    ]
    if found["held_out_pairs"]:
        pairs = [" ".join(pair) for pair in found["held_out_pairs"]]
        lines.append(
            f"held out   {len(pairs)} pairs of {' and '.join(found['hold_out'])}: {', '.join(pairs)}"
        )
    if found["where"]:
        shown = [f"{name}={','.join(wanted)}" for name, wanted in found["where"].items()]
        lines.append(f"only       {' '.join(shown)}")
    lines.append("")
    width = max([9, *map(len, found["values"])]) + 2
    for name, counts in found["values"].items():
        most = ", ".join(f"{value} {count:,}" for value, count in list(counts.items())[:VALUES])
        more = f", and {len(counts) - VALUES} more" if len(counts) > VALUES else ""
        lines.append(f"{name:{width}}{most}{more}")
    return lines
