"""The command that searches."""

from collections.abc import Sequence
from typing import Annotated

import typer

from salvage_cli import names, output, screens, snippets, text
from salvage_cli.errors import NothingFound
from salvage_cli.facets import PROGRAMS
from salvage_cli.library import Answer, Library, Query
from salvage_cli.options import asking, opening, styled
from salvage_cli.output import Style
from salvage_cli.pages import write_therapies

app = typer.Typer()

TEXTS = {
    "summary": "", "population": "In", "failed": "After", "agents": "Agents", "verdict_basis": "Verdict", "regimen": "As given",
    "safety": "Side effects", "monitoring": "Monitoring",
}  # fmt: skip
"""Where a snippet is looked for, in this order, and what stands before it."""


@app.command(
    epilog="Examples:  salvage search relapse FLT3   salvage search ECLS shock   salvage search kidney rejection --verdict no-benefit"
)
@opening
@styled
@asking
def search(
    library: Library,
    query: Query,
    style: Style,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="Words, all of which must stand in a record.")],
    limit: Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, max=10_000, help="At most so many.")] = 20,
) -> None:
    """Ranked full text: names, summaries, populations, agents, measures, trials, authors."""
    phrase = " ".join(words)
    answer = library.search(phrase, query, limit)
    format = output.chosen(style, "tsv")
    if format in PROGRAMS:
        write_therapies(library, answer, style, format)
        return
    for line in answer.notes:
        output.note(line)
    entries = text.entries(answer.rows(text.LOOKUP_COLUMNS))
    if not entries:
        raise NothingFound(answer.nothing())
    pieces = _pieces(answer, entries, set(names.stems(phrase)))
    if format == "plain":
        output.page("".join(f"{line}\n" for line in _lines(entries, pieces)), style)
        return
    output.draw(lambda width: screens.found(entries, pieces, width), style)


def _pieces(answer: Answer, entries: Sequence[text.Entry], wanted: set[str]) -> dict[str, list[snippets.Piece]]:
    """The sentence that has the words, by id; the result where the heading says them all."""
    pieces = {}
    for entry, texts in zip(entries, answer.rows(tuple(TEXTS)), strict=True):
        label, sentence = snippets.snippet([*zip(TEXTS.values(), texts, strict=True)], wanted, f"{entry.name} {entry.condition_name}")
        found = snippets.marked(sentence or entry.result, wanted)
        pieces[entry.id] = [(f"{label}: ", False), *found] if label else found
    return pieces


def _lines(entries: Sequence[text.Entry], pieces: dict[str, list[snippets.Piece]]) -> list[str]:
    lines = []
    for entry in entries:
        lines += [f"{entry.name} · {entry.condition_name} [{entry.id}]", f"  {entry.rating}"]
        lines.append("  " + "".join(piece for piece, _ in pieces[entry.id]))
    return lines
