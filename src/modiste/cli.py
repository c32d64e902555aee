"""The command line: one file a command in `commands/`, each of which imports its room only when it runs."""

import errno
import os
import sys

import typer

from modiste import __version__
from modiste.commands.adapt import adapt
from modiste.commands.design import design
from modiste.commands.doctor import doctor
from modiste.commands.evaluate import evaluate
from modiste.commands.export import export
from modiste.commands.inspect import inspect
from modiste.commands.models import models
from modiste.commands.prepare import prepare
from modiste.commands.sample import sample
from modiste.commands.serve import serve
from modiste.commands.studio import studio
from modiste.commands.train import train
from modiste.errors import MissingExtra, ModisteError

COMMANDS = (
    sample, prepare, inspect, train, evaluate, export, adapt, design, studio, serve, models, doctor,
)  # fmt: skip

app = typer.Typer(
    help="Clothes drawn from words, learnt from your own catalogue, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in COMMANDS:
    app.command()(command)

EXTRA_OF_MODULE = {
    "torch": "train",
    "sklearn": "train",
    "pyarrow": "train",
    "safetensors": "train",
    "onnx": "train",
    "onnxscript": "train",
    "h5py": "train",
    "jaxtyping": "train",
    "matplotlib": "train",
    "tensorboard": "train",
    "torchmetrics": "train",
    "resvg_py": "train",
}
"""Which extra brings a module: a command that misses one says what to install."""


def _version(value: bool) -> None:
    if value:
        print(f"modiste {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    pass


def main() -> None:
    """Runs a command; an error meant for people is one line on stderr and exit code 2."""
    try:
        app()
    except ModisteError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        extra = EXTRA_OF_MODULE.get((error.name or "").split(".")[0])
        if extra is None:
            raise
        _fail(
            str(
                MissingExtra(
                    f'{_command_name()} needs: pip install "modiste[{extra}]" ({error.name} is missing)'
                )
            )
        )
    except OSError as error:
        if error.errno not in (
            errno.ENOSPC,
            errno.EACCES,
            errno.EROFS,
            errno.EDQUOT,
            errno.EFBIG,
            errno.ENOTDIR,
        ):
            raise
        reason = f"{os.strerror(error.errno).lower()} ({error.filename or 'output'})"
        _fail(f"cannot write: {reason}; make room or name another folder")


def _command_name() -> str:
    return next((word for word in sys.argv[1:] if not word.startswith("-")), "modiste")


def _fail(message: str) -> None:
    print(f"modiste: {message}", file=sys.stderr)
    sys.exit(2)
