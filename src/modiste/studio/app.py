"""The studio's requests: JSON in, JSON or pictures out; anything wrong is a sentence with its status."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ExceptionHandler

from modiste.design.model import DesignModel
from modiste.design.phrases import open_phrases
from modiste.design.thumbnails import Thumbnails, open_thumbnails
from modiste.errors import BadInput
from modiste.studio import drawing, keeping
from modiste.studio.asked import TooLarge
from modiste.studio.game import RunFolder
from modiste.studio.guard import Guard
from modiste.studio.history import History
from modiste.studio.home import Home
from modiste.studio.shelf import CannotWrite, NotThere, Shelf
from modiste.text.phrases import Phrases

STATIC = Path(__file__).parent / "static"
DRAWN_AT_ONCE = 2
STATUS: dict[type[Exception], int] = {BadInput: 422, NotThere: 404, TooLarge: 413, CannotWrite: 507}


@dataclass(frozen=True)
class Studio:
    """All that a request may need."""

    model: DesignModel
    folder: Path
    """The model's folder: its card and its thumbnails."""
    home: Home
    shelf: Shelf
    history: History
    thumbnails: Thumbnails | None
    phrases: Phrases
    run: RunFolder | None
    places: CapacityLimiter
    """For what draws: a picture uses every core by itself."""

    @classmethod
    def open(cls, folder: Path, home: Path, run: Path | None = None) -> "Studio":
        """Opens a model folder and a home folder, which is made where it is missing.

        Raises:
            BadInput: the model or the run is not what it should be.
        """
        return cls(
            model=DesignModel.open(folder),
            folder=folder,
            thumbnails=open_thumbnails(folder),
            phrases=open_phrases(folder),
            run=None if run is None else RunFolder(run),
            home=Home(home),
            shelf=Shelf(home),
            history=History(home),
            places=CapacityLimiter(DRAWN_AT_ONCE),
        )


def studio_app(studio: Studio, *, token: str | None = None) -> Starlette:
    """The web application; without a token it answers to this machine's own names only."""
    routes: list[Route | Mount] = [
        Route("/api/state", _for(studio, drawing.state)),
        Route("/api/read", _for(studio, drawing.read), methods=["POST"]),
        Route("/api/draw", _for(studio, drawing.draw), methods=["POST"]),
        Route("/api/steer", _for(studio, drawing.steer), methods=["POST"]),
        Route("/api/batch", _for(studio, drawing.batch), methods=["POST"]),
        Route("/api/nearest", _for(studio, drawing.nearest), methods=["POST"]),
        Route("/api/thumbnail/{number:int}", _for(studio, drawing.thumbnail)),
        Route("/api/card", _for(studio, drawing.card)),
        Route("/api/game", _for(studio, drawing.game)),
        Route("/api/game/sheet/{images:int}", _for(studio, drawing.game_sheet)),
        Route("/api/game/photos", _for(studio, drawing.game_photos)),
        Route("/api/kept", _for(studio, keeping.shelf), methods=["GET"]),
        Route("/api/kept", _for(studio, keeping.keep), methods=["POST"]),
        Route("/api/kept/{name}", _for(studio, keeping.picture), methods=["GET"]),
        Route("/api/kept/{name}", _for(studio, keeping.change), methods=["PATCH"]),
        Route("/api/kept/{name}", _for(studio, keeping.delete), methods=["DELETE"]),
        Route("/api/kept/{name}/restore", _for(studio, keeping.restore), methods=["POST"]),
        Route("/api/history", _for(studio, keeping.history), methods=["GET"]),
        Route("/api/history", _for(studio, keeping.remember), methods=["POST"]),
        Route("/api/export", _for(studio, keeping.export), methods=["POST"]),
        Mount("/", StaticFiles(directory=STATIC, html=True)),
    ]
    handlers: dict[type[Exception], ExceptionHandler] = dict.fromkeys(STATUS, _say)
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, token=token)],
        exception_handlers={**handlers, HTTPException: _say_status},
    )


def _for(
    studio: Studio, endpoint: Callable[[Studio, Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await endpoint(studio, request)

    return answer


async def _say(_request: Request, error: Exception) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return JSONResponse({"error": str(error)}, status)


async def _say_status(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "there is nothing at this address", 405: "this address does not take such a request"}
    return JSONResponse(
        {"error": said.get(error.status_code, error.detail)}, error.status_code, error.headers
    )
