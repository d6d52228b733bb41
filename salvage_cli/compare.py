"""Which outcomes stand together: a block for each measure, in it a panel for each scale, in it a row for each outcome.

Nothing is pooled and nothing is ranked; the rows keep the order of the answer. The one thing computed here is a Wilson
interval, where a report gives a proportion with its counts but no interval; it is marked as computed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import NormalDist
from typing import NamedTuple

from salvage_cli import wording
from salvage_cli.forest import Axis, Estimate, natural_axis, percent_axis, ratio_axis
from salvage_cli.model import Arm, Effect, Number, Outcome, Therapy

COVERAGE = 0.95

NOTICE = (
    "The rows come from different studies and different patients: they are set side by side, not pooled and not ranked. "
    "A difference between two rows is no comparison of the two therapies."
)


class Study(NamedTuple):
    """The publication that an outcome was read in."""

    number: Number
    level: int | None
    indirect: bool


class Option(NamedTuple):
    """A therapy with what its rows need."""

    therapy: Therapy
    """Its name says which file it comes from, where that is not the shipped base."""
    condition: str
    studies: Mapping[str, Study]
    name: str
    """The name as the record has it."""
    source: str


class Words(NamedTuple):
    """Names from the vocabulary, by id."""

    measures: Mapping[str, str]
    better: Mapping[str, str]
    effects: Mapping[str, str]
    abbreviations: Mapping[str, str]


class Shot(NamedTuple):
    """An estimate and what it shows: `effect`, `treated` or `comparator`."""

    role: str
    estimate: Estimate


class Row(NamedTuple):
    """One outcome of one therapy."""

    option: Option
    outcome: Outcome
    label: str
    arms: str
    effect: str
    computed: str
    """The Wilson intervals in words; empty where none was computed."""
    shots: tuple[Shot, ...]

    @property
    def therapy(self) -> Therapy:
        """The therapy of this row."""
        return self.option.therapy

    @property
    def study(self) -> Study:
        """The publication of this row."""
        return self.option.studies[self.outcome.reference]

    @property
    def said(self) -> str:
        """Arms and words of an outcome that has no figure to draw."""
        p = wording.p_value(self.outcome.p) if self.outcome.p else ""
        return "; ".join(part for part in (wording.arms(self.outcome), self.outcome.finding or "", p) if part)

    @property
    def figures(self) -> list[str]:
        """Arms, effect and n in words, a line each."""
        n, p = self.outcome.n, self.outcome.p
        words = [self.effect, wording.p_value(p) if p else "", f"n {n}" if n is not None else ""]
        return [part for part in (self.arms, ", ".join(filter(None, words)), self.computed) if part]


class Panel(NamedTuple):
    """Rows that share an axis."""

    title: str
    axis: Axis
    left: str
    right: str
    rows: tuple[Row, ...]


class Block(NamedTuple):
    """What is known of one outcome measure."""

    measure: str
    name: str
    therapies: int
    panels: tuple[Panel, ...]
    wordless: tuple[Row, ...]
    """Outcomes of this measure whose report prints no figure to draw; `arms` holds what it says."""


class Comparison(NamedTuple):
    """Options side by side."""

    options: tuple[Option, ...]
    blocks: tuple[Block, ...]
    silent: tuple[Option, ...]
    """Therapies without any figure to draw."""

    @property
    def rows(self) -> list[tuple[Block, str, Row]]:
        """Every row with its block and the title of its panel (empty where nothing is drawn)."""
        found = []
        for block in self.blocks:
            found += [(block, panel.title, row) for panel in block.panels for row in panel.rows]
            found += [(block, "", row) for row in block.wordless]
        return found


def compare(options: Sequence[Option], words: Words) -> Comparison:
    """Set the outcomes of therapies side by side; measures on which most verdicts rest come first."""
    filed: dict[str, list[tuple[Option, Outcome]]] = {}
    for option in options:
        for outcome in sorted(option.therapy.outcomes, key=lambda outcome: not outcome.primary):
            filed.setdefault(outcome.measure, []).append((option, outcome))

    def order(measure: str) -> tuple[int, int, str]:
        deciding = sum(outcome.primary for _, outcome in filed[measure])
        return -deciding, -len({option.therapy.id for option, _ in filed[measure]}), words.measures[measure].casefold()

    blocks = [_block(measure, filed[measure], words) for measure in sorted(filed, key=order)]
    drawn = {row.therapy.id for block in blocks for panel in block.panels for row in panel.rows}
    # A measure that only has words is shown where its therapy has a figure elsewhere, else the words would be lost.
    shown = tuple(block for block in blocks if block.panels or any(row.therapy.id in drawn for row in block.wordless))
    return Comparison(tuple(options), shown, tuple(option for option in options if option.therapy.id not in drawn))


class _Scale(NamedTuple):
    """What makes two outcomes of a measure share an axis."""

    kind: str
    """ratio, difference, percent or units."""
    what: str
    unit: str = ""
    favors: str = ""
    label: str = ""


def _block(measure: str, outcomes: Sequence[tuple[Option, Outcome]], words: Words) -> Block:
    panels: dict[_Scale, list[Row]] = {}
    wordless = []
    for option, outcome in outcomes:
        scale = _scale(outcome)
        row = _row(option, outcome, scale, words)
        if scale is None or not row.shots:
            wordless.append(row)
        else:
            panels.setdefault(scale, []).append(row)
    count = len({option.therapy.id for option, _ in outcomes})
    ranked = sorted(panels, key=lambda scale: ("ratio", "difference", "percent", "units").index(scale.kind))
    shown = tuple(_panel(scale, panels[scale], words, words.better[measure]) for scale in ranked)
    return Block(measure, words.measures[measure], count, shown, tuple(wordless))


def _scale(outcome: Outcome) -> _Scale | None:
    """The axis that an outcome is drawn on: its effect's, else its unit's; None where it prints no figure."""
    effect = outcome.effect
    if effect is not None:
        if effect.kind.endswith("ratio"):
            return _Scale("ratio", effect.kind, favors=effect.favors)
        unit = effect.unit or ("points" if outcome.unit == "percent" else outcome.unit or "")
        own = outcome.label if outcome.unit in (None, "points") and not effect.unit else ""
        return _Scale("difference", effect.kind, unit=unit, favors=effect.favors, label=own)
    figures = [_figure(arm, outcome.unit) for arm in (outcome.treated, outcome.comparator) if arm is not None]
    known = [figure for figure in figures if figure is not None]
    if not known:
        return None
    if outcome.unit == "percent" and all(0 <= figure <= 100 for figure in known):
        return _Scale("percent", "percent")
    return _Scale("units", outcome.unit or outcome.label, label=outcome.label if outcome.unit in (None, "points") else "")


def _figure(arm: Arm, unit: str | None) -> Decimal | None:
    """An arm's figure; of a percentage without one, that of its counts."""
    if arm.result is None and unit == "percent" and arm.events is not None and arm.total:
        return Decimal(100 * arm.events) / arm.total
    return arm.result


