"""Options side by side: what shares an axis, what is computed, which side favors whom."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from salvage_cli import picture, plots, store, webpage
from salvage_cli.building import build
from salvage_cli.compare import Comparison, Panel, compare, wilson
from salvage_cli.fold import cells, plain
from salvage_cli.library import Library, Query
from salvage_cli.seeing import options, words
from tests.conftest import Run, load_text

COUNTS = [(0, 1), (1, 1), (0, 7), (7, 7), (1, 3), (2, 5), (12, 30), (30, 30), (0, 30), (171, 188), (19, 31928), (500, 1000), (999, 1000)]


@pytest.mark.parametrize(("events", "total"), COUNTS)
@pytest.mark.parametrize("coverage", [0.8, 0.95, 0.99])
def test_wilson_intervals_equal_those_of_statsmodels(events: int, total: int, coverage: float) -> None:
    from statsmodels.stats.proportion import proportion_confint

    theirs = proportion_confint(events, total, alpha=1 - coverage, method="wilson")
    assert wilson(events, total, coverage) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("events", "total"), COUNTS)
def test_a_wilson_interval_holds_its_proportion_within_0_and_1(events: int, total: int) -> None:
    low, high = wilson(events, total)
    assert 0 <= low <= events / total <= high <= 1


def opened(folder: Path, text: str, source: str = "shipped") -> Library:
    """A library of one base from a string."""

    loaded = load_text(folder, text)
    assert loaded.problems == []
    connection = store.in_memory(lambda connection: None)
    edition = {"program": "0", "version": "1", "date": "2026-01-01", "licence": "CC BY 4.0"}
    build(connection, loaded.base, lambda kind, id: source, edition)
    return Library(connection)


def compared(library: Library, **facets: object) -> Comparison:
    """The comparison of what a question finds."""
    return compare(options(library, library.find(Query(**facets))), words(library))  # type: ignore[arg-type]


def with_outcome(tiny: str, outcome: str) -> str:
    """The tiny base with another outcome in place of its own, in YAML's flow style."""
    start, end = tiny.index("  - measure: overall-survival\n    label"), tiny.index("  safety:")
    fixed = "measure: overall-survival, label: Survival, primary: true, reference: doe-2020"
    return f"{tiny[:start]}  - {{{fixed}, {outcome}}}\n{tiny[end:]}"


def only_panel(found: Comparison) -> Panel:
    ((panel,),) = (block.panels for block in found.blocks)
    return panel


@pytest.mark.parametrize(
    ("favors", "left", "right"),
    [("lower", "favors therapy", "favors comparator"), ("higher", "favors comparator", "favors therapy")],
)
def test_the_sides_say_whom_they_favor_in_both_directions(tmp_path: Path, tiny: str, favors: str, left: str, right: str) -> None:
    panel = only_panel(compared(opened(tmp_path, tiny.replace("favors: lower", f"favors: {favors}")), ids=["adrug-tumor"]))
    assert (panel.title, panel.left, panel.right) == ("Hazard ratio", left, right)


def test_ratios_printed_either_way_round_share_no_axis(tmp_path: Path, tiny: str) -> None:
    start = tiny.index("- id: adrug-tumor")
    other = tiny[start:].replace("id: adrug-tumor", "id: bdrug-tumor").replace("name: Adrug", "name: Bdrug")
    found = compared(opened(tmp_path, tiny + other.replace("favors: lower", "favors: higher")), condition=["tumor"])
    assert [len(panel.rows) for block in found.blocks for panel in block.panels] == [1, 1]


def test_a_proportion_with_counts_and_without_an_interval_gets_a_wilson_interval_marked_as_computed(tmp_path: Path, tiny: str) -> None:
    text = with_outcome(tiny, "unit: percent, treated: {events: 12, total: 30}, comparator: {name: Sham, result: 20, events: 6, total: 30}")
    panel = only_panel(compared(opened(tmp_path, text), ids=["adrug-tumor"]))
    (row,) = panel.rows
    assert (panel.axis.low, panel.axis.high) == (0, 100)
    assert [(shot.role, shot.estimate.value, shot.estimate.computed) for shot in row.shots] == [
        ("treated", 40, True),
        ("comparator", 20, True),
    ]
    assert row.figures[-1] == "95% interval computed from the counts: 24.6–57.7 v 9.5–37.3%"


