"""The house: which room may import which, what a command loads, how large things may grow, and that all is described."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from salvage_cli import store

PACKAGE = Path(__file__).parent.parent / "salvage_cli"
ROOMS = sorted(path.stem for path in PACKAGE.glob("*.py"))
EDGE = {
    "cli", "fast", "edge", "output", "options", "pages", "people", "waiting", "terminal", "answers", "citing", "searching", "seeing", "curating", "__main__",
}  # fmt: skip
"""Rooms that know the command line or the terminal; the core may import none of them."""


def imports(room: str, *, top: bool) -> set[str]:
    """The rooms that a room imports: when it is loaded, or also within functions."""
    tree = ast.parse((PACKAGE / f"{room}.py").read_text(encoding="utf-8"))
    nodes = _loaded(tree) if top else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "salvage_cli":
            found |= {alias.name for alias in node.names if alias.name in ROOMS}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("salvage_cli."):
            found.add(node.module.split(".")[1])
    return found


def _loaded(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in tree.body if not isinstance(node, ast.If)]


def test_imports_at_load_go_one_way() -> None:
    arrows = {room: imports(room, top=True) for room in ROOMS}

    def reach(room: str, seen: tuple[str, ...]) -> None:
        assert room not in seen, f"a circle: {' → '.join((*seen, room))}"
        for other in arrows[room]:
            reach(other, (*seen, room))

    for room in ROOMS:
        reach(room, ())


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in EDGE and room != "__init__"])
def test_the_core_knows_nothing_of_the_terminal(room: str) -> None:
    assert not imports(room, top=False) & (EDGE - {"terminal"}), room
    source = (PACKAGE / f"{room}.py").read_text(encoding="utf-8")
    assert "sys.exit" not in source


@pytest.mark.parametrize(
    ("foreign", "rooms"),
    [
        ("yaml", {"nodes", "fields", "source", "comments", "canonical"}),
        ("rich", {"terminal", "waiting"}),
        (
            "sqlite3",
            {
                "index",
                "building",
                "store",
                "library",
                "classes",
                "filters",
                "opening",
                "resolve",
                "matching",
                "qualifying",
                "suggest",
                "completing",
                "searching",
                "shelf",
            },
        ),
    ],
)
def test_foreign_libraries_stay_in_their_rooms(foreign: str, rooms: set[str]) -> None:
    for room in ROOMS:
        tree = ast.parse((PACKAGE / f"{room}.py").read_text(encoding="utf-8"))
        used = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        used |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert foreign not in used or room in rooms, room


def loaded(*argv: str) -> set[str]:
    """The modules that a command line leaves loaded, run as the program is, with the index in place."""
    code = (
        "import sys, os\n"
        "sys.stdout.reconfigure(encoding='utf-8')\n"
        f"sys.argv = ['salvage', *{argv!r}]\n"
        "from salvage_cli.fast import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('\\nMODULES ' + ' '.join(sys.modules))\n"
    )
    for _ in range(2):  # the first run may have to build the index
        seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    return set(seen.stderr.rpartition("MODULES ")[2].split())


HEAVY = {"rich", "yaml", "pydantic", "importlib.metadata", "urllib.request", "http.client", "socket", "rapidfuzz", "citeproc"}


@pytest.mark.parametrize(
    "argv",
    [
        ("cite", "6"),
        ("list", "-o", "tsv"),
        ("lookup", "-c", "AML", "-o", "json"),
        ("show", "gilteritinib-aml", "-o", "json"),
        ("__complete", "list", "-m", "r"),
    ],
    ids=" ".join,
)
def test_what_a_command_does_not_need_is_not_loaded(argv: tuple[str, ...]) -> None:
    assert not loaded(*argv) & HEAVY


@pytest.mark.parametrize(
    "argv",
    [("cite", "6"), ("list", "-o", "tsv"), ("lookup", "-c", "AML", "-o", "json"), ("__complete", "list", "-m", "r"), ("--version",)],
    ids=" ".join,
)
def test_the_fast_lane_loads_no_typer(argv: tuple[str, ...]) -> None:
    assert not loaded(*argv) & {"typer", "click", "argparse", "salvage_cli.model", "salvage_cli.cli"}


def test_an_index_is_built_anew_when_any_room_changes_that_decides_what_stands_in_it() -> None:
    seen: set[str] = set()
    waiting = ["building", "layers"]
    while waiting:
        room = waiting.pop()
        if room not in seen:
            seen.add(room)
            waiting += imports(room, top=True)
    assert seen - set(store._CODE) == set()


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_described_and_small_enough(room: str) -> None:
    source = (PACKAGE / f"{room}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree), f"{room} has no docstring"
    assert source.count("\n") <= 460, f"{room} has grown too large; take a room apart by its ideas"
    for function in _functions(tree):
        assert (function.end_lineno or 0) - function.lineno < 60, f"{room}.{function.name} is longer than 60 lines"
