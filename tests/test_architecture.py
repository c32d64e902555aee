"""The house's rules, held by tests: chains of imports, sizes of files, documents that run."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "modiste"
BASE = {
    "cielab",
    "config",
    "console",
    "errors",
    "files",
    "listening",
    "machine",
    "memory",
    "randomness",
    "record",
    "report_style",
    "sheet",
}
MAY_IMPORT = {
    "text": set(),
    "wardrobe": set(),
    "catalogue": {"text"},
    "models": {"text", "catalogue"},
    "game": {"text", "catalogue", "models"},
    "export": {"text", "catalogue", "models", "game", "design"},
    "evaluate": {"text", "catalogue", "models", "game", "export", "design"},
    "adapt": {"text", "catalogue", "models", "game", "export", "evaluate", "design"},
    "design": {"text"},
    "serve": {"text", "design"},
    "studio": {"text", "design"},
}
"""Room -> rooms it may use besides the base: the order of the chains in ARCHITECTURE.md."""
HEAVY = ("torch", "sklearn", "pyarrow", "safetensors", "onnx", "resvg_py", "matplotlib", "tensorboard")


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= (
                {node.module}
                if node.module != "modiste"
                else {f"modiste.{alias.name}" for alias in node.names}
            )
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_only_down_their_chain(room: str) -> None:
    for path in sources(PACKAGE / room):
        used = {name.split(".")[1] for name in imported(path) if name.startswith("modiste.")}
        foreign = used - BASE - MAY_IMPORT[room] - {room, "__version__"}
        assert not foreign, f"{path.relative_to(ROOT)} imports {foreign}"


def test_runtime_chain_and_base_name_nothing_heavy() -> None:
    light = [
        *sources(PACKAGE / "design"),
        *sources(PACKAGE / "serve"),
        *sources(PACKAGE / "studio"),
        PACKAGE / "text" / "read.py",
        PACKAGE / "text" / "words.py",
        *PACKAGE.glob("*.py"),
    ]
    for path in light:
        assert not {name.split(".")[0] for name in imported(path)} & set(HEAVY), path


def test_help_of_every_command_loads_nothing_heavy() -> None:
    code = (
        "import sys, modiste.cli\n"
        f"print([name for name in {(*HEAVY, 'numpy', 'PIL', 'onnxruntime')} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_files_are_short() -> None:
    lengths = {
        path: len(path.read_text().splitlines())
        for folder in ("src", "tests", "benchmarks")
        for path in sources(ROOT / folder)
    }
    assert max(lengths.values()) <= 500, max(lengths, key=lambda path: lengths[path])
    ours = sorted(length for path, length in lengths.items() if PACKAGE in path.parents)
    assert ours[len(ours) // 2] < 180


def test_game_is_on_one_screen() -> None:
    assert len((PACKAGE / "game" / "play.py").read_text().splitlines()) <= 80


def commands() -> list[str]:
    from modiste.cli import COMMANDS

    return [command.__name__ for command in COMMANDS]


@pytest.mark.parametrize("command", commands())
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "modiste", command, "--help"], capture_output=True, text=True, check=True
    )
    assert f"Example: modiste {command}" in " ".join(result.stdout.split())


DOCUMENTS = [
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *PACKAGE.glob("bundled/*/README.md"))
    if path.name != "commands.md"  # which is made of the help itself
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_documents_exist_with_their_options(document: Path) -> None:
    from typer.main import get_command

    from modiste.cli import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    text = document.read_text()
    fenced = "\n".join(re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    lines = re.findall(r"^(?:\$ )?(?:\.venv/bin/)?(modiste .*)$", fenced, re.MULTILINE)
    for line in (*lines, *re.findall(r"`(modiste [a-z]+ [^`]+)`", text)):
        words = shlex.split(line.split("#")[0])
        assert words[1] in known, line
        parameters = known[words[1]].params
        given = {word for word in words if word.startswith("--")}
        assert given <= {option for parameter in parameters for option in parameter.opts}, line
        if len(words) > 2 and not words[2].startswith("--"):  # else it names a command and an option of it
            needed = [each.opts for each in parameters if each.required and each.param_type_name == "option"]
            assert all(given.intersection(options) for options in needed), line


def test_no_document_or_source_names_a_machine() -> None:
    for path in (
        *sources(ROOT / "src"),
        *sources(ROOT / "benchmarks"),
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
    ):
        assert not re.search(r"/(work|root|home|tmp)/", path.read_text()), path
