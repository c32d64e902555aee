"""Who may speak to the studio: this machine's own pages, or whoever holds the token."""

import hmac
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modiste.listening import asks_this_machine

COOKIE = "modiste_studio"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Refuses foreign hosts, foreign pages and, where there is a token, whoever lacks it.

    A page of another site that a browser on this machine has open can send requests here; its Origin gives it
    away. A name of another site that was pointed at this address (DNS rebinding) is given away by Host.
    """

    def __init__(self, app: ASGIApp, *, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers 403 with a sentence."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer[name] = value
                answer.setdefault("Cache-Control", "no-store")
            await send(message)

        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if refusal := self._refusal(headers, asked):
            await JSONResponse({"error": refusal}, 403)(scope, receive, with_headers)
        elif self._token and asked:
            # The token leaves the address bar, and so the history, for a cookie that no script can read.
            moved = RedirectResponse(scope["path"], 303)
            moved.set_cookie(COOKIE, self._token, httponly=True, samesite="strict")
            await moved(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)

    def _refusal(self, headers: Headers, asked: str) -> str | None:
        host = headers.get("host", "")
        if self._token is None and not asks_this_machine(host):
            return f"this studio answers on this machine only, not to {host[:80]!r}; open its own address"
        origin = headers.get("origin")
        own = (None, f"http://{host}", f"https://{host}")  # the latter behind a proxy
        if origin not in own or headers.get("sec-fetch-site") == "cross-site":
            return "this request came from another site's page; open the studio at its own address"
        if self._token is not None:
            given = asked or cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
            if not hmac.compare_digest(given.encode(), self._token.encode()):
                return "this studio is open to other machines and needs its token: use the address it printed"
        return None


def token_query(token: str) -> str:
    """What follows the address that is printed."""
    return "?" + urlencode({"token": token})
