"""Text in columns: how wide it is, where it may break, how it is cut. Knows no colours, no terminal and no records.

A screen is a list of lines, a line is a list of spans; what a span's style looks like is up to whoever shows it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from unicodedata import combining, east_asian_width

_FIRM = "\N{NO-BREAK SPACE}"
_LOOSE = "\N{NARROW NO-BREAK SPACE}"
"""Two blanks that do not break: a loose one does where its line would not fit otherwise, a firm one only then."""

_UNITS = (
    r"(?:months?|days?|weeks?|years?|hours?|minutes?|points?|patients?|percent|log10|per|mm|cm|m|mg|kg|g|mL|L|liters?|Gy|"
    r"mL/min\S*|micromol/L|g/dL|letters?|units?|bleeds|crises|relapses|attacks|exacerbations)\b"
)
_BOUND = (
    (re.compile(r"(?<=[\d%]) (to|v) (?=[−-]?\d)"), rf"{_FIRM}\1{_FIRM}"),
    (re.compile(rf"(?<=\d) (?={_UNITS})"), _FIRM),
    (re.compile(r"\bmm Hg\b"), f"mm{_FIRM}Hg"),
    (re.compile(r"(?<=PMID:) (?=\d)"), _FIRM),
    (re.compile(r"(?<=%) CI (?=[−-]?\d)"), f"{_FIRM}CI{_FIRM}"),
    (re.compile(r"\b(range|IQR|SD|n|level|cite|day|week|month|year) (?=[−-]?\d)"), rf"\1{_FIRM}"),
    (
        re.compile(r" (?=\((?:range|IQR|SD|[\d.]+%\N{NO-BREAK SPACE}CI)?\N{NO-BREAK SPACE}?[−-]?[\d.]+(?:[–%)]|\N{NO-BREAK SPACE}to))"),
        _LOOSE,
    ),
    (re.compile(r"\b(HR|RR|OR|SMR|SMD|ratio|difference|reduction) (?=[−-]?\d)"), rf"\1{_LOOSE}"),
)


READ_ON = 12
"""Lines that an entry may take: so many before the end of a screen a heading is said again."""


class Span(NamedTuple):
    """A piece of a line in one style."""

    text: str
    style: str = ""
    link: str = ""


Line = list[Span]


def cells(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def bind(text: str) -> str:
    """The text with blanks that do not break where figures belong together: `0.64 (0.49–0.83)`, `9.3 v 5.6 months`."""
    text = " ".join(text.split())
    for pattern, put in _BOUND:
        text = pattern.sub(put, text)
    return text


def free(text: str) -> str:
    """The text with common blanks again."""
    return text.replace(_FIRM, " ").replace(_LOOSE, " ")


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns; figures that belong together stay so where they fit."""
    lines, line = list[str](), ""
    for word in bind(text).split(" "):
        for piece in _fitting(word, width):
            if line and cells(line) + 1 + cells(piece) <= width:
                line = f"{line} {piece}"
            else:
                lines += [line] if line else []
                line = piece
    return [free(each) for each in [*lines, line]]


def _fitting(word: str, width: int) -> list[str]:
    """A word in pieces that fit: broken at loose blanks, else at firm ones, else anywhere."""
    if cells(word) <= width:
        return [word]
    for blank in (_LOOSE, _FIRM):
        if blank in word:
            return [piece for part in word.split(blank) for piece in _fitting(part, width)]
    pieces = [""]
    for letter in word:
        if pieces[-1] and cells(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def cut(text: str, width: int) -> str:
    """The text on one line, with an ellipsis where something is left out; a figure is left out whole."""
    text = bind(text)
    if cells(text) <= width:
        return free(text)
    kept = ""
    for word in text.split(" "):
        longer = f"{kept} {word}" if kept else word
        if cells(longer) > width - 2:
            break
        kept = longer
    return f"{free(kept).rstrip(',;:')} …" if kept else f"{_fitting(text, width - 1)[0]}…"


def block(text: str, width: int, style: str = "") -> list[Line]:
    """A text as lines in one style."""
    return [[Span(line, style)] for line in wrap(text, width)]


def span_cells(line: Line) -> int:
    """How many columns a line takes."""
    return sum(cells(span.text) for span in line)


def beside(columns: Sequence[tuple[Sequence[Line], int]], gap: int = 2) -> list[Line]:
    """Columns of lines side by side, each filled up to its width."""
    height = max((len(lines) for lines, _ in columns), default=0)
    rows = list[Line]()
    for place in range(height):
        row = Line()
        for number, (lines, width) in enumerate(columns):
            line = list(lines[place]) if place < len(lines) else []
            blanks = width - span_cells(line) + gap
            row += line if number == len(columns) - 1 else [*line, Span(" " * max(blanks, 1))]
        rows.append(row)
    return rows


def indent(lines: Iterable[Line], by: int) -> list[Line]:
    """Lines moved to the right."""
    return [[Span(" " * by), *line] for line in lines]


def plain(lines: Iterable[Line]) -> list[str]:
    """The lines without their styles, and without blanks at their ends."""
    return ["".join(span.text for span in line).rstrip() for line in lines]


def continued(lines: Sequence[Line], height: int) -> list[Line]:
    """The lines with a block's heading said again, where a blank line allows it, before a screen without a heading goes by."""
    found, heading, since = list[Line](), "", 0
    for line in lines:
        if line and line[0].style == "heading":
            heading, since = line[0].text, 0
        since += 1
        found.append(line)
        if not line and heading and since >= height - READ_ON:
            found += [[Span(heading, "heading"), Span(" (continued)")], []]
            since = 2
    return found
