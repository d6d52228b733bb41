"""The command that cites: from what the user names to references, and from these to text."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import typer

from salvage_cli import cite as words
from salvage_cli import facets, output
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.facets import CITE_FORMATS, CITE_SORTS, CITE_STYLES
from salvage_cli.index import Named
from salvage_cli.library import Library, Query
from salvage_cli.model import Reference
from salvage_cli.names import normal
from salvage_cli.options import narrowing, opening, reading
from salvage_cli.styles import STYLES
from salvage_cli.suggest import suggestion
from salvage_cli.work import Work

app = typer.Typer()

ALIASES = {"nlm": "vancouver", "jama": "ama", "md": "markdown", "bib": "bibtex", "csljson": "csl-json", "medline": "nbib",
           "pubmed": "nbib", "text": "plain"}  # fmt: skip
"""Other names of the styles and formats."""


class Choice(NamedTuple):
    """How the citations are to look, and which references they may be of."""

    style: str
    csl: str | None
    order: str
    numbered: bool
    checked_only: bool
    nearest: bool
    explain: bool
    incomplete: bool
    quiet: bool

    @property
    def text_style(self) -> str:
        """The style, or Vancouver where a format for programs was chosen."""
        return self.style if self.style in STYLES else "vancouver"


def choice(values: Mapping[str, Any]) -> Choice:
    """The choice that options make.

    Raises:
        UsageError: a style or an order is not known, or two options contradict each other.
    """
    if values["style"] is not None and values["csl"] is not None:
        raise UsageError("give --style or --csl, not both")
    if values["order"] not in CITE_SORTS:
        raise UsageError(f"no order is called {values['order']!r}; choose one of {', '.join(CITE_SORTS)}")
    chosen = Choice(**{**values, "style": style(values["style"] or "vancouver")})
    if chosen.explain and chosen.incomplete:
        raise UsageError("--explain and --incomplete answer different questions; give one of them")
    if chosen.explain and (chosen.csl is not None or chosen.style in CITE_FORMATS):
        raise UsageError("--explain is for people, with the citation in a built-in style of text")
    if chosen.numbered and (chosen.style in CITE_FORMATS or chosen.explain or chosen.incomplete):
        raise UsageError("--numbered is for citations in a style of text")
    return chosen


def style(text: str) -> str:
    """The style or format of this name.

    Raises:
        UsageError: there is none, with the nearest names.
    """
    name = ALIASES.get(text.casefold(), text.casefold())
    if name not in CITE_STYLES and name not in CITE_FORMATS:
        known = {normal(each): [Named(each, each)] for each in (*CITE_STYLES, *CITE_FORMATS, "nlm")}
        raise UsageError(f"no style is called {text!r}; {suggestion(text, known)} (any other style: --csl NAME)")
    return name


@app.command(epilog="Examples:  salvage cite 6   salvage cite 10.1056/NEJMoa1902688 PREVENT   salvage cite -c AML --style bibtex > aml.bib")
@opening
@narrowing
@reading(facets.CITE, "choice", choice)
def cite(
    library: Library,
    query: Query,
    choice: Choice,
    refs: Annotated[
        list[str] | None,
        typer.Argument(metavar="REF...", help="Number, id, DOI, PMID, NCT number, trial or a therapy's id; - reads them from stdin."),
    ] = None,
) -> None:
    """Citations, one line each on stdout; what is to be known of their standing goes to stderr."""
    wanted = [ref for each in refs or () for line in (output.read_lines() if each == "-" else [each]) for ref in _split(line)]
    everything = choice.incomplete and not refs and not query.asks()
    found, faults = (library.all_references(), []) if everything else _found(library, query, wanted)
    if choice.nearest and not choice.explain:
        found = _replaced(library, found, choice.quiet, faults)
    if choice.checked_only:
        faults += [f"reference {each.number} is {each.standing}, not checked" for each in found if each.standing != "checked"]
        found = [each for each in found if each.standing == "checked"]
    works = words.sorted_by([library.work(each) for each in found], choice.order)
    if choice.incomplete:
        _list_incomplete(works, choice.text_style)
    elif choice.explain:
        _explain(library, works, choice.text_style)
    else:
        _write(library, works, choice)
    if faults:
        raise NothingFound("\nsalvage: ".join(faults))


def _split(line: str) -> list[str]:
    """The references that a word or a line of stdin names: numbers may stand together (`6, 7 8`)."""
    parts = line.replace(",", " ").replace(";", " ").split()
    return parts if len(parts) > 1 and all(part.isdigit() for part in parts) else [line.rstrip(",;")]


def _found(library: Library, query: Query, wanted: Sequence[str]) -> tuple[list[Reference], list[str]]:
    """The references that words and facets name, each once, and what is to be said of words that name none."""
    ids = []
    if query.asks():
        answer = library.find(query)
        for note in answer.notes:
            output.note(note)
        ids = [id for (listed,) in answer.rows(("references",)) for id in listed.split("; ")]
        if not ids and not wanted:
            raise NothingFound(answer.nothing())
    elif not wanted:
        raise UsageError("what to cite? give numbers, ids, DOIs, PMIDs, trials or facets, e.g. salvage cite 6")
    found: dict[str, Reference] = {}
    faults = []
    for ref in dict.fromkeys([*wanted, *ids]):
        try:
            several, note = library.publications(ref)
        except NothingFound as error:
            faults.append(str(error))
            continue
        if note:
            output.note(note)
        found |= {reference.id: reference for reference in several if reference.id not in found}
    return list(found.values()), faults


def _replaced(library: Library, found: Iterable[Reference], quiet: bool, faults: list[str]) -> list[Reference]:
    """The references with checked publications in the place of those that are not checked."""
    shown: dict[str, Reference] = {}
    for reference in found:
        instead = [reference] if reference.standing == "checked" else [each for id in reference.nearest for each in library.reference(id)]
        if not instead:
            faults.append(f"reference {reference.number} is {reference.standing}, and no checked publication is known in its place")
        elif instead != [reference] and not quiet:
            output.note(
                f"in place of reference {reference.number} ({reference.standing}): {' '.join(str(each.number) for each in instead)}"
            )
        shown |= {each.id: each for each in instead if each.id not in shown}
    return list(shown.values())


def _write(library: Library, works: Sequence[Work], choice: Choice) -> None:
    """The citations on stdout, the standing of each on stderr."""
    standings = [standing for _, _, standing in library.citations([work.reference.id for work in works])]
    if works:
        output.write(_citations(library, works, standings, choice), "json" if choice.style in ("json", "csl-json") else "plain")
    if choice.quiet:
        return
    sources = library.reference_sources([work.reference.id for work in works])
    for work, line in zip(works, standings, strict=True):
        if line:
            output.note(line)
        if (source := sources[work.reference.id]) != "shipped":
            output.note(f"reference {work.reference.number} is from {os.path.basename(source)}")


def _citations(library: Library, works: Sequence[Work], standings: Sequence[str], choice: Choice) -> Iterable[str]:
    if choice.csl is None and choice.style in STYLES:
        return _numbered([STYLES[choice.style](work) for work in works], choice)
    if choice.style == "json" and choice.csl is None:
        return _json(library, works, standings)
    from salvage_cli import formats

    entries = [formats.Entry(work, words.remark(line)) for work, line in zip(works, standings, strict=True)]
    if choice.csl is None:
        return formats.FORMATS[choice.style](entries)
    from salvage_cli import csl

    return _numbered(csl.texts(entries, choice.csl), choice)


def _numbered(lines: Sequence[str], choice: Choice) -> Iterator[str]:
    """The lines, with numbers where these are asked for; in HTML as a list."""
    if not choice.numbered:
        yield from lines
    elif choice.style == "html" and choice.csl is None:
        yield "<ol>"
        yield from (f"<li>{line}</li>" for line in lines)
        yield "</ol>"
    else:
        yield from (f"{place}. {line}" for place, line in enumerate(lines, 1))


def _json(library: Library, works: Sequence[Work], standings: Sequence[str]) -> Iterator[str]:
    """The whole records, each with its citation and what is to be said of its standing."""
    from salvage_cli import pages, plain
    from salvage_cli.jsontext import json_text

    records = [
        f"{record[:-1]}, {json_text({'citation': STYLES['vancouver'](work), 'remark': words.remark(line) or None})[1:]}"
        for work, line, record in zip(works, standings, library.reference_records([work.reference.id for work in works]), strict=True)
    ]
    return plain.json_(
        plain.Page(
            kind="references", columns=("id",), rows=[(work.reference.id,) for work in works], records=records, about=pages.about(library)
        )
    )


def _list_incomplete(works: Sequence[Work], style: str) -> None:
    """Number, id and what is lacking, in columns with tabs between."""
    from salvage_cli.pieces import lacking

    lines = [(work, lacking(work, style)) for work in works]
    lines = [(work, lacks) for work, lacks in lines if lacks]
    output.write(f"{work.reference.number}\t{work.reference.id}\t{', '.join(lacks)}" for work, lacks in lines)
    if not lines:
        raise NothingFound(f"no reference lacks what {style} demands")


def _explain(library: Library, works: Sequence[Work], style: str) -> None:
    """Explanations with a blank line between; people get them in lines of their terminal's width, paged where they are long."""
    lines: list[str] = []
    for work in works:
        lines += ["", *words.explained(_explained(library, work, style))] if lines else words.explained(_explained(library, work, style))
    if output.terminal():
        from shutil import get_terminal_size

        width = min(get_terminal_size().columns, 100)
        lines = [part for line in lines for part in words.wrapped(line, width)]
    output.page("".join(f"{line}\n" for line in lines), output.Style())


def _explained(library: Library, work: Work, style: str) -> words.Explained:
    from salvage_cli import wording
    from salvage_cli.pieces import lacking

    reference = work.reference
    ((_, citation, standing),) = library.citations([reference.id], style)
    supports = []
    for therapy in library.resting_on(reference.id):
        results = []
        for outcome in therapy.outcomes:
            if outcome.reference == reference.id:
                kinds = {outcome.effect.kind: library.term("effects", outcome.effect.kind)["abbreviation"]} if outcome.effect else {}
                line = wording.result(outcome, kinds, library.term("measures", outcome.measure)["better"])
                results.append(f"{line} (the verdict rests on it)" if outcome.primary else line)
        supports.append((therapy, str(library.term("conditions", therapy.condition)["name"]), results))
    instead = [f"{number}. {text}" for number, text, _ in library.citations(reference.nearest, style)]
    return words.Explained(reference, citation, standing, instead, supports, lacking(work, style))
