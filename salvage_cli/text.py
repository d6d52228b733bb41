"""Answers as plain text, for a pipe and for eyes without a terminal: the words of every layout, without box or colour.

`terminal` draws the same words. Lines are as long as they need to be: a pipe has no width.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from salvage_cli import wording
from salvage_cli.errors import harmless

if TYPE_CHECKING:
    from salvage_cli.model import Therapy

SYMBOLS = {"benefit": "+", "surrogate": "~", "uncertain": "?", "no-benefit": "=", "harm": "!"}
VERDICTS = {
    "benefit": "benefit",
    "surrogate": "surrogate only",
    "uncertain": "uncertain",
    "no-benefit": "no benefit",
    "harm": "harm",
}
COLORS = {"benefit": "#0077bb", "surrogate": "#00857a", "no-benefit": "#c04f00", "harm": "#d02860"}
"""Colors repeat what sign and word say already. Each has about the same contrast to black as to white, and blue against
orange is the pair that colorblind readers tell apart."""
LEVELS = {
    1: "systematic review of randomized trials",
    2: "randomized trial",
    3: "controlled cohort",
    4: "single arm or series",
    5: "reasoning or review",
}

LABELS = frozenset({"In", "Markers", "Agents", "Filed under", "Verdict", "Evidence", "Likelihood of success", "Side effects",
                    "Monitoring", "Alternatives"})  # fmt: skip
"""What lines of a card begin with."""
LISTED = "Alternatives for the same condition"
"""The heading of a card's other therapies."""


def shown(verdict: str) -> str:
    """A verdict in words; a negative one in capitals, so that nobody reads past it."""
    return VERDICTS[verdict].upper() if verdict in ("no-benefit", "harm") else VERDICTS[verdict]


LOOKUP_COLUMNS = ("id", "name", "condition", "condition_name", "result", "population", "failed", "verdict", "evidence_level",
                  "evidence_indirect", "citations", "investigational", "source")  # fmt: skip


class Entry(NamedTuple):
    """One therapy as `lookup` and `list` show it."""

    id: str
    name: str
    condition: str
    condition_name: str
    result: str
    population: str
    failed: str
    verdict: str
    evidence_level: int | None
    evidence_indirect: int
    citations: str
    investigational: str
    source: str

    @property
    def rating(self) -> str:
        """`+ benefit · level 2`."""
        return f"{SYMBOLS[self.verdict]} {shown(self.verdict)} · {level(self.evidence_level, self.evidence_indirect)}"

    @property
    def known(self) -> list[str]:
        """In whom, and after what."""
        failed = self.failed if self.failed.startswith("None required") else f"after {wording.lower_first(self.failed)}"
        parts = [f"in {wording.lower_first(self.population)}", failed]
        return [*parts, "investigational for this use"] if self.investigational == "true" else parts


def entries(rows: Iterable[Sequence[Any]]) -> list[Entry]:
    """Rows of LOOKUP_COLUMNS as entries; the name of one that is not from the shipped base says where it is from."""
    found = [Entry(*row) for row in rows]
    return [each if each.source == "shipped" else each._replace(name=marked(each.name, each.source)) for each in found]


def marked(name: str, source: str) -> str:
    """A name with the file that it comes from, where that is not the shipped base: `Drug X [from wards.yaml]`."""
    return name if source == "shipped" else f"{name} [from {harmless(os.path.basename(source))}]"


def level(value: int | None, indirect: int) -> str:
    """`level 2`, with an asterisk where the study is known only from a notice, an abstract or a secondary page."""
    return ("no level" if value is None else f"level {value}") + ("*" if indirect else "")


