"""From options to a question, and from an answer to a page: what the full command line and the fast lane share."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from salvage_cli import __version__
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.facets import FORMATS, PROGRAMS, SORTS, facets_of
from salvage_cli.jsontext import json_text
from salvage_cli.library import Answer, Library, Query
from salvage_cli.output import Style, note, write
from salvage_cli.plain import FORMATS as WRITERS
from salvage_cli.plain import Page

LIST_COLUMNS = ("id", "name", "condition_name", "modality", "verdict", "evidence_level", "result", "citations")
COLUMNS = (
    "id", "name", "condition", "condition_name", "modality", "failure_types", "failed", "population", "age_groups", "biomarkers",
    "agents", "summary", "regimen", "result", "safety", "monitoring", "verdict", "verdict_basis", "investigational", "references",
    "citations", "reviewed", "evidence_level", "evidence_indirect", "source",
)  # fmt: skip
"""Every field that has a column."""
RECORD_KEYS = (*COLUMNS, "outcomes", "review_by", "withdrawn")
"""Every field that a record has in JSON."""


def query(values: Mapping[str, Any]) -> Query:
    """The question that options ask.

    Raises:
        UsageError: an order is not known.
    """
    if values["sort"] not in SORTS:
        raise UsageError(f"no order is called {values['sort']!r}; choose one of {', '.join(SORTS)}")
    return Query(**facets_of(values), sort=values["sort"])


def style(values: Mapping[str, Any], formats: Sequence[str] = FORMATS) -> Style:
    """The form that options ask for, in one of these formats.

    Raises:
        UsageError: a format is not known.
    """
    format = values["format"] and values["format"].lower()
    if format is not None and format not in formats:
        raise UsageError(f"no format is called {values['format']!r}; choose one of {', '.join(formats)}")
    fields = tuple(part.strip() for part in (values["fields"] or "").split(",") if part.strip())
    return Style(**{**values, "format": format, "fields": fields})


def write_therapies(library: Library, answer: Answer, style: Style, format: str) -> None:
    """Write therapies in a format for programs, how words were read on stderr.

    Raises:
        NothingFound: the answer is empty (an empty document was written).
        UsageError: a field is not known.
    """
    assert format in PROGRAMS
    typed = format in ("json", "jsonl", "yaml")
    fields = chosen_fields(style, RECORD_KEYS if typed else COLUMNS) or LIST_COLUMNS
    for line in answer.notes:
        note(line)
    whole = typed and not style.fields
    columns = ("id",) if typed or (format == "ids" and "id" not in fields) else fields
    rows = [_with_truth(columns, row) for row in answer.rows(columns)]
    page = Page(
        kind="therapies",
        columns=columns,
        rows=rows,
        records=answer.records() if whole else [_part(record, fields) for record in answer.records()] if typed else (),
        about=about(library),
        also={"references": answer.references()} if whole and format == "json" else {},
        header=style.header,
    )
    write(WRITERS[format](page), format)
    if not rows:
        raise NothingFound(answer.nothing())


def _with_truth(columns: Sequence[str], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row of the index, which knows no truth values but 0 and 1, with them."""
    return tuple(bool(value) if column == "evidence_indirect" else value for column, value in zip(columns, row, strict=True))


def _part(record: str, fields: Sequence[str]) -> str:
    """The named keys of a record in JSON, as the whole record has them."""
    whole = json.loads(record, parse_float=Decimal)
    return json_text({name: whole[name] for name in fields})


def chosen_fields(style: Style, known: Sequence[str]) -> tuple[str, ...]:
    """The fields asked for.

    Raises:
        UsageError: one is not known.
    """
    for name in style.fields:
        if name not in known:
            raise UsageError(f"no field is called {name!r}; choose from {', '.join(known)}")
    return style.fields


def about(library: Library) -> dict[str, Any]:
    """What JSON says of the program and the data."""
    meta = library.meta()
    return {"program": __version__, "data": {"version": meta["version"], "date": meta["date"], "licence": meta["licence"]}}
