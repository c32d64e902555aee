"""What `modiste serve` does: opens the model, listens, and drains when it is told to end."""

import secrets

import uvicorn

from modiste.console import notes
from modiste.design import DesignModel, find_model
from modiste.errors import BadInput
from modiste.listening import LOOPBACK, end_in_order, listen
from modiste.serve.app import make_app

DRAIN_SECONDS = 30
"""How long accepted requests may take once the server was told to end."""


def serve_command(*, model: str | None, host: str, port: int, token: str | None) -> None:
    """Serves a model until SIGTERM or Ctrl-C; what was accepted is answered first.

    An address beyond this machine gets a token, a new one unless one is given.

    Raises:
        BadInput: the model or the token cannot be used, or the address cannot be listened on.
    """
    if token is not None and not (token.isascii() and token.isprintable() and token.strip() == token != ""):
        raise BadInput("a token must be printable ASCII without spaces around it; leave it out for a new one")
    made = token is None and host not in LOOPBACK
    if made:
        token = secrets.token_urlsafe(24)
    opened = DesignModel.open(find_model(model))
    opened.draw(["garment"], [0])  # a model that opens but cannot draw is refused now
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(opened, token=token),
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
    )
    listener, address = listen(host, port)
    with listener:
        end_in_order(server)
        _note(f"{opened.name} at {address}/v1, described at {address}/openapi.json; Ctrl-C ends it")
        if made:
            _note(f"token (the clients' API key): {token}")
        server.run(sockets=[listener])


def _note(text: str) -> None:
    notes.print(text)