def by_condition(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries under their conditions, each in its order; conditions in the order of their first entry."""
    blocks: dict[str, list[Entry]] = {}
    for entry in entries:
        blocks.setdefault(entry.condition, []).append(entry)
    return blocks


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """`1 therapy`, `20 therapies`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def title(entries: Sequence[Entry], codes: Sequence[str], sort: str) -> str:
    """The line above a condition's therapies: its name, codes, how many and in which order."""
    parts = [entries[0].condition_name, *codes[:3], counted(len(entries), "rescue therapy", "rescue therapies")]
    order = {"level": "strongest evidence first", "verdict": "by verdict", "name": "by name", "year": "newest study first"}
    return " · ".join(parts) + (f", {order[sort]}" if len(entries) > 1 and sort in order else "")


def legend(entries: Iterable[Entry]) -> str:
    """What the levels and the asterisk of these rows mean."""
    entries = list(entries)
    levels = sorted({entry.evidence_level for entry in entries if entry.evidence_level})
    parts = [f"{'Level ' if place == 0 else ''}{each}: {LEVELS[each]}" for place, each in enumerate(levels)]
    if any(entry.evidence_level is None for entry in entries):
        parts.append("no level: the source names no study")
    if any(entry.evidence_indirect for entry in entries):
        parts.append("* known from a news item, an abstract or a secondary page")
    return " · ".join(parts)


def lookup(entries: Sequence[Entry], codes: Mapping[str, Sequence[str]], sort: str) -> Iterator[str]:
    """Every therapy with its deciding result, in whom, after what, and its citations; nothing is cut."""
    for condition, block in by_condition(entries).items():
        yield title(block, codes.get(condition, ()), sort)
        yield ""
        for entry in block:
            yield f"{entry.name} [{entry.id}]"
            yield f"  {entry.rating}"
            yield f"  {entry.result}"
            yield from (f"  {line}" for line in entry.known)
            yield f"  cite {entry.citations}"
            yield ""
    yield legend(entries)


def listing(entries: Sequence[Entry], codes: Mapping[str, Sequence[str]], sort: str) -> Iterator[str]:
    """One line a therapy under its condition."""
    for place, (condition, block) in enumerate(by_condition(entries).items()):
        if place:
            yield ""
        yield title(block, codes.get(condition, ()), sort)
        for entry in block:
            yield f"  {entry.name} — {entry.rating} — {entry.result} — cite {entry.citations}"
    yield ""
    yield legend(entries)


class Card(NamedTuple):
    """A whole record with what belongs to it, ready to be shown."""

    therapy: "Therapy"
    condition: str
    level: int | None
    indirect: bool
    names: Mapping[str, str]
    """Names of the terms that the record points to, by id."""
    abbreviations: Mapping[str, str]
    better: Mapping[str, str]
    citations: Mapping[str, str]
    """The text of each citation by reference id, with number and standing."""
    numbers: Mapping[str, Any]
    alternatives: Sequence[str]
    """The other therapies of the condition, a line each, and where to find those that have no line."""
    options: int
    """How many other therapies of the condition there are."""
    source: str
    links: Mapping[str, Mapping[str, str]] = {}
    """For each reference what of its citation is a link, and to where."""


def sections(card: Card) -> Iterator[tuple[str, list[str]]]:
    """A record in the order in which a reader asks: headings with their lines."""
    therapy = card.therapy
    kinds = ", ".join(card.names.get(each, each) for each in (*therapy.modality, *therapy.failure_types))
    yield (
        "What and for whom",
        [
            therapy.summary,
            f"In: {therapy.population} ({', '.join(therapy.age_groups)})",
            *([f"Markers: {', '.join(therapy.biomarkers)}"] if therapy.biomarkers else []),
            *([f"Agents: {', '.join(therapy.agents)}"] if therapy.agents else []),
            f"Filed under: {kinds}",
            *(["Investigational: not approved or established anywhere for this use"] if therapy.investigational else []),
        ],
    )
    yield "After what", [therapy.failed]
    words = LEVELS.get(card.level or 0, "the source names no study")
    yield (
        "Does it work",
        [
            outcome_line(card, therapy.primary),
            f"Verdict: {SYMBOLS[therapy.verdict]} {shown(therapy.verdict)}. {therapy.verdict_basis}",
            f"Evidence: {level(card.level, card.indirect)} ({words})"
            + ("; known from a news item, an abstract or a secondary page" if card.indirect else ""),
        ],
    )
    others = [outcome_line(card, outcome) for outcome in therapy.outcomes if not outcome.primary]
    if others:
        yield "Other outcomes", others
    likely = wording.result(therapy.primary, card.abbreviations, card.better[therapy.primary.measure])
    yield (
        "Before starting",
        [
            f"Likelihood of success: {SYMBOLS[therapy.verdict]} {shown(therapy.verdict)}: {likely}",
            "Side effects: " + "; ".join(therapy.safety),
            "Monitoring: " + "; ".join(therapy.monitoring),
            "Alternatives: " + (f"{card.options}, listed below" if card.options else "none known here for this condition"),
        ],
    )
    if therapy.regimen:
        yield "As given in the study", [therapy.regimen]
    if card.alternatives:
        yield LISTED, list(card.alternatives)
    yield "Citations", list(card.citations.values())


def alternative(id: str, verdict: str, value: int | None, indirect: int) -> str:
    """Another therapy for the same condition: `= NO BENEFIT · level 2 · clofarabine-cytarabine-aml`."""
    return f"{SYMBOLS[verdict]} {shown(verdict)} · {level(value, indirect)} · {id}"


def links(doi: str | None, pmid: str | None, url: str | None) -> dict[str, str]:
    """What of a citation leads to a page: its DOI, its PMID, its address."""
    found = {}
    if doi:
        found[f"doi:{doi}"] = f"https://doi.org/{_quoted(doi)}"
    if pmid:
        found[f"PMID: {pmid}"] = f"https://pubmed.ncbi.nlm.nih.gov/{_quoted(pmid)}/"
    if not found and url and url.startswith(("https://", "http://")):
        found[url] = url
    return found


def _quoted(text: str) -> str:
    """A part of an address; most DOIs and all PMIDs need no quoting, so urllib is rarely loaded."""
    if all(letter.isascii() and (letter.isalnum() or letter in "/:;().-_") for letter in text):
        return text
    from urllib.parse import quote

    return quote(text, safe="/:;().-_")


def outcome_line(card: Card, outcome: Any) -> str:
    """One outcome with intervals, p and the number of its citation."""
    line = wording.result(outcome, card.abbreviations, card.better[outcome.measure])
    p = f"; {wording.p_value(outcome.p)}" if outcome.p and outcome.effect and outcome.effect.ci else ""
    return f"{line}{p} [{card.numbers[outcome.reference]}]"


def show(card: Card) -> Iterator[str]:
    """A whole record."""
    therapy = card.therapy
    yield f"{therapy.name} · {card.condition} [{therapy.id}]"
    yield f"{SYMBOLS[therapy.verdict]} {shown(therapy.verdict)} · {level(card.level, card.indirect)}"
    if therapy.withdrawn:
        yield f"WITHDRAWN on {therapy.withdrawn.date}: {therapy.withdrawn.reason}"
    for heading, lines in sections(card):
        yield ""
        yield heading
        yield from (f"  {line}" for line in lines)
    yield ""
    yield f"Last read against its sources on {therapy.reviewed}. Reference information, not medical advice."


def tree(terms: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Terms with their depth, each under its first parent; every term once."""
    children: dict[str, list[Mapping[str, Any]]] = {}
    known = {term["id"] for term in terms}
    for term in terms:
        parents = [parent for parent in term["parents"] if parent in known]
        children.setdefault(parents[0] if parents else "", []).append(term)

    def walk(parent: str, depth: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for term in children.get(parent, []):
            yield depth, term
            yield from walk(term["id"], depth + 1)

    return walk("", 0)


def facts(rows: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Names and values, aligned."""
    rows = [(name, str(value)) for name, value in rows]
    width = max(len(name) for name, _ in rows)
    return (f"{name:<{width}}  {value}" for name, value in rows)
