"""validate --fix: the house's form and nothing else; what is said stays said, comments among it."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salvage_cli import canonical, source
from salvage_cli.errors import DataError
from salvage_cli.fields import flowing
from salvage_cli.model import KINDS
from salvage_cli.nodes import FORBIDDEN
from salvage_cli.opening import shipped_files
from salvage_cli.shape import Slot, slots
from tests.conftest import Run

WARDS = (Path(__file__).parent / "wards.yaml").read_text(encoding="utf-8")


def fixed(text: str) -> str:
    once = canonical.formatted(text.encode(), "x.yaml")
    assert canonical.formatted(once.encode(), "x.yaml") == once
    return once


@pytest.mark.parametrize("file", shipped_files(), ids=lambda file: Path(file).stem)
def test_the_shipped_files_are_in_the_house_form(file: str) -> None:
    assert fixed(Path(file).read_text(encoding="utf-8")) == Path(file).read_text(encoding="utf-8"), "run salvage validate --fix"


@pytest.mark.parametrize("file", shipped_files(), ids=lambda file: Path(file).stem)
def test_every_shipped_record_survives(tmp_path: Path, file: str) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(fixed(Path(file).read_text(encoding="utf-8")), encoding="utf-8")
    before, after = source.load([Path(file)]).base, source.load([copy]).base
    assert (before.records, before.journals, before.edition) == (after.records, after.journals, after.edition)


MESSY = """\
# yaml-language-server: $schema=salvage.schema.json
# The ward's file.

conditions:   # ours
# about the disease
- name:   Ward
     disease
  id: ward-disease    # never change it
  specialty: "oncology"
  synonyms: [ 'WD syndrome',   # the old name
     "12" ]
therapies:
  # comes second
  - {id: z-ward, condition: ward-disease}
  # comes first
  - id: a-ward
    condition: ward-disease
    outcomes:
    # the main one
    - label: >-
        Overall
        survival
      measure: overall-survival   # from the vocabulary
      treated: {total: 40, result: 9.30}
# the end
"""


def test_order_wrapping_and_quoting_are_the_house_s_and_comments_stay() -> None:
    assert (
        fixed(MESSY)
        == """\
# yaml-language-server: $schema=salvage.schema.json
# The ward's file.
conditions:  # ours
# about the disease
- id: ward-disease  # never change it
  name: Ward disease
  # the old name
  synonyms: [WD syndrome, '12']
  specialty: oncology

therapies:
# comes first
- id: a-ward
  condition: ward-disease
  outcomes:
  # the main one
  - measure: overall-survival  # from the vocabulary
    label: Overall survival
    treated: {result: 9.30, total: 40}

# comes second
- id: z-ward
  condition: ward-disease
