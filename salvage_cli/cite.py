"""What is to be said of a reference beside its citation: how it stands, what it supports, what to cite instead. Pure words."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from salvage_cli.work import Work

if TYPE_CHECKING:
    from salvage_cli.model import Check, Reference, Therapy


def standing(reference: "Reference", instead: Sequence[str] = (), known_from: str = "") -> str:
    """What a reader has to know of a reference that is not fully checked, on one line; empty where it is.

    `instead` are the numbers of checked publications on the same matter, `known_from` the number of what cites it.
    """
    said = _said(reference, known_from)
    if not said:
        return ""
    return f"reference {reference.number} {said}" + (f"; cite instead: {' '.join(instead)}" if instead else "")


def _said(reference: "Reference", known_from: str) -> str:
    if reference.standing == "as-cited":
        source = f"reference {known_from or reference.cited_by}, which cites it," if reference.cited_by else "its own text,"
        return f"is as-cited: known only from {source} and not found in public records"
    if reference.standing != "checked":
        notice = f" on {reference.retraction.date}: {reference.retraction.reason}" if reference.retraction else ""
        return f"is {reference.standing}{notice}"
    basis = reference.checked.basis if reference.checked else None
    words = {"secondary": "was checked on a secondary page only", "listing": "was seen only in other papers' lists of references"}
    return words.get(basis or "", "")


def remark(line: str) -> str:
    """The standing as a note within a record: `As-cited: known only from …`."""
    words = re.sub(r"^reference \S+ (is |was )?", "", line)
    return words[:1].upper() + words[1:]


def sorted_by(works: Sequence[Work], key: str) -> list[Work]:
    """Works in the order given, by number, by first author (then year), or the newest first. Ties stay as given."""
    keys: dict[str, Callable[[Work], tuple[Any, ...]]] = {"number": _by_number, "author": _by_author, "year": _by_year}
    return sorted(works, key=keys[key]) if key in keys else list(works)


def _by_number(work: Work) -> tuple[Any, ...]:
    text = str(work.reference.number)
    digits = re.sub(r"\D", "", text)
    return not text.isdigit(), int(digits or 0), text


def _by_author(work: Work) -> tuple[Any, ...]:
    from unicodedata import combining, normalize

    names = " ".join(f"{person.family} {person.initials}" for person in work.people) or work.reference.title
    flat = "".join(letter for letter in normalize("NFKD", names.casefold()) if not combining(letter))
    return flat, work.reference.year or 0, _by_number(work)


def _by_year(work: Work) -> tuple[Any, ...]:
    return work.reference.year is None, -(work.reference.year or 0)


class Explained(NamedTuple):
    """A reference with all that bears on it, ready to be told."""

    reference: "Reference"
    citation: str
    standing: str
    instead: Sequence[str]
    """The citations of checked publications on the same matter, each with its number."""
    supports: "Sequence[tuple[Therapy, str, Sequence[str]]]"
    """Therapies that rest on it: the record, its condition's name, and the results that were read in it."""
    lacks: Sequence[str]


def explained(told: Explained) -> Iterator[str]:
    """Lines that answer: what is this, how is it known, what rests on it, what may be cited in its place."""
    reference = told.reference
    yield f"Reference {reference.number} · {reference.id}"
    yield f"  {told.citation}"
    yield from _paragraph("How it stands", [remark(told.standing).partition("; cite instead")[0] or "Checked on a primary page"])
    yield from _paragraph("How it was checked", [*_checking(reference.checked), reference.existence])
    yield from _paragraph("What it is said to support", [reference.statement])
    yield from _paragraph("What the checked records say to that", [reference.finding])
    yield from _paragraph("What stays open", [reference.gap])
    yield from _paragraph("Cite instead", told.instead)
    supports = [line for therapy, condition, results in told.supports for line in _support(therapy, condition, results)]
    yield from _paragraph("What rests on it here", supports or ["No therapy"])
    yield from _paragraph("What its record lacks", [", ".join(told.lacks)])
    yield from _paragraph("Note", [reference.note])


def wrapped(line: str, width: int) -> list[str]:
    """A line in as many as the width asks for, each as far to the right as the first; addresses stay whole."""
    from textwrap import wrap

    indent = line[: len(line) - len(line.lstrip())]
    return wrap(line.strip(), width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [
        ""
    ]


def _paragraph(heading: str, lines: Sequence[str | None]) -> Iterator[str]:
    shown = [line for line in lines if line]
    if shown:
        yield ""
        yield heading
        yield from (f"  {line}" for line in shown)


def _checking(checked: "Check | None") -> Iterator[str]:
    if checked:
        words = {
            "primary": "in the publisher's, PubMed's or an institution's own text",
            "secondary": "in a summary, a news page or a notice",
            "listing": "only in other papers' lists of references",
        }
        yield f"Seen on {checked.date} {words[checked.basis]}"
        yield from checked.at


def _support(therapy: "Therapy", condition: str, results: Sequence[str]) -> Iterator[str]:
    yield f"{therapy.name}, {condition} [{therapy.id}]"
    yield from (f"  {result}" for result in results)
