"""What `modiste studio` does: opens the folders, listens, and says where."""

import secrets
import socket
import webbrowser
from pathlib import Path

import uvicorn

from modiste.console import notes
from modiste.design.folder import find_model
from modiste.errors import BadInput
from modiste.studio.app import Studio, studio_app
from modiste.studio.guard import LOOPBACK, token_query


def studio_command(
    *, model: str | None, run: Path | None, home: Path, host: str, port: int, browser: bool
) -> None:
    """Serves the studio until Ctrl-C or SIGTERM.

    Args:
        model: a model folder or bundled name; None means the run's own model, or the bundled default.
        run: a run folder for the page on the game.
        home: where kept pictures and the history are.
        host: the address to listen on; any other than this machine's own needs the token that is printed.
        port: 0 takes a free one.
        browser: whether to open the page in the system's browser.

    Raises:
        BadInput: a folder is not what it should be, or the port is taken.
    """
    studio = Studio.open(find_model(run if model is None and run is not None else model), home, run)
    token = None if host in LOOPBACK else secrets.token_urlsafe(24)
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}/{token_query(token) if token else ''}"
    notes.print(
        f"the studio of {studio.model.name} is open: {address}   kept in {home}   Ctrl-C closes it",
        markup=False,
    )
    for notice in studio.home.notices:
        notes.print(NOTICES[notice].format(home=home), style="yellow", markup=False)
    if browser:
        webbrowser.open(address)
    config = uvicorn.Config(studio_app(studio, token=token), log_level="warning", timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[listener])


NOTICES = {
    "readonly": "{home} cannot be written: designs can be drawn and exported, but none can be kept there",
    "shared": "another studio has {home} open: each sees what the other keeps, and the newest change counts",
}


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With the protocol named, asyncio turns Nagle's algorithm off: else every answer waits 40 ms.
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except (OSError, OverflowError) as error:
        raise BadInput(
            f"cannot listen on {host}, port {port}: {error}; give another with --port or --host"
        ) from None
    return listener
