"""Commands as a shell sees them: answers, messages, statuses."""

import json
import re

import pytest

from tests.conftest import Run


@pytest.mark.parametrize("name", ["AML", "C92.0", "acute myeloid leukaemia", "ICD10:C92.0"])
def test_lookup_shows_the_admiral_figures_for_every_name_of_aml(run: Run, name: str) -> None:
    out, err, code = run("lookup", "--condition", name)
    assert (err, code) == ("", 0)
    assert "Overall survival (median) 9.3 v 5.6 months (salvage chemotherapy); HR 0.64 (0.49–0.83), n 371" in out
    assert out == run("lookup", "-c", "AML").out


def test_lookup_shows_every_therapy_of_the_condition_by_evidence_level(run: Run) -> None:
    out = run("lookup", "AML").out
    assert out.startswith("Acute myeloid leukemia · C92.0 · 20 rescue therapies, strongest evidence first\n")
    levels = [int(found) for found in re.findall(r"level (\d)", out.split("\nLevel ")[0])]
    assert len(levels) == 20
    assert levels == sorted(levels)


def test_an_unknown_condition_exits_1_and_names_the_nearest(run: Run) -> None:
    assert run("lookup", "--condition", "nonsense") == (
        "",
        "salvage: no condition is called 'nonsense'; the nearest are 'nonseminoma', 'NORSE' and 'newborn disease'\n",
        1,
    )


def test_an_unknown_modality_exits_2_and_names_the_nearest(run: Run) -> None:
    out, err, code = run("list", "--modality", "radio")
    assert (out, code) == ("", 2)
    assert err == "salvage: no modality is called 'radio'; the nearest are 'radiation', 'radioiodine' and 'radiosurgery'\n"


def test_recurrence_is_relapse(run: Run) -> None:
    assert run("list", "-f", "recurrence") == run("list", "-f", "relapse")


def test_json_is_one_document_with_every_record(run: Run) -> None:
    data = json.loads(run("list", "-o", "json").out)
    assert (data["format"], data["count"], len(data["therapies"])) == (1, 562, 562)
    assert data["data"]["version"]
