"""`modiste studio`: designs while you type."""

from pathlib import Path
from typing import Annotated

import typer


def studio(
    model: Annotated[
        str | None,
        typer.Option(
            help="A model folder or a bundled name; without it, that of --run, or the bundled default."
        ),
    ] = None,
    run: Annotated[Path | None, typer.Option(help="A run folder: adds the page on its game.")] = None,
    home: Annotated[Path, typer.Option(help="Folder for kept pictures and the history.")] = Path("studio"),
    port: Annotated[
        int, typer.Option(help="Port on this machine; 0 takes a free one.", min=0, max=65535)
    ] = 7860,
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; any other than this machine's own needs the printed token."),
    ] = "127.0.0.1",
    browser: Annotated[
        bool, typer.Option("--browser", help="Open the page in the system's browser.")
    ] = False,
) -> None:
    """Open the studio: type, and garments appear; steer, keep, compare, export.

    Example: modiste studio --model runs/first/model --home studio
    """
    from modiste.studio import studio_command

    studio_command(model=model, run=run, home=home, host=host, port=port, browser=browser)
