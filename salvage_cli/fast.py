"""The fast lane, and the program's front door: command lines of a few sure shapes are answered without typer and rich.

It calls the same core as the commands. Everything else, and every doubt, goes to `cli`. It has no rules of its own; a test
holds it to the same bytes and statuses.
"""

import os
import sys

TYPE_CHECKING = False  # what type checkers take for true
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


def main() -> None:
    """Run salvage and end the process with its status."""
    _open_streams()
    argv = sys.argv[1:]
    if _sure_streams():
        status = lane(argv)
        if status is not None:
            sys.exit(status)
    from salvage_cli.cli import main as full

    full(argv)


def _open_streams() -> None:
    """Let a stream that the caller closed (`>&-`) lead nowhere, as if it were /dev/null; Python has None for it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open until the process ends


def _sure_streams() -> bool:
    """Whether stdout is UTF-8, so that no stand-ins are needed."""
    return (getattr(sys.stdout, "encoding", "") or "").lower().replace("_", "-") in ("utf-8", "utf8")


def lane(argv: list[str]) -> int | None:
    """Answer and return the status, or None (with nothing written) where typer should."""
    if argv == ["--version"]:
        return _version()
    if argv[:1] == ["__complete"]:
        return _complete(argv[1:])
    if argv[:1] == ["cite"]:
        return _cite(argv[1:])
    if argv[:1] in (["list"], ["lookup"], ["show"]):
        return _therapies(argv[0], argv[1:])
    return None


def _version() -> int:
    from salvage_cli import __version__, edge

    def write() -> None:
        sys.stdout.write(f"salvage {__version__}\n")

    return edge.ended(write)


def _cite(argv: list[str]) -> int | None:
    """`cite` with numbers or ids and at most a built-in style and --quiet, on the shipped base."""
    from salvage_cli import facets

    read = facets.read(argv, [option for option in facets.CITE if option.name in ("style", "quiet")])
    if read is None or not read[1] or os.environ.get("SALVAGE_DATA"):
        return None
    values, references = read
    style = values["style"] or "vancouver"
    if style not in facets.CITE_STYLES or not all(each.replace("-", "").isalnum() for each in references):
        return None
    from salvage_cli import edge, opening, shelf

    def write() -> int | None:
        found = shelf.citations(opening.open_index(waiting=_bar), references, style)
        if found is None:
            return UNSURE
        sys.stdout.write("".join(f"{text}\n" for text, _ in found))
        sys.stdout.flush()
        if not values["quiet"]:
            sys.stderr.write("".join(f"salvage: {standing}\n" for _, standing in found if standing))
        return 0

    status = edge.ended(write)
    return None if status == UNSURE else status


def _bar() -> "AbstractContextManager[Callable[[float], None]]":
    from salvage_cli.waiting import bar

    return bar()


UNSURE = -1
"""What no status is: the work was not begun, typer should do it."""


def _complete(words: list[str]) -> int:
    """What can stand next, a line each: value, tab, description. Completion has no other door than this."""
    from salvage_cli import edge
    from salvage_cli.completing import candidates
    from salvage_cli.opening import base, open_index

    def write() -> None:
        for each in candidates(open_index(**base({})), words):
            sys.stdout.write(f"{each.value}\t{each.about}\n" if each.about else f"{each.value}\n")

    return edge.ended(write)


def _therapies(command: str, argv: list[str]) -> int | None:
    """`list`, `lookup` and `show` with the shared options and nothing else."""
    from salvage_cli import facets

    shared = (*facets.BASE, *facets.DRAWN) if command == "show" else (*facets.BASE, *facets.FACETS, facets.SORT, *facets.DRAWN)
    read = facets.read(argv, shared)
    if read is None or (command == "show" and not read[1]):
        return None
    values, words = read
    from salvage_cli import edge

    return edge.ended(lambda: _write(command, values, words))


def _write(command: str, values: dict[str, object], words: list[str]) -> None:
    from salvage_cli import facets, output, pages, people, waiting
    from salvage_cli.library import open_library

    output.prepare_streams()
    style = pages.style(
        {option: values[option] for option in ("format", "fields", "header", "pager", "color")}, (*facets.FORMATS, *facets.PICTURES)
    )
    query = None if command == "show" else pages.query(values)
    library = open_library(**waiting.opened_with(values))
    if query is None:
        people.records(library, words, style)
    else:
        people.therapies(command, library, query.also(words), style)
