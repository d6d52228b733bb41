"""What wants a look without being wrong: records not read for long, lists out of order, what nobody uses. Knows no files.

`checks` and `figures` hold the rules that make a base unfit to answer; these only warn. A rule's docstring is its explanation.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from salvage_cli.findings import Finding, register
from salvage_cli.model import Base

YEARS = 2
"""Years after which a record is to be read against its sources again."""


class Layer(NamedTuple):
    """What an advice looks at."""

    whole: Base
    """All records, to look things up in."""
    own: Base
    """The records to judge, in the order of their files."""
    shipped: bool
    """Whether `own` is a whole base with numbers of its own, rather than somebody's files beside one."""
    today: str


Advice = Callable[[Layer], Iterator[Finding]]
ADVICE: dict[str, Advice] = {}

_advice = register(ADVICE)


def run(layer: Layer) -> list[tuple[str, Finding]]:
    """Everything that wants a look, with the name of the rule."""
    return [(name, finding) for name, rule in ADVICE.items() for finding in rule(layer)]


def due(reviewed: str, review_by: str | None, today: str) -> bool:
    """Whether a record is to be read again: its day has passed, or nobody read it for two years."""
    return (review_by is not None and review_by < today) or _later(reviewed, YEARS) < today


def _later(day: str, years: int) -> str:
    """The same day some years later, for comparing (29 February stays; no such day is as good for that)."""
    return f"{int(day[:4]) + years:04d}{day[4:]}"


@_advice
def records_are_fresh(layer: Layer) -> Iterator[Finding]:
    """A record was read against its sources within two years, and its review_by has not passed."""
    for id, each in layer.own.therapies.items():
        if each.withdrawn:
            continue
        if each.review_by is not None and each.review_by < layer.today:
            message = f"was to be read again by {each.review_by}; read it against its sources and set reviewed"
            yield Finding("therapies", id, "review_by", message)
        elif due(each.reviewed, None, layer.today):
            message = f"last read on {each.reviewed}, more than {YEARS} years ago; read it against its sources and set reviewed"
            yield Finding("therapies", id, "reviewed", message)


@_advice
def days_are_past(layer: Layer) -> Iterator[Finding]:
    """A record was not read, and a page not seen, on a day that is still to come; review_by lies after reviewed."""
    for id, each in layer.own.therapies.items():
        if each.reviewed > layer.today:
            yield Finding("therapies", id, "reviewed", f"{each.reviewed} is still to come")
        if each.review_by is not None and each.review_by <= each.reviewed:
            yield Finding("therapies", id, "review_by", f"{each.review_by} does not lie after reviewed ({each.reviewed})")
    for id, reference in layer.own.references.items():
        if reference.checked and reference.checked.date > layer.today:
            yield Finding("references", id, "checked.date", f"{reference.checked.date} is still to come")


@_advice
def records_are_sorted(layer: Layer) -> Iterator[Finding]:
    """Therapies stand by condition and id, references by number, conditions and agents by id: salvage validate --fix sorts."""
    keys: dict[str, Callable[[str], object]] = {
        "therapies": lambda id: (layer.own.therapies[id].condition, id),
        "references": lambda id: number_key(layer.own.references[id].number),
        "conditions": str,
        "agents": str.casefold,
    }
    for kind, key in keys.items():
        before = None
        for id in layer.own.records[kind]:
            place = key(id)
            if before is not None and place < before:  # type: ignore[operator]
                yield Finding(kind, id, "", "stands out of order; salvage validate --fix sorts")
                break
            before = place


def number_key(number: int | str) -> tuple[bool, int]:
    """The order of reference numbers: the base's, then X1, X2 … by their value."""
    return (True, int(number[1:])) if isinstance(number, str) else (False, number)


@_advice
def numbers_have_no_gap(layer: Layer) -> Iterator[Finding]:
    """Reference numbers of a base run from 1 without a gap: a missing one was lost, since none is ever taken back."""
    expected = 1
    for number, id in sorted((each.number, id) for id, each in layer.own.references.items() if isinstance(each.number, int)):
        if number > expected and layer.shipped:
            missing = f"{expected}" if number == expected + 1 else f"{expected} to {number - 1}"
            yield Finding("references", id, "number", f"the number before it is missing ({missing})")
        expected = number + 1


@_advice
def references_are_used(layer: Layer) -> Iterator[Finding]:
    """A checked reference stands behind a therapy, or another reference points to it."""
    base = layer.whole
    used = {id for each in base.therapies.values() for id in each.references}
    used |= {id for each in base.references.values() for id in (*each.nearest, each.cited_by) if id}
    for id, each in layer.own.references.items():
        if each.standing == "checked" and id not in used:
            yield Finding("references", id, "", "no therapy and no reference points to it")


@_advice
def terms_are_used(layer: Layer) -> Iterator[Finding]:
    """An agent, condition or measure is named by a therapy (a group: by its members)."""
    therapies = layer.whole.therapies.values()
    used = {
        "agents": {id for each in therapies for id in each.agents},
        "conditions": {each.condition for each in therapies} | {id for each in layer.whole.conditions.values() for id in each.broader},
        "measures": {outcome.measure for each in therapies for outcome in each.outcomes},
    }
    for kind, named in used.items():
        for id in layer.own.records[kind]:
            if id not in named:
                yield Finding(kind, id, "", "no therapy names it")
