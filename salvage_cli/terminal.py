"""Answers on a terminal: the only room that knows rich. It arranges the words of `text`; it finds none of its own."""

from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from salvage_cli import text
from salvage_cli.text import Card, Entry

CARDS_BELOW = 60
"""Columns under which a table becomes stacked cards."""
WIDE = 130
"""Columns from which results and patients stand side by side."""

STYLES = {
    "benefit": "bold green",
    "surrogate": "cyan",
    "uncertain": "yellow",
    "no-benefit": "bold magenta",
    "harm": "bold red",
}
"""Colours repeat what sign and word say already."""


def console(stream: TextIO, *, width: int | None = None, color: bool | None = None) -> Console:
    """A console that writes to `stream`; what it prints is text, never markup."""
    extra: dict[str, Any] = {}
    if color is not None:
        extra = {"force_terminal": True} if color else {"no_color": True}
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False, **extra)


def drawn(screen: Console, parts: Sequence[RenderableType]) -> str:
    """What `screen` would show, as text with its colours; blanks at the ends of lines are dropped."""
    with screen.capture() as captured:
        for part in parts:
            screen.print(part)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _rating(entry: Entry) -> Text:
    sign_and_word, dot, rest = entry.rating.partition(" · ")
    return Text.assemble((sign_and_word, STYLES[entry.verdict]), dot + rest)


def _left(entry: Entry) -> Group:
    return Group(Text(entry.name, "bold"), _rating(entry), Text(f"cite {entry.citations}", "dim"))


def _heading(words: str) -> Text:
    name, dot, rest = words.partition(" · ")
    return Text.assemble((name, "bold underline"), dot + rest)


def lookup(entries: Sequence[Entry], codes: Mapping[str, Sequence[str]], sort: str, width: int) -> list[RenderableType]:
    """Every therapy with its deciding result, in whom, after what; nothing is cut."""
    parts: list[RenderableType] = []
    for condition, block in text.by_condition(entries).items():
        parts += [_heading(text.title(block, codes.get(condition, ()), sort)), Text()]
        parts += [_stacked(entry) for entry in block] if width < CARDS_BELOW else [_lookup_table(block, width)]
    return [*parts, Text(text.legend(entries), "dim")]


def _lookup_table(block: Sequence[Entry], width: int) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 1, 0), expand=width < WIDE)
    table.add_column(width=min(34, width * 3 // 8), overflow="fold")
    if width >= WIDE:
        room = min(width, 200) - 34 - 6
        table.add_column(width=room * 55 // 100, overflow="fold")
        table.add_column(width=room * 45 // 100, overflow="fold")
        for entry in block:
            table.add_row(_left(entry), Text(entry.result), Group(*map(Text, entry.known)))
        return table
    table.add_column(ratio=1, overflow="fold")
    for entry in block:
        table.add_row(_left(entry), Group(Text(entry.result), *(Text(line, "dim") for line in entry.known)))
    return table


def _stacked(entry: Entry) -> RenderableType:
    lines = [Text(entry.result), *(Text(line, "dim") for line in entry.known), Text(f"cite {entry.citations}", "dim")]
    return Padding(Group(Text(entry.name, "bold"), _rating(entry), Padding(Group(*lines), (0, 0, 0, 2))), (0, 0, 1, 0))


def listing(entries: Sequence[Entry], codes: Mapping[str, Sequence[str]], sort: str, width: int) -> list[RenderableType]:
    """One row a therapy under its condition; only the result ends in an ellipsis."""
    parts: list[RenderableType] = []
    for condition, block in text.by_condition(entries).items():
        parts += [Text()] if parts else []
        parts.append(_heading(text.title(block, codes.get(condition, ()), sort)))
        parts.append(_listing_cards(block, width) if width < CARDS_BELOW else _listing_table(block, width))
    return [*parts, Text(), Text(text.legend(entries), "dim")]


def _listing_table(block: Sequence[Entry], width: int) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
    longest = max(len(entry.name) for entry in block)
    table.add_column(width=min(longest, max(26, width * 3 // 10)), overflow="fold")
    table.add_column(width=16, no_wrap=True)
    table.add_column(width=4, no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(width=min(12, max(len(entry.citations) for entry in block)), justify="right", overflow="fold", style="dim")
    for entry in block:
        verdict = Text(f"{text.SYMBOLS[entry.verdict]} {text.VERDICTS[entry.verdict]}", STYLES[entry.verdict])
        mark = text.level(entry.evidence_level, entry.evidence_indirect).replace("level ", "L").replace("no level", "–")
        table.add_row(Padding(Text(entry.name), (0, 0, 0, 2)), verdict, mark, entry.result, entry.citations)
    return table


def _listing_cards(block: Sequence[Entry], width: int) -> Group:
    rows: list[RenderableType] = []
    for entry in block:
        result = Text(entry.result, no_wrap=True, overflow="ellipsis")
        rows.append(Padding(Group(Text(entry.name), _rating(entry), result), (0, 0, 0, 2)))
    return Group(*rows)


def show(card: Card, width: int) -> list[RenderableType]:
    """A whole record as a card."""
    therapy = card.therapy
    parts: list[RenderableType] = [Text.assemble((therapy.name, "bold underline"), f" · {card.condition} ", (therapy.id, "dim"))]
    if therapy.withdrawn:
        parts.append(Text(f"WITHDRAWN on {therapy.withdrawn.date}: {therapy.withdrawn.reason}", "bold red"))
    for heading, lines in text.sections(card):
        parts += [Text(), Text(heading, "bold")]
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 0, 0, 0))
        table.add_column(width=2)
        table.add_column(width=min(width, 110) - 2, overflow="fold")
        for line in lines:
            name, colon, _ = line.partition(": ")
            styled = Text(line)
            if colon and len(name) < 24 and heading != "Citations":
                styled.stylize("dim", 0, len(name) + 1)
            table.add_row("", styled)
        parts.append(table)
    footer = f"Last read against its sources on {therapy.reviewed}. Reference information, not medical advice."
    return [*parts, Text(), Text(footer, "dim")]


def terms(kind: str, found: Sequence[Mapping[str, Any]]) -> list[RenderableType]:
    """What one can ask for, as a tree with counts."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(kind)
    table.add_column("therapies", justify="right")
    table.add_column("also called", overflow="fold")
    for depth, term in text.tree(found):
        also = ", ".join(term["synonyms"][:6]) + (" …" if len(term["synonyms"]) > 6 else "")
        label = f"{'  ' * depth}{term['id'] if kind != 'biomarkers' else term['name']}"
        table.add_row(Text(label), Text(str(term["therapies"])), Text(also, "dim"))
    return [table]


def facts(rows: Sequence[tuple[str, Any]]) -> list[RenderableType]:
    """Names and values."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, Text(str(value)))
    return [table]


def found(entries: Sequence[Entry], snippets: Mapping[str, Sequence[tuple[str, bool]]], width: int) -> list[RenderableType]:
    """What a search found, best first: name, condition, verdict, and the sentence with the hits marked."""
    parts: list[RenderableType] = []
    for entry in entries:
        head = Text.assemble((entry.name, "bold"), f" · {entry.condition_name} ", (entry.id, "dim"))
        sentence = Text.assemble(*((piece, "bold underline" if hit else "") for piece, hit in snippets[entry.id]))
        parts.append(Padding(Group(head, _rating(entry), Padding(sentence, (0, 0, 0, 2))), (0, 0, 1, 0)))
    return parts
