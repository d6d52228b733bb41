"""The curators' commands: validate, schema, new. They translate between the command line and the core."""

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from salvage_cli import output, owned, pages
from salvage_cli.errors import ExitCode, UsageError
from salvage_cli.library import Library, open_library
from salvage_cli.opening import shipped_files
from salvage_cli.options import based

app = typer.Typer()

REPORTS = ("caret", "plain", "json", "github")
RECORDS = {"therapy": "therapies", "reference": "references", "condition": "conditions", "agent": "agents"}
"""What `new` writes, with the key of the file that holds it."""


@app.command(
    epilog="Examples:  salvage validate   salvage validate wards.yaml   salvage validate wards/ --fix   salvage validate --explain all"
)
@based
def validate(
    base: dict[str, Any],
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Files or folders; without one, the whole base.")] = None,
    format: Annotated[str | None, typer.Option("--format", "-o", metavar="FORMAT", help=f"{', '.join(REPORTS)}.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are faults.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Write order, wrapping and quoting in the house's form; nothing else.")] = False,
    alone: Annotated[bool, typer.Option("--alone", help="The paths are a base of their own; the shipped one is left out.")] = False,
    today: Annotated[str | None, typer.Option("--today", metavar="DATE", help="Judge ages as of this day.")] = None,
    explain: Annotated[str | None, typer.Option("--explain", metavar="RULE", help="What a rule asks for; all lists them.")] = None,
) -> int:
    """Check files of the base, or your own beside it: every fault at once, with its place and cure."""
    from salvage_cli import validating
    from salvage_cli.nodes import Limits

    if explain:
        rules = list(validating.explanations()) if explain == "all" else [explain]
        output.write(validating.explain(rule) for rule in rules)
        return ExitCode.FOUND
    if format is not None and format not in REPORTS:
        raise UsageError(f"no format is called {format!r}; choose one of {', '.join(REPORTS)}")
    limits, day = Limits(base["limits"]), pages.day(today) if today else date.today().isoformat()  # noqa: DTZ011 (the curator's day)
    whole, own, wanted = _parts(paths or (), base, alone, limits)
    changed, unwritten = validating.fix(wanted, own, limits) if fix else ([], [])
    report = validating.judge(whole, own, wanted, limits, day, shipped=[str(file) for file in whole] == shipped_files())
    report.fixed = [str(file) for file in changed]
    report.problems += [each for each in unwritten if each.rule == "canonical"]
    for file in changed:
        output.note(f"wrote {file} in canonical form")
    _tell(report, format, wanted)
    return ExitCode.DATA if report.count("fault") or (strict and report.problems) else ExitCode.FOUND


def _parts(paths: Sequence[str], base: dict[str, Any], alone: bool, limits: Any) -> tuple[list[Path], list[Path], list[Path]]:
    """The files of the base, those beside it, and those of both that are to be judged."""
    from salvage_cli import validating

    shipped = [Path(file) for file in shipped_files()]
    real = {os.path.realpath(file): file for file in shipped}
    beside = [Path(file) for file in owned.files([] if base["only_shipped"] else base["data"])]
    if not paths:
        return shipped, beside, [*shipped, *beside]
    named = [real.get(os.path.realpath(file), Path(file)) for file in owned.files(paths)]
    foreign = [file for file in named if file not in real.values()]
    if alone or (foreign == named and validating.is_base(named, limits)):
        return named, [], named
    return shipped, [*(file for file in beside if file not in foreign), *foreign], named


def _tell(report: Any, format: str | None, wanted: Sequence[Path]) -> None:
    """Write a report; the summary goes to stderr."""
    from salvage_cli import problems

    form = format or ("caret" if output.terminal() else "plain")
    if form == "caret":
        places = dict(zip(report.files, wanted, strict=True))
        output.write(problems.caret(report, places, shutil.get_terminal_size().columns))
    else:
        output.write(problems.FORMATS[form](report), form)
    if form in ("caret", "plain"):
        output.note(problems.summary(report))


