"""The model folder: the layout that people know from model hubs, swapped in whole."""

import ctypes
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import safetensors.torch

from modiste import __version__, files
from modiste.catalogue import Catalogue
from modiste.design.folder import FORMAT, SUMS, VERSION
from modiste.design.model import DesignModel
from modiste.errors import BadInput
from modiste.export.card import model_card
from modiste.export.judge import add_judge
from modiste.export.noise import FILE as NOISE
from modiste.export.noise import Noise, fit_noise
from modiste.export.onnx import CHECKED_PICTURES, write_generator
from modiste.export.thumbnails import add_thumbnails
from modiste.game import checkpoint
from modiste.game.run import Run, open_run
from modiste.game.start import FILE, start_weights
from modiste.game.state import TrainState, new_state
from modiste.models import family
from modiste.text import phrases
from modiste.text.fit import fit_words
from modiste.text.read import Encoder, TfidfEncoder, WordsEncoder


@dataclass(frozen=True)
class Beside:
    """What a model folder holds beside the model itself."""

    thumbnails: Path | None = None
    """The catalogue that the run learnt from: its photos, small."""
    judge: Path | None = None
    """Folder of a judge as `modiste evaluate` keeps it: with it, `modiste adapt` can read bare photos."""
    about: str | None = None
    """Markdown for the card: figures, data, licence."""
    noise: Path | Noise | None = None
    """What the model draws from: the catalogue that the run learnt from, for noise as in its game, or
    another model's noise; None for standard normal noise."""


NOTHING = Beside()


def export_run(run_path: Path, out: Path, beside: Beside = NOTHING, encoder: str | None = None) -> Path:
    """Exports a run's newest whole checkpoint to `out`, a new folder.

    Args:
        run_path: the run.
        out: the new folder.
        beside: what goes with the model.
        encoder: `words` for an encoder that hears words outside the vocabulary as this release reads them,
            whatever the run's hears; words of the vocabulary keep their vectors.

    Raises:
        BadInput: no run, no checkpoint, `out` already holds something, what should go beside the model is
            not what it should be, or the run's encoder cannot become what `encoder` says.
    """
    if out.name in ("", "..") or (out.exists() and (out.is_file() or any(out.iterdir()))):
        raise BadInput(f"a model folder must be new or empty, {out} is not; name another with --out")
    run = open_run(run_path)
    if encoder is not None:
        run = replace(run, encoder=_other_encoder(run, encoder))
    state = new_state(run.config.family, run.family_config, run.config.seed)
    checkpoint.load(checkpoint.newest(run.checkpoints), state)
    return write_model_folder(out, run, state, beside)


def _other_encoder(run: Run, kind: str) -> WordsEncoder:
    if kind != WordsEncoder.kind or not isinstance(run.encoder, TfidfEncoder):
        raise BadInput(
            f"the encoder of {run.path} is {run.encoder.kind} and can become {WordsEncoder.kind}, "
            f"got --encoder {kind}; leave it out"
        )
    return fit_words(run.encoder, run.vocabulary)


def export_state(run: Run, state: TrainState) -> None:
    """Exports a run as it stands to `RUN/model`: called after each checkpoint."""
    write_model_folder(run.path / "model", run, state)


def write_model_folder(out: Path, run: Run, state: TrainState, beside: Beside = NOTHING) -> Path:
    """Builds the folder beside `out`, reads it back and swaps it in.

    At `out` there is the old model or the new one; on Linux also if the process is killed between.

    Raises:
        BadInput: `out` holds something else than a model, or `beside` names something else than it should.
        ModisteError: the exported generator draws something else than torch.
    """
    if out.exists() and not (out.is_dir() and (_is_model(out) or not any(out.iterdir()))):
        raise BadInput(f"{out} holds something else than a model of modiste; name a new folder")
    building = out.parent / f".{out.name}.partial"
    _remove(building)  # left by a run that was killed here
    files.make_folder(building)
    try:
        _fill(building, out, run, state, beside)
        DesignModel.open(building)
        _swap(building, out)
    finally:
        _remove(building)
    return out


def _fill(folder: Path, out: Path, run: Run, state: TrainState, beside: Beside) -> None:
    config, generator, noise = run.family_config, state.ema, beside.noise
    if isinstance(noise, Path):
        noise = fit_noise(generator, run, Catalogue.open(noise))
    if noise is not None:
        generator = noise.folded(generator)
        files.write_bytes(folder / NOISE, noise.to_bytes())
    exported = write_generator(
        generator, config.noise_dim, config.text_dim, folder / "generator.onnx", _texts(run.encoder)
    )
    value = {
        "format": FORMAT,
        "version": VERSION,
        "name": run.path.resolve().name if out.name == "model" else out.name,
        "family": run.config.family,
        "preset": run.config.preset,
        "encoder": run.encoder.kind,
        "size": state.stage.size,
        "noise_dim": config.noise_dim,
        "text_dim": config.text_dim,
        "network": {name: getattr(config, name) for name in family(run.config.family).shape},
        "images_seen": state.images_seen,
        "steps": state.step,
        "weights": exported.weights,
        "export": exported.to_json() | {"fitted_noise": noise is not None},
        "catalogue": {
            "name": run.config.catalogue,
            "photos": run.config.image_count,
            "sha256": run.config.catalogue_sha256,
        },
        "vocabulary": run.vocabulary,
        "modiste": __version__,
    }
    files.write_json(folder / "config.json", value)
    files.write_json(folder / "encoder.json", run.encoder.to_json())
    if run.phrases:
        files.write_json(folder / phrases.FILE, run.phrases)
    files.write_bytes(folder / FILE, safetensors.torch.save(start_weights(state)))
    files.write_text(folder / "README.md", model_card(value, beside.about))
    if beside.thumbnails is not None:
        add_thumbnails(folder, run, Catalogue.open(beside.thumbnails))
    if beside.judge is not None:
        add_judge(folder, beside.judge)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files.write_text(folder / SUMS, "".join(f"{files.sha256(folder / name)}  {name}\n" for name in names))


def _texts(encoder: Encoder) -> npt.NDArray[np.float32]:
    """Vectors of descriptions of five of the encoder's own words: what people may ask for."""
    random = np.random.default_rng(1)
    return encoder.encode([" ".join(random.choice(encoder.vocabulary, 5)) for _ in range(CHECKED_PICTURES)])


def _is_model(folder: Path) -> bool:
    try:
        config = files.read_json(folder / "config.json")
    except BadInput:
        return False
    return isinstance(config, dict) and config.get("format") == FORMAT


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _swap(new: Path, place: Path) -> None:
    """Puts `new` at `place`, in one step where the system can exchange two folders."""
    if not place.exists():
        new.rename(place)
    elif not _exchange(new, place):
        old = place.parent / f".{place.name}.old"
        _remove(old)
        place.rename(old)
        new.rename(place)
        shutil.rmtree(old)
    descriptor = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(first: Path, second: Path) -> bool:
    """Linux's renameat2 with RENAME_EXCHANGE; False where system or file system cannot."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    at_working_folder, exchange = -100, 2
    return (
        rename is not None
        and rename(at_working_folder, os.fsencode(first), at_working_folder, os.fsencode(second), exchange)
        == 0
    )
