"""Estimates on an axis, drawn with characters: pure geometry. Knows no records, no colours and no terminal.

A plot is `width` columns; column 0 stands for the axis's low end, the last for its high end. `picture` draws on the same axes.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

STRETCH = 10.0
"""An interval may stretch a ratio's axis to a tenth and to ten times 1; beyond, it is cut and ends in an arrow."""
LONGEST = 2.5
"""The same for natural units: an interval may stretch the axis to this many times the largest value."""


class Signs(NamedTuple):
    """What a plot is drawn with."""

    effect: str
    treated: str
    comparator: str
    both: str
    line: str
    computed: str
    low: str
    high: str
    beyond_low: str
    beyond_high: str
    reference: str
    crossed: str
    """The line of no effect where an interval crosses it."""
    rule: str
    tick: str
    to_left: str
    to_right: str


DRAWN = Signs("■", "●", "○", "◉", "─", "┄", "├", "┤", "◄", "►", "│", "┼", "─", "┬", "←", "→")
ASCII = Signs("#", "*", "o", "@", "-", ".", "[", "]", "<", ">", ":", "+", "-", "+", "<-", "->")
"""For encodings that have nothing else."""


class Estimate(NamedTuple):
    """A value with its interval, in the units of its axis."""

    value: float
    low: float | None = None
    high: float | None = None
    computed: bool = False
    """True where the interval was computed here and not reported."""


class Axis(NamedTuple):
    """From where to where, and how."""

    low: float
    high: float
    logarithmic: bool = False
    reference: float | None = None
    """Where there is no effect."""

    def share(self, value: float) -> float:
        """Where a value lies between the ends: 0 at the low one, 1 at the high one, beyond them less or more."""
        if not self.logarithmic:
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return -math.inf
        return math.log(value / self.low) / math.log(self.high / self.low)

    def column(self, value: float, width: int) -> int:
        """The column nearest to a value; the outermost one for values beyond the ends."""
        place = min(max(self.share(value), 0.0), 1.0) * (width - 1)
        return math.floor(place + 0.5)


def ratio_axis(estimates: Sequence[Estimate]) -> Axis:
    """A logarithmic axis with its line at 1, from one round number to another; every value above 0 is on it."""
    values = [each.value for each in estimates if each.value > 0]
    lows = [each.low for each in estimates if each.low is not None]
    highs = [each.high for each in estimates if each.high is not None]
    low = min([0.5, *values, *(max(bound, 1 / STRETCH) for bound in lows)])
    high = max([2.0, *values, *(min(bound, STRETCH) for bound in highs)])
    return Axis(_round_down(low), 1 / _round_down(1 / high), logarithmic=True, reference=1.0)


def _round_down(value: float) -> float:
    """The largest of … 0.1, 0.2, 0.5, 1, 2, 5, 10 … that is not above the value."""
    power = math.floor(math.log10(value))
    found = max(step * 10.0**exponent for exponent in (power - 1, power, power + 1) for step in (1, 2, 5)
                if step * 10.0**exponent <= value * (1 + 1e-12))  # fmt: skip
    return float(f"{found:.12g}")


def percent_axis() -> Axis:
    """From 0 to 100."""
    return Axis(0.0, 100.0)


def natural_axis(estimates: Sequence[Estimate], *, difference: bool = False) -> Axis:
    """A linear axis that holds 0 and every value, from one round number to another; the line is at 0 for a difference."""
    values = [each.value for each in estimates]
    reach = LONGEST * max([abs(value) for value in values] or [0.0]) or 1.0
    bounds = [bound for each in estimates for bound in (each.low, each.high) if bound is not None]
    inside = [min(max(bound, -reach), reach) for bound in bounds]
    low, high = min([0.0, *values, *inside]), max([0.0, *values, *inside])
    if high == low:
        high = low + 1.0
    step = round_step((high - low) / 4)
    low, high = _multiple(math.floor(low / step + 1e-9), step), _multiple(math.ceil(high / step - 1e-9), step)
    return Axis(low, high, reference=0.0 if difference else None)