@pytest.mark.parametrize(
    "arm",
    [
        "{result: 40, ci: [25, 57], events: 12, total: 30}",  # the report has an interval
        "{result: 55, events: 12, total: 30}",  # a Kaplan-Meier estimate beside its events
        "{result: 40, total: 30}",
        "{result: 40}",
    ],
)
def test_nothing_is_computed_where_the_report_has_an_interval_or_the_counts_are_not_those_of_the_percentage(
    tmp_path: Path, tiny: str, arm: str
) -> None:
    (row,) = only_panel(compared(opened(tmp_path, with_outcome(tiny, f"unit: percent, treated: {arm}")), ids=["adrug-tumor"])).rows
    assert not any(shot.estimate.computed for shot in row.shots)
    assert row.computed == ""


@pytest.mark.parametrize(
    ("outcome", "title", "ends"),
    [
        ("unit: months, treated: {result: 9.3}", "Months", (0, 10)),
        ("unit: percent, treated: {result: 40}", "Percent", (0, 100)),
        ("unit: percent, treated: {result: -47.1}, comparator: {name: Placebo, result: 1.9}", "Percent", (-60, 20)),
        ("unit: points, treated: {result: -3.2}", "Survival", (-4, 0)),
        (
            "unit: percent, effect: {kind: risk difference, value: -0.3, ci: [-6.4, 5.9], favors: lower}",
            "Risk difference (points)",
            (-1, 1),
        ),
    ],
)
def test_each_unit_has_an_axis_of_its_own(tmp_path: Path, tiny: str, outcome: str, title: str, ends: tuple[float, float]) -> None:
    panel = only_panel(compared(opened(tmp_path, with_outcome(tiny, outcome)), ids=["adrug-tumor"]))
    assert (panel.title, (panel.axis.low, panel.axis.high)) == (title, ends)


def test_another_level_than_95_percent_is_named(tmp_path: Path, tiny: str) -> None:
    found = compared(opened(tmp_path, tiny.replace("ci: [0.49, 0.83]", "ci: [0.49, 0.83], level: 97.5")), ids=["adrug-tumor"])
    assert only_panel(found).rows[0].figures[-1] == "HR 0.64 (97.5% CI 0.49–0.83)"


def test_a_therapy_without_any_figure_is_named_and_not_left_out(tmp_path: Path, tiny: str) -> None:
    start = tiny.index("- id: adrug-tumor")
    other = tiny[start:].replace("id: adrug-tumor", "id: bdrug-tumor").replace("name: Adrug", "name: Bdrug")
    library = opened(tmp_path, tiny + with_outcome(other, "finding: not better"))
    found = compared(library, condition=["tumor"])
    assert [option.therapy.id for option in found.silent] == ["bdrug-tumor"]
    shown = "\n".join(plain(plots.comparison(found, 80)))
    assert "Without a figure to draw:\n  Bdrug: Survival not better" in shown
    assert "Without any figure to draw: Bdrug [bdrug-tumor]." in shown


@pytest.mark.parametrize("draw", [picture.comparison, webpage.comparison, lambda found: "\n".join(plots.markdown(found))])
def test_what_cannot_be_drawn_is_said_in_every_picture(tmp_path: Path, tiny: str, draw: Callable[[Comparison], str]) -> None:
    start = tiny.index("- id: adrug-tumor")
    other = tiny[start:].replace("id: adrug-tumor", "id: bdrug-tumor").replace("name: Adrug", "name: Bdrug")
    shown = draw(compared(opened(tmp_path, tiny + with_outcome(other, "finding: not better")), condition=["tumor"]))
    assert "Without a figure to draw: Bdrug: Survival not better" in shown
    assert "Without any figure to draw: Bdrug" in shown


def test_a_ratio_of_zero_is_an_arrow_in_a_picture_too(tmp_path: Path, tiny: str) -> None:
    found = compared(opened(tmp_path, tiny.replace("value: 0.64, ci: [0.49, 0.83]", "value: 0.0")), ids=["adrug-tumor"])
    assert '<path d="M0 10L7 6L7 14Z"' in picture.comparison(found)


