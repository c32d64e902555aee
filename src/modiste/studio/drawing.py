"""Requests that read, draw, steer and show; nothing here is saved."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from anyio import to_thread
from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from modiste import __version__
from modiste.design import steer as steering
from modiste.design.folder import read_sums
from modiste.design.model import Pixels
from modiste.design.reading import read_description, replace_value
from modiste.design.recipe import Recipe, draw_recipes
from modiste.design.wishes import parse_prompts
from modiste.errors import BadInput
from modiste.record import ROLES
from modiste.studio.asked import MAX_RECIPES, Asked, asked_of, body_of, wire
from modiste.studio.game import RunFolder
from modiste.studio.shelf import NotThere

if TYPE_CHECKING:
    from modiste.studio.app import Studio

CARD, MOST_CARD = "README.md", 1 << 20
"""The model's card, and how many bytes of it are shown."""
NEAREST = 6
MOST_DRAWN = 64


async def state(studio: "Studio", _request: Request) -> Response:
    """What the page must know before it shows anything."""
    model = studio.model
    return JSONResponse(
        {
            "modiste": __version__,
            "model": {"name": model.name, "sha256": model.sha256, "size": model.size},
            "vocabulary": {role: model.vocabulary.get(role, []) for role in ROLES},
            "home": str(studio.home.path),
            "notices": studio.home.notices,
            "run": studio.run.name if studio.run else None,
            "nearest": studio.thumbnails is not None,
            "phrases": bool(studio.phrases),
        }
    )


async def read(studio: "Studio", request: Request) -> Response:
    """What the model hears in a description; with `role` and `value`, after that value was chosen."""
    asked = await asked_of(request)
    description = asked.text("description")
    vocabulary = studio.model.vocabulary
    if "role" in asked:
        role = asked.choice("role", ROLES)
        value = asked.text("value", most=200)
        description = await run_in_threadpool(
            replace_value, description, role, value, vocabulary, studio.model.encoder
        )
    segments = await run_in_threadpool(read_description, description, studio.model.encoder, vocabulary)
    return JSONResponse({"description": description, "segments": [asdict(segment) for segment in segments]})


async def draw(studio: "Studio", request: Request) -> Response:
    """The PNG of a recipe, quick and without its record: it is only looked at."""
    recipe = (await asked_of(request)).recipe("recipe")
    async with studio.places:
        if await request.is_disconnected():
            return Response(status_code=499)  # the page asked for something newer
        image = await to_thread.run_sync(lambda: draw_recipes(studio.model, [recipe])[0])
    return Response(_quick_png(image), media_type="image/png")


async def steer(studio: "Studio", request: Request) -> Response:
    """Recipes made from recipes: nearby, morph, mixes, fantasies or colourways."""
    asked = await asked_of(request)
    return JSONResponse({"recipes": [wire(one) for one in await run_in_threadpool(_steered, studio, asked)]})


def _steered(studio: "Studio", asked: Asked) -> list[Recipe]:
    kind = asked.choice("kind", ("nearby", "morph", "mixes", "fantasies", "colourways"))
    if kind == "nearby":
        step = {"small": steering.SMALL_STEP, "large": steering.LARGE_STEP}[
            asked.choice("step", ("small", "large"))
        ]
        return steering.nearby(
            asked.recipe("recipe"), step, asked.whole("count", 1, MOST_DRAWN), asked.seed("seed")
        )
    if kind == "morph":
        first, second = asked.recipes("recipes", 2, 2)
        return steering.morph(first, second, asked.whole("count", 2, 129))
    if kind == "mixes":
        return steering.mixes(
            asked.recipes("recipes", 2, 24), asked.whole("count", 1, MOST_DRAWN), asked.seed("seed")
        )
    if kind == "fantasies":
        return _fantasies(studio, asked)
    colours = studio.model.vocabulary.get("colour", [])
    if not colours:
        raise BadInput(
            "this model's catalogue named no colours, so it has no colourways; type a colour instead"
        )
    return steering.colourways(
        asked.recipe("recipe"),
        colours[: asked.whole("count", 1, MOST_DRAWN)],
        studio.model.vocabulary,
        studio.model.encoder,
    )


