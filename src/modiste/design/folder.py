"""Finding a model folder, and checking it before anything in it is loaded.

A model folder may come from a stranger. What is read is first compared with SHA256SUMS, names that
climb out of the folder are refused, and so is every file that could run code or point elsewhere.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from modiste.errors import BadInput
from modiste.files import read_json

FORMAT = "modiste-model"
VERSION = 1

SUMS = "SHA256SUMS"
LIMITS = {SUMS: 1 << 20, "config.json": 1 << 20, "encoder.json": 1 << 28, "generator.onnx": (1 << 31) - 1}
"""Bytes that a file may have: more is no model but an attack on the memory."""
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
    generator: bytes
    """`generator.onnx`, free of external data."""
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
    if str(model) in bundled and not path.is_dir():
        return bundled[str(model)]
    if not path.is_dir():
        names = f" (bundled: {', '.join(bundled)})" if bundled else ""
        raise BadInput(
            f"expected a model folder or the name of a bundled model{names}, found no such folder: {model}"
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
                value = read_json(path)
            except (BadInput, OSError, RecursionError):
                continue  # some other program's config.json
            if isinstance(value, dict) and value.get("format") == FORMAT:
                shown = {key: value.get(key) for key in ("name", "family", "size", "images_seen")}
                found.append({"path": str(path.parent)} | shown)
    return found


def check_folder(path: Path) -> CheckedFolder:
    """Checks a model folder and reads what drawing needs.

    `start.safetensors` must be there if it is listed; its hash is left to `check_sums`, since
    drawing does not load it and hashing it would cost more than drawing.

    Raises:
        BadInput: a file is missing, changed, unlisted or too large; a name climbs out of the
            folder; the folder holds pickles; the generator keeps its weights elsewhere; the
            format or version is another one.
    """
    sums = read_sums(path)
    for file in path.iterdir():
        if file.suffix.lower() in PICKLES:
            raise BadInput(
                f"a model folder must hold no pickles, found {file}; remove it only if you trust its source"
            )
    for name in LOADED:
        if name not in sums:
            raise BadInput(
                f"expected {name} in {path / SUMS}, it is not listed; the folder is no complete model"
            )
    data = {name: _read(path / name) for name in LOADED}
    for name, content in data.items():
        _compare(path / name, hashlib.sha256(content).hexdigest(), sums[name])
    check_sums(path, [name for name in sums if name not in LOADED and not name.endswith(".safetensors")])
    # The key that ONNX gives external data. Its bytes stand together in any encoding of the file.
    if b"location" in data["generator.onnx"]:
        raise BadInput(
            f"{path / 'generator.onnx'} must hold its own weights, found a reference to external data"
        )
    return CheckedFolder(
        path,
        _config(path / "config.json", data["config.json"]),
        data["generator.onnx"],
        sums["generator.onnx"],
    )


def read_sums(path: Path) -> dict[str, str]:
    """Name -> hash from a folder's SHA256SUMS; BadInput for a name that climbs or is not there."""
    sums: dict[str, str] = {}
    for number, line in enumerate(_read(path / SUMS).decode("utf-8", "replace").splitlines(), start=1):
        match = re.fullmatch(r"([0-9a-f]{64}) [ *](.+)", line)
        if match is None:
            raise BadInput(
                f"expected `<sha256>  <name>` in line {number} of {path / SUMS}, found something else"
            )
        digest, name = match.groups()
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or "\\" in name or ":" in name or "\0" in name:
            raise BadInput(f"{path / SUMS} must name files inside its folder, found {name!r}")
        if not (path / name).is_file():
            raise BadInput(f"{path} is incomplete: {name} is listed in {SUMS} but missing")
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
            "copy the model again"
        )


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise BadInput(f"expected a file {file}, found none")
    size = file.stat().st_size
    if size > LIMITS[file.name]:
        raise BadInput(
            f"{file} must have at most {LIMITS[file.name]:,} bytes, found {size:,}; it is no model of modiste"
        )
    return file.read_bytes()


def _config(file: Path, data: bytes) -> dict[str, Any]:
    try:
        config = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadInput(f"expected JSON in {file}, found something else: {type(error).__name__}") from None
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise BadInput(f'expected "format": "{FORMAT}" in {file}, found another kind of file')
    if config.get("version") != VERSION:
        raise BadInput(
            f"this release reads model folders of version {VERSION}, {file} says {config.get('version')!r}; "
            "use the release of modiste that wrote it"
        )
    if not isinstance(config.get("name"), str) or not isinstance(config.get("vocabulary", {}), dict):
        raise BadInput(f"expected a name and a vocabulary in {file}, found none")
    for key, largest in (("size", 1024), ("noise_dim", 1 << 16), ("text_dim", 1 << 16)):
        value = config.get(key)
        if type(value) is not int or not 0 < value <= largest:
            raise BadInput(f"{key} in {file} must be a whole number from 1 to {largest}, found {value!r}")
    return config
