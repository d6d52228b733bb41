"""The geometry of plots: marks are where their values are, intervals hold their marks, axes show round numbers."""

import itertools
import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salvage_cli.forest import (
    ASCII,
    DRAWN,
    Axis,
    Estimate,
    Signs,
    bar,
    empty,
    ends,
    label,
    natural_axis,
    percent_axis,
    ratio_axis,
    round_step,
    ruler,
    ticks,
)

WIDTHS = st.integers(20, 200)
RATIOS = st.decimals(Decimal("0.01"), Decimal("60"), places=3).map(float)
FIGURES = st.decimals(Decimal("-400"), Decimal("400"), places=2).map(float)
PERCENTS = st.decimals(0, 100, places=1).map(float)


@st.composite
def estimates(draw: st.DrawFn, values: st.SearchStrategy[float]) -> Estimate:
    low, value, high = sorted(draw(st.tuples(values, values, values)))
    return Estimate(value, low, high) if draw(st.booleans()) else Estimate(value)


@st.composite
def plots(draw: st.DrawFn) -> tuple[Axis, list[Estimate]]:
    kind = draw(st.sampled_from(["ratio", "percent", "natural", "difference"]))
    found = draw(st.lists(estimates({"ratio": RATIOS, "percent": PERCENTS}.get(kind, FIGURES)), min_size=1, max_size=8))
    if kind == "ratio":
        return ratio_axis(found), found
    return (percent_axis() if kind == "percent" else natural_axis(found, difference=kind == "difference")), found


@given(plots(), WIDTHS)
def test_a_mark_is_within_half_a_column_of_its_value(plot: tuple[Axis, list[Estimate]], width: int) -> None:
    axis, found = plot
    for estimate in found:
        row = bar(axis, estimate, width, DRAWN.effect)
        assert len(row) == width
        assert row.count(DRAWN.effect) == 1
        assert abs(row.index(DRAWN.effect) - axis.share(estimate.value) * (width - 1)) <= 0.5 + 1e-9


@given(plots(), WIDTHS)
def test_an_interval_contains_its_mark_and_ends_where_it_ends(plot: tuple[Axis, list[Estimate]], width: int) -> None:
    axis, found = plot
    for estimate in found:
        if estimate.low is None or estimate.high is None:
            continue
        row = bar(axis, estimate, width, DRAWN.effect)
        drawn = [place for place, sign in enumerate(row) if sign not in (" ", DRAWN.reference)]
        assert drawn == list(range(drawn[0], drawn[-1] + 1))
        assert drawn[0] <= row.index(DRAWN.effect) <= drawn[-1]
        for bound, place, arrow in ((estimate.low, drawn[0], DRAWN.beyond_low), (estimate.high, drawn[-1], DRAWN.beyond_high)):
            inside = -1e-9 <= axis.share(bound) <= 1 + 1e-9
            assert (row[place] != arrow) if inside else row[place] in (arrow, DRAWN.effect)
            assert not inside or abs(place - axis.share(bound) * (width - 1)) <= 0.5 + 1e-6


@given(plots(), WIDTHS)
def test_equal_values_align_and_greater_ones_are_never_to_the_left(plot: tuple[Axis, list[Estimate]], width: int) -> None:
    axis, found = plot
    places = [(each.value, bar(axis, Estimate(each.value), width, DRAWN.effect).index(DRAWN.effect)) for each in found]
    for value, place in places:
        for other, there in places:
            assert value != other or place == there
            assert value > other or place <= there


@given(plots(), WIDTHS)
def test_every_value_is_on_the_axis_whose_ends_are_round_numbers(plot: tuple[Axis, list[Estimate]], width: int) -> None:
    axis, found = plot
    assert all(-1e-9 <= axis.share(each.value) <= 1 + 1e-9 for each in found)
    if axis.logarithmic:
        assert _digits(axis.low) in (1, 2, 5)
        assert _digits(axis.high) in (1, 2, 5)
        assert axis.low < 1 < axis.high


def _digits(value: float) -> int:
    """The digits of a number without its power of ten: 0.05 is 5, 120 is 12."""
    return int(f"{Decimal(repr(value)).normalize():e}".split("e")[0].replace(".", "").replace("-", "").rstrip("0") or "0")


