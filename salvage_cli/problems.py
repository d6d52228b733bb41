"""Problems of files in the forms that people and programs read: each is a function from a report to lines."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from salvage_cli import __version__
from salvage_cli.errors import MachineError, Problem, harmless
from salvage_cli.jsontext import json_text
from salvage_cli.nodes import Limits, read_bytes
from salvage_cli.validating import Report

_WORD = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s,\[\]{}]+")


def plain(report: Report) -> Iterator[str]:
    """One line a problem: file:line:column: path: message [rule]."""
    return (f"{each} [{each.rule}]" for each in report.problems)


def caret(report: Report, places: dict[str, Path], width: int) -> Iterator[str]:
    """Each problem with the line that it stands on and a mark under the very words; `places` leads to the files' text."""
    texts: dict[str, list[str]] = {}
    for each in report.problems:
        yield f"{each} [{each.rule}]"
        if not each.line or each.file not in places:
            continue
        if each.file not in texts:
            texts[each.file] = _lines(places[each.file])
        if each.line <= len(texts[each.file]):
            yield from _marked(each, texts[each.file][each.line - 1], width)


def _lines(file: Path) -> list[str]:
    try:
        return re.split("\r\n|[\r\n\x85]", read_bytes(file, Limits(1000)).decode("utf-8-sig", "replace"))
    except MachineError:
        return []


def _marked(problem: Problem, line: str, width: int) -> Iterator[str]:
    gutter = f"{problem.line:>6} | "
    place = min(problem.column - 1, len(line))
    found = _WORD.match(line, place)
    before, words, after = harmless(line[:place]), harmless(found[0] if found else line[place : place + 1]), ""
    if found:
        after = harmless(line[found.end() :])
    room = max(width - len(gutter), 20)
    if _cells(before + words + after) > room and _cells(before) > room // 2:
        before = "…" + before[len(before) - room // 2 + 1 :]
    text = before + words + after
    shown = text if _cells(text) <= room else text[: room - 1] + "…"
    yield gutter + shown
    yield " " * 6 + " | " + " " * _cells(before) + "^" * max(1, min(_cells(words), room - _cells(before)))


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def json_(report: Report) -> Iterator[str]:
    """One JSON document, a problem a line."""
    head = {"format": 1, "program": __version__, "files": report.files, "records": report.records, "fixed": report.fixed,
            "faults": report.count("fault"), "warnings": report.count("warning")}  # fmt: skip
    yield json_text(head)[:-1] + ', "problems": ['
    yield ",\n".join(json_text(dict(zip(Problem._fields, each, strict=True))) for each in report.problems)
    yield "]}"


def github(report: Report) -> Iterator[str]:
    """Workflow commands that GitHub shows as annotations at the lines of a change."""
    for each in report.problems:
        kind = "error" if each.severity == "fault" else "warning"
        place = f"file={_property(each.file)}" + (f",line={each.line},col={each.column}" if each.line else "")
        message = ": ".join(part for part in (each.path, each.message) if part)
        yield f"::{kind} {place},title={_property(each.rule)}::{_message(message)}"


def _message(text: str) -> str:
    return harmless(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def summary(report: Report) -> str:
    """What the whole comes to, in one line."""
    of = f"{len(report.files)} files" if len(report.files) != 1 else report.files[0]
    faults, warnings = report.count("fault"), report.count("warning")
    found = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in ((faults, "fault"), (warnings, "warning")) if count]
    records = f"{report.records} record{'' if report.records == 1 else 's'}"
    return f"{' and '.join(found) or 'no fault'} in {of} ({records})"


FORMATS: dict[str, Callable[[Report], Iterator[str]]] = {"plain": plain, "json": json_, "github": github}
"""The forms for pipes; `caret` is for a terminal."""
