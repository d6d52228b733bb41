"""Answers laid out for a width: lines of spans that a terminal colors and a picture draws. Knows neither of them.

`lookup` and a card cut nothing; in `listing` only a result ends in an ellipsis.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from salvage_cli import text
from salvage_cli.fold import Line, Span, beside, block, cells, cut, indent, wrap
from salvage_cli.text import Card, Entry

CARDS_BELOW = 60
"""Columns under which what stands side by side is stacked."""
ROWS_BELOW = 72
"""The same for the rows of `list`, so that a name has room."""
WIDE = 130
"""Columns from which results and patients stand side by side."""
READABLE = 110
"""The longest line of running text."""

Codes = Mapping[str, Sequence[str]]


def heading(words: str, width: int, style: str = "heading") -> list[Line]:
    """A condition's name with what belongs to it: the name stands out on whatever line it falls."""
    name, dot, rest = words.partition(" · ")
    left, lines = len(name), list[Line]()
    for line in wrap(name + dot + rest, width):
        lines.append([Span(line[:left], style), Span(line[left:])] if left > 0 else [Span(line)])
        left -= len(line) + 1
    return lines


def rating(entry: Entry, width: int) -> list[Line]:
    """`+ benefit · level 2`, the verdict in its color."""
    sign_and_word, dot, rest = entry.rating.partition(" · ")
    if cells(entry.rating) <= width:
        return [[Span(sign_and_word, entry.verdict), Span(dot + rest)]]
    return [*block(sign_and_word, width, entry.verdict), *block(rest, width)]


def lookup(entries: Sequence[Entry], codes: Codes, sort: str, width: int) -> list[Line]:
    """Every therapy with its deciding result, in whom, after what; nothing is cut."""
    lines = list[Line]()
    for condition, found in text.by_condition(entries).items():
        lines += [*heading(text.title(found, codes.get(condition, ()), sort), width), []]
        for entry in found:
            lines += [*_looked_up(entry, width), []]
    return [*lines, *block(text.legend(entries), width, "dim")]