@given(plots(), WIDTHS)
def test_ticks_are_round_evenly_spaced_and_stand_under_their_labels(plot: tuple[Axis, list[Estimate]], width: int) -> None:
    axis, _ = plot
    shown = ticks(axis, width)
    assert len(shown) >= 2
    assert all(_digits(value) < 100 for value in shown)
    if not axis.logarithmic and len(shown) > 2:
        steps = {round(after - before, 9) for before, after in itertools.pairwise(shown)}
        assert len(steps) == 1
        assert _digits(steps.pop()) in (1, 2, 5)
    numbers, rule = ruler(axis, width)
    assert len(numbers) == len(rule) == width
    assert numbers.split() == [label(value) for value in shown]
    assert [place for place, sign in enumerate(rule) if sign == DRAWN.tick] == [axis.column(value, width) for value in shown]


@given(st.floats(1e-6, 1e6))
def test_a_step_is_the_next_round_number(least: float) -> None:
    step = round_step(least)
    assert _digits(step) in (1, 2, 5)
    assert least * (1 - 1e-9) <= step <= least * 2.5 * (1 + 1e-9)


def test_the_line_of_no_effect_is_at_1_on_a_logarithmic_axis() -> None:
    axis = ratio_axis([Estimate(0.5, 0.25, 1.0)])
    assert (axis.low, axis.high) == (0.2, 2.0)
    halves = Axis(0.5, 2.0, logarithmic=True, reference=1.0)
    assert empty(halves, 21) == " " * 10 + "│" + " " * 10
    assert halves.share(0) == -math.inf


@pytest.mark.parametrize(
    ("signs", "drawn"),
    [(DRAWN, "          ├────■────┤    "), (ASCII, "          [----#----]    ")],
)
def test_a_proportion_looks_like_this(signs: Signs, drawn: str) -> None:
    assert bar(percent_axis(), Estimate(62.5, 41.7, 83.3), 25, signs.effect, signs) == drawn


def test_an_interval_beyond_the_axis_ends_in_an_arrow() -> None:
    axis = ratio_axis([Estimate(4.0, 0.8, 90.0), Estimate(0.9, 0.0, 2.0)])
    assert (axis.low, axis.high) == (0.1, 10.0)
    assert bar(axis, Estimate(4.0, 0.8, 90.0), 21, "■") == "         ├┼─────■───►"
    assert bar(axis, Estimate(0.9, 0.0, 2.0), 21, "■") == "◄─────────■──┤       "


def test_a_plot_too_narrow_for_its_numbers_keeps_the_ends() -> None:
    assert ticks(percent_axis(), 4) == [0, 100]
    assert ticks(Axis(0.5, 2.0, logarithmic=True, reference=1.0), 5) == [0.5, 2.0]


def test_an_axis_of_nothing_but_zeros_has_a_length() -> None:
    axis = natural_axis([Estimate(0.0)])
    assert (axis.low, axis.high) == (0.0, 1.0)


def test_a_computed_interval_is_drawn_otherwise() -> None:
    assert bar(percent_axis(), Estimate(50, 20, 80, computed=True), 21, "●") == "    ├┄┄┄┄┄●┄┄┄┄┄┤    "


def test_a_ratio_of_zero_is_an_arrow_at_the_left_end() -> None:
    assert bar(ratio_axis([Estimate(0.0), Estimate(1.5)]), Estimate(0.0), 11, "■") == "◄    │     "


def test_the_meaning_of_the_directions_takes_two_lines_where_it_must() -> None:
    assert ends("← good", "bad →", 20) == ["← good         bad →"]
    assert ends("← favors therapy", "favors comparator →", 30) == ["← favors therapy", "           favors comparator →"]


@given(st.lists(FIGURES, min_size=1, max_size=5))
def test_an_axis_of_natural_units_holds_zero(values: list[float]) -> None:
    assume(any(values))
    axis = natural_axis([Estimate(value) for value in values])
    assert axis.low <= 0 <= axis.high
    assert axis.reference is None


def test_a_very_narrow_screen_draws_something() -> None:
    for width in (1, 5, 10, 15):
        assert ends("therapy better", "comparator better", width)
        assert ends("", "comparator better", width)
