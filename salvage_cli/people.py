"""Therapies for people: from an answer to its layout, on the terminal, in a pipe or as a picture. Knows no typer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from salvage_cli import output, text
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.facets import PICTURES, PROGRAMS
from salvage_cli.library import Answer, Library, Query
from salvage_cli.output import Style
from salvage_cli.pages import write_therapies

PICTURE_WIDTH = 100
"""Columns of a screen that is written as a picture."""

ALTERNATIVES = 40
"""So many other therapies of a condition stand on a card; none of the shipped conditions has more."""

IN_PIPE = {"lookup": "plain", "list": "tsv", "show": "plain"}
"""The format of each command where nobody looks."""


def therapies(command: str, library: Library, query: Query, style: Style) -> None:
    """Answer `lookup` or `list` in the format asked for.

    Raises:
        NothingFound: nothing fits the query.
        UsageError: `lookup` without a question.
    """
    if command == "lookup" and not query.asks():
        raise UsageError("what about? give a condition or another facet, e.g. salvage lookup AML")
    answer = library.find(query)
    format = output.chosen(style, IN_PIPE[command])
    if format in PROGRAMS:
        write_therapies(library, answer, style, format)
        return
    for line in answer.notes:
        output.note(line)
    entries = text.entries(answer.rows(text.LOOKUP_COLUMNS))
    if not entries:
        raise NothingFound(answer.nothing())
    codes = {id: library.term("conditions", id)["icd10"] for id in text.by_condition(entries)}
    if format == "plain":
        words = text.lookup if command == "lookup" else text.listing
        output.page("".join(f"{line}\n" for line in words(entries, codes, answer.sort)), style)
        return
    from salvage_cli import screens

    drawing = screens.lookup if command == "lookup" else screens.listing
    _shown(lambda width: drawing(entries, codes, answer.sort, width), style, format)


def records(library: Library, ids: Sequence[str], style: Style) -> None:
    """Answer `show`: what is known is shown, then what is not is named.

    Raises:
        NothingFound: there is no such record, with the nearest ids.
    """
    known, faults = [], list[str]()
    for word in ids:
        try:
            known.append(library.find(Query(ids=[word])))
        except NothingFound as error:
            faults.append(str(error))
    if known:
        _cards(library, list(dict.fromkeys(id for answer in known for (id,) in answer.rows(("id",)))), known, style)
    if faults:
        raise NothingFound("\nsalvage: ".join(faults))


def _cards(library: Library, found: Sequence[str], read: Sequence[Answer], style: Style) -> None:
    format = output.chosen(style, IN_PIPE["show"])
    for line in dict.fromkeys(note for answer in read for note in answer.notes):
        output.note(line)
    if format in PROGRAMS:
        write_therapies(library, library.find(Query(ids=found)), style, format)
        return
    cards = [card(library, id) for id in found]
    if format == "plain":
        output.page("\n".join("".join(f"{line}\n" for line in text.show(each)) for each in cards), style)
        return
    from salvage_cli import screens

    _shown(lambda width: [line for each in cards for line in (*screens.show(each, width), [])][:-1], style, format)


def _shown(layout: Callable[[int], list[Any]], style: Style, format: str) -> None:
    """Show a layout on the terminal, or write it as a picture."""
    if format in PICTURES:
        from salvage_cli import fold, picture, webpage

        lines = layout(PICTURE_WIDTH)
        output.write([(picture if format == "svg" else webpage).screen(lines, fold.plain(lines)[0])])
        return
    output.draw(layout, style)


def card(library: Library, id: str) -> text.Card:
    """A therapy with everything that its card shows."""
    (therapy,) = library.find(Query(ids=[id])).therapies()
    (row,) = library.find(Query(ids=[id])).rows(("condition_name", "evidence_level", "evidence_indirect", "source"))
    therapy = replace(therapy, name=text.marked(therapy.name, row[3]))
    names = {each: library.term("modalities", each)["name"] for each in therapy.modality}
    names |= {each: library.term("failure_types", each)["name"] for each in therapy.failure_types}
    kinds = {outcome.effect.kind for outcome in therapy.outcomes if outcome.effect}
    citations, numbers, links = {}, {}, {}
    pages = library.addresses(therapy.references)
    for each, (number, cited, standing) in zip(therapy.references, library.citations(therapy.references), strict=True):
        numbers[each], links[each] = number, text.links(*pages[each])
        citations[each] = f"{number}. {cited}" + (f" [{standing.partition(' ')[2]}]" if standing else "")
    others, count = library.alternatives(id, ("id", "verdict", "evidence_level", "evidence_indirect"), ALTERNATIVES)
    alternatives = [text.alternative(*other) for other in others]
    if count > len(others):
        alternatives.append(f"and {count - len(others)} more: salvage list -c {therapy.condition}")
    return text.Card(
        therapy=therapy, condition=row[0], level=row[1], indirect=bool(row[2]), names=names,
        abbreviations={kind: library.term("effects", kind)["abbreviation"] for kind in kinds},
        better={outcome.measure: library.term("measures", outcome.measure)["better"] for outcome in therapy.outcomes},
        citations=citations, numbers=numbers, alternatives=alternatives, options=count,
        source=row[3], links=links,
    )  # fmt: skip
