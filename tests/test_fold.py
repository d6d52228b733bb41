"""Text in columns: figures stay together, nothing is lost, what is left out is marked."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salvage_cli.fold import Span, beside, bind, block, cells, continued, cut, free, plain, wrap

WORDS = st.lists(
    st.sampled_from(
        ["Overall", "survival", "9.3 v 5.6 months", "HR 0.64 (0.49–0.83)", "difference −0.3 points (−6.4 to 5.9)", "n 371", "47.8 v 49%",
         "(97.5% CI 0.31–0.83)", "p<0.001,", "in", "adults", "肺炎", "a" * 30, "level 2", "PMID: 36335478."]
    ),
    min_size=1, max_size=20,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("HR 0.64 (0.49–0.83), n 371", ["HR 0.64 (0.49–0.83),", "n 371"]),
        ("survival 9.3 v 5.6 months (salvage chemotherapy)", ["survival", "9.3 v 5.6 months", "(salvage", "chemotherapy)"]),
        ("difference −0.3 points (−6.4 to 5.9)", ["difference −0.3 points (−6.4 to 5.9)"]),
        ("HR 0.58 (97.5% CI 0.31–0.83)", ["HR 0.58 (97.5% CI 0.31–0.83)"]),
        ("4.1 months (range 2–9)", ["4.1 months (range 2–9)"]),
        ("47.8 v 49% (usual care)", ["47.8 v 49%", "(usual", "care)"]),
        ("at 28 days", ["at", "28 days"]),
    ],
)
def test_figures_that_belong_together_are_one_unit(text: str, units: list[str]) -> None:
    assert [free(unit) for unit in bind(text).split(" ")] == units


@given(WORDS, st.integers(4, 120))
def test_wrapping_loses_nothing_keeps_the_width_and_keeps_figures_whole_where_they_fit(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for unit in bind(text).split(" "):
        assert cells(unit) > width or any(free(unit) in line for line in lines)


@given(WORDS, st.integers(4, 120))
def test_cutting_keeps_the_width_marks_what_is_left_out_and_never_cuts_a_figure(words: list[str], width: int) -> None:
    text = " ".join(words)
    short = cut(text, width)
    assert cells(short) <= width
    if short != text:
        assert short.endswith("…")
        kept = short.removesuffix(" …")
        units = [free(unit) for unit in bind(text).split(" ")]
        wholes = [" ".join(units[:count]).rstrip(",;:") for count in range(1, len(units))]
        assert kept in wholes or cells(units[0]) > width - 2


def test_wide_letters_count_double_and_accents_nothing() -> None:
    assert (cells("肺炎"), cells("e\u0301"), cells("abc")) == (4, 1, 3)


def test_columns_stand_side_by_side() -> None:
    lines = beside([(block("one two", 3), 3), (block("three", 10), 10)])
    assert plain(lines) == ["one  three", "two"]


def test_a_heading_is_said_again_at_a_blank_line_before_a_screen_goes_by() -> None:
    entry = [[Span("text")], []]
    lines = [[Span("AML", "heading")], *(entry * 30)]
    said = plain(continued(lines, 24))
    assert said.count("AML (continued)") == 5
    places = [number for number, line in enumerate(said) if line.startswith("AML")]
    assert max(after - before for before, after in itertools.pairwise(places)) <= 24
    assert [line for line in said if line == "text"] == ["text"] * 30
