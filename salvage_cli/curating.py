"""The curators' commands: validate, schema, new. They translate between the command line and the core."""

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from salvage_cli import facets, names, output, owned
from salvage_cli.errors import ExitCode, UsageError
from salvage_cli.library import open_library
from salvage_cli.opening import shipped_files
from salvage_cli.options import based, reading

app = typer.Typer()

RECORDS = {"therapy": "therapies", "reference": "references", "condition": "conditions", "agent": "agents"}
"""What `new` writes, with the key of the file that holds it."""


@app.command(
    epilog="Examples:  salvage validate   salvage validate wards.yaml   salvage validate wards/ --fix   salvage validate --explain all"
)
@based
@reading(facets.VALIDATE, "options", dict)
def validate(
    base: dict[str, Any],
    options: dict[str, Any],
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Files or folders; without one, the whole base.")] = None,
) -> int:
    """Check files of the base, or your own beside it: every fault at once, with its place and cure."""
    from salvage_cli import validating
    from salvage_cli.nodes import Limits

    if rule := options["explain"]:
        output.write(validating.explain(each) for each in (validating.explanations() if rule == "all" else [rule]))
        return ExitCode.FOUND
    if options["format"] is not None and options["format"] not in facets.REPORTS:
        raise UsageError(f"no format is called {options['format']!r}; choose one of {', '.join(facets.REPORTS)}")
    limits, today = Limits(base["limits"]), names.day(options["today"]) if options["today"] else _today()
    whole, own, wanted = _parts(paths or (), base, options["alone"], limits)
    changed, unwritten = validating.fix(wanted, own, limits) if options["fix"] else ([], [])
    report = validating.judge(whole, own, wanted, limits, today, shipped=[str(file) for file in whole] == shipped_files())
    report.fixed = [str(file) for file in changed]
    report.problems += [each for each in unwritten if each.rule == "canonical"]
    for file in changed:
        output.note(f"wrote {file} in canonical form")
    _tell(report, options["format"], wanted)
    return ExitCode.DATA if report.count("fault") or (options["strict"] and report.problems) else ExitCode.FOUND


def _today() -> str:
    return date.today().isoformat()  # noqa: DTZ011 (the curator's day)


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
@reading(facets.SCHEMA, "options", dict)
def schema(base: dict[str, Any], options: dict[str, Any]) -> None:
    """JSON Schema of the knowledge-base files, for editors, or of the JSON answers."""
    import json

    from salvage_cli import schema as schemas

    if options["of"] not in schemas.SCHEMAS:
        raise UsageError(f"there is a schema of {' and of '.join(schemas.SCHEMAS)}, none of {options['of']!r}")
    known = open_library(**base).ids() if options["ids"] else {}
    output.write([json.dumps(schemas.SCHEMAS[options["of"]](known), indent=2, ensure_ascii=False)])


@app.command(
    epilog="\b\nExamples:\n  salvage new therapy --name 'Drug X' -c AML -f relapse\n"
    "  salvage new reference --title 'A protocol' --year 2026\n  salvage new therapy --replaces gilteritinib-aml"
)
@based
@reading(facets.NEW, "options", dict)
def new(
    base: dict[str, Any],
    options: dict[str, Any],
    record: Annotated[str, typer.Argument(metavar="KIND", help=f"{', '.join(RECORDS)}.")],
) -> None:
    """Print a commented template of a record, filled from the options; the id and the number are proposed."""
    from salvage_cli import templates

    if record not in RECORDS:
        raise UsageError(f"no record is called {record!r}; choose one of {', '.join(RECORDS)}")
    library, kind = open_library(**base), RECORDS[record]
    replaces, for_base = options.pop("replaces"), options.pop("for_base")
    if replaces is not None:
        output.write(templates.change(library, kind, replaces))
        return
    given = {key: value for key, value in options.items() if value}
    output.write(templates.record(library, kind, given, _today(), for_base))
