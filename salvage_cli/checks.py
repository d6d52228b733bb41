"""Rules across records: one function a rule, which yields what is wrong and the cure. Knows no files.

The rules are the validator and the tests of the shipped data at once. A rule's docstring is its explanation. What a rule
finds is a fault; what only wants a look (age, order, what nobody uses) is `advice`'s business.
"""

import re
from collections.abc import Iterator
from typing import Any

from salvage_cli.building import ancestors, names_of
from salvage_cli.figures import outcomes
from salvage_cli.findings import RULES as RULES
from salvage_cli.findings import Finding, rule
from salvage_cli.kinds import SINGULAR
from salvage_cli.model import KINDS, Base
from salvage_cli.names import code, likely, normal
from salvage_cli.shape import REPEATING, slots
from salvage_cli.wording import quoted

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")

_ALONE = ("ids-are-slugs", "lists-are-filled", "lists-name-each-once", "one-primary-outcome", "numbers-are-unique",
          "outcomes-say-something", "intervals-contain-estimates", "proportions-equal-counts", "codes-are-codes",
          "identifiers-are-identifiers")  # fmt: skip
"""The rules that follow no pointer, so that a broken one hides few other faults."""

_FILLED = {
    "therapies": ("modality", "failure_types", "age_groups", "outcomes", "safety", "monitoring", "references"),
    "conditions": ("specialty",),
}
"""The lists that must not be empty."""


def run(base: Base) -> list[tuple[str, Finding]]:
    """Every breach of every rule, with the rule's name. Pointers are checked first: other rules follow them."""
    broken = [("pointers-lead-somewhere", finding) for finding in pointers_lead_somewhere(base)]
    if broken:
        return broken + [(name, finding) for name in _ALONE for finding in RULES[name](base)]
    return [(name, finding) for name, find in RULES.items() for finding in find(base)]


def _pointers(record: Any) -> Iterator[tuple[str, str, str]]:
    """Path, kind and id of everything that a record points to, at any depth."""
    for slot in slots(type(record)):
        value = getattr(record, slot.name)
        if slot.identifies and value:
            many = isinstance(value, tuple)
            for place, each in enumerate(value if many else (value,)):
                single = slot.single and len(value) == 1
                yield (f"{slot.key}[{place}]" if many and not single else slot.key), slot.identifies, each
        elif slot.shape == "record" and value is not None:
            yield from ((f"{slot.key}.{path}", kind, id) for path, kind, id in _pointers(value))
        elif slot.shape == "records":
            for place, each in enumerate(value):
                yield from ((f"{slot.key}[{place}].{path}", kind, id) for path, kind, id in _pointers(each))


@rule
def pointers_lead_somewhere(base: Base) -> Iterator[Finding]:
    """Every id that a record names (condition, modality, agent, measure, reference …) exists."""
    for kind, records in base.records.items():
        for id, record in records.items():
            for path, target, wanted in _pointers(record):
                if wanted not in base.records[target]:
                    yield Finding(kind, id, path, f"there is no {SINGULAR[target]} {quoted(wanted)}{_instead(wanted, target, base)}")
            for parent in getattr(record, "parents", ()):
                if parent not in records:
                    yield Finding(kind, id, "parents", f"there is no {SINGULAR[kind]} {quoted(parent)}{_instead(parent, kind, base)}")


def _instead(wanted: str, kind: str, base: Base) -> str:
    near = likely(wanted, base.records[kind])
    return f"; did you mean {near!r}?" if near else f"; add it to {kind} or name another"


@rule
def ids_are_slugs(base: Base) -> Iterator[Finding]:
    """Ids of therapies, conditions and references are small letters, digits and single hyphens: they appear in addresses."""
    for kind in ("therapies", "conditions", "references"):
        for id in base.records[kind]:
            if not _SLUG.match(id):
                yield Finding(kind, id, "id", f"{quoted(id)} is not an id; use small letters, digits and single hyphens")


