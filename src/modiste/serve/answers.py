"""Answers and errors as image clients read them."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

KINDS = {401: "authentication_error", 500: "server_error", 503: "server_error"}
"""Status -> `type` of an error; `invalid_request_error` for the others."""


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON in ASCII: half a surrogate pair from a request could not be sent back in UTF-8."""
    body = json.dumps(value, allow_nan=False).encode("ascii")
    return Response(body, status, headers, media_type="application/json")


def error(
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`{"error": {"message", "type", "param", "code"}}`: a sentence, and the field it is about."""
    kind = KINDS.get(status, "invalid_request_error")
    return answer(
        {"error": {"message": message, "type": kind, "param": param, "code": code}}, status, headers
    )


async def http_error(_request: Request, problem: Exception) -> Response:
    """No such path, or another method: Starlette's own errors in this shape."""
    assert isinstance(problem, HTTPException)
    known = "POST /v1/images/generations, GET /v1/models, GET /healthz and GET /openapi.json"
    return error(
        problem.status_code, f"{problem.detail}; this server answers {known}", headers=problem.headers
    )


async def server_error(_request: Request, _problem: Exception) -> Response:
    """What should not happen: told without details, which stand in the server's log."""
    return error(500, "something went wrong in the server; its log says what")
