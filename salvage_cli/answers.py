"""The commands that answer: lookup, list, show, terms, info. They translate between the command line and the core."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from salvage_cli import __version__, output, people, plain, screens, text
from salvage_cli.completing import KINDS, SCRIPTS
from salvage_cli.errors import UsageError
from salvage_cli.index import Named
from salvage_cli.library import Library, Query
from salvage_cli.names import normal
from salvage_cli.opening import data_folder
from salvage_cli.options import asking, opening, pictured, styled
from salvage_cli.output import Style
from salvage_cli.pages import about, chosen_fields
from salvage_cli.plain import Page
from salvage_cli.suggest import suggestion

app = typer.Typer()

ConditionWords = Annotated[list[str] | None, typer.Argument(metavar="[CONDITION]", help="The condition; words need no quotes.")]

TERM_COLUMNS = ("id", "name", "parents", "therapies", "synonyms", "definition", "source")


@app.command(epilog="Examples:  salvage lookup AML   salvage lookup -c C92.0 -o json   salvage lookup ARDS --verdict benefit")
@opening
@pictured
@asking
def lookup(
    library: Library,
    query: Query,
    style: Style,
    words: ConditionWords = None,
) -> None:
    """What is known, in detail: results, verdict, evidence level, for whom, and the numbers to cite."""
    people.therapies("lookup", library, query.also(words), style)


@app.command(
    "list", epilog="Examples:  salvage list AML   salvage list -m radiation   salvage list -f relapse -p child -o tsv --fields id,verdict"
)
@opening
@pictured
@asking
def list_(library: Library, query: Query, style: Style, words: ConditionWords = None) -> None:
    """One row per therapy."""
    people.therapies("list", library, query.also(words), style)


# ------------------------------------------------------------------------------------------------ records


@app.command(epilog="Examples:  salvage show gilteritinib-aml   salvage show gilteritinib-aml quizartinib-aml -o yaml")
@opening
@pictured
def show(
    library: Library,
    style: Style,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Therapies, by id (list -o ids) or name.")],
) -> None:
    """Whole records, with the considerations before starting, and citations."""
    people.records(library, ids, style)


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
    columns = chosen_fields(style, TERM_COLUMNS) or TERM_COLUMNS
    rows = [tuple(term[column] for column in columns) for _, term in text.tree(found)]
    if format == "table":
        output.draw(lambda width: screens.terms(kind, found, width), style)
    elif format == "plain":
        lines = (_term_line(depth, term) for depth, term in text.tree(found))
        output.page("".join(f"{line}\n" for line in lines), style)
    else:
        _sheet(Page(kind=key, columns=columns, rows=rows, about=about(library), header=style.header), format, style)


def _term_line(depth: int, term: Mapping[str, Any]) -> str:
    return f"{'  ' * depth}{term['id']} ({term['therapies']}): {text.marked(term['name'], term['source'])}"


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
