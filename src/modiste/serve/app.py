"""The interface: `POST /v1/images/generations`, `GET /v1/models`, `/healthz` and `/openapi.json`."""

import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from modiste import __version__
from modiste.design import DesignModel
from modiste.record import ROLES
from modiste.serve.answers import answer, error, http_error, server_error
from modiste.serve.asked import Refused, read_asked
from modiste.serve.drawer import Busy, Drawer
from modiste.serve.guard import Guard

MAX_BODY = 1 << 20
"""Bytes of a request: hundreds of times what the longest description takes."""

QUEUE = 256
"""Pictures that may wait or be drawn at a time: four of the largest requests."""


def make_app(model: DesignModel, *, token: str | None = None, queue: int = QUEUE) -> Starlette:
    """The application that serves `model`.

    Args:
        model: what is drawn with.
        token: what every request must bring as its API key; with None, only requests to this
            machine by its own name are answered.
        queue: pictures that may wait or be drawn at a time; more are answered with 503.
    """
    drawer = Drawer(model, queue)
    started = int(time.time())
    description = (files("modiste.serve") / "openapi.json").read_bytes()

    async def generations(request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        if body is None:
            return error(413, f"a request must have at most {MAX_BODY:,} bytes; send a shorter one")
        try:
            asked = read_asked(body, model)
            pictures = await drawer.draw(asked.wishes)
        except Refused as problem:
            return error(422, str(problem), param=problem.param, code=problem.code)
        except Busy as problem:
            wait = str(problem.seconds)
            message = f"too many pictures are asked for at once; try again in {wait} s"
            return error(503, message, code="busy", headers={"Retry-After": wait})
        data = [
            {
                "b64_json": base64.b64encode(picture).decode("ascii"),
                "revised_prompt": asked.description,
                "seed": wish.seed,
            }
            for wish, picture in zip(asked.wishes, pictures, strict=True)
        ]
        return answer(
            {
                "created": int(time.time()),
                "data": data,
                "model": model.name,
                "size": f"{model.size}x{model.size}",
                "output_format": "png",
                "heard_words": model.heard(asked.description),
                "unknown_words": model.unknown(asked.description),
            }
        )

    shown = {
        "id": model.name,
        "object": "model",
        "created": started,
        "owned_by": "modiste",
        "size": f"{model.size}x{model.size}",
        "sha256": model.sha256,
        "attributes": {role: model.vocabulary.get(role, []) for role in ROLES},
    }

    async def models(_request: Request) -> Response:
        return answer({"object": "list", "data": [shown]})

    async def one_model(request: Request) -> Response:
        if request.path_params["name"] == model.name:
            return answer(shown)
        message = f"expected the model {model.name!r}, which this server draws with, found another name"
        return error(404, message, param="model", code="model_not_found")

    async def health(_request: Request) -> Response:
        return answer({"status": "ok", "version": __version__, "waiting": drawer.accepted})

    async def openapi(_request: Request) -> Response:
        return Response(description, media_type="application/json")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with drawer.working():
            yield

    return Starlette(
        routes=[
            Route("/v1/images/generations", generations, methods=["POST"]),
            Route("/v1/models", models),
            Route("/v1/models/{name:path}", one_model),
            Route("/healthz", health),
            Route("/openapi.json", openapi),
        ],
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={HTTPException: http_error, Exception: server_error},
        lifespan=lifespan,
    )


async def _body(request: Request) -> bytes | None:
    """The whole body; None as soon as it is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            return None
    return bytes(body)
