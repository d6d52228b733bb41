"""YAML text to the exact line that a curator reads: file, line, column, path, what is wrong and what would be right."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salvage_cli import source
from salvage_cli.shape import slots, to_data
from tests.conftest import load_text


def faults(folder: Path, text: str) -> list[str]:
    return [str(problem) for problem in load_text(folder, text).problems]


def test_a_sound_file_has_no_faults(tmp_path: Path, tiny: str) -> None:
    loaded = load_text(tmp_path, tiny)
    assert loaded.problems == []
    assert loaded.base.therapies["adrug-tumor"].primary.label == "Overall survival"


def test_six_faults_are_six_lines_each_with_its_place(tmp_path: Path) -> None:
    text = """\
conditions:
- id: tumor
  name: Tumor
  specialty: oncology
  specialty: hematology
  synonims: [Neoplasm]
agents:
- name: adrug
  class: cytotoxic drug
  synonyms: Brand
references:
- number: six
  id: doe-2020
  type: artikle
  authors_complete: true
  title: A trial
  checked: {date: 2026-13-01, basis: primary}
  standing: checked
"""
    assert faults(tmp_path, text) == [
        "file.yaml:5:3: conditions[0].specialty: the key is given twice, first on line 4; keep one",
        "file.yaml:6:3: conditions[0].synonims: unknown key 'synonims'; did you mean 'synonyms'?",
        "file.yaml:10:13: agents[0].synonyms: expected a list, found the text 'Brand'",
        "file.yaml:12:11: references[0].number: 'six' is not a reference number (1, 2 …; in a file of your own X1, X2 …)",
        "file.yaml:14:9: references[0].type: 'artikle' is none of article, conference, report, webpage",
        "file.yaml:17:19: references[0].checked.date: '2026-13-01' is not a day (write YYYY-MM-DD)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("name: Adrug", "name: ''", "file.yaml:45:9: therapies[0].name: the value is empty; write it or remove the key"),
        ("  failed: First-line treatment\n", "", "file.yaml:44:3: therapies[0]: 'failed' is missing (what had failed before)"),
        ("{result: 9.3}", "{result: .nan}", "file.yaml:59:23: therapies[0].outcomes[0].treated.result: '.nan' is not a number (write 12, 0.64 or -3.5)"),
        ("ci: [0.49, 0.83]", "ci: [0.49]", "file.yaml:61:51: therapies[0].outcomes[0].effect.ci: expected two numbers [low, high], found 1"),
        ("ci: [0.49, 0.83]", "ci: [0.49, x]", "file.yaml:61:58: therapies[0].outcomes[0].effect.ci[1]: 'x' is not a number (write 12, 0.64 or -3.5)"),
        ("primary: true", "primary: yes", "file.yaml:57:14: therapies[0].outcomes[0].primary: 'yes' is neither true nor false"),
        ("year: 2020", "year: 2020.5", "file.yaml:38:9: references[0].year: '2020.5' is not a whole number"),
        ("safety: [Nausea]", "safety: {a: b}", "file.yaml:63:11: therapies[0].safety: expected a list, found a mapping"),
        ("verdict: benefit", "verdict: good", "file.yaml:65:12: therapies[0].verdict: 'good' is none of benefit, surrogate, uncertain, no-benefit, harm"),
        ("title: A trial", "title: !!python/object:os.system x", "file.yaml:36:10: references[0].title: the tag 'tag:yaml.org,2002:python/object:os.system' is not allowed; remove it"),
        ("title: A trial", 'title: "A \\x1b[31m trial"', "file.yaml:36:10: references[0].title: character U+001B is not allowed (control or invisible); remove it"),
        ("title: A trial", "title: A \u202e trial", "file.yaml:36:12: character U+202E is not allowed (control or invisible); remove it"),
        ("therapies:", "therapiez:", "file.yaml:43:1: therapiez: unknown key 'therapiez'; did you mean 'therapies'?"),
        ("title: A trial", "title: [A trial", "file.yaml:37:10: not valid YAML: did not find expected ',' or ']'"),
    ],
)  # fmt: skip
def test_one_fault_gives_one_line(tmp_path: Path, tiny: str, old: str, new: str, line: str) -> None:
    assert old in tiny
    assert faults(tmp_path, tiny.replace(old, new, 1)) == [line]


def test_text_stays_text(tmp_path: Path, tiny: str) -> None:
    bent = tiny.replace("authors: [Doe J]", "authors: [No]\n  volume: 012345\n  pages: 12:30\n  issue: 1e-3")
    reference = load_text(tmp_path, bent).base.references["doe-2020"]
    assert (reference.authors, reference.volume, reference.pages, reference.issue) == (("No",), "012345", "12:30", "1e-3")


def test_a_figure_keeps_its_digits(tmp_path: Path, tiny: str) -> None:
    therapy = load_text(tmp_path, tiny.replace("value: 0.64", "value: 0.80").replace("[0.49, 0.83]", "[0.70, 0.90]")).base.therapies[
        "adrug-tumor"
    ]
    assert therapy.primary.effect is not None
    assert str(therapy.primary.effect.value) == "0.80"


def test_a_second_record_of_an_id_names_the_first(tmp_path: Path, tiny: str) -> None:
    text = tiny + "- " + tiny.split("therapies:\n- ")[1]
    first = tiny.count("\n", 0, tiny.index("- id: adrug-tumor")) + 1
    assert faults(tmp_path, text) == [
        f"file.yaml:{tiny.count(chr(10)) + 1}:7: therapies[1].id: 'adrug-tumor' is already the id of the therapy at file.yaml:{first}; choose another"
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "bad.yaml: the file is empty; it should hold therapies: or conditions: …"),
        (b"- a\n", "bad.yaml:1:1: expected a mapping from therapies, conditions, references … to records, found a list"),
        (b"a: \xff", "bad.yaml:1:4: not UTF-8: byte 0xff; save the file as UTF-8"),
        (b"\x00\x01", "bad.yaml:1:1: character U+0000 is not allowed (control or invisible); remove it"),
        (b"a: b\n\tc: d", "bad.yaml:2:1: not valid YAML: found a tab character that violates indentation"),
    ],
)
def test_what_is_no_knowledge_base_says_so(tmp_path: Path, content: bytes, line: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    assert [str(problem) for problem in source.load([file], lambda path: path.name).problems] == [line]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_message(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bytes.yaml"
    file.write_bytes(content)
    loaded = source.load([file])
    assert loaded.problems or not any(loaded.base.records["therapies"])


def test_every_shipped_record_survives_a_round_trip_through_yaml(tmp_path: Path, base: object) -> None:
    from salvage_cli.model import Base

    assert isinstance(base, Base)
    for kind, records in base.records.items():
        text = source.dump({kind: [to_data(record) for record in records.values()]})
        again = load_text(tmp_path, text)
        assert again.problems == []
        assert again.base.records[kind] == records


def test_every_field_is_described() -> None:
    from salvage_cli.model import KINDS

    for cls in KINDS.values():
        assert all(slot.about for slot in slots(cls))
