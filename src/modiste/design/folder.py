"""Finding a model folder, and checking it before anything in it is loaded.

A model folder may come from a stranger. What is read is first compared with SHA256SUMS, names that
climb out of the folder are refused, and so is every file that could run code or point elsewhere. What was
checked is what is used: no file is read twice.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from modiste.design.graph import check_graph
from modiste.errors import BadInput
from modiste.files import CONTROL, is_text

FORMAT = "modiste-model"
VERSION = 1

SUMS = "SHA256SUMS"
JUDGE = "judge"
"""Folder within a model folder: what reads the attributes of photos, for `modiste adapt` alone."""
LIMITS = {SUMS: 1 << 20, "config.json": 1 << 20, "encoder.json": 1 << 26, "generator.onnx": (1 << 31) - 1}
"""Bytes that a file may have: more is no model but an attack on the memory."""
LONGEST_NAME = 200
"""Bytes of a file's name: file systems refuse longer ones with errors of their own."""
OTHERS_LIMIT = 1 << 30
"""Bytes that the other files may have together, `start.safetensors` aside: they are hashed, not loaded."""
LOADED = ("config.json", "encoder.json", "generator.onnx")
"""What drawing needs; the other files of a folder are for people and for further training."""

PICKLES = frozenset({".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".bin", ".joblib", ".npy", ".npz", ".dill"})
"""Endings of formats that can carry a program; a model folder has no use for them."""

BUNDLED = Path(__file__).parent.parent / "bundled"


@dataclass(frozen=True)
class CheckedFolder:
    """A folder whose listed files are those of its SHA256SUMS, with what drawing needs in memory."""

    path: Path
    config: dict[str, Any]
    """`config.json`, of a format and version that this release reads."""
    encoder: Any
    """The JSON of `encoder.json`, whose `dimensions` are the generator's `text_dim`."""
    generator: bytes
    """`generator.onnx`: plain operators, with its weights inside."""
    generator_sha256: str
    """Hexadecimal SHA-256 of `generator`: the model's identity in every picture's record."""


def bundled_models() -> dict[str, Path]:
    """The models that came with the package: name -> folder."""
    return {path.parent.name: path.parent for path in sorted(BUNDLED.glob("*/config.json"))}


def find_model(model: str | Path | None) -> Path:
    """The model folder that `--model` means: a model or run folder, a bundled name, or the default.

    Raises:
        BadInput: there is no such folder or name, or no model in it.
    """
    bundled = bundled_models()
    if model is None:
        if not bundled:
            raise BadInput(
                "expected a model, found none: none is bundled with this release; "
                "give --model RUN/model of a run, or train one with modiste train"
            )
        return next(iter(bundled.values()))
    path = Path(model)
    there = os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a name is too long
    if str(model) in bundled and not there:
        return bundled[str(model)]
    if not there:
        names = f" (bundled: {', '.join(bundled)})" if bundled else ""
        raise BadInput(
            f"expected a model folder or the name of a bundled model{names}, "
            f"found no such folder: {str(model)[:200]}"
        )
    for folder in (path / "model", path):  # a run keeps the model of its latest checkpoint inside
        if (folder / SUMS).is_file():
            return folder
    raise BadInput(
        f"expected a model folder with {SUMS}, or a run folder with model/ in it, found neither in {model}"
    )


def list_models(folder: Path) -> list[dict[str, Any]]:
    """The model folders up to two levels under `folder`: path, name, family, size and images seen."""
    found = []
    for pattern in ("config.json", "*/config.json", "*/*/config.json"):
        for path in sorted(folder.glob(pattern)):
            try:
                config = _config(path, _read(path))
            except (BadInput, OSError):
                continue  # some other program's config.json
            shown = {key: config[key] for key in ("name", "family", "size", "images_seen")}
            found.append({"path": str(path.parent)} | shown)
    return found


def check_folder(path: Path) -> CheckedFolder:
    """Checks a model folder and reads what drawing needs.

    `start.safetensors` must be there if it is listed; its hash is left to `check_sums`, since
    drawing does not load it and hashing it would cost more than drawing.

    Raises:
        BadInput: a file is missing, changed, unlisted or too large; a name or a link leads out of
            the folder; the folder holds pickles; the generator is more than plain operators and
            their weights; encoder and generator do not fit; the format or version is another one.
    """
    sums = read_sums(path)
    for parent, _, names in os.walk(path):
        for name in names:
            if Path(name).suffix.lower() in PICKLES:
                raise BadInput(
                    f"a model folder must hold no pickles, found {str(Path(parent, name))!r}; "
                    "remove it only if you trust its source"
                )
    for name in LOADED:
        if name not in sums:
            raise BadInput(
                f"expected {name} in {path / SUMS}, it is not listed; the folder is no complete model"
            )
    data = {name: _read(path / name) for name in LOADED}
    for name, content in data.items():
        _compare(path / name, hashlib.sha256(content).hexdigest(), sums[name])
    others = [name for name in sums if name not in LOADED and not name.endswith(".safetensors")]
    if (size := sum((path / name).stat().st_size for name in others)) > OTHERS_LIMIT:
        raise BadInput(
            f"{path} must have at most {OTHERS_LIMIT:,} bytes beside the model, found {size:,}; "
            "it is no model of modiste"
        )
    check_sums(path, others)
    config = _config(path / "config.json", data["config.json"])
    encoder = _json(path / "encoder.json", data["encoder.json"])
    dimensions = encoder.get("dimensions") if isinstance(encoder, dict) else None
    if dimensions != config["text_dim"]:
        raise BadInput(
            f"the encoder in {path} gives {_shown(dimensions)} values, the generator reads "
            f"{config['text_dim']}; the folder mixes two models"
        )
    check_graph(data["generator.onnx"], path / "generator.onnx")
    return CheckedFolder(path, config, encoder, data["generator.onnx"], sums["generator.onnx"])


def read_sums(path: Path) -> dict[str, str]:
    """Name -> hash from a folder's SHA256SUMS; BadInput for a name that leads out or is not there."""
    sums: dict[str, str] = {}
    inside = path.resolve()
    for number, line in enumerate(_read(path / SUMS).decode("utf-8", "replace").splitlines(), start=1):
        match = re.fullmatch(r"([0-9a-f]{64}) [ *](.+)", line)
        if match is None:
            raise BadInput(
                f"expected `<sha256>  <name>` in line {number} of {path / SUMS}, found something else"
            )
        digest, name = match.groups()
        parts = PurePosixPath(name)
        climbs = parts.is_absolute() or ".." in parts.parts or "\\" in name or ":" in name
        if climbs or CONTROL.search(name) or len(name.encode()) > LONGEST_NAME:
            raise BadInput(f"{path / SUMS} must name files inside its folder, found {name[:80]!r}")
        if not (path / name).is_file():
            raise BadInput(f"{path} is incomplete: {name} is listed in {SUMS} but missing")
        if not (path / name).resolve().is_relative_to(inside):
            raise BadInput(
                f"{path} must hold its own files, {name} is a link that leads out of it; copy it in"
            )
        sums[name] = digest
    return sums


def check_sums(path: Path, names: list[str]) -> None:
    """Compares files of a model folder with SHA256SUMS; BadInput names the first that differs."""
    sums = read_sums(path)
    for name in names:
        if name not in sums:
            raise BadInput(f"expected {name} in {path / SUMS}, it is not listed")
        with (path / name).open("rb") as file:
            _compare(path / name, hashlib.file_digest(file, "sha256").hexdigest(), sums[name])


def _compare(file: Path, found: str, listed: str) -> None:
    if found != listed:
        raise BadInput(
            f"{file} is not the file that {SUMS} lists (expected {listed[:10]}, found {found[:10]}); "
            f"copy the model again, or if you have edited it, write its own sum there (sha256sum {file.name})"
        )


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise BadInput(f"expected a file {file}, found none")
    limit = LIMITS[file.name]
    with file.open("rb") as opened:
        data = opened.read(limit + 1) if file.stat().st_size <= limit else None
    if data is None or len(data) > limit:
        raise BadInput(f"{file} must have at most {limit:,} bytes, found more; it is no model of modiste")
    return data


def _json(file: Path, data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:  # ValueError: also a number of 5,000 digits
        raise BadInput(f"expected JSON in {file}, found something else: {type(error).__name__}") from None


def _config(file: Path, data: bytes) -> dict[str, Any]:
    config = _json(file, data)
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise BadInput(f'expected "format": "{FORMAT}" in {file}, found another kind of file')
    if config.get("version") != VERSION:
        raise BadInput(
            f"this release reads model folders of version {VERSION}, "
            f"{file} says {_shown(config.get('version'))}; use the release of modiste that wrote it"
        )
    for key in ("name", "family"):
        value = config.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= 255 or CONTROL.search(value):
            raise BadInput(f"expected a {key} in one line of text in {file}, found {_shown(value)}")
    vocabulary = config.setdefault("vocabulary", {})
    if not isinstance(vocabulary, dict) or not all(
        isinstance(values, list) and all(isinstance(value, str) and is_text(value) for value in values)
        for values in vocabulary.values()
    ):
        raise BadInput(f"expected lists of words in the vocabulary in {file}, found something else")
    limits = {
        "size": (1, 1024),
        "noise_dim": (1, 1 << 16),
        "text_dim": (1, 1 << 16),
        "images_seen": (0, 1 << 60),
    }
    for key, (least, most) in limits.items():
        value = config.get(key)
        if type(value) is not int or not least <= value <= most:
            raise BadInput(
                f"{key} in {file} must be a whole number from {least} to {most}, found {_shown(value)}"
            )
    return config


def _shown(value: object) -> str:
    plain = value is None or isinstance(value, str | int | float)
    return repr(value)[:40] if plain else f"a {type(value).__name__}"
