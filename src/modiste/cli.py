"""The command line: one file a command in `commands/`, each of which imports its room only when it runs."""

import difflib
import errno
import os
import re
import sys
from typing import Any

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

UsageError: Any = typer.BadParameter.__base__
"""What typer raises for a wrong option or argument; newer ones bring a click of their own."""

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
        # With nothing to do, typer shows the help itself.
        code = app(standalone_mode=not sys.argv[1:])
        sys.exit(code if isinstance(code, int) else 0)
    except UsageError as error:
        _fail(_misused(error.format_message()))
    except ModisteError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        extra = EXTRA_OF_MODULE.get((error.name or "").split(".")[0])
        if extra is None:
            raise
        how = f"pip install '.[{extra}]' in modiste's folder"
        _fail(str(MissingExtra(f"{_command_name()} needs: {how} ({error.name} is missing)")))
    except OSError as error:
        full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
        if error.errno not in (*full, errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG):
            raise
        reason = f"{os.strerror(error.errno).lower()} ({error.filename2 or error.filename or 'output'})"
        if error.errno in full:
            _fail(f"cannot write: {reason}; make room or name another folder")
        _fail(f"cannot read or write: {reason}; name another, or give yourself the right to it")


def _misused(said: str) -> str:
    """One line of what typer says of a wrong option or argument, and what to do."""
    said = " ".join(said.split()).rstrip(".")
    name = _command_name()
    if name == "design" and "extra argument" in said:
        return f'{said}; put the description in quotes: modiste design "red dress"'
    if "No such command" in said:
        names = [command.__name__ for command in COMMANDS]
        near = difflib.get_close_matches(name, names, 1)
        return f"no such command {name!r}; " + (
            f"did you mean {near[0]}?" if near else f"the commands are {', '.join(names)}"
        )
    if found := re.search(r"Invalid value for '?(--[\w-]+)", said):
        given = [*sys.argv, ""]
        if found[1] in given and (value := given[given.index(found[1]) + 1]) not in said:
            said += f", found {value[:40]!r}"
    return f"{said}; see {' '.join(dict.fromkeys(['modiste', name]))} --help"


def _command_name() -> str:
    return next((word for word in sys.argv[1:] if not word.startswith("-")), "modiste")


def _fail(message: str) -> None:
    from modiste.console import plain

    print(f"modiste: {plain(message)}", file=sys.stderr)
    sys.exit(2)
