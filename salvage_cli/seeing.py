"""The commands that set side by side: compare, map. They translate between the command line and the core."""

from collections.abc import Sequence
from dataclasses import replace
from shutil import get_terminal_size
from typing import Annotated, Any

import typer

from salvage_cli import fold, forest, grid, output, plain, plots, text
from salvage_cli.compare import Comparison, Option, Row, Study, Words, compare
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.evidence import indirect
from salvage_cli.facets import PROGRAMS
from salvage_cli.grid import Grid
from salvage_cli.library import Answer, Library, Query
from salvage_cli.model import Arm
from salvage_cli.options import asking, opening, pictured
from salvage_cli.output import Style
from salvage_cli.pages import about, chosen_fields
from salvage_cli.plain import Page
from salvage_cli.resolve import resolve

app = typer.Typer()

ROW_COLUMNS = (
    "measure", "id", "name", "condition_name", "verdict", "primary", "label", "at", "unit", "treated", "treated_ci", "treated_events",
    "treated_total", "comparator_name", "comparator", "comparator_ci", "comparator_events", "comparator_total", "effect", "value", "low",
    "high", "level", "favors", "p", "n", "finding", "computed_low", "computed_high", "evidence_level", "evidence_indirect", "reference",
    "source",
)  # fmt: skip
"""What a row of a comparison says to programs; `computed_low` and `computed_high` are the therapy arm's Wilson interval."""


@app.command(
    "compare", epilog="Examples:  salvage compare -c AML   salvage compare -c ARDS --measure mortality   salvage compare -c AML -o svg"
)
@opening
@pictured
@asking
def compare_(
    library: Library,
    query: Query,
    style: Style,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Therapies by id or name; facets narrow them further.")] = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", metavar="NAME", help="Only this outcome (overall survival).")] = None,
) -> None:
    """Options side by side, with a forest plot."""
    query = replace(query, ids=ids or ())
    if not query.asks():
        raise UsageError("compare what? give ids or a facet, e.g. salvage compare -c AML")
    wanted = [id for name in measure or () for id in resolve(library.connection, "measures", name).ids]
    answer = _found(library, query, style, "rows", ROW_COLUMNS)
    found = compare(options(library, answer), words(library))
    if wanted:
        found = found._replace(blocks=tuple(block for block in found.blocks if block.measure in wanted), silent=())
    if not found.blocks:
        _write_nothing(library, style, "rows", ROW_COLUMNS)
        raise NothingFound("none of these therapies has a figure to draw" + (" for this measure" if wanted else ""))
    format = output.chosen(style, "plain")
    if format in ("svg", "html"):
        from salvage_cli import picture, webpage

        output.write([(picture if format == "svg" else webpage).comparison(found)])
    elif format == "markdown":
        output.write(plots.markdown(found))
    elif format == "table":
        output.draw(lambda width: plots.comparison(found, width, _signs()), style)
    elif format == "plain":
        lines = fold.plain(plots.comparison(found, get_terminal_size((80, 24)).columns, _signs()))
        output.page("".join(f"{line}\n" for line in lines), style)
    else:
        _to_program(library, found, style, format)


def _signs() -> forest.Signs:
    """What stdout's encoding can draw with."""
    return forest.DRAWN if output.encodes("".join(forest.DRAWN)) else forest.ASCII


def _found(library: Library, query: Query, style: Style, kind: str, columns: Sequence[str]) -> Answer:
    """The answer to a question; how its words were read goes to stderr.

    Raises:
        NothingFound: the answer is empty (in a format for programs an empty document was written).
    """
    answer = library.find(query)
    for line in answer.notes:
        output.note(line)
    if not answer.rows(("id",)):
        _write_nothing(library, style, kind, columns)
        raise NothingFound(answer.nothing())
    return answer


def _write_nothing(library: Library, style: Style, kind: str, columns: Sequence[str]) -> None:
    """An empty answer as a document that a program can read; people are told by the message alone."""
    format = output.chosen(style, "plain")
    if format in PROGRAMS and format not in ("ids", "markdown"):
        page = Page(kind=kind, columns=chosen_fields(style, columns) or columns, rows=[], about=about(library), header=style.header)
        output.write(plain.FORMATS[format](page), format)


def options(library: Library, answer: Answer) -> list[Option]:
    """The therapies of an answer with the publications that their outcomes were read in."""
    studies: dict[str, Study] = {}
    found = []
    for therapy, (condition, source) in zip(answer.therapies(), answer.rows(("condition_name", "source")), strict=True):
        for outcome in therapy.outcomes:
            if outcome.reference not in studies:
                studies[outcome.reference] = _study(library, outcome.reference)
        found.append(Option(replace(therapy, name=text.marked(therapy.name, source)), condition, studies, therapy.name, source))
    return found


def _study(library: Library, id: str) -> Study:
    (reference,) = library.reference(id)
    level = library.term("designs", reference.design)["level"] if reference.design else None
    if level == "by-pools":
        level = library.term("pools", reference.pools)["level"] if reference.pools else None
    return Study(reference.number, int(level) if level else None, indirect(reference))