def round_step(least: float) -> float:
    """The smallest of … 0.1, 0.2, 0.5, 1, 2, 5, 10 … that is not below `least`."""
    return float(f"{1 / _round_down(1 / least):.12g}")


def _multiple(count: int, step: float) -> float:
    return float(f"{count * step:.12g}")


def label(value: float) -> str:
    """A tick's number: no blanks, no zeros at its end, a true minus."""
    return f"{value:.10g}".replace("-", "\N{MINUS SIGN}")


def ticks(axis: Axis, width: int) -> list[float]:
    """Round numbers on the axis, as many as have room for their labels."""
    for candidates in _tick_sets(axis):
        places = [(axis.column(value, width), len(label(value))) for value in candidates]
        spans = [_label_span(place, length, width) for place, length in places]
        if len(spans) > 1 and all(before[1] + 1 < after[0] for before, after in pairwise(spans)):
            return candidates
    return [axis.low, axis.high]


def _tick_sets(axis: Axis) -> Iterable[list[float]]:
    """Sets of ticks, fine ones first."""
    if not axis.logarithmic:
        step = round_step((axis.high - axis.low) / 10)
        for _ in range(12):
            first, last = math.ceil(axis.low / step - 1e-9), math.floor(axis.high / step + 1e-9)
            yield [_multiple(count, step) for count in range(first, last + 1)]
            step = round_step(step * 1.01)
        return
    powers = range(math.floor(math.log10(axis.low)) - 1, math.ceil(math.log10(axis.high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        found = [float(f"{step * 10.0**power:.12g}") for power in powers for step in steps]
        yield [value for value in found if axis.low * (1 - 1e-9) <= value <= axis.high * (1 + 1e-9)]


def _label_span(place: int, length: int, width: int) -> tuple[int, int]:
    """First and last column of a label centered under its tick, kept within the plot."""
    first = min(max(place - (length - 1) // 2, 0), max(width - length, 0))
    return first, first + length - 1


def ruler(axis: Axis, width: int, signs: Signs = DRAWN) -> tuple[str, str]:
    """The axis as two lines: the numbers, and the rule with its ticks."""
    numbers, rule = [" "] * width, [signs.rule] * width
    for value in ticks(axis, width):
        place, text = axis.column(value, width), label(value)
        first, _ = _label_span(place, len(text), width)
        numbers[first : first + len(text)] = text
        rule[place] = signs.tick
    return "".join(numbers), "".join(rule)


def empty(axis: Axis, width: int, signs: Signs = DRAWN) -> str:
    """A row without an estimate: only the line of no effect."""
    row = [" "] * width
    if axis.reference is not None:
        row[axis.column(axis.reference, width)] = signs.reference
    return "".join(row)


def bar(axis: Axis, estimate: Estimate, width: int, mark: str, signs: Signs = DRAWN) -> str:
    """A row with an estimate: its mark, its interval, an arrow where the interval or the mark lies beyond the axis."""
    row = list(empty(axis, width, signs))
    if estimate.low is not None and estimate.high is not None:
        first, last = axis.column(estimate.low, width), axis.column(estimate.high, width)
        row[first : last + 1] = (signs.computed if estimate.computed else signs.line) * (last + 1 - first)
        if axis.reference is not None and first <= axis.column(axis.reference, width) <= last:
            row[axis.column(axis.reference, width)] = signs.crossed
        row[first] = signs.beyond_low if axis.share(estimate.low) < -1e-9 else signs.low
        row[last] = signs.beyond_high if axis.share(estimate.high) > 1 + 1e-9 else signs.high
    share = axis.share(estimate.value)
    row[axis.column(estimate.value, width)] = signs.beyond_low if share < -1e-9 else signs.beyond_high if share > 1 + 1e-9 else mark
    return "".join(row)


def ends(left: str, right: str, width: int) -> list[str]:
    """What the two directions mean, at the two ends; on two lines where one is too short."""
    if len(left) + len(right) + 3 <= width or not left or not right:
        return [f"{left}{right:>{max(width - len(left), 0)}}"[:width].rstrip()]
    return [left[:width], f"{right[:width]:>{width}}"]