def _fantasies(studio: "Studio", asked: Asked) -> list[Recipe]:
    model, recipe = studio.model, asked.recipe("recipe")
    count, seed = asked.whole("count", 1, MOST_DRAWN), asked.seed("seed")
    found = steering.fantasies(recipe, count, seed, studio.phrases, model.vocabulary, model.encoder)
    if found == [recipe]:
        raise BadInput(
            "these words leave nothing open that this model's catalogue could fill in; "
            "name a garment, and of it no more than colour, style and who wears it"
        )
    return found


async def batch(_studio: "Studio", request: Request) -> Response:
    """Recipes of a CSV with a column `description` and optionally `seed`."""
    wishes = parse_prompts(await body_of(request), "the table", None)
    if len(wishes) > MAX_RECIPES:
        raise BadInput(
            f"the studio draws tables of up to {MAX_RECIPES} rows, this one has {len(wishes):,}; "
            "use modiste design --prompts, which has no such limit"
        )
    return JSONResponse({"recipes": [wire(Recipe.plain(wish.description, wish.seed)) for wish in wishes]})


async def nearest(studio: "Studio", request: Request) -> Response:
    """The training photos nearest to a design, in pixels."""
    recipe = (await asked_of(request)).recipe("recipe")
    thumbnails = studio.thumbnails
    if thumbnails is None:
        raise NotThere(
            "this model folder has no thumbnails of its photos, so none can be shown beside a design"
        )

    def find() -> list[dict[str, object]]:
        image = draw_recipes(studio.model, [recipe])[0]
        return [asdict(near) for near in thumbnails.nearest(image, NEAREST)]

    async with studio.places:
        return JSONResponse({"photos": await to_thread.run_sync(find)})


async def thumbnail(studio: "Studio", request: Request) -> Response:
    """The PNG of a training photo's thumbnail."""
    number = request.path_params["number"]
    if studio.thumbnails is None or number >= len(studio.thumbnails.pictures):
        raise NotThere("there is no such thumbnail in this model folder")
    return Response(_quick_png(studio.thumbnails.pictures[number]), media_type="image/png")


async def card(studio: "Studio", _request: Request) -> Response:
    """The model's card in Markdown: data, licence, figures, limits."""
    text = await run_in_threadpool(_card, studio.folder)
    return Response(text, media_type="text/markdown; charset=utf-8")


def _card(folder: Path) -> str:
    if CARD not in read_sums(folder):  # which refuses links that lead out
        raise NotThere(f"this model folder lists no {CARD}, so nothing is known of its data and licence")
    with (folder / CARD).open("rb") as file:
        return file.read(MOST_CARD).decode("utf-8", "replace")


async def game(studio: "Studio", _request: Request) -> Response:
    """The run's curves and the moments of its sheets."""
    return JSONResponse(await run_in_threadpool(_run(studio).to_json))


async def game_sheet(studio: "Studio", request: Request) -> Response:
    """The sheet of one moment of the run."""
    data = await run_in_threadpool(_run(studio).sheet, request.path_params["images"])
    return Response(data, media_type="image/png")


async def game_photos(studio: "Studio", _request: Request) -> Response:
    """The photos that the officer judges at each sheet, in one row."""
    return Response(await run_in_threadpool(_run(studio).photos), media_type="image/png")


def _run(studio: "Studio") -> RunFolder:
    if studio.run is None:
        raise NotThere("no run was given; start the studio with --run RUN to watch its game")
    return studio.run


def _quick_png(image: Pixels) -> bytes:
    data = io.BytesIO()
    Image.fromarray(image).save(data, format="PNG", compress_level=1)
    return data.getvalue()