def _looked_up(entry: Entry, width: int) -> list[Line]:
    known = [line for words in entry.known for line in _hanging(words, max(width - 2, 1), "dim")]
    if width < CARDS_BELOW:
        below = [*_hanging(entry.result, width - 2), *known, *block(f"cite {entry.citations}", width - 2, "dim")]
        return [*block(entry.name, width, "name"), *rating(entry, width), *indent(below, 2)]
    room = min(34, width * 3 // 8)
    left = [*block(entry.name, room, "name"), *rating(entry, room), *block(f"cite {entry.citations}", room, "dim")]
    if width < WIDE:
        right = width - room - 2
        known = [line for words in entry.known for line in _hanging(words, right, "dim")]
        return beside([(left, room), ([*_hanging(entry.result, right), *known], right)])
    middle = (min(width, 200) - room - 4) * 55 // 100
    right = min(width, 200) - room - 4 - middle
    known = [line for words in entry.known for line in _hanging(words, right, "dim")]
    return beside([(left, room), (_hanging(entry.result, middle), middle), (known, right)])


def _hanging(words: str, width: int, style: str = "") -> list[Line]:
    """A text whose second and further lines are moved in, so that one sees where the next one starts."""
    first, *rest = wrap(words, width)
    if not rest:
        return [[Span(first, style)]]
    further = wrap(" ".join(words.split())[len(first) :].strip(), width - 2)
    return [[Span(first, style)], *([Span(f"  {line}", style)] for line in further)]


def listing(entries: Sequence[Entry], codes: Codes, sort: str, width: int) -> list[Line]:
    """One row a therapy under its condition; only the result ends in an ellipsis."""
    lines = list[Line]()
    for condition, found in text.by_condition(entries).items():
        lines += [[]] if lines else []
        lines += heading(text.title(found, codes.get(condition, ()), sort), width)
        for entry in found:
            lines += indent(_listed(entry, found, width - 2), 2)
    return [*lines, [], *block(text.legend(entries), width, "dim")]


def _listed(entry: Entry, found: Sequence[Entry], width: int) -> list[Line]:
    if width < ROWS_BELOW - 2:
        below = [*rating(entry, width - 2), *([Span(line)] for line in shortened(entry.result, width - 2))]
        return [*block(entry.name, width, "name"), *indent(below, 2)]
    verdict, level, one_line = 16, 3, width >= WIDE - 2
    cited = min(16, max(cells(each.citations) for each in found))
    room = width * 3 // 10 if one_line else width - verdict - level - cited - 6
    name = min(max(cells(each.name) for each in found), room) if one_line else room
    result = width - name - verdict - level - cited - 8
    word = f"{text.SYMBOLS[entry.verdict]} {text.shown(entry.verdict)}"
    mark = text.level(entry.evidence_level, entry.evidence_indirect).replace("level ", "L").replace("no level", "–")
    numbers = [[Span(" " * (cited - cells(line))), Span(line, "dim")] for line in wrap(entry.citations, cited)]
    left = [(block(entry.name, name, "name"), name), (block(word, verdict, entry.verdict), verdict), ([[Span(mark)]], level)]
    if one_line:
        return beside([*left, ([[Span(cut(entry.result, result))]], result), (numbers, cited)])
    return [*beside([*left, (numbers, cited)]), *indent(([Span(line)] for line in shortened(entry.result, width - 2)), 2)]


def shortened(words: str, width: int) -> list[str]:
    """A text on two lines at most; the second ends in an ellipsis where something is left out."""
    first, *rest = wrap(words, width)
    return [first, cut(" ".join(rest), width)] if rest else [first]


def show(card: Card, width: int) -> list[Line]:
    """A whole record as a card; citations carry their links."""
    therapy, room = card.therapy, min(width, READABLE)
    lines = [*heading(f"{therapy.name} · {card.condition}", room), [Span(therapy.id, "dim")]]  # whole, so that it can be copied
    verdict = f"{text.SYMBOLS[therapy.verdict]} {text.shown(therapy.verdict)}"
    lines.append([Span(verdict, therapy.verdict), Span(f" · {text.level(card.level, card.indirect)}")])
    if therapy.withdrawn:
        lines += block(f"WITHDRAWN on {therapy.withdrawn.date}: {therapy.withdrawn.reason}", room, "harm")
    for title, words in text.sections(card):
        lines += [[], [Span(title, "name")]]
        if title == "Citations":
            lines += [line for id in card.citations for line in _citation(card, id, room - 2)]
            continue
        for sentence in words:
            lines += indent(_alternative(sentence, room - 2) if title == text.LISTED else _labelled(sentence, room - 2, therapy.verdict), 2)
    footer = f"Last read against its sources on {therapy.reviewed}. Reference information, not medical advice."
    return [*lines, [], *block(footer, room, "dim")]


def _labelled(sentence: str, width: int, verdict: str) -> list[Line]:
    """A sentence with its label (`Agents:`) set off, the verdict in its color, and further lines moved in."""
    name, colon, rest = sentence.partition(": ")
    first, *further = _hanging(sentence, width)
    shown = first[0].text
    if not colon or name not in text.LABELS or len(name) >= len(shown):
        return [first, *further]
    said = f"{text.SYMBOLS[verdict]} {text.shown(verdict)}"
    after = shown[len(name) + 1 :].lstrip()
    if rest.startswith(said) and after.startswith(said):
        return [[Span(f"{name}:", "dim"), Span(" "), Span(said, verdict), Span(after[len(said) :])], *further]
    return [[Span(f"{name}:", "dim"), Span(shown[len(name) + 1 :])], *further]


def _alternative(words: str, width: int) -> list[Line]:
    """Another therapy: its verdict in its color, its id whole."""
    verdict = next(each for each, sign in text.SYMBOLS.items() if words.startswith(sign))
    first, *further = _hanging(words, width)
    said, dot, rest = first[0].text.partition(" · ")
    return [[Span(said, verdict), Span(dot + rest)], *further]


def _citation(card: Card, id: str, width: int) -> list[Line]:
    """A citation; its DOI and PMID are links, whole on a line where they fit."""
    links = card.links.get(id, {})
    return [[Span("  "), *_linked(span.text, links)] for (span,) in _hanging(card.citations[id], width)]


def _linked(words: str, links: Mapping[str, str]) -> Iterable[Span]:
    """A line with those of the given texts that it holds as links."""
    for shown, target in links.items():
        before, found, after = words.partition(shown)
        if found:
            yield from _linked(before, links)
            yield Span(shown, "link", target)
            yield from _linked(after, links)
            return
    if words:
        yield Span(words)


def found(entries: Sequence[Entry], snippets: Mapping[str, Sequence[tuple[str, bool]]], width: int) -> list[Line]:
    """What a search found, best first: name, condition, verdict, and the sentence with the hits marked."""
    lines = list[Line]()
    for entry in entries:
        lines += [*heading(f"{entry.name} · {entry.condition_name}", width, "name"), *block(entry.id, width, "dim")]
        lines += [*rating(entry, width), *indent(_marked(snippets[entry.id], width - 2), 2), []]
    return lines[:-1]


def _marked(pieces: Sequence[tuple[str, bool]], width: int) -> list[Line]:
    """A sentence in lines, its hits in their style."""
    hits = iter([hit for words, hit in pieces for letter in words if not letter.isspace()])
    lines = list[Line]()
    for line in wrap("".join(words for words, _ in pieces), width):
        styles = ["" if letter == " " else "hit" * next(hits) for letter in line]
        runs = groupby(zip(line, styles, strict=True), key=lambda each: each[1])
        lines.append([Span("".join(letter for letter, _ in run), style) for style, run in runs])
    return lines


def terms(kind: str, found: Sequence[Mapping[str, Any]], width: int) -> list[Line]:
    """What one can ask for, as a tree with counts."""
    rows = []
    for depth, term in text.tree(found):
        label = text.marked(term["id"] if kind != "biomarkers" else term["name"], term["source"])
        rows.append((f"{'  ' * depth}{label}", term))
    name = min(max([cells(label) for label, _ in rows] + [cells(kind)]), max(width // 2, 20))
    also = max(width - name - 13, 12)
    lines = [*beside([([[Span(kind, "name")]], name), ([[Span("therapies", "name")]], 9), ([[Span("also called", "name")]], also)])]
    for label, term in rows:
        others = ", ".join(term["synonyms"][:6]) + (" …" if len(term["synonyms"]) > 6 else "")
        depth = len(label) - len(label.lstrip())
        count = [[Span(f"{term['therapies']:>9}")]]
        lines += beside([(indent(block(label, name - depth), depth), name), (count, 9), (block(others, also, "dim"), also)])
    return lines


def facts(rows: Sequence[tuple[str, Any]], width: int) -> list[Line]:
    """Names and values."""
    name = max(cells(each) for each, _ in rows)
    return [
        line
        for each, value in rows
        for line in beside([([[Span(each, "name")]], name), (block(str(value), max(width - name - 2, 10)), width - name - 2)])
    ]