def words(library: Library) -> Words:
    """The names that a comparison needs."""
    measures = [library.term("measures", term["id"]) for term in library.terms("measures")]
    effects = [library.term("effects", term["id"]) for term in library.terms("effects")]
    return Words(
        measures={term["id"]: term["name"] for term in measures},
        better={term["id"]: term["better"] for term in measures},
        effects={term["id"]: term["name"] for term in effects},
        abbreviations={term["id"]: term["abbreviation"] for term in effects},
    )


def _to_program(library: Library, found: Comparison, style: Style, format: str) -> None:
    columns = chosen_fields(style, ROW_COLUMNS) or (("id",) if format == "ids" else ROW_COLUMNS)
    rows = [_cells(row) for _, _, row in found.rows]
    if format == "ids":
        rows = list({row["id"]: row for row in rows}.values())
    shown = [tuple(row[column] for column in columns) for row in rows]
    page = Page(kind="rows", columns=columns, rows=shown, about=about(library), header=style.header)
    output.write(plain.FORMATS[format](page), format)


def _cells(row: Row) -> dict[str, Any]:
    therapy, outcome, effect = row.therapy, row.outcome, row.outcome.effect
    computed = next((shot.estimate for shot in row.shots if shot.role == "treated" and shot.estimate.computed), None)
    return {
        "measure": outcome.measure, "id": therapy.id, "name": row.option.name, "condition_name": row.option.condition,
        "verdict": therapy.verdict, "primary": outcome.primary, "label": outcome.label, "at": outcome.at, "unit": outcome.unit,
        **_arm_cells("treated", outcome.treated), "comparator_name": outcome.comparator.name if outcome.comparator else None,
        **_arm_cells("comparator", outcome.comparator), "effect": effect.kind if effect else None,
        "value": effect.value if effect else None, "low": effect.ci[0] if effect and effect.ci else None,
        "high": effect.ci[1] if effect and effect.ci else None, "level": effect.level if effect else None,
        "favors": effect.favors if effect else None, "p": outcome.p, "n": outcome.n, "finding": outcome.finding,
        "computed_low": round(computed.low, 3) if computed and computed.low is not None else None,
        "computed_high": round(computed.high, 3) if computed and computed.high is not None else None,
        "evidence_level": row.study.level, "evidence_indirect": row.study.indirect, "reference": row.study.number,
        "source": row.option.source,
    }  # fmt: skip


def _arm_cells(name: str, arm: Arm | None) -> dict[str, Any]:
    return {
        name: arm.result if arm else None,
        f"{name}_ci": list(arm.ci) if arm and arm.ci else None,
        f"{name}_events": arm.events if arm else None,
        f"{name}_total": arm.total if arm else None,
    }


# ------------------------------------------------------------------------------------------------ map

CELL_COLUMNS = ("specialty", "condition", "condition_name", "modality", "modality_name", "therapies", "evidence_level", "ids")


@app.command("map", epilog="Examples:  salvage map --specialty ICU   salvage map -o html > map.html   salvage map -o tsv")
@opening
@pictured
@asking
def map_(library: Library, query: Query, style: Style) -> None:
    """Conditions by kind of treatment: where there is evidence and where there is none."""
    found = _grid(library, _found(library, query, style, "cells", CELL_COLUMNS))
    format = output.chosen(style, "plain")
    shades, none = (grid.SHADES, "·") if output.encodes("█▓▒░·") else (grid.ASCII_SHADES, ".")
    if format in ("svg", "html"):
        from salvage_cli import picture, webpage

        output.write([(picture if format == "svg" else webpage).grid(found)])
    elif format == "markdown":
        output.write(grid.markdown(found))
    elif format == "table":
        output.draw(lambda width: grid.lines(found, width, shades, none), style)
    elif format == "plain":
        lines = fold.plain(grid.lines(found, get_terminal_size((80, 24)).columns, shades, none))
        output.page("".join(f"{line}\n" for line in lines), style)
    else:
        _cells_to_program(library, found, style, format)


def _grid(library: Library, answer: Answer) -> Grid:
    rows = answer.rows(("id", "condition", "condition_name", "modality", "evidence_level"))
    asked = answer.wanted.facets.get("specialties", ())
    homes = {row[1]: _home(library.term("conditions", row[1])["specialty"], asked) for row in rows}
    specialties = {id: library.term("specialties", home)["name"] for id, home in homes.items()}
    therapies = [(id, condition, name, kinds.split("; "), level) for id, condition, name, kinds, level in rows]
    return grid.grid(therapies, library.terms("modalities"), specialties)


def _home(specialties: Sequence[str], asked: Sequence[str]) -> str:
    """The specialty under which a condition stands: of those asked for, where any is, the first of its own."""
    return next((each for each in specialties if each in asked), specialties[0])


def _cells_to_program(library: Library, found: Grid, style: Style, format: str) -> None:
    columns = chosen_fields(style, CELL_COLUMNS) or CELL_COLUMNS
    rows = []
    for place in found.places:
        for kind, cell in place.cells.items():
            values = (place.specialty, place.condition, place.name, kind, found.names[kind], cell.therapies, cell.level, list(cell.ids))
            rows.append(dict(zip(CELL_COLUMNS, values, strict=True)))
    if format == "ids":
        output.write(place.condition for place in found.places)
        return
    shown = [tuple(row[column] for column in columns) for row in rows]
    output.write(plain.FORMATS[format](Page(kind="cells", columns=columns, rows=shown, about=about(library), header=style.header)), format)
