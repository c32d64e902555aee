"""Requests that keep: shelf, history, export."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from modiste.design.picture import picture_png, recipe_record, slug
from modiste.design.recipe import Recipe, draw_recipes
from modiste.studio.asked import asked_of, wire
from modiste.studio.shelf import Kept

if TYPE_CHECKING:
    from modiste.studio.app import Studio

IN_MEMORY = 32 << 20
"""Bytes of an archive before it goes to a temporary file."""


async def shelf(studio: "Studio", _request: Request) -> Response:
    """Every kept picture, the newest first, and what should be known of the folder."""
    kept = await run_in_threadpool(studio.shelf.all)
    return JSONResponse({"kept": [_entry(one) for one in kept], "notices": studio.home.notices})


async def keep(studio: "Studio", request: Request) -> Response:
    """Draws a recipe and saves it at once."""
    asked = await asked_of(request)
    recipe, board, starred = asked.recipe("recipe"), asked.text("board", ""), asked.flag("starred")

    def save() -> Kept:
        image = draw_recipes(studio.model, [recipe])[0]
        return studio.shelf.keep(image, recipe_record(studio.model, recipe), board=board, starred=starred)

    return JSONResponse(_entry(await to_thread.run_sync(save)), 201)


async def picture(studio: "Studio", request: Request) -> Response:
    """The PNG of a kept picture, with its record."""
    data = await run_in_threadpool(studio.shelf.file, request.path_params["name"])
    return Response(data, media_type="image/png")


async def change(studio: "Studio", request: Request) -> Response:
    """Another board, a star, or both."""
    asked = await asked_of(request)
    board = asked.text("board") if "board" in asked else None
    starred = asked.flag("starred") if "starred" in asked else None
    name = request.path_params["name"]
    return JSONResponse(
        _entry(await run_in_threadpool(studio.shelf.change, name, board=board, starred=starred))
    )


async def delete(studio: "Studio", request: Request) -> Response:
    """Puts a picture away; `restore` undoes it."""
    await run_in_threadpool(studio.shelf.delete, request.path_params["name"])
    return Response(status_code=204)


async def restore(studio: "Studio", request: Request) -> Response:
    """Brings a deleted picture back."""
    return JSONResponse(_entry(await run_in_threadpool(studio.shelf.restore, request.path_params["name"])))


async def history(studio: "Studio", _request: Request) -> Response:
    """The sheets of this and of earlier visits, the newest first."""
    return JSONResponse({"sheets": await run_in_threadpool(studio.history.newest)})


async def remember(studio: "Studio", request: Request) -> Response:
    """Adds a sheet to the history."""
    asked = await asked_of(request)
    await run_in_threadpool(studio.history.add, asked.text("title"), asked.recipes("recipes"))
    return Response(status_code=204)


async def export(studio: "Studio", request: Request) -> Response:
    """One design as PNG, several as ZIP with a table; kept ones by `ids`, others by `recipes`."""
    asked = await asked_of(request)
    if "ids" in asked:
        ids = asked.texts("ids")
        if len(ids) == 1:
            return Response(await run_in_threadpool(studio.shelf.file, ids[0]), media_type="image/png")
        known = {kept.id: kept for kept in await run_in_threadpool(studio.shelf.all)}
        pages = ((name, known[name].recipe, studio.shelf.file(name)) for name in ids if name in known)
    else:
        recipes = asked.recipes("recipes")
        if len(recipes) == 1:
            data = await to_thread.run_sync(lambda: _png(studio, recipes[0]))
            return Response(data, media_type="image/png")
        pages = (
            (f"{number:03d}-{slug(recipe.description)}-{recipe.seed}.png", recipe, _png(studio, recipe))
            for number, recipe in enumerate(recipes)
        )
    archive = await to_thread.run_sync(lambda: _archive(pages))
    return StreamingResponse(_chunks(archive), media_type="application/zip")


def _png(studio: "Studio", recipe: Recipe) -> bytes:
    return picture_png(draw_recipes(studio.model, [recipe])[0], recipe_record(studio.model, recipe))


def _archive(pages: Iterator[tuple[str, Recipe, bytes]]) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (closed when it has been sent)
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["file", "description", "seed", "recipe"])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # PNGs are compressed already
        for name, recipe, data in pages:
            archive.writestr(name, data)
            rows.writerow(
                [name, recipe.description, recipe.seed, json.dumps(recipe.to_json(), ensure_ascii=False)]
            )
        archive.writestr("recipes.csv", table.getvalue())
    file.seek(0)
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(1 << 20):
            yield chunk


def _entry(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.id,
        "recipe": wire(kept.recipe),
        "board": kept.board,
        "starred": kept.starred,
        "time": kept.time,
        "model": {"name": kept.record.get("model"), "sha256": kept.record.get("model_sha256")},
    }
