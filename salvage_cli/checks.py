"""Rules across records: one function a rule, which yields what is wrong and the cure. Knows no files.

The rules are the validator and the tests of the shipped data at once. A rule's docstring is its explanation. What a rule
finds is a fault; what only wants a look (age, order, what nobody uses) is `advice`'s business.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from salvage_cli.building import ancestors, names_of
from salvage_cli.kinds import SINGULAR
from salvage_cli.model import KINDS, Arm, Base, Outcome
from salvage_cli.names import code, likely, normal
from salvage_cli.shape import slots

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


class Finding(NamedTuple):
    """One breach of a rule: which record, where in it, what is wrong and what would be right."""

    kind: str
    id: str
    path: str
    message: str


Rule = Callable[[Base], Iterator[Finding]]
RULES: dict[str, Rule] = {}


def _rule(function: Rule) -> Rule:
    RULES[function.__name__.replace("_", "-")] = function
    return function


_ALONE = ("ids-are-slugs", "lists-are-filled", "one-primary-outcome", "numbers-are-unique", "outcomes-say-something",
          "intervals-contain-estimates", "proportions-equal-counts", "codes-are-codes", "identifiers-are-identifiers")  # fmt: skip
"""The rules that follow no pointer, so that a broken one hides few other faults."""


def run(base: Base) -> list[tuple[str, Finding]]:
    """Every breach of every rule, with the rule's name. Pointers are checked first: other rules follow them."""
    broken = [("pointers-lead-somewhere", finding) for finding in pointers_lead_somewhere(base)]
    if broken:
        return broken + [(name, finding) for name in _ALONE for finding in RULES[name](base)]
    return [(name, finding) for name, rule in RULES.items() for finding in rule(base)]


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


@_rule
def pointers_lead_somewhere(base: Base) -> Iterator[Finding]:
    """Every id that a record names (condition, modality, agent, measure, reference …) exists."""
    for kind, records in base.records.items():
        for id, record in records.items():
            for path, target, wanted in _pointers(record):
                if wanted not in base.records[target]:
                    yield Finding(kind, id, path, f"there is no {SINGULAR[target]} {_quoted(wanted)}{_instead(wanted, target, base)}")
            for parent in getattr(record, "parents", ()):
                if parent not in records:
                    yield Finding(kind, id, "parents", f"there is no {SINGULAR[kind]} {_quoted(parent)}{_instead(parent, kind, base)}")


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _instead(wanted: str, kind: str, base: Base) -> str:
    near = likely(wanted, base.records[kind])
    return f"; did you mean {near!r}?" if near else f"; add it to {kind} or name another"


@_rule
def ids_are_slugs(base: Base) -> Iterator[Finding]:
    """Ids of therapies, conditions and references are small letters, digits and single hyphens: they appear in addresses."""
    for kind in ("therapies", "conditions", "references"):
        for id in base.records[kind]:
            if not _SLUG.match(id):
                yield Finding(kind, id, "id", f"{_quoted(id)} is not an id; use small letters, digits and single hyphens")


@_rule
def lists_are_filled(base: Base) -> Iterator[Finding]:
    """A therapy has at least one modality, failure type, age group, outcome, safety note, thing to monitor and reference."""
    for id, therapy in base.therapies.items():
        for key in ("modality", "failure_types", "age_groups", "outcomes", "safety", "monitoring", "references"):
            if not getattr(therapy, key):
                yield Finding("therapies", id, key, "the list is empty; give at least one")


@_rule
def one_primary_outcome(base: Base) -> Iterator[Finding]:
    """Exactly one outcome of a therapy is primary: the one that its verdict rests on."""
    for id, therapy in base.therapies.items():
        count = sum(outcome.primary for outcome in therapy.outcomes)
        if count != 1:
            yield Finding("therapies", id, "outcomes", f"{count} outcomes are primary; mark exactly one with primary: true")


@_rule
def numbers_are_unique(base: Base) -> Iterator[Finding]:
    """A reference's number belongs to it alone, for life."""
    seen: dict[Any, str] = {}
    for id, reference in base.references.items():
        if reference.number in seen:
            yield Finding("references", id, "number", f"{reference.number} is already the number of {seen[reference.number]!r}")
        seen.setdefault(reference.number, id)


@_rule
def references_have_standing(base: Base) -> Iterator[Finding]:
    """A checked reference says when, where and how it was seen; one as cited says through what; one taken back says why."""
    for id, each in base.references.items():
        if each.standing == "checked" and each.checked is None:
            yield Finding("references", id, "standing", "a checked reference needs checked: with date, basis and addresses")
        if each.standing in ("withdrawn", "retracted") and each.retraction is None:
            yield Finding("references", id, "standing", f"a {each.standing} reference needs retraction: with date and notice")