# the end
"""
    )


def test_fix_writes_the_file_once_and_says_so(desk: Run, wards: Path) -> None:
    text = wards.read_text(encoding="utf-8")
    wards.write_text(
        text.replace("  name: Wardomab\n  condition: ward-disease\n", "  condition: ward-disease\n  name: 'Wardomab'\n"), encoding="utf-8"
    )
    wards.chmod(0o640)
    seen = desk("validate", "wards.yaml", "--fix", "--today", "2026-11-25")
    assert seen.err == "salvage: wrote wards.yaml in canonical form\nsalvage: no fault in wards.yaml (4 records)\n"
    assert (wards.read_text(encoding="utf-8"), wards.stat().st_mode & 0o777) == (WARDS, 0o640)
    assert desk("validate", "wards.yaml", "--fix", "--today", "2026-11-25").err == "salvage: no fault in wards.yaml (4 records)\n"
    assert [file.name for file in Path().iterdir() if "wards" in file.name] == ["wards.yaml"]


def test_a_faulty_file_is_not_touched(desk: Run, wards: Path) -> None:
    wards.write_text("therapies:\n- {id: 'x', id: 'x'}\n", encoding="utf-8")
    assert desk("validate", "wards.yaml", "--fix").code == 3
    assert wards.read_text(encoding="utf-8") == "therapies:\n- {id: 'x', id: 'x'}\n"


def test_a_link_stays_a_link_and_json_stays_as_it_is(desk: Run, wards: Path) -> None:
    Path("link.yaml").symlink_to("wards.yaml")
    wards.write_text(WARDS.replace("name: Wardomab", "name: 'Wardomab'"), encoding="utf-8")
    assert desk("validate", "link.yaml", "--fix", "--today", "2026-11-25").code == 0
    assert Path("link.yaml").is_symlink()
    assert wards.read_text(encoding="utf-8") == WARDS
    Path("own.json").write_text('{"agents":[{"class":"x","name":"j"}]}', encoding="utf-8")
    desk("validate", "own.json", "--fix")
    assert Path("own.json").read_text(encoding="utf-8") == '{"agents":[{"class":"x","name":"j"}]}'


def test_anchors_are_written_out() -> None:
    assert (
        fixed("agents:\n- &a {name: x, class: &c w}\n- {name: z, class: *c}\n") == "agents:\n- name: x\n  class: w\n- name: z\n  class: w\n"
    )


def test_no_text_no_form() -> None:
    for text in ("", "a: [", "a: \x00"):
        with pytest.raises(DataError):
            canonical.formatted(text.encode(), "x.yaml")


# ------------------------------------------------------------------------------------------------ any record


def sound(text: str) -> bool:
    return bool(text.strip()) and not FORBIDDEN.search(text) and flowing(text) == text and not re.search("[\ud800-\udfff]", text)


LETTERS = st.one_of(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), st.sampled_from(" #:-'\"[]{},&*!|>%@`?~<=\\\t\u00a0"))
TEXTS = st.one_of(
    st.text(LETTERS, min_size=1, max_size=30),
    st.lists(st.sampled_from(["survival", "#1", "a: b", "no", "12", "1e3", "null", "~", "- x", "0x1F", "—", "12:30", "2026-01-01", "y", "'s", '"']), min_size=1, max_size=60).map(" ".join),
).filter(sound)  # fmt: skip
FIGURES = st.decimals(allow_nan=False, allow_infinity=False, min_value=-9999, max_value=9999, places=2)


def value(slot: Slot) -> st.SearchStrategy[Any]:
    if slot.choices:
        return st.sampled_from(slot.choices)
    if slot.key in ("date", "reviewed", "review_by", "published", "accessed"):
        return st.dates().map(str).filter(lambda day: len(day) == 10)
    shapes: dict[str, Any] = {
        "text": lambda: TEXTS,
        "flag": st.booleans,
        "count": lambda: st.integers(0, 10**6),
        "figure": lambda: FIGURES,
        "number": lambda: st.integers(1, 10**6),
        "pair": lambda: st.tuples(FIGURES, FIGURES).map(list),
        "texts": lambda: st.lists(TEXTS, max_size=5),
        "record": lambda: of(slot.of),
        "records": lambda: st.lists(of(slot.of), max_size=3),
    }
    made: st.SearchStrategy[Any] = shapes[slot.shape]()
    return made


def of(cls: Any) -> st.SearchStrategy[dict[str, Any]]:
    required = {slot.key: value(slot) for slot in slots(cls) if slot.required}
    return st.fixed_dictionaries(required, optional={slot.key: value(slot) for slot in slots(cls) if not slot.required})


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data(), kind=st.sampled_from(list(KINDS)))
def test_made_records_survive(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kind: str) -> None:
    records = data.draw(
        st.lists(of(KINDS[kind]), min_size=1, max_size=3, unique_by=lambda each: each["name" if kind == "agents" else "id"])
    )
    folder = tmp_path_factory.mktemp("made")
    file, again = folder / "made.yaml", folder / "again.yaml"
    file.write_text(source.dump({kind: records}), encoding="utf-8")
    before = source.load([file])
    assert before.problems == []
    again.write_text(fixed(file.read_text(encoding="utf-8")), encoding="utf-8")
    after = source.load([again])
    assert after.problems == []
    assert after.base.records == before.base.records
    for place, given_ in enumerate(records):
        made = list(before.base.records[kind].values())[place]
        for slot in slots(KINDS[kind]):
            if slot.shape == "figure" and slot.key in given_:
                assert getattr(made, slot.name) == Decimal(given_[slot.key])


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, WARDS.count("\n")), st.booleans(), st.text(LETTERS, max_size=20).filter(lambda text: not FORBIDDEN.search(text))
        ),
        max_size=6,
    )
)
def test_comments_anywhere_survive(places: list[tuple[int, bool, str]]) -> None:
    lines = WARDS.split("\n")
    for number, (line, behind, text) in enumerate(places):
        note = f"# {number} {text}".rstrip()
        if behind and lines[line] and "#" not in lines[line]:
            lines[line] += f"  {note}"
        else:
            lines.insert(line, note)
    bent = "\n".join(lines)
    result = fixed(bent)
    for number, (_, _, text) in enumerate(places):
        assert f"# {number} {text}".rstrip() in result
    assert re.sub(r"^ *#.*\n|  # \d.*$", "", result, flags=re.M) == WARDS
