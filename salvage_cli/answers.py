"""The commands that answer: lookup, list, show, terms, info. They translate between the command line and the core."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer

from salvage_cli import __version__, fold, output, plain, screens, text
from salvage_cli.completing import KINDS, SCRIPTS
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.facets import PICTURES, PROGRAMS
from salvage_cli.fold import Line
from salvage_cli.index import Named
from salvage_cli.library import Answer, Library, Query
from salvage_cli.names import normal
from salvage_cli.opening import data_folder
from salvage_cli.options import asking, opening, pictured, styled
from salvage_cli.output import Style
from salvage_cli.pages import about, chosen_fields, write_therapies
from salvage_cli.plain import Page
from salvage_cli.resolve import suggestion

app = typer.Typer()

PICTURE_WIDTH = 100
"""Columns of a screen that is written as a picture."""


@app.command(epilog="Examples:  salvage lookup AML   salvage lookup -c C92.0 -o json   salvage lookup ARDS --verdict benefit")
@opening
@pictured
@asking
def lookup(
    library: Library,
    query: Query,
    style: Style,
    words: Annotated[list[str] | None, typer.Argument(metavar="[CONDITION]", help="The condition; words need no quotes.")] = None,
) -> None:
    """What is known, in detail: results, evidence, safety, citations."""
    if words:
        query = query.also(" ".join(words))
    if not query.asks():
        raise UsageError("what about? give a condition or another facet, e.g. salvage lookup AML")
    _therapies(library, library.find(query), style, "plain", text.lookup, "lookup")


@app.command(
    "list", epilog="Examples:  salvage list -m radiation   salvage list -f relapse -p child   salvage list -o tsv --fields id,verdict"
)
@opening
@pictured
@asking
def list_(library: Library, query: Query, style: Style) -> None:
    """One row per therapy."""
    _therapies(library, library.find(query), style, "tsv", text.listing, "listing")


def _therapies(library: Library, answer: Answer, style: Style, in_pipe: str, words: Any, drawing: str) -> None:
    """Write therapies in the format asked for."""
    format = output.chosen(style, in_pipe)
    if format in PROGRAMS:
        write_therapies(library, answer, style, format)
        return
    for line in answer.notes:
        output.note(line)
    entries = text.entries(answer.rows(text.LOOKUP_COLUMNS))
    if not entries:
        raise NothingFound(answer.nothing())
    codes = {id: library.term("conditions", id)["icd10"] for id in text.by_condition(entries)}
    if format == "plain":
        output.page("".join(f"{line}\n" for line in words(entries, codes, answer.sort)), style)
        return
    _shown(lambda width: getattr(screens, drawing)(entries, codes, answer.sort, width), style, format)


def _shown(layout: Callable[[int], list[Line]], style: Style, format: str) -> None:
    """Show a layout on the terminal, or write it as a picture."""
    if format in PICTURES:
        from salvage_cli import picture, webpage

        lines = layout(PICTURE_WIDTH)
        output.write([(picture if format == "svg" else webpage).screen(lines, fold.plain(lines)[0])])
        return
    output.draw(layout, style)


# ------------------------------------------------------------------------------------------------ records


@app.command(epilog="Examples:  salvage show gilteritinib-aml   salvage show gilteritinib-aml quizartinib-aml -o yaml")
@opening
@pictured
def show(
    library: Library,
    style: Style,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of therapies, as list and lookup give them.")],
) -> None:
    """Whole records, with the considerations before starting, and citations."""
    answer = library.find(Query(ids=ids))
    format = output.chosen(style, "plain")
    if format in PROGRAMS:
        write_therapies(library, answer, style, format)
        return
    for line in answer.notes:
        output.note(line)
    found = dict.fromkeys(id for word in ids for (id,) in library.find(Query(ids=[word])).rows(("id",)))
    cards = [library_card(library, id) for id in found]
    if format == "plain":
        output.page("\n".join("".join(f"{line}\n" for line in text.show(card)) for card in cards), style)
        return
    _shown(lambda width: [line for card in cards for line in (*screens.show(card, width), [])][:-1], style, format)


def library_card(library: Library, id: str) -> text.Card:
    """A therapy with everything that its card shows."""
    (therapy,) = library.find(Query(ids=[id])).therapies()
    (row,) = library.find(Query(ids=[id])).rows(("condition_name", "evidence_level", "evidence_indirect", "source"))
    therapy = replace(therapy, name=text.marked(therapy.name, row[3]))
    names = {each: library.term("modalities", each)["name"] for each in therapy.modality}
    names |= {each: library.term("failure_types", each)["name"] for each in therapy.failure_types}
    kinds = {outcome.effect.kind for outcome in therapy.outcomes if outcome.effect}
    citations, numbers, links = {}, {}, {}
    for each, (number, cited, standing) in zip(therapy.references, library.citations(therapy.references), strict=True):
        (reference,) = library.reference(each)
        numbers[each], links[each] = number, text.links(reference)
        citations[each] = f"{number}. {cited}" + (f" [{standing.partition(' ')[2]}]" if standing else "")
    others = library.find(Query(condition=[therapy.condition])).rows(("id", "verdict", "evidence_level", "evidence_indirect"))
    return text.Card(
        therapy=therapy, condition=row[0], level=row[1], indirect=bool(row[2]), names=names,
        abbreviations={kind: library.term("effects", kind)["abbreviation"] for kind in kinds},
        better={outcome.measure: library.term("measures", outcome.measure)["better"] for outcome in therapy.outcomes},
        citations=citations, numbers=numbers, alternatives=[text.alternative(*other) for other in others if other[0] != id],
        source=row[3], links=links,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ the base


@app.command(epilog="Examples:  salvage terms   salvage terms modalities   salvage terms conditions -o tsv")
@opening
@styled
def terms(
    library: Library,
    style: Style,
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help=f"{', '.join(KINDS)}.")] = None,
) -> None:
    """What one can ask for, with counts."""
    format = output.chosen(style, "tsv")
    if kind is None:
        counts = library.counts()
        rows = [(name, counts[name.replace("-", "_")]) for name in KINDS]
        _sheet(Page(kind="kinds", columns=("kind", "terms"), rows=rows, about=about(library), header=style.header), format, style)
        return
    key = kind.replace("-", "_")
    if kind.replace("_", "-") not in KINDS:
        raise UsageError(f"no kind of term is called {kind!r}; {suggestion(kind, {normal(name): [Named(name, name)] for name in KINDS})}")
    found = library.terms(key)
    columns = chosen_fields(style, ("id", "name", "parents", "therapies", "synonyms", "definition")) or (
        "id", "name", "parents", "therapies", "synonyms", "definition")  # fmt: skip
    rows = [tuple(term[column] for column in columns) for _, term in text.tree(found)]
    if format == "table":
        output.draw(lambda width: screens.terms(kind, found, width), style)
    elif format == "plain":
        lines = (f"{'  ' * depth}{term['id']} ({term['therapies']}): {term['name']}" for depth, term in text.tree(found))
        output.page("".join(f"{line}\n" for line in lines), style)
    else:
        _sheet(Page(kind=key, columns=columns, rows=rows, about=about(library), header=style.header), format, style)


@app.command()
@opening
@styled
def info(library: Library, style: Style) -> None:
    """Versions, counts, dates, where things are."""
    meta, counts = library.meta(), library.counts()
    verdicts = {term["id"]: term["therapies"] for term in library.terms("verdicts")}
    rows: list[tuple[str, Any]] = [
        ("program", f"salvage {__version__}"),
        ("data", f"version {meta['version']} of {meta['date']} ({meta['licence']})"),
        ("therapies", f"{counts['therapies']} ({', '.join(f'{count} {name}' for name, count in sorted(verdicts.items()))})"),
        ("conditions", f"{counts['conditions'] - counts['groups']} and {counts['groups']} groups"),
        ("outcomes", counts["outcomes"]),
        ("references", f"{counts['references']} ({', '.join(f'{count} {name}' for name, count in library.standings())})"),
        ("agents", counts["agents"]),
        ("measures", counts["measures"]),
        ("reviewed", _age(library)),
        ("files", data_folder()),
        ("index", library.where() or "in memory"),
        *(("beside", f"{file}: {_listed(counts)}") for file, counts in library.sources().items() if file != "shipped"),
        ("note", "Reference information, not medical advice."),
    ]
    _sheet(
        Page(kind="info", columns=("name", "value"), rows=rows, about=about(library), header=style.header),
        output.chosen(style, "plain"),
        style,
    )


def _age(library: Library) -> str:
    """When the therapies were last read against their sources, and how many wait to be read again."""
    from datetime import date

    first, last, due = library.age(date.today().isoformat())  # noqa: DTZ011 (the reader's day)
    span = f"on {first}" if first == last else f"from {first} to {last}"
    return f"{span}; {due} to be read again"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items())


def _sheet(page: Page, format: str, style: Style) -> None:
    """Write a small table of names and values."""
    if format == "plain":
        output.write(text.facts([(str(row[0]), row[1]) for row in page.rows]))
    elif format == "table":
        output.draw(lambda width: screens.facts([(str(row[0]), row[1]) for row in page.rows], width), style)
    elif format == "ids":
        output.write(str(row[0]) for row in page.rows)
    else:
        output.write(plain.FORMATS[format](page), format)


@app.command(epilog='Examples:  eval "$(salvage completion bash)"   eval "$(salvage completion zsh)"   salvage completion fish | source')
def completion(shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> None:
    """The script that teaches your shell to complete commands, options and values."""
    if shell not in SCRIPTS:
        raise UsageError(f"no completion for {shell!r}; choose one of {', '.join(SCRIPTS)}")
    output.write(SCRIPTS[shell].rstrip("\n").split("\n"))
