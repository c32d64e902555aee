"""`modiste serve`: pictures over HTTP."""

from typing import Annotated

import typer


def serve(
    model: Annotated[
        str | None, typer.Option(help="A model folder or a bundled name; without it, the bundled default.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own needs the token.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(
            help="API key that clients must bring; better given as MODISTE_TOKEN.", envvar="MODISTE_TOKEN"
        ),
    ] = None,
) -> None:
    """Serve pictures in the shape of the OpenAI image API.

    Example: modiste serve --model runs/first/model --port 8000
    """
    from modiste.serve import serve_command

    serve_command(model=model, host=host, port=port, token=token)
