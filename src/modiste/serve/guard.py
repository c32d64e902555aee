"""Who may ask: this machine's own programs, or whoever holds the token."""

import hmac

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from modiste.listening import asks_this_machine
from modiste.serve.answers import error

OPEN_PATH = "/healthz"
"""Answered without a token: whoever watches over the server has none."""


class Guard:
    """Refuses foreign hosts and foreign pages or, where there is a token, whoever lacks it.

    A page of another site in a browser on this machine can send requests here, and its Origin gives it
    away; a name of another site that was pointed at this address (DNS rebinding) is given away by Host.
    """

    def __init__(self, app: ASGIApp, *, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers 401 or 403 with a sentence."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host, origin = headers.get("host", ""), headers.get("origin")
            refusal = None
            if self._token is None and not asks_this_machine(host):
                refusal = error(403, "this server answers on this machine only; ask for it by localhost")
            elif origin is not None and origin not in (f"http://{host}", f"https://{host}"):
                refusal = error(403, "this request came from another site's page; send it from a program")
            elif self._token is not None and scope["path"] != OPEN_PATH:
                scheme, _, given = headers.get("authorization", "").partition(" ")
                known = hmac.compare_digest(given.encode(), self._token.encode())
                if scheme.lower() != "bearer" or not known:
                    refusal = error(
                        401,
                        "this server needs its token as the API key: Authorization: Bearer TOKEN",
                        code="invalid_api_key",
                        headers={"WWW-Authenticate": "Bearer"},
                    )
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
