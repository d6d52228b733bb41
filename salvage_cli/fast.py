"""The fast lane, and the program's front door: command lines of a few sure shapes are answered without typer and rich.

It calls the same core as the commands. Everything else, and every doubt, goes to `cli`. It has no rules of its own; a test
holds it to the same bytes and statuses.
"""

import os
import sys


def main() -> None:
    """Run salvage and end the process with its status."""
    argv = sys.argv[1:]
    if _sure_streams():
        status = lane(argv)
        if status is not None:
            sys.exit(status)
    from salvage_cli.cli import main as full

    full(argv)


def _sure_streams() -> bool:
    """Whether stdout is UTF-8, so that no stand-ins are needed."""
    return (getattr(sys.stdout, "encoding", "") or "").lower().replace("_", "-") in ("utf-8", "utf8")


def lane(argv: list[str]) -> int | None:
    """Answer and return the status, or None (with nothing written) where typer should."""
    if argv == ["--version"]:
        from salvage_cli import __version__

        sys.stdout.write(f"salvage {__version__}\n")
        return 0
    if argv[:1] == ["__complete"]:
        return _complete(argv[1:])
    if argv[:1] in (["list"], ["lookup"], ["show"]):
        return _therapies(argv[0], argv[1:])
    return None


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
    """`list`, `lookup` and `show` in a format for programs."""
    from salvage_cli import facets

    shared = (*facets.BASE, *facets.OUTPUT) if command == "show" else (*facets.BASE, *facets.FACETS, facets.SORT, *facets.OUTPUT)
    read = facets.read(argv, shared)
    if read is None:
        return None
    values, words = read
    in_pipe = "tsv" if command == "list" and not os.isatty(1) else ""
    format = values["format"] or in_pipe
    asked = words if command == "show" else words or any(facets.facets_of(values).values()) or command == "list"
    if format not in facets.PROGRAMS or not asked or (command == "list" and words):
        return None
    from salvage_cli import edge

    return edge.ended(lambda: _write(command, values, words, format))


def _write(command: str, values: dict[str, object], words: list[str], format: str) -> None:
    from salvage_cli import opening, pages
    from salvage_cli.library import Query, open_library

    form = pages.style({name: values[name] for name in ("format", "fields", "header", "pager", "color")})
    if command == "show":
        query = Query(ids=words)
    else:
        query = pages.query(values)
        query = query.also(" ".join(words)) if words else query
    library = open_library(**opening.base(values))
    pages.write_therapies(library, library.find(query), form, format)