def test_an_interval_beyond_the_axis_is_an_arrow_in_a_picture_too(tmp_path: Path, tiny: str) -> None:
    found = compared(opened(tmp_path, tiny.replace("ci: [0.49, 0.83]", "ci: [0.001, 40]")), ids=["adrug-tumor"])
    assert picture.comparison(found).count("<path") == 2


def test_only_the_arm_whose_interval_was_computed_is_named(tmp_path: Path, tiny: str) -> None:
    arms = "treated: {result: 40, ci: [25, 57]}, comparator: {name: Sham, result: 20, events: 6, total: 30}"
    (row,) = only_panel(compared(opened(tmp_path, with_outcome(tiny, f"unit: percent, {arms}")), ids=["adrug-tumor"])).rows
    assert row.computed == "95% interval computed from the counts: comparator 9.5–37.3%"


def test_a_record_of_another_file_says_so(tmp_path: Path, tiny: str) -> None:
    library = opened(tmp_path, tiny, source="/somewhere/ward.yaml")
    (row,) = only_panel(compared(library, ids=["adrug-tumor"])).rows
    assert (row.therapy.name, row.option.name, row.option.source) == ("Adrug [from ward.yaml]", "Adrug", "/somewhere/ward.yaml")


def test_a_record_at_rest_on_another_outcome_says_so(run: Run) -> None:
    out = run("compare", "gilteritinib-aml", "-o", "plain", "--measure", "overall survival").out
    assert "+ benefit · level 2 · cite 526" in out
    assert "(+ benefit on its main outcome)" in out


def test_a_measure_that_has_only_words_is_shown_beside_the_figures_of_its_therapy(run: Run) -> None:
    out = run("compare", "rilzabrutinib-itp", "-o", "plain").out
    assert "BLEEDING SCORE · 1 of 1 therapy\nWithout a figure to draw:\n  Rilzabrutinib: Bleeding score at week 25 v placebo" in out


# ------------------------------------------------------------------------------------------------ the whole base


def test_no_measure_shares_an_axis_with_another_and_every_outcome_of_the_base_is_shown_once(shipped: Library) -> None:
    found = compared(shipped)
    seen = [(row.therapy.id, row.outcome) for _, _, row in found.rows]
    silent = [(option.therapy.id, outcome) for option in found.silent for outcome in option.therapy.outcomes]
    assert len(seen) == len(set(map(repr, seen)))
    assert {repr(each) for each in seen + silent} == {
        repr((option.therapy.id, outcome)) for option in found.options for outcome in option.therapy.outcomes
    }
    for block in found.blocks:
        rows = [row for panel in block.panels for row in panel.rows] + list(block.wordless)
        assert {row.outcome.measure for row in rows} == {block.measure}


def test_every_estimate_of_the_base_is_on_its_axis(shipped: Library) -> None:
    for block in compared(shipped).blocks:
        for panel in block.panels:
            for row in panel.rows:
                for shot in row.shots:
                    assert -1e-9 <= panel.axis.share(shot.estimate.value) <= 1 + 1e-9, (row.therapy.id, row.label)


@pytest.mark.parametrize("width", [50, 71, 72, 80, 113, 120, 200])
def test_the_whole_base_fits_every_width(shipped: Library, width: int) -> None:
    found = compared(shipped)
    lines = plain(plots.comparison(found, width))
    assert max(map(cells, lines)) <= width
    assert not [line for line in lines if "…" in line]


def test_a_unit_keeps_its_spelling_at_the_head_of_a_panel(shipped: Library) -> None:
    titles = {panel.title for block in compared(shipped).blocks for panel in block.panels}
    assert {"Months", "mL/min/1.73 m2", "log10 copies/mL"} <= titles


def test_every_comparison_says_that_nothing_is_pooled_or_ranked(run: Run) -> None:
    for format in ("plain", "table", "markdown", "html"):
        out = " ".join(run("compare", "-c", "ARDS", "-o", format).out.split())
        assert "The rows come from different studies and different patients" in out
        assert "not pooled and not ranked" in out


