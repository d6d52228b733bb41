"""validate as curators meet it: every fault with its line, in each form; warnings apart; --fix and --explain."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from salvage_cli import advice, checks, output, source, validating
from tests.conftest import Run

FAULTS = Path(__file__).parent / "faults"
EXPECTED = (FAULTS / "expected.txt").read_text(encoding="utf-8").splitlines()


def files_of_corpus() -> list[str]:
    return sorted(file.name for file in FAULTS.iterdir() if file.name != "expected.txt")


def test_the_corpus_is_whole() -> None:
    assert files_of_corpus() == sorted(line.split(":", 1)[0] for line in EXPECTED)
    assert len(EXPECTED) >= 120


@pytest.mark.parametrize("line", EXPECTED, ids=lambda line: line.split(":", 1)[0])
def test_a_bad_file_gives_exactly_its_line(desk: Run, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.chdir(FAULTS)
    seen = desk("validate", line.split(":", 1)[0], "--today", "2026-11-25")
    faults = [each for each in seen.out.splitlines() if ": warning: " not in each]
    assert [re.sub(r"(data/[a-z]+\.yaml):[0-9]+;", r"\1:LINE;", each) for each in faults] == [line]
    assert seen.code == 3


def test_every_rule_has_a_bad_file_in_the_corpus() -> None:
    named = {line.rpartition("[")[2].rstrip("]") for line in EXPECTED}
    elsewhere = {"canonical", "numbers-are-unique", "references-have-standing"}
    assert {*source.FORM, *checks.RULES} - elsewhere <= named


def test_one_file_with_twelve_faults_gives_twelve(desk: Run, wards: Path) -> None:
    text = wards.read_text(encoding="utf-8")
    for old, new in (
        ("synonyms: [WD", "synonims: [WD"),
        ("inn: wardomab", "in: wardomab"),
        ("number: X1", "number: one"),
        ("type: report", "type: book"),
        ("year: 2026", "year: MMXXVI"),
        ("basis: primary", "basis: ''"),
        ("failure_types: [refractory]", "failure_types: refractory"),
        ("  age_groups: [adult]\n", ""),
        ("result: 9.3", "result: 9,3"),
        ("ci: [0.49, 0.83]", "ci: [0.49]"),
        ("investigational: false", "investigational: no"),
        ("reviewed: '2026-01-10'", "reviewed: January 2026"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    wards.write_text(text, encoding="utf-8")
    out = desk("validate", "wards.yaml").out.splitlines()
    assert len(out) == 12
    assert len({line.split(": ")[0] for line in out}) == 12


def test_the_shipped_base_has_no_fault_and_few_warnings(desk: Run) -> None:
    seen = desk("validate", "--today", "2026-11-26")
    assert (seen.code, [line for line in seen.out.splitlines() if ": warning: " not in line]) == (0, [])
    assert len(seen.out.splitlines()) <= 10
    assert re.fullmatch(r"salvage: \d+ warnings in 6 files \(\d+ records\)\n", seen.err)


def test_a_shipped_file_is_judged_within_its_base(desk: Run) -> None:
    file = Path(__file__).parent.parent / "data" / "therapies.yaml"
    assert desk("validate", str(file), "--today", "2026-11-26") == ("", "salvage: no fault in data/therapies.yaml (579 records)\n", 0)


def test_a_sound_file_of_ones_own_has_no_fault(desk: Run, wards: Path) -> None:
    assert desk("validate", "wards.yaml", "--today", "2026-11-25") == ("", "salvage: no fault in wards.yaml (4 records)\n", 0)


def test_a_base_of_its_own_is_known_by_its_edition(desk: Run, tmp_path: Path, tiny: str) -> None:
    file = tmp_path / "base.yaml"
    file.write_text(tiny, encoding="utf-8")
    seen = desk("validate", str(file), "--today", "2026-11-25")
    assert (seen.out, seen.code) == ("", 0)
    file.write_text(tiny.replace("edition: {version: 2026.1.1, date: '2026-01-01', licence: CC BY 4.0}\n", ""), encoding="utf-8")
    assert desk("validate", str(file), "--alone").out == (
        f"{file}: edition: is missing (version, date and licence of the data) [fields-present]\n"
    )


WRONG = ("ci: [0.49, 0.83]", "ci: [0.71, 0.83]")
FAULT = (
    "wards.yaml:53:52: therapies[0].outcomes[0].effect.ci[0]: 0.71 is above the value 0.64; an interval contains its estimate"
    " [intervals-contain-estimates]"
)


def bend(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_json_has_every_part_of_a_problem(desk: Run, wards: Path) -> None:
    bend(wards, *WRONG)
    seen = desk("validate", "wards.yaml", "-o", "json", "--today", "2026-11-25")
    data = json.loads(seen.out)
    assert (seen.err, seen.code, data["faults"], data["warnings"], data["files"], data["records"]) == ("", 3, 1, 0, ["wards.yaml"], 4)
    (problem,) = data["problems"]
    assert problem == {
        "file": "wards.yaml", "line": 53, "column": 52, "path": "therapies[0].outcomes[0].effect.ci[0]",
        "message": "0.71 is above the value 0.64; an interval contains its estimate", "rule": "intervals-contain-estimates",
        "severity": "fault",
    }  # fmt: skip


def test_github_gets_annotations(desk: Run, wards: Path) -> None:
    bend(wards, *WRONG)
    assert desk("validate", "wards.yaml", "-o", "github", "--today", "2026-11-25").out == (
        "::error file=wards.yaml,line=53,col=52,title=intervals-contain-estimates::therapies[0].outcomes[0].effect.ci[0]: "
        "0.71 is above the value 0.64; an interval contains its estimate\n"
    )


def test_a_terminal_gets_the_line_with_a_mark_under_the_words(
    desk: Run, wards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    bend(wards, *WRONG)
    monkeypatch.setattr(output, "terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    assert desk("validate", "wards.yaml", "--today", "2026-11-25").out == (
        f"{FAULT}\n"
        "    53 |     effect: {kind: hazard ratio, value: 0.64, ci: [0.71, 0.83], favors: lower}\n"
        "       |                                                    ^^^^\n"
    )
    monkeypatch.setenv("COLUMNS", "50")
    lines = desk("validate", "wards.yaml", "--today", "2026-11-25").out.splitlines()
    assert lines[1:] == ["    53 | … value: 0.64, ci: [0.71, 0.83], favors:…", "       |                     ^^^^"]


def test_the_mark_shows_no_hidden_character(desk: Run, wards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bend(wards, "An antibody", "An \x1b[31m antibody")
    monkeypatch.setattr(output, "terminal", lambda: True)
    out = desk("validate", "wards.yaml").out
    assert "\x1b" not in out
    assert "An \\x1b[31m antibody" in out


def test_warnings_are_apart_and_strict_makes_them_faults(desk: Run, wards: Path) -> None:
    bend(wards, "reviewed: '2026-01-10'", "reviewed: '2024-11-24'")
    line = (
        "wards.yaml:62:13: warning: therapies[0].reviewed: last read on 2024-11-24, more than 2 years ago; read it against its sources"
        " and set reviewed [records-are-fresh]\n"
    )
    seen = desk("validate", "wards.yaml", "--today", "2026-11-25")
    assert (seen.out, seen.code) == (line, 0)
    assert desk("validate", "wards.yaml", "--today", "2026-11-25", "--strict").code == 3
    assert desk("validate", "wards.yaml", "--today", "2026-11-24", "--strict").code == 0


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("reviewed: '2026-01-10'", "reviewed: '2026-01-10'\n  review_by: '2026-06-01'",
         "63:14: warning: therapies[0].review_by: was to be read again by 2026-06-01; read it against its sources and set reviewed [records-are-fresh]"),
        ("reviewed: '2026-01-10'", "reviewed: '2027-01-10'",
         "62:13: warning: therapies[0].reviewed: 2027-01-10 is still to come [days-are-past]"),
        ("reviewed: '2026-01-10'", "reviewed: '2026-01-10'\n  review_by: '2026-01-01'",
         "63:14: warning: therapies[0].review_by: 2026-01-01 does not lie after reviewed (2026-01-10) [days-are-past]"),
        ("date: '2026-01-10'", "date: '2027-01-10'", "30:11: warning: references[0].checked.date: 2027-01-10 is still to come [days-are-past]"),
        ("- name: wardomab", "- {name: unusedomab, class: x}\n- name: wardomab",
         "10:3: warning: agents[0]: no therapy names it [terms-are-used]"),
        ("- name: wardomab", "- {name: zzz, class: x}\n- name: wardomab",
         "11:3: warning: agents[1]: stands out of order; salvage validate --fix sorts [records-are-sorted]"),
        ("references:\n", "references:\n- {number: X2, id: lone-2026, type: report, authors_complete: true, title: T, standing: checked, checked: {date: '2026-01-01', basis: primary}}\n",
         "18:3: warning: references[0]: no therapy and no reference points to it [references-are-used]"),
    ],
)  # fmt: skip
def test_advice(desk: Run, wards: Path, old: str, new: str, line: str) -> None:
    bend(wards, old, new)
    seen = desk("validate", "wards.yaml", "--today", "2026-11-25")
    assert f"wards.yaml:{line}" in seen.out.splitlines()
    assert seen.code == 0


def test_a_gap_in_the_numbers_of_a_base_is_seen(desk: Run, tmp_path: Path, tiny: str) -> None:
    file = tmp_path / "base.yaml"
    file.write_text(tiny.replace("number: 1\n", "number: 3\n"), encoding="utf-8")
    assert "references[0].number: the number before it is missing (1 to 2) [numbers-have-no-gap]" in desk("validate", str(file)).out


def test_every_rule_is_explained(run: Run) -> None:
    rules = {*source.FORM, *checks.RULES, *advice.ADVICE, "canonical"}
    lines = run("validate", "--explain", "all").out.splitlines()
    assert {line.split(" ", 1)[0] for line in lines} == rules
    assert all(len(line.split(": ", 1)[1]) > 20 for line in lines)
    assert run("validate", "--explain", "keys-once").out == (
        "keys-once (fault): No mapping has a key twice: YAML would keep one of them without a word.\n"
    )
    assert run("validate", "--explain", "key-once") == ("", "salvage: no rule is called 'key-once'; did you mean 'keys-once'?\n", 2)


def test_wrong_usage_of_validate(run: Run, tmp_path: Path) -> None:
    assert run("validate", "-o", "xml").code == 2
    assert run("validate", "--today", "yesterday") == ("", "salvage: 'yesterday' is not a day; write YYYY-MM-DD\n", 2)
    assert run("validate", str(tmp_path / "none.yaml")) == (
        "",
        f"salvage: cannot read {tmp_path}/none.yaml: No such file or directory\n",
        4,
    )
    assert run("validate", "--limits", "0").code == 2


def test_a_report_of_several_files_is_in_their_order(desk: Run, wards: Path) -> None:
    Path("b.yaml").write_text("agents:\n- {name: bbb}\n", encoding="utf-8")
    Path("a.yaml").write_text("agents:\n- {name: aaa}\n", encoding="utf-8")
    out = desk("validate", "b.yaml", "a.yaml", "wards.yaml").out
    assert [line.split(":")[0] for line in out.splitlines()] == ["b.yaml", "a.yaml"]


def test_faults_beyond_a_thousand_are_cut(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text("conditions:\n" + "- {x: 1}\n" * 2000, encoding="utf-8")
    problems = source.load([file]).problems
    assert len(problems) == 1001
    assert problems[-1].message == "1000 faults so far; the rest of the file was not read"


def test_rules_and_their_names_are_one_set() -> None:
    assert set(validating.explanations()) == {*source.FORM, *checks.RULES, *advice.ADVICE, "canonical"}


def test_the_summary_comes_after_the_report_where_both_go_to_one_pipe(tmp_path: Path) -> None:
    file = tmp_path / "ward.yaml"
    file.write_text("references:\n- id: doe-2020\n  type: article\n", encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "salvage_cli", "validate", str(file)]
    seen = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ, check=False)
    *report, summary = seen.stdout.splitlines()
    assert report and all(line.startswith(f"{file}:") for line in report)
    assert summary.startswith("salvage: ") and " faults in " in summary