def _row(option: Option, outcome: Outcome, scale: _Scale | None, words: Words) -> Row:
    shots = tuple(_shots(outcome)) if scale is not None else ()
    return Row(
        option=option,
        outcome=outcome,
        label=wording.heading(outcome),
        arms=wording.arms(outcome, spread=outcome.effect is None),
        effect=wording.effect(outcome, words.abbreviations, words.better[outcome.measure]),
        computed=_computed(shots),
        shots=shots,
    )


def _computed(shots: Sequence[Shot]) -> str:
    """The Wilson intervals of a row in words; where only one arm has one, that arm is named."""
    found = [shot for shot in shots if shot.estimate.computed]
    if not found:
        return ""
    names = {"treated": "therapy ", "comparator": "comparator "} if len(found) < len(shots) else {}
    each = " v ".join(f"{names.get(shot.role, '')}{wilson_words(shot.estimate)}" for shot in found)
    return f"95% interval computed from the counts: {each}%"


def _shots(outcome: Outcome) -> Iterator[Shot]:
    """What is drawn of an outcome: its effect, else its arms."""
    if outcome.effect is not None:
        yield Shot("effect", _estimate(outcome.effect))
        return
    for role, arm in (("treated", outcome.treated), ("comparator", outcome.comparator)):
        estimate = _arm_estimate(arm, outcome.unit) if arm is not None else None
        if estimate is not None:
            yield Shot(role, estimate)


def _estimate(given: Effect) -> Estimate:
    low, high = map(float, given.ci) if given.ci else (None, None)
    return Estimate(float(given.value), low, high)


def _arm_estimate(arm: Arm, unit: str | None) -> Estimate | None:
    figure = _figure(arm, unit)
    if figure is None:
        return None
    if arm.ci:
        return Estimate(float(figure), float(arm.ci[0]), float(arm.ci[1]))
    if _countable(arm, unit, figure) and arm.events is not None and arm.total is not None:
        low, high = wilson(arm.events, arm.total)
        if 100 * low <= figure <= 100 * high:
            return Estimate(float(figure), 100 * low, 100 * high, computed=True)
    return Estimate(float(figure))


def _countable(arm: Arm, unit: str | None, figure: Decimal) -> bool:
    """Whether the counts are those of the percentage: a Kaplan-Meier estimate beside its events is not."""
    if unit != "percent" or arm.events is None or not arm.total or arm.events > arm.total:
        return False
    return abs(Decimal(100 * arm.events) / arm.total - figure) <= 1


def wilson(events: int, total: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson, 1927), without correction for continuity."""
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    share = events / total
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    middle, scale = share + z * z / (2 * total), 1 + z * z / total
    low = 0.0 if events == 0 else (middle - spread) / scale
    high = 1.0 if events == total else (middle + spread) / scale
    return low, high


def wilson_words(estimate: Estimate) -> str:
    """`28.1–55.9`, in percent."""
    return f"{estimate.low:.1f}{wording.DASH}{estimate.high:.1f}"


def _headed(unit: str) -> str:
    """A unit at the head of a panel: `Months`, `Relapses per patient-year`; `mL/min`, `mm Hg` and `log10` stay small."""
    first = unit.split(" ")[0]
    return unit[:1].upper() + unit[1:] if first.isalpha() and len(first) > 2 else unit


def _panel(scale: _Scale, rows: Sequence[Row], words: Words, better: str) -> Panel:
    estimates = [shot.estimate for row in rows for shot in row.shots]
    if scale.kind in ("ratio", "difference"):
        name = words.effects.get(scale.what, scale.what)
        unit = f" ({scale.unit})" if scale.unit else ""
        title = f"{name}{unit}" + (f": {scale.label}" if scale.label else "")
        axis = ratio_axis(estimates) if scale.kind == "ratio" else natural_axis(estimates, difference=True)
        sides = ("favors therapy", "favors comparator")
        left, right = sides if scale.favors == "lower" else sides[::-1]
        return Panel(title, axis, left, right, tuple(rows))
    axis = percent_axis() if scale.kind == "percent" else natural_axis(estimates)
    title = "Percent" if scale.kind == "percent" else scale.label or _headed(scale.what)
    left, right = ("", "higher is better") if better == "higher" else ("lower is better", "")
    return Panel(title, axis, left, right, tuple(rows))
