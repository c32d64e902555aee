"""The real server on a port of this machine, and how to speak to it."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from modiste.design import DesignModel
from modiste.serve import make_app


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any
    """Its JSON."""


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answered = connection.getresponse()
            text = answered.read()
            return Answer(answered.status, {k.lower(): v for k, v in answered.getheaders()}, json.loads(text))
        finally:
            connection.close()

    def generate(self, **fields: Any) -> Answer:
        return self.ask("POST", "/v1/images/generations", json.dumps(fields).encode())


@contextmanager
def serving(app: Starlette) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Served(listening.getsockname()[1])  # what comes before it is ready waits in the socket
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def served(model: DesignModel) -> Iterator[Served]:
    with serving(make_app(model)) as running:
        yield running


@pytest.fixture(scope="session")
def serve() -> Any:
    """Starts a server of one's own: `with serve(app) as served`."""
    return serving