@rule
def lists_are_filled(base: Base) -> Iterator[Finding]:
    """A therapy has a modality, failure type, age group, outcome, safety note, thing to monitor, reference; a condition a specialty."""
    for kind, keys in _FILLED.items():
        for id, record in base.records[kind].items():
            for key in keys:
                if not getattr(record, key):
                    yield Finding(kind, id, key, "the list is empty; give at least one")


@rule
def lists_name_each_once(base: Base) -> Iterator[Finding]:
    """A list names each value once: a therapy filed twice under one failure type would be counted twice. Authors may share a name."""
    for kind, records in base.records.items():
        for id, record in records.items():
            for path, values in _lists(record):
                for place, each in enumerate(values):
                    if each in values[:place]:
                        yield Finding(kind, id, f"{path}[{place}]", f"{quoted(each)} is given twice in this list; keep one")


def _lists(record: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Path and values of every list of texts in which a value may stand but once, at any depth."""
    for slot in slots(type(record)):
        value = getattr(record, slot.name)
        if slot.shape == "texts" and slot.name not in REPEATING:
            yield slot.key, value
        elif slot.shape == "record" and value is not None:
            yield from ((f"{slot.key}.{path}", each) for path, each in _lists(value))


@rule
def one_primary_outcome(base: Base) -> Iterator[Finding]:
    """Exactly one outcome of a therapy is primary: the one that its verdict rests on."""
    for id, therapy in base.therapies.items():
        count = sum(outcome.primary for outcome in therapy.outcomes)
        if count != 1:
            yield Finding("therapies", id, "outcomes", f"{count} outcomes are primary; mark exactly one with primary: true")


@rule
def numbers_are_unique(base: Base) -> Iterator[Finding]:
    """A reference's number belongs to it alone, for life."""
    seen: dict[Any, str] = {}
    for id, reference in base.references.items():
        if reference.number in seen:
            yield Finding("references", id, "number", f"{reference.number} is already the number of {seen[reference.number]!r}")
        seen.setdefault(reference.number, id)


@rule
def references_have_standing(base: Base) -> Iterator[Finding]:
    """A checked reference says when, where and how it was seen; one as cited says through what; one taken back says why."""
    for id, each in base.references.items():
        if each.standing == "checked" and each.checked is None:
            yield Finding("references", id, "standing", "a checked reference needs checked: with date, basis and addresses")
        if each.standing in ("withdrawn", "retracted") and each.retraction is None:
            yield Finding("references", id, "standing", f"a {each.standing} reference needs retraction: with date and notice")


@rule
def outcome_references_are_listed(base: Base) -> Iterator[Finding]:
    """The publication of every outcome stands among the record's references."""
    for id, place, outcome in outcomes(base):
        if outcome.reference not in base.therapies[id].references:
            yield Finding(
                "therapies", id, f"outcomes[{place}].reference", f"{outcome.reference!r} is not among the record's references; add it there"
            )


@rule
def rests_on_a_checked_reference(base: Base) -> Iterator[Finding]:
    """A verdict rests on a publication that was checked, never on one that is only cited somewhere or was taken back."""
    for id, place, outcome in outcomes(base):
        standing = base.references[outcome.reference].standing
        if outcome.primary and standing != "checked":
            yield Finding("therapies", id, f"outcomes[{place}].reference", f"the primary outcome rests on a reference that is {standing}")


@rule
def positive_verdicts_need_a_trial(base: Base) -> Iterator[Finding]:
    """`surrogate`, `no-benefit` and `harm` are verdicts on a randomized comparison (or a pooling of such)."""
    for id, therapy in base.therapies.items():
        if therapy.verdict in ("surrogate", "no-benefit", "harm"):
            cited = [base.references[each] for each in therapy.references]
            if not any(each.design in ("randomized-trial", "meta-analysis", "systematic-review") for each in cited):
                yield Finding("therapies", id, "verdict", f"{therapy.verdict} needs a randomized comparison among the references")


@rule
def groups_hold_no_therapy(base: Base) -> Iterator[Finding]:
    """A group of conditions has members and no therapy of its own."""
    filled = {therapy.condition for therapy in base.therapies.values()}
    for id, condition in base.conditions.items():
        if condition.group and id in filled:
            yield Finding("conditions", id, "group", "a group holds no therapy of its own; file it under a condition or drop group: true")


@rule
def trees_have_no_circles(base: Base) -> Iterator[Finding]:
    """Nothing lies above itself."""
    for kind in ("conditions", *(kind for kind in KINDS if kind not in ("conditions", "therapies", "references", "agents"))):
        above = ancestors(base.records[kind])
        for id, record in base.records[kind].items():
            wider = getattr(record, "broader", ()) or getattr(record, "parents", ())
            if any(id in above.get(parent, ()) for parent in wider):
                yield Finding(kind, id, "broader" if kind == "conditions" else "parents", "lies above itself; break the circle")


@rule
def names_mean_one_thing(base: Base) -> Iterator[Finding]:
    """Two records of one kind share no name after normalising, unless both list it under shared."""
    for kind in KINDS:
        if kind in ("therapies", "references"):
            continue
        owners: dict[str, str] = {}
        for id, record in base.records[kind].items():
            for name in dict.fromkeys(names_of(kind, record)):
                key = normal(name)
                other = owners.setdefault(key, id)
                if other != id and not (_shares(record, key) and _shares(base.records[kind][other], key)):
                    yield Finding(
                        kind, id, _name_path(record, name), f"{name!r} is also a name of {other!r}; drop it or list it under shared in both"
                    )


def _shares(record: Any, key: str) -> bool:
    return any(normal(name) == key for name in getattr(record, "shared", ()))


def _name_path(record: Any, name: str) -> str:
    synonyms = getattr(record, "synonyms", ())
    return f"synonyms[{synonyms.index(name)}]" if name in synonyms else "name"


@rule
def codes_are_codes(base: Base) -> Iterator[Finding]:
    """Codes are written as their systems write them: C92.0, DOID:9119, MONDO:0018874, D015470."""
    for id, condition in base.conditions.items():
        given = [("icd10", f"icd10[{place}]", each) for place, each in enumerate(condition.icd10)]
        given += [(system, key, each) for system in ("doid", "mondo", "mesh") for key in (system, f"broader_{system}")
                  if (each := getattr(condition, key, None))]  # fmt: skip
        for system, path, each in given:
            if code(each) != (system, each):
                yield Finding("conditions", id, path, f"{each!r} is not a code of {system}")


@rule
def identifiers_are_identifiers(base: Base) -> Iterator[Finding]:
    """A DOI begins with 10., a PMID is a number; both without a prefix."""
    for id, each in base.references.items():
        if each.doi and not re.match(r"10\.\d{4,9}/\S+\Z", each.doi):
            yield Finding("references", id, "doi", f"{each.doi!r} is not a DOI; write it without prefix, from 10. on")
        if each.pmid and not re.match(r"[1-9]\d{0,8}\Z", each.pmid):
            yield Finding("references", id, "pmid", f"{each.pmid!r} is not a PMID; write the number alone")


@rule
def publications_stand_once(base: Base) -> Iterator[Finding]:
    """No two references have the same DOI or PMID."""
    seen: dict[tuple[str, str], str] = {}
    for id, each in base.references.items():
        for key, value in (("doi", each.doi), ("pmid", each.pmid)):
            if value:
                other = seen.setdefault((key, value.casefold()), id)
                if other != id:
                    yield Finding("references", id, key, f"{value} is also the {key} of {other!r}; a publication stands once")


@rule
def journals_have_titles(base: Base) -> Iterator[Finding]:
    """Every journal abbreviation has its full title under journals."""
    for id, each in base.references.items():
        if each.journal and base.journals and each.journal not in base.journals:
            yield Finding("references", id, "journal", f"{each.journal!r} has no full title; add it to journals")