@_rule
def outcome_references_are_listed(base: Base) -> Iterator[Finding]:
    """The publication of every outcome stands among the record's references."""
    for id, place, outcome in _outcomes(base):
        if outcome.reference not in base.therapies[id].references:
            yield Finding(
                "therapies", id, f"outcomes[{place}].reference", f"{outcome.reference!r} is not among the record's references; add it there"
            )


@_rule
def rests_on_a_checked_reference(base: Base) -> Iterator[Finding]:
    """A verdict rests on a publication that was checked, never on one that is only cited somewhere or was taken back."""
    for id, place, outcome in _outcomes(base):
        standing = base.references[outcome.reference].standing
        if outcome.primary and standing != "checked":
            yield Finding("therapies", id, f"outcomes[{place}].reference", f"the primary outcome rests on a reference that is {standing}")


@_rule
def outcomes_say_something(base: Base) -> Iterator[Finding]:
    """An outcome has a figure of an arm, an effect, or a finding in words."""
    for id, place, outcome in _outcomes(base):
        arms = [arm for arm in (outcome.treated, outcome.comparator) if arm]
        told = any(value is not None for arm in arms for value in (arm.result, arm.events, arm.range, arm.iqr))
        if not outcome.effect and not outcome.finding and not told:
            yield Finding("therapies", id, f"outcomes[{place}]", "no figure and no finding; give treated, effect or finding")


@_rule
def comparators_are_named(base: Base) -> Iterator[Finding]:
    """A comparator has a name; the treated arm has none (it is the therapy)."""
    for id, place, outcome in _outcomes(base):
        if outcome.comparator and not outcome.comparator.name:
            yield Finding("therapies", id, f"outcomes[{place}].comparator", "'name' is missing (what the control arm was given)")
        if outcome.treated and outcome.treated.name:
            yield Finding("therapies", id, f"outcomes[{place}].treated.name", "the treated arm needs no name; remove it")


@_rule
def intervals_contain_estimates(base: Base) -> Iterator[Finding]:
    """An interval runs from low to high and contains its estimate."""
    for id, path, value, pair in _intervals(base):
        low, high = pair
        if low > high:
            yield Finding("therapies", id, path, f"{low} is above {high}; write [low, high]")
        elif value is not None and value < low:
            yield Finding("therapies", id, f"{path}[0]", f"{low} is above the value {value}; an interval contains its estimate")
        elif value is not None and value > high:
            yield Finding("therapies", id, f"{path}[1]", f"{high} is below the value {value}; an interval contains its estimate")


@_rule
def proportions_equal_counts(base: Base) -> Iterator[Finding]:
    """A percentage equals events over total within one point (papers round)."""
    for id, path, outcome, arm in _arms(base):
        if arm.events is None or arm.total is None:
            continue
        if arm.events > arm.total:
            yield Finding("therapies", id, f"{path}.events", f"{arm.events} events among {arm.total} patients")
        elif outcome.unit == "percent" and arm.result is not None and arm.total:
            share = Decimal(100 * arm.events) / arm.total
            if abs(share - arm.result) > 1:
                yield Finding(
                    "therapies",
                    id,
                    f"{path}.result",
                    f"{arm.result} is not {arm.events} of {arm.total} ({share:.1f}%); read the source again",
                )


@_rule
def percentages_are_possible(base: Base) -> Iterator[Finding]:
    """The percentage of patients in an arm lies between 0 and 100 (changes on a scale have other units)."""
    for id, path, outcome, arm in _arms(base):
        better = outcome.measure.endswith(("-change", "-reduction", "-slope"))
        if outcome.unit == "percent" and arm.result is not None and not better and not 0 <= arm.result <= 100:
            yield Finding("therapies", id, f"{path}.result", f"{arm.result} percent of patients is not possible")


@_rule
def ratios_are_positive(base: Base) -> Iterator[Finding]:
    """A ratio and its bounds are above or at 0."""
    for id, place, outcome in _outcomes(base):
        effect = outcome.effect
        if effect and effect.kind.endswith("ratio") and min((effect.value, *(effect.ci or ()))) < 0:
            yield Finding("therapies", id, f"outcomes[{place}].effect.value", "a ratio cannot be negative")


@_rule
def verdicts_follow_the_numbers(base: Base) -> Iterator[Finding]:
    """A primary interval that includes no effect can be neither benefit nor surrogate; one on the good side is no harm."""
    for id, place, outcome in _outcomes(base):
        effect, verdict = outcome.effect, base.therapies[id].verdict
        if not outcome.primary or effect is None or effect.ci is None:
            continue
        none = Decimal(1 if effect.kind.endswith("ratio") else 0)
        low, high = effect.ci
        path = f"outcomes[{place}].effect.ci"
        if low < none < high and verdict in ("benefit", "surrogate"):
            message = f"the interval includes no effect ({none}), so the verdict cannot be {verdict}; see the rule of verdicts"
            yield Finding("therapies", id, path, message)
        good = high < none if effect.favors == "lower" else low > none
        bad = low > none if effect.favors == "lower" else high < none
        if good and verdict == "harm":
            yield Finding("therapies", id, path, "the interval is on the good side, so the verdict cannot be harm")
        if bad and verdict in ("benefit", "surrogate"):
            yield Finding("therapies", id, path, f"the interval is on the bad side, so the verdict cannot be {verdict}")


