"""The command line as a whole: which commands there are, and how typer is given them."""

import sys
from collections.abc import Sequence
from errno import EPIPE
from importlib import import_module
from typing import Annotated

import typer

from salvage_cli import __version__, edge, output
from salvage_cli.errors import ExitCode

ROOMS = {
    "lookup": "answers",
    "list": "answers",
    "show": "answers",
    "cite": "citing",
    "search": "searching",
    "compare": "seeing",
    "map": "seeing",
    "terms": "answers",
    "info": "answers",
    "validate": "curating",
    "schema": "curating",
    "new": "curating",
    "completion": "answers",
}
"""The commands in the order of the help, each with the room that holds it: a command loads only its own."""

EPILOG = """\b
Examples:
  salvage lookup --condition AML            what is known, with results and citations
  salvage list --modality radiation         one row per therapy
  salvage list -f relapse -o jsonl          for scripts
  salvage show gilteritinib-aml             a whole record
  salvage cite 6                            reference 6, ready to paste
  salvage search kidney rejection           ranked full text
  salvage terms modalities                  what one can ask for

Reference information, not medical advice. Exit status: 0 found, 1 nothing found,
2 wrong usage, 3 a knowledge-base file is at fault, 4 the machine is.
"""


def _version(wanted: bool) -> None:
    if wanted:
        output.write([f"salvage {__version__}"])
        raise typer.Exit


def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)] = False,
) -> None:
    if context.invoked_subcommand is None:
        output.write([context.get_help()])


def application(argv: Sequence[str]) -> typer.Typer:
    """The command line with the command that `argv` names, or with all of them where it names none."""
    app = typer.Typer(
        name="salvage",
        help="Rescue (salvage) therapies: what is tried when standard treatment has failed, how well it worked, and where it says so.",
        epilog=EPILOG,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback(invoke_without_command=True)(_root)
    named = next((word for word in argv if word in ROOMS or not word.startswith("-")), "")
    for name in [named] if named in ROOMS else ROOMS:
        room: typer.Typer = import_module(f"salvage_cli.{ROOMS[name]}").app
        app.registered_commands += [each for each in room.registered_commands if _called(each) == name]
    return app


def _called(command: object) -> str:
    name: str | None = getattr(command, "name", None)
    return name or getattr(command, "callback").__name__  # noqa: B009


def main(argv: Sequence[str] | None = None) -> None:
    """Run salvage and end the process with its status."""
    output.prepare_streams()
    raise SystemExit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run one command line and return its status."""
    return edge.ended(lambda: _typed(list(argv)))


def _typed(argv: list[str]) -> int:
    """Let typer read the command line. Its own errors are known by what they can do: it may carry its click within."""
    try:
        result = application(argv)(argv, prog_name="salvage", standalone_mode=False)
    except SystemExit as error:
        if isinstance(error.__context__, OSError) and error.__context__.errno == EPIPE:  # typer makes status 1 of a pipe that closed
            raise BrokenPipeError from None
        raise
    except Exception as error:
        if type(error).__name__ == "Abort":
            raise KeyboardInterrupt from None
        show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
        if show is None or code is None:
            raise
        show()
        return int(code)
    return result if isinstance(result, int) else ExitCode.FOUND
