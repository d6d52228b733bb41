"""Formats for programs: each is a function from a page to lines. Knows no terminal and no colours."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from salvage_cli.jsontext import json_text

JSON_FORMAT = 1
"""Version of the JSON output; raised when a field is renamed or removed."""

_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Page:
    """What a command has to say, before it has a form."""

    kind: str
    """What the rows are: therapies, references, terms …"""
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    records: Sequence[str] = ()
    """The rows as whole records, JSON each; empty where the row is the record."""
    about: dict[str, Any] = field(default_factory=dict)
    """What the JSON says beside the rows: versions, dates."""
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Further records that belong to the answer, JSON each, by kind."""
    header: bool = True


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = " ".join(_cell(value).split())
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def tsv(page: Page) -> Iterator[str]:
    """Tab-separated values, one line of names first. Tabs and line ends within a cell become blanks."""
    if page.header:
        yield "\t".join(page.columns)
    for row in page.rows:
        yield "\t".join(map(_safe, row))


def comma(page: Page) -> Iterator[str]:
    """Comma-separated values as RFC 4180 has them."""
    for row in ([page.columns] if page.header else []) + list(page.rows):
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(map(_safe, row))
        yield out.getvalue()


def _records(page: Page) -> list[str]:
    if page.records:
        return list(page.records)
    return [json_text(dict(zip(page.columns, row, strict=True))) for row in page.rows]


def json_(page: Page) -> Iterator[str]:
    """One JSON document, a record a line: format and data version first, then the records."""
    head = json_text({"format": JSON_FORMAT, **page.about, "count": len(page.rows)})
    yield head[:-1] + ","
    parts = {page.kind: _records(page), **page.also}
    for place, (kind, records) in enumerate(parts.items()):
        end = "," if place < len(parts) - 1 else "}"
        if not records:
            yield f'"{kind}": []{end}'
            continue
        yield f'"{kind}": ['
        yield ",\n".join(records)
        yield f"]{end}"


def jsonl(page: Page) -> Iterator[str]:
    """One JSON object a line."""
    yield from _records(page)


def yaml_(page: Page) -> Iterator[str]:
    """YAML in the shape of the knowledge base."""
    from salvage_cli.source import dump

    records = [json.loads(text, parse_float=Decimal) for text in _records(page)]
    yield dump({page.kind: records}).rstrip("\n")


def markdown(page: Page) -> Iterator[str]:
    """A table for a document."""
    yield "| " + " | ".join(page.columns) + " |"
    yield "| " + " | ".join("---" for _ in page.columns) + " |"
    for row in page.rows:
        yield "| " + " | ".join(map(markdown_text, row)) + " |"


def markdown_text(value: Any) -> str:
    """Text that stays text in Markdown and in the HTML made from it."""
    text = " ".join(_cell(value).split())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\|*_`[]":
        text = text.replace(sign, f"\\{sign}")
    return text


def ids(page: Page) -> Iterator[str]:
    """One id a line."""
    place = list(page.columns).index("id")
    return (str(row[place]) for row in page.rows)


FORMATS: dict[str, Callable[[Page], Iterator[str]]] = {
    "tsv": tsv,
    "csv": comma,
    "json": json_,
    "jsonl": jsonl,
    "yaml": yaml_,
    "markdown": markdown,
    "ids": ids,
}
"""The formats for programs. `table` and `plain` are for people: `terminal` and `text` make them."""
