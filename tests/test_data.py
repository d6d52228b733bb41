"""The shipped files: every rule holds, the counts are those that are said, and both source texts are reachable."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from salvage_cli import checks, evidence, text
from salvage_cli.library import Library, Query
from salvage_cli.model import Base, Therapy
from salvage_cli.shape import from_data, to_data
from tests.conftest import Run

SEEDS: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "seeds.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", checks.RULES)
def test_every_rule_holds(base: Base, rule: str) -> None:
    findings = list(checks.RULES[rule](base))
    assert not findings, "\n".join(f"{each.kind} {each.id} {each.path}: {each.message}" for each in findings)


def test_the_counts_of_info_are_those_of_the_changelog(run: Run) -> None:
    out = run("info").out
    for line in (
        "therapies   579 (171 benefit, 8 harm, 71 no-benefit, 63 surrogate, 266 uncertain)",
        "conditions  228 and 68 groups",
        "outcomes    1736",
        "references  826 (11 as-cited, 711 primary, 104 secondary)",
        "agents      371",
        "measures    197",
    ):
        assert line in out.splitlines()


def test_records_are_sorted_by_condition_then_id(base: Base) -> None:
    keys = [(therapy.condition, therapy.id) for therapy in base.therapies.values()]
    assert keys == sorted(keys)


def test_reference_numbers_run_from_1_without_a_gap(base: Base) -> None:
    assert [reference.number for reference in base.references.values()] == list(range(1, len(base.references) + 1))


def test_the_first_ten_are_the_reviews_and_no_therapy_rests_on_them_alone(base: Base) -> None:
    first = list(base.references.values())[:10]
    assert all(each.standing == "as-cited" and each.cited_by == "carter-2025" and each.nearest for each in first)
    ids = {each.id for each in first}
    assert all(set(therapy.references) - ids for therapy in base.therapies.values())


def test_words_of_verdicts_and_levels_are_those_of_the_vocabulary(base: Base) -> None:
    assert {id: term.name.lower() for id, term in base.terms("verdicts").items()} == text.VERDICTS
    assert {int(id): term.name.lower() for id, term in base.terms("levels").items()} == {
        level: words.lower() for level, words in text.LEVELS.items()
    }
    assert tuple(base.terms("verdicts")) == evidence.VERDICT_ORDER
    assert set(text.SYMBOLS) == set(text.VERDICTS)


def test_every_term_has_a_definition_and_a_therapy_or_a_use(base: Base) -> None:
    for kind in ("modalities", "failure_types", "age_groups", "specialties", "designs", "verdicts"):
        assert all(term.definition for term in base.terms(kind).values()), kind


# ------------------------------------------------------------------------------------------------ the two source texts


@pytest.mark.parametrize("seed", SEEDS["topics"], ids=lambda seed: str(seed["topic"]))
def test_every_topic_of_the_review_is_reachable(run: Run, base: Base, seed: dict[str, Any]) -> None:
    cited = run("cite", str(seed["number"]))
    assert cited.code == 0
    assert "as-cited" in cited.err
    for id in seed["therapies"]:
        shown = run("show", id)
        assert shown.code == 0
        assert base.therapies[id].name in shown.out


@pytest.mark.parametrize("seed", SEEDS["page"], ids=lambda seed: str(seed["item"]))
def test_every_item_of_the_page_is_reachable(run: Run, shipped: Library, seed: dict[str, Any]) -> None:
    facets: list[str] = []
    for key, flag in (("condition", "-c"), ("failure_type", "-f"), ("modality", "-m")):
        facets += [flag, seed[key]] if key in seed else []
    if seed.get("property") == "investigational":
        assert run("list", "-m", "experimental", "-o", "ids").out == run("list", "--investigational", "-o", "ids").out != ""
    if facets:
        found = run("list", *facets, "-o", "ids")
        assert found.code == 0
        assert set(seed.get("therapies", ())) <= set(found.out.split())
    if "fields" in seed or "answer" in seed:
        card = run("show", "gilteritinib-aml").out
        wanted = {
            "outcomes": "Overall survival (median) 9.3 v 5.6 months",
            "verdict": "Verdict: + benefit",
            "verdict_basis": "ADMIRAL: median survival 9.3 v 5.6 months",
            "safety": "Differentiation syndrome",
            "monitoring": "ECG and electrolytes",
        }
        assert all(wanted[name] in card for name in seed.get("fields", ()))
        others = {id for (id,) in shipped.find(Query(condition=["aml"])).rows(("id",))} - {"gilteritinib-aml"}
        assert "answer" not in seed or all(id in card for id in others)


def test_json_of_a_record_is_the_record_of_the_file(run: Run, base: Base) -> None:
    """Names are those of the YAML, every field is carried, and figures have the digits that were printed."""
    records = json.loads(run("list", "-o", "json").out, parse_float=Decimal)["therapies"]
    assert len(records) == len(base.therapies)
    for record in records:
        therapy = base.therapies[record["id"]]
        assert from_data(Therapy, record) == therapy
        assert set(to_data(therapy)) <= set(record)
        effect = therapy.primary.effect
        if effect is not None:
            (primary,) = (outcome for outcome in record["outcomes"] if outcome["primary"])
            assert str(primary["effect"]["value"]) == str(effect.value)


def _open(heading: str) -> str:
    """The part of the record of the evidence below a heading."""
    text = (Path(__file__).parent.parent / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert f"\n{heading}" in text
    return text.partition(f"\n{heading}")[2].partition("\n#")[0]


def test_a_main_outcome_without_comparator_or_interval_is_named_with_what_was_sought(base: Base) -> None:
    named = _open("### Main outcomes without comparator or interval")
    for therapy in base.therapies.values():
        for outcome in therapy.outcomes:
            if not outcome.primary:
                continue
            randomized = base.references[outcome.reference].design == "randomized-trial"
            bare = randomized and outcome.comparator is None
            if bare or (outcome.effect is not None and outcome.effect.ci is None):
                lack = "comparator" if bare else "interval"
                assert f"- `{therapy.id}` ({lack}" in named, f"{therapy.id}: add the {lack}, or say in docs/evidence.md where it was sought"
            else:
                assert f"- `{therapy.id}` (" not in named, f"{therapy.id}: nothing lacks any more; take it out of docs/evidence.md"


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("#### No author and no group", ("authors", "group_author")),
        ("#### No journal", ("journal",)),
        ("#### No year", ("year",)),
        ("#### No DOI and no PMID", ("doi", "pmid")),
    ],
)
def test_what_an_article_lacks_is_listed_as_open(base: Base, heading: str, fields: tuple[str, ...]) -> None:
    listed = _open(heading).partition("\n\n")[2].strip().split(", ")
    lacking = [
        id
        for id, reference in base.references.items()
        if reference.type == "article" and reference.checked and not any(getattr(reference, field) for field in fields)
    ]
    assert sorted(listed) == sorted(lacking), "renew the list in docs/evidence.md"
