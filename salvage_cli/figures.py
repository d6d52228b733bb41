"""The rules of what an outcome prints: its words, its arms, its intervals, and the verdict that they allow."""

from collections.abc import Iterator
from decimal import Decimal

from salvage_cli.findings import Finding, rule
from salvage_cli.model import Arm, Base, Outcome


@rule
def outcomes_say_something(base: Base) -> Iterator[Finding]:
    """An outcome has a figure of an arm, an effect, or a finding in words."""
    for id, place, outcome in outcomes(base):
        arms = [arm for arm in (outcome.treated, outcome.comparator) if arm]
        told = any(value is not None for arm in arms for value in (arm.result, arm.events, arm.range, arm.iqr))
        if not outcome.effect and not outcome.finding and not told:
            yield Finding("therapies", id, f"outcomes[{place}]", "no figure and no finding; give treated, effect or finding")


@rule
def comparators_are_named(base: Base) -> Iterator[Finding]:
    """A comparator has a name; the treated arm has none (it is the therapy)."""
    for id, place, outcome in outcomes(base):
        if outcome.comparator and not outcome.comparator.name:
            yield Finding("therapies", id, f"outcomes[{place}].comparator", "'name' is missing (what the control arm was given)")
        if outcome.treated and outcome.treated.name:
            yield Finding("therapies", id, f"outcomes[{place}].treated.name", "the treated arm needs no name; remove it")


@rule
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


@rule
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


@rule
def percentages_are_possible(base: Base) -> Iterator[Finding]:
    """The percentage of patients in an arm lies between 0 and 100 (changes on a scale have other units)."""
    for id, path, outcome, arm in _arms(base):
        better = outcome.measure.endswith(("-change", "-reduction", "-slope"))
        if outcome.unit == "percent" and arm.result is not None and not better and not 0 <= arm.result <= 100:
            yield Finding("therapies", id, f"{path}.result", f"{arm.result} percent of patients is not possible")


@rule
def ratios_are_positive(base: Base) -> Iterator[Finding]:
    """A ratio and its bounds are above or at 0."""
    for id, place, outcome in outcomes(base):
        effect = outcome.effect
        if effect and effect.kind.endswith("ratio") and min((effect.value, *(effect.ci or ()))) < 0:
            yield Finding("therapies", id, f"outcomes[{place}].effect.value", "a ratio cannot be negative")


@rule
def verdicts_follow_the_numbers(base: Base) -> Iterator[Finding]:
    """A primary interval that includes no effect can be neither benefit nor surrogate; one on the good side is no harm."""
    for id, place, outcome in outcomes(base):
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


def outcomes(base: Base) -> Iterator[tuple[str, int, Outcome]]:
    """Every outcome with its therapy's id and its place in the record."""
    for id, therapy in base.therapies.items():
        for place, outcome in enumerate(therapy.outcomes):
            yield id, place, outcome


def _arms(base: Base) -> Iterator[tuple[str, str, Outcome, Arm]]:
    for id, place, outcome in outcomes(base):
        for key, arm in (("treated", outcome.treated), ("comparator", outcome.comparator)):
            if arm is not None:
                yield id, f"outcomes[{place}].{key}", outcome, arm


def _intervals(base: Base) -> Iterator[tuple[str, str, Decimal | None, tuple[Decimal, Decimal]]]:
    for id, path, _, arm in _arms(base):
        for key in ("ci", "range", "iqr"):
            pair = getattr(arm, key)
            if pair is not None:
                yield id, f"{path}.{key}", arm.result, pair
    for id, place, outcome in outcomes(base):
        if outcome.effect and outcome.effect.ci:
            yield id, f"outcomes[{place}].effect.ci", outcome.effect.value, outcome.effect.ci