@app.command(epilog="Examples:  salvage schema > salvage.schema.json   salvage schema --ids   salvage schema --of answers")
@based
def schema(
    base: dict[str, Any],
    of: Annotated[str, typer.Option("--of", metavar="WHAT", help="files, or answers (the JSON of list, lookup and show).")] = "files",
    ids: Annotated[bool, typer.Option("--ids", help="Offer the base's ids where a record names one.")] = False,
) -> None:
    """JSON Schema of the knowledge-base files, for editors, or of the JSON answers."""
    import json

    from salvage_cli import schema as schemas

    if of not in schemas.SCHEMAS:
        raise UsageError(f"there is a schema of {' and of '.join(schemas.SCHEMAS)}, none of {of!r}")
    known = _ids(open_library(**base)) if ids else {}
    output.write([json.dumps(schemas.SCHEMAS[of](known), indent=2, ensure_ascii=False)])


def _ids(library: Library) -> dict[str, list[str]]:
    from salvage_cli.model import KINDS

    found = {kind: [each["id"] for each in library.terms(kind)] for kind in KINDS if kind not in ("therapies", "references")}
    for kind, table in (("therapies", "therapy"), ("references", "reference")):
        found[kind] = [id for (id,) in library.connection.execute(f"SELECT id FROM {table} ORDER BY id")]
    return found


@app.command(
    epilog="\b\nExamples:\n  salvage new therapy --name 'Drug X' -c AML -f relapse\n"
    "  salvage new reference --title 'A protocol' --year 2026\n  salvage new therapy --replaces gilteritinib-aml"
)
@based
def new(
    base: dict[str, Any],
    record: Annotated[str, typer.Argument(metavar="KIND", help=f"{', '.join(RECORDS)}.")],
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Name of the therapy, condition or drug.")] = None,
    condition: Annotated[str | None, typer.Option("--condition", "-c", metavar="NAME", help="The condition.")] = None,
    modality: Annotated[list[str] | None, typer.Option("--modality", "-m", metavar="NAME", help="Kind of treatment.")] = None,
    failure_type: Annotated[
        list[str] | None, typer.Option("--failure-type", "--failure", "-f", metavar="NAME", help="How treatment failed.")
    ] = None,
    agent: Annotated[list[str] | None, typer.Option("--agent", "-a", metavar="NAME", help="Drug.")] = None,
    reference: Annotated[list[str] | None, typer.Option("--reference", "-r", metavar="REF", help="Number or id of a publication.")] = None,
    specialty: Annotated[str | None, typer.Option("--specialty", metavar="NAME", help="Specialty of a condition.")] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Title of the publication.")] = None,
    author: Annotated[list[str] | None, typer.Option("--author", metavar="NAME", help="'Family Initials'; repeat in order.")] = None,
    journal: Annotated[str | None, typer.Option("--journal", metavar="TEXT", help="NLM abbreviation of the journal.")] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="YYYY", min=1800, max=2200, help="Year of publication.")] = None,
    doi: Annotated[str | None, typer.Option("--doi", metavar="TEXT", help="DOI, without a prefix.")] = None,
    pmid: Annotated[str | None, typer.Option("--pmid", metavar="TEXT", help="PubMed id.")] = None,
    replaces: Annotated[str | None, typer.Option("--replaces", metavar="ID", help="A record of the base that yours changes.")] = None,
    for_base: Annotated[bool, typer.Option("--for-base", help="Number the reference for the base itself, not X1, X2 …")] = False,
) -> None:
    """Print a commented template of a record, filled from the options; the id and the number are proposed."""
    from salvage_cli import templates

    if record not in RECORDS:
        raise UsageError(f"no record is called {record!r}; choose one of {', '.join(RECORDS)}")
    library = open_library(**base)
    kind = RECORDS[record]
    if replaces is not None:
        output.write(templates.change(library, kind, replaces))
        return
    given = {
        "name": name, "condition": condition, "modality": modality, "failure_types": failure_type, "agents": agent, "references": reference,
        "specialty": specialty, "title": title, "authors": author, "journal": journal, "year": year, "doi": doi, "pmid": pmid,
    }  # fmt: skip
    today = date.today().isoformat()  # noqa: DTZ011 (the curator's day)
    output.write(templates.record(library, kind, {key: value for key, value in given.items() if value}, today, for_base))
