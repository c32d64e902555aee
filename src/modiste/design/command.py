"""What `modiste design` does: pictures and a sheet from a description, a table, or a picture."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modiste.console import notes, plain, progress
from modiste.design.folder import find_model
from modiste.design.model import DesignModel, Pixels
from modiste.design.phrases import fill, fitting, open_phrases
from modiste.design.picture import (
    find_record,
    free_path,
    picture_record,
    read_record,
    recipe_record,
    same_pixels,
    slug,
    write_picture,
)
from modiste.design.reading import read_description
from modiste.design.recipe import Recipe, draw_recipes
from modiste.design.wishes import Wish, read_prompts, wishes_for
from modiste.errors import BadInput
from modiste.files import write_text
from modiste.sheet import sheet

DEFAULT_COUNT = 6
CHUNK = 32
"""Pictures drawn before they are written: bounds the memory of a long table."""

SHEET_COLUMNS = 6
SHEET_PICTURES, SHEET_PIXELS = 240, 2**26
"""A sheet shows the first of a larger number."""

SAID, KNOWN = 20, 10
"""Words of the descriptions, and garments of the model, that are named."""


def design_command(
    description: str | None,
    *,
    model: str | None,
    count: int | None,
    seed: int | None,
    out: Path,
    prompts: Path | None,
    like: Path | None,
    fantasy: bool = False,
) -> dict[str, Any]:
    """Draws what one of `description`, `prompts` or `like` asks for and writes it to `out`.

    Returns:
        `model` (name, hash, size), `pictures` (file, description, seed, words that are unknown or heard as
        others), and the paths of `sheet` and `index` where one was written.

    Raises:
        BadInput: nothing or more than one thing is asked for, or what is asked for cannot be drawn.
    """
    asked = {"DESCRIPTION": description, "--prompts": prompts, "--like": like}
    given = [name for name, value in asked.items() if value is not None]
    if len(given) != 1:
        raise BadInput(
            f"expected one of {', '.join(asked)}, got {' and '.join(given) or 'none'}; "
            'try modiste design "navy blue shirt"'
        )
    if description is None and count is not None:
        raise BadInput(f"{given[0]} says itself how many pictures there are; leave --count out")
    if out.exists() and not out.is_dir():
        raise BadInput(f"--out must be a folder, found a file: {out}; name another")
    if like is not None:
        if fantasy:
            raise BadInput("--like draws the words of its record; leave --fantasy out")
        if seed is not None:
            raise BadInput("--like draws with the seed of its record; leave --seed out")
        return _draw_like(like, model, out)
    if prompts is not None:
        wishes = read_prompts(prompts, seed)
        folder = find_model(model)
        opened = DesignModel.open(folder)
        return _draw_prompts(opened, _filled(wishes, opened, folder) if fantasy else wishes, out)
    wishes = wishes_for(description or "", DEFAULT_COUNT if count is None else count, seed)
    folder = find_model(model)
    opened, stem = DesignModel.open(folder), slug(wishes[0].description)
    wishes = _filled(wishes, opened, folder) if fantasy else wishes
    return _draw_all(opened, wishes, [f"{stem}-{wish.seed}" for wish in wishes], out)


def _filled(wishes: Sequence[Wish], model: DesignModel, folder: Path) -> list[Wish]:
    """Each with what its words leave open filled in by its seed."""
    phrases = open_phrases(folder)
    if not phrases:
        raise BadInput(
            f"model {model.name} knows no phrases to fill in: its catalogue had no texts, or it was exported "
            "before there were any; leave --fantasy out"
        )
    asked = dict.fromkeys(wish.description for wish in wishes)
    fits = {text: fitting(text, phrases, model.encoder, model.vocabulary) for text in asked}
    filled = [Wish(fill(wish.description, wish.seed, fits[wish.description]), wish.seed) for wish in wishes]
    pairs = zip(wishes, filled, strict=True)
    said = dict.fromkeys(new.description.removeprefix(old.description).lstrip(", ") for old, new in pairs)
    _note(f"filled in: {_first([more for more in said if more], '; ') or 'nothing'}")
    return filled


def _draw_prompts(model: DesignModel, wishes: list[Wish], out: Path) -> dict[str, Any]:
    stems = [str(number) for number in range(len(wishes))]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["row", "file", "description", "seed", "unknown"])
    for number, wish in enumerate(wishes):
        unknown = " ".join(model.unknown(wish.description))
        writer.writerow([number, f"{stems[number]}.png", wish.description, wish.seed, unknown])
    index = out / "index.csv"
    if index.exists() and index.read_bytes() != table.getvalue().encode():
        raise BadInput(f"{index} belongs to other pictures; name a new folder with --out")
    drawn = _draw_all(model, wishes, stems, out, fixed=True)
    write_text(index, table.getvalue())
    return {**drawn, "index": str(index)}


def _draw_like(like: Path, name: str | None, out: Path) -> dict[str, Any]:
    record = read_record(like)
    model = DesignModel.open(find_model(name))
    if model.sha256 != record["model_sha256"]:
        raise BadInput(
            f"{like} was drawn by model {record['model']} ({record['model_sha256'][:10]}), "
            f"this is {model.name} ({model.short_hash}); give its own model with --model"
        )
    recipe = Recipe.from_json(record)
    wish = Wish(recipe.description, recipe.seed)
    _report_words(model, [Wish(description, wish.seed) for description, _ in recipe.text])
    image = draw_recipes(model, [recipe])[0]
    same = same_pixels(like, image)
    again = recipe_record(model, recipe)
    path = free_path(out, f"{slug(wish.description)}-{wish.seed}", again, image)
    write_picture(path, image, again)
    verdict = (
        "the same in every pixel"
        if same
        else "not the same: it was edited, another processor drew it, or the model hears words otherwise now"
    )
    _note(f"{path}: drawn again from the record of {like}, {verdict}")
    drawn = _result(model, [wish], [path])
    # A mix has more words than its description shows.
    drawn["pictures"][0] |= _words(model, [description for description, _ in recipe.text])
    return {**drawn, "identical": same}


def _draw_all(
    model: DesignModel, wishes: list[Wish], stems: list[str], out: Path, *, fixed: bool = False
) -> dict[str, Any]:
    """Draws, writes each picture by its name, and a sheet of the first ones.

    A name that another picture has gets a number, or with `fixed` is refused, before anything is drawn
    where its record says so.
    """
    for wish, stem in zip(wishes, stems, strict=True) if fixed else ():
        path = out / f"{stem}.png"
        if path.exists() and find_record(path) != _record(model, wish):
            raise _taken(path)
    _report_words(model, wishes)
    paths: list[Path] = []
    shown: list[Pixels] = []
    limit = min(SHEET_PICTURES, SHEET_PIXELS // model.size**2)
    bar = progress("pictures")
    bar.disable = len(wishes) <= CHUNK
    with bar:
        task = bar.add_task("drawing", total=len(wishes), note="")
        for start in range(0, len(wishes), CHUNK):
            chunk = wishes[start : start + CHUNK]
            images = model.draw([wish.description for wish in chunk], [wish.seed for wish in chunk])
            for wish, stem, image in zip(chunk, stems[start:], images, strict=False):
                path = free_path(out, stem, _record(model, wish), image)
                if fixed and path.stem != stem:
                    raise _taken(out / f"{stem}.png")
                write_picture(path, image, _record(model, wish))
                paths.append(path)
            shown.extend(images[: max(0, limit - len(shown))])
            bar.advance(task, len(chunk))
    page = _sheet(model, wishes[: len(shown)], shown, len(wishes))
    record = picture_record(model, "", 0) | {
        "sheet": [[wish.description, wish.seed] for wish in wishes[: len(shown)]]
    }
    sheet_path = free_path(out, "sheet", record, page)
    write_picture(sheet_path, page, record)
    many = f"{len(wishes):,} picture{'s' if len(wishes) > 1 else ''}"
    _note(f"{many} in {out}, seeds from {wishes[0].seed}; sheet: {sheet_path}")
    return {**_result(model, wishes, paths), "sheet": str(sheet_path)}


def _taken(path: Path) -> BadInput:
    return BadInput(f"{path} is another picture, and the rows fix the names; name a new folder with --out")


def _sheet(model: DesignModel, wishes: list[Wish], shown: list[Pixels], total: int) -> Any:
    """A row a description: neighbours with the same one share it, up to `SHEET_COLUMNS` to a row."""
    rows: list[list[int]] = []
    for number, wish in enumerate(wishes):
        if not rows or len(rows[-1]) == SHEET_COLUMNS or wishes[rows[-1][0]].description != wish.description:
            rows.append([])
        rows[-1].append(number)
    seeds = [[str(wishes[number].seed) for number in row] for row in rows]
    aligned = all(row == seeds[0] for row in seeds)
    labels = [wishes[row[0]].description for row in rows]
    if not aligned:
        labels = [f"{label} (seed {', '.join(row)})" for label, row in zip(labels, seeds, strict=True)]
    more = f", the first {len(wishes)} of {total:,}" if total > len(wishes) else ""
    return sheet(
        [[shown[number] for number in row] for row in rows],
        labels,
        columns=[f"seed {seed}" for seed in seeds[0]] if aligned else (),
        title=f"model {model.name} {model.short_hash}{more}",
    )


def _report_words(model: DesignModel, wishes: Sequence[Wish]) -> None:
    """Says which words are heard as others, and which not at all."""
    unknown: dict[str, tuple[str, ...]] = {}
    heard: dict[str, tuple[str, ...]] = {}
    silent = bare = 0
    asked = Counter(wish.description for wish in wishes)
    for description, times in asked.items():
        parts = read_description(description, model.encoder, model.vocabulary, looked_up=SAID - len(unknown))
        heard |= {part.text: part.heard for part in parts if part.kind == "heard"}
        for part in parts:
            if part.kind == "unknown":
                unknown.setdefault(part.text, part.suggestions)
        if not {part.kind for part in parts} & {"value", "heard", "known"}:
            silent += times
        elif model.vocabulary.get("article") and not any(part.role == "article" for part in parts):
            bare += times
    if heard:
        said = [f"{word} as {', '.join(meant)}" for word, meant in heard.items()]
        _note(f"heard {_first(said, '; ')}")
    if unknown:
        said = [f"{word} (try {' or '.join(near)})" if near else word for word, near in unknown.items()]
        _note(f"not in this model's vocabulary, ignored: {_first(said, ', ')}")
    known = ", ".join(model.vocabulary.get("article", [])[:KNOWN]).lower()
    for times, missing in ((silent, "garment, colour or style"), (bare, "garment")):
        if times:
            which = "the description" if len(asked) == 1 else f"{times} of {len(wishes)} descriptions"
            _note(
                f"warning: this model knows no {missing} in {which}; "
                "what is drawn in its place follows the seed"
                + (f". Garments it knows: {known}" if known else "")
            )


def _first(said: list[str], between: str) -> str:
    return between.join(said[:SAID]) + (f" and {len(said) - SAID} more" if len(said) > SAID else "")


def _record(model: DesignModel, wish: Wish) -> dict[str, Any]:
    return picture_record(model, wish.description, wish.seed)


def _result(model: DesignModel, wishes: list[Wish], paths: list[Path]) -> dict[str, Any]:
    pictures = [
        {
            "file": str(path),
            "description": wish.description,
            "seed": wish.seed,
            **_words(model, [wish.description]),
        }
        for wish, path in zip(wishes, paths, strict=True)
    ]
    return {"model": {"name": model.name, "sha256": model.sha256, "size": model.size}, "pictures": pictures}


def _words(model: DesignModel, texts: Sequence[str]) -> dict[str, Any]:
    return {
        "unknown": list(dict.fromkeys(word for text in texts for word in model.unknown(text))),
        "heard": {word: meant for text in texts for word, meant in model.heard(text).items()},
    }


def _note(text: str) -> None:
    notes.print(plain(text))