@_rule
def positive_verdicts_need_a_trial(base: Base) -> Iterator[Finding]:
    """`surrogate`, `no-benefit` and `harm` are verdicts on a randomized comparison (or a pooling of such)."""
    for id, therapy in base.therapies.items():
        if therapy.verdict in ("surrogate", "no-benefit", "harm"):
            cited = [base.references[each] for each in therapy.references]
            if not any(each.design in ("randomized-trial", "meta-analysis", "systematic-review") for each in cited):
                yield Finding("therapies", id, "verdict", f"{therapy.verdict} needs a randomized comparison among the references")


@_rule
def groups_hold_no_therapy(base: Base) -> Iterator[Finding]:
    """A group of conditions has members and no therapy of its own."""
    filled = {therapy.condition for therapy in base.therapies.values()}
    for id, condition in base.conditions.items():
        if condition.group and id in filled:
            yield Finding("conditions", id, "group", "a group holds no therapy of its own; file it under a condition or drop group: true")


@_rule
def trees_have_no_circles(base: Base) -> Iterator[Finding]:
    """Nothing lies above itself."""
    for kind in ("conditions", *(kind for kind in KINDS if kind not in ("conditions", "therapies", "references", "agents"))):
        above = ancestors(base.records[kind])
        for id, record in base.records[kind].items():
            wider = getattr(record, "broader", ()) or getattr(record, "parents", ())
            if any(id in above.get(parent, ()) for parent in wider):
                yield Finding(kind, id, "broader" if kind == "conditions" else "parents", "lies above itself; break the circle")


@_rule
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


@_rule
def codes_are_codes(base: Base) -> Iterator[Finding]:
    """Codes are written as their systems write them: C92.0, DOID:9119, MONDO:0018874, D015470."""
    for id, condition in base.conditions.items():
        given = [("icd10", f"icd10[{place}]", each) for place, each in enumerate(condition.icd10)]
        given += [(system, key, each) for system in ("doid", "mondo", "mesh") for key in (system, f"broader_{system}")
                  if (each := getattr(condition, key, None))]  # fmt: skip
        for system, path, each in given:
            if code(each) != (system, each):
                yield Finding("conditions", id, path, f"{each!r} is not a code of {system}")


@_rule
def identifiers_are_identifiers(base: Base) -> Iterator[Finding]:
    """A DOI begins with 10., a PMID is a number; both without a prefix."""
    for id, each in base.references.items():
        if each.doi and not re.match(r"10\.\d{4,9}/\S+\Z", each.doi):
            yield Finding("references", id, "doi", f"{each.doi!r} is not a DOI; write it without prefix, from 10. on")
        if each.pmid and not re.match(r"[1-9]\d{0,8}\Z", each.pmid):
            yield Finding("references", id, "pmid", f"{each.pmid!r} is not a PMID; write the number alone")


@_rule
def publications_stand_once(base: Base) -> Iterator[Finding]:
    """No two references have the same DOI or PMID."""
    seen: dict[tuple[str, str], str] = {}
    for id, each in base.references.items():
        for key, value in (("doi", each.doi), ("pmid", each.pmid)):
            if value:
                other = seen.setdefault((key, value.casefold()), id)
                if other != id:
                    yield Finding("references", id, key, f"{value} is also the {key} of {other!r}; a publication stands once")


@_rule
def journals_have_titles(base: Base) -> Iterator[Finding]:
    """Every journal abbreviation has its full title under journals."""
    for id, each in base.references.items():
        if each.journal and base.journals and each.journal not in base.journals:
            yield Finding("references", id, "journal", f"{each.journal!r} has no full title; add it to journals")


def _outcomes(base: Base) -> Iterator[tuple[str, int, Outcome]]:
    for id, therapy in base.therapies.items():
        for place, outcome in enumerate(therapy.outcomes):
            yield id, place, outcome


def _arms(base: Base) -> Iterator[tuple[str, str, Outcome, Arm]]:
    for id, place, outcome in _outcomes(base):
        for key, arm in (("treated", outcome.treated), ("comparator", outcome.comparator)):
            if arm is not None:
                yield id, f"outcomes[{place}].{key}", outcome, arm


def _intervals(base: Base) -> Iterator[tuple[str, str, Decimal | None, tuple[Decimal, Decimal]]]:
    for id, path, _, arm in _arms(base):
        for key in ("ci", "range", "iqr"):
            pair = getattr(arm, key)
            if pair is not None:
                yield id, f"{path}.{key}", arm.result, pair
    for id, place, outcome in _outcomes(base):
        if outcome.effect and outcome.effect.ci:
            yield id, f"outcomes[{place}].effect.ci", outcome.effect.value, outcome.effect.ci
