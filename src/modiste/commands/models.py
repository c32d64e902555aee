"""`modiste models`: what can be drawn with."""

from pathlib import Path
from typing import Annotated

import typer


def models(
    folder: Annotated[Path, typer.Argument(help="Folder to look for runs and models in.")] = Path(),
    json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List the bundled models and the model folders under a folder.

    Example: modiste models runs
    """
    from modiste.console import plain, result
    from modiste.design.folder import BUNDLED, bundled_models, list_models
    from modiste.errors import BadInput

    if not folder.is_dir():
        found_there = "a file" if folder.exists() else "nothing"
        raise BadInput(f"expected a folder with runs or models in it, found {found_there} at {folder}")

    # A bundled model's name is its folder's: that is what --model takes.
    found = [{**entry, "name": Path(entry["path"]).name, "bundled": True} for entry in list_models(BUNDLED)]
    found += [{**entry, "bundled": False} for entry in list_models(folder)]
    if json:
        result(found)
        return
    for entry in found:
        kept = "bundled" if entry["bundled"] else entry["path"]
        size, images = f"{entry['size']}x{entry['size']}", f"last trained on {entry['images_seen']:,} images"
        print(plain(f"{entry['name']}  {entry['family']} {size}, {images}  {kept}"))
    if default := next(iter(bundled_models()), None):
        print(f"without --model: {default}")
    if not found:
        print(f"no model is bundled or under {folder}; train one with modiste train, or try make demo")