# ------------------------------------------------------------------------------------------------ the command


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        (["-c", "cardiogenic shock"], "Venoarterial extracorporeal life support"),
        (["-c", "kidney transplant rejection"], "Bortezomib"),
        (["-c", "ARDS"], "Inhaled nitric oxide"),
    ],
)
@pytest.mark.parametrize("command", ["lookup", "compare", "list"])
@pytest.mark.parametrize("width", ["50", "80", "120", "200"])
def test_a_negative_trial_reads_as_negative_without_color(
    run: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str], name: str, command: str, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    lines = run(command, *argv, "-o", "table").out.splitlines()
    (place, *_) = [
        number for number, line in enumerate(lines) if line.strip().startswith(" ".join(name.split()[:2])[: int(width) // 2 - 4])
    ]
    assert any("= NO BENEFIT" in line for line in lines[place : place + 5]), "\n".join(lines[place : place + 5])
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize(
    "id", ["venoarterial-ecmo-cardiogenic-shock", "bortezomib-kidney-antibody-mediated-rejection", "inhaled-nitric-oxide-ards"]
)
@pytest.mark.parametrize("format", ["plain", "table"])
def test_the_card_of_a_negative_trial_says_so_before_anything_else(run: Run, id: str, format: str) -> None:
    lines = run("show", id, "-o", format).out.splitlines()
    assert any(line.startswith("= NO BENEFIT · level ") for line in lines[:3])


def test_compare_needs_ids_or_a_facet(run: Run) -> None:
    assert run("compare") == ("", "salvage: compare what? give ids or a facet, e.g. salvage compare -c AML\n", 2)


def test_an_unknown_measure_is_wrong_usage_and_names_the_nearest(run: Run) -> None:
    assert run("compare", "-c", "AML", "--measure", "overal survival") == (
        "",
        "salvage: no measure is called 'overal survival'; did you mean 'overall survival'?\n",
        2,
    )


def test_a_measure_that_none_of_them_has_finds_nothing(run: Run) -> None:
    assert run("compare", "-c", "ARDS", "--measure", "PSA recurrence-free survival") == (
        "",
        "salvage: none of these therapies has a figure to draw for this measure\n",
        1,
    )


def test_no_therapy_fits(run: Run) -> None:
    assert run("compare", "-c", "ARDS", "-m", "diet").code == 1


def test_rows_for_programs_carry_the_figures_as_printed(run: Run) -> None:
    data = json.loads(run("compare", "gilteritinib-aml", "clofarabine-cytarabine-aml", "-o", "json", "--measure", "OS").out)
    first = data["rows"][0]
    assert (first["id"], first["value"], first["low"], first["high"]) == ("gilteritinib-aml", 0.64, 0.49, 0.83)
    assert (first["treated"], first["comparator"], first["comparator_name"]) == (9.3, 5.6, "Salvage chemotherapy")
    header, *rows = run("compare", "gilteritinib-aml", "-o", "tsv", "--fields", "id,measure,value").out.splitlines()
    assert header == "id\tmeasure\tvalue"
    assert rows[0] == "gilteritinib-aml\toverall-survival\t0.64"
    assert run("compare", "-c", "AML", "-o", "ids").out.split()[0] == "gilteritinib-aml"


def test_ascii_is_drawn_only_where_the_encoding_has_nothing_else(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from salvage_cli import output

    assert "├" in run("compare", "-c", "ARDS", "-o", "plain").out
    monkeypatch.setattr(output, "encodes", lambda text: False)
    out = run("compare", "-c", "ARDS", "-o", "plain").out
    assert "[----#-----]" in out
    assert "█" not in run("map", "-c", "ARDS", "-o", "plain").out


def test_markdown_is_tables_and_plots(run: Run, golden: Callable[[str, str], None]) -> None:
    out = run("compare", "-c", "cardiogenic shock", "-o", "markdown").out
    assert out.startswith("# Cardiogenic shock · 4 therapies side by side\n")
    assert "```text\n" in out
    golden("compare.md", out)


@pytest.mark.parametrize(("command", "kind"), [("compare", "rows"), ("map", "cells")])
def test_an_empty_answer_is_a_document_for_programs(run: Run, command: str, kind: str) -> None:
    said = "salvage: nothing is known here that fits all facets, for Acute myeloid leukemia\n"
    out, err, code = run(command, "-c", "AML", "--verdict", "harm", "-o", "json")
    assert (json.loads(out)["count"], json.loads(out)[kind], err, code) == (0, [], said, 1)
    assert run(command, "-c", "AML", "--verdict", "harm", "-o", "csv").out.count("\n") == 1
    assert run(command, "-c", "AML", "--verdict", "harm", "-o", "plain") == ("", said, 1)
