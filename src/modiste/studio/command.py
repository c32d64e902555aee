"""What `modiste studio` does: opens the folders, listens, and says where."""

import secrets
import webbrowser
from pathlib import Path

import uvicorn

from modiste.console import notes
from modiste.design.folder import find_model
from modiste.listening import LOOPBACK, end_in_order, listen
from modiste.studio.app import Studio, studio_app
from modiste.studio.game import RunFolder
from modiste.studio.guard import token_query


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
    if run is not None:
        RunFolder(run)  # or a run that is none would be called a model that is none
    token = None if host in LOOPBACK else secrets.token_urlsafe(24)
    listener, url = listen(host, port)  # before the home is made, which stays
    studio = Studio.open(find_model(run if model is None and run is not None else model), home, run)
    address = f"{url}/{token_query(token) if token else ''}"
    notes.print(f"the studio of {studio.model.name} is open: {address}   kept in {home}   Ctrl-C closes it")
    for notice in studio.home.notices:
        notes.print(NOTICES[notice].format(home=home), style="yellow")
    if browser:
        webbrowser.open(address)
    config = uvicorn.Config(studio_app(studio, token=token), log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    end_in_order(server)
    server.run(sockets=[listener])


NOTICES = {
    "readonly": "{home} cannot be written: designs can be drawn and exported, but none can be kept there",
    "shared": "another studio has {home} open: each sees what the other keeps, and the newest change counts",
}
