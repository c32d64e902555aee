"""What servers on this machine share: where they listen, which names are its own, how they end."""

import signal
import socket
from typing import TYPE_CHECKING

from modiste.errors import BadInput

if TYPE_CHECKING:
    import uvicorn

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names under which nobody but this machine can ask."""


def asks_this_machine(host: str) -> bool:
    """Whether a Host header (`name`, `name:port`, `[address]:port`) has one of this machine's own names.

    A name of another site that was pointed at this address (DNS rebinding) is given away by it.
    """
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower() in LOOPBACK


def listen(host: str, port: int) -> tuple[socket.socket, str]:
    """Listens on an address; port 0 takes a free one. Returns the socket and the URL, without a path.

    Raises:
        BadInput: there is no such address, or the port is taken.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        # With the protocol named, asyncio turns Nagle's algorithm off: else every answer waits 40 ms.
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError, UnicodeError) as problem:
        reason = (getattr(problem, "strerror", None) or str(problem)).lower()
        raise BadInput(
            f"cannot listen on port {port} of {host[:80]}: {reason}; name others with --port and --host"
        ) from None
    shown = f"[{host}]" if ":" in host else host
    return listener, f"http://{shown}:{listener.getsockname()[1]}"


def end_in_order(server: "uvicorn.Server") -> None:
    """Makes SIGTERM and Ctrl-C end the server as it should, from now on, and the process with 0."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        # uvicorn drains on either and raises it again afterwards: an ordered end is no failure.
        signal.signal(ending, server.handle_exit)
