"""The command that cites."""

from typing import Annotated

import typer

from salvage_cli import cite as citing
from salvage_cli import output
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.library import Library, Query
from salvage_cli.model import Reference
from salvage_cli.options import asking, opening

app = typer.Typer()


@app.command(epilog="Examples:  salvage cite 6   salvage cite 13 gilteritinib-aml 10.1056/NEJMoa1902688   salvage cite -c AML")
@opening
@asking
def cite(
    library: Library,
    query: Query,
    refs: Annotated[
        list[str] | None, typer.Argument(metavar="REF...", help="Number, id, DOI, PMID, or a therapy's id; - reads them from stdin.")
    ] = None,
    style: Annotated[str, typer.Option("--style", "-s", metavar="NAME", help="vancouver (the same as nlm).")] = "vancouver",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing of a reference's standing.")] = False,
) -> None:
    """Citations, one line each on stdout; what is to be known of their standing goes to stderr."""
    if style not in citing.STYLES:
        raise UsageError(f"no style is called {style!r}; choose one of {', '.join(citing.STYLES)}")
    wanted = [line for ref in refs or () for line in (output.read_lines() if ref == "-" else [ref])]
    if query.asks():
        answer = library.find(query)
        wanted += [record for (listed,) in answer.rows(("references",)) for record in listed.split("; ")]
        if not wanted:
            raise NothingFound(answer.nothing())
    if not wanted:
        raise UsageError("what to cite? give numbers, ids, DOIs, PMIDs or facets, e.g. salvage cite 6")
    found: dict[str, Reference] = {}
    missing: list[str] = []
    for ref in wanted:
        try:
            found |= {reference.id: reference for reference in library.reference(ref) if reference.id not in found}
        except NothingFound as error:
            missing.append(str(error))
    output.write(citing.STYLES[style](reference) for reference in found.values())
    for reference in found.values() if not quiet else ():
        line = citing.standing(reference, library.numbers(reference.nearest))
        if line:
            output.note(line)
    if missing:
        raise NothingFound("\nsalvage: ".join(missing))
