"""docs/commands.md is generated from the command line and says what it says.

python tests/test_reference.py      # writes it anew
"""

from pathlib import Path
from typing import Any

import typer.main

from modiste.cli import app

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"


def commands() -> dict[str, Any]:
    """Name -> command, as click knows it (typer carries a click of its own)."""
    found: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return found


def reference() -> str:
    """The page: every command with its text, arguments, options and defaults."""
    parts = ["# Commands\n\nGenerated from the command line by `python tests/test_reference.py`.\n"]
    for name, command in commands().items():
        usage = " ".join(
            _metavar(parameter) for parameter in command.params if parameter.param_type_name == "argument"
        )
        parts.append(f"## modiste {name}\n\n```\nmodiste {name} {usage} [OPTIONS]\n```\n".replace("  ", " "))
        text, _, example = (command.help or "").partition("Example:")
        parts.append(" ".join(text.split()) + "\n")
        if example:
            parts.append(f"```\n{' '.join(example.split())}\n```\n")
        rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
        parts.append("| option | what it is | default |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _metavar(parameter: Any) -> str:
    name = parameter.metavar or (parameter.name or "").upper() + ("..." if parameter.nargs == -1 else "")
    return name if parameter.required or parameter.param_type_name == "option" else f"[{name}]"


def _row(parameter: Any) -> str:
    is_option = parameter.param_type_name == "option"
    name = ", ".join(f"`{each}`" for each in parameter.opts) if is_option else f"`{_metavar(parameter)}`"
    help_text = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
    assert help_text, f"{parameter.name} has no help"
    missing = parameter.default is None or parameter.default is False or parameter.default == ()
    default = "required" if parameter.required else "" if missing else f"`{parameter.default}`"
    return f"| {name} | {help_text} | {default} |"


def test_reference_is_that_of_the_command_line() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: python tests/test_reference.py"


def test_every_command_has_an_example() -> None:
    assert [name for name, command in commands().items() if "Example:" not in (command.help or "")] == []


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
