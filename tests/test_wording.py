"""The typography of results, the same in every format: decimals, signs, units, levels, and ratios printed the other way round."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salvage_cli import wording
from salvage_cli.model import Arm, Effect, Outcome

D = Decimal
ABBREVIATIONS = {"hazard ratio": "HR", "risk ratio": "RR", "risk difference": "difference", "mean difference": "mean difference"}


def outcome(**given: Any) -> Outcome:
    return Outcome(**{"measure": "x", "label": "Outcome", "reference": "doe-2020", **given})


def ratio(value: str, low: str, high: str, **more: Any) -> Effect:
    return Effect(**{"kind": "hazard ratio", "value": D(value), "ci": (D(low), D(high)), "favors": "lower", **more})


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (outcome(effect=ratio("0.75", "0.6", "0.94")), "Outcome; HR 0.75 (0.60–0.94)"),
        (outcome(effect=ratio("1.00", "0.78", "1.28")), "Outcome; HR 1.00 (0.78–1.28)"),
        (outcome(effect=ratio("0.98", "0.79", "1.23", level=D(80))), "Outcome; HR 0.98 (80% CI 0.79–1.23)"),
        (outcome(effect=ratio("0.5", "0.4", "0.6", level=D(95))), "Outcome; HR 0.5 (0.4–0.6)"),
        (outcome(effect=ratio("0.5", "0.4", "0.6", adjusted=True)), "Outcome; adjusted HR 0.5 (0.4–0.6)"),
        (outcome(effect=ratio("1.6", "1.2", "2.1", favors="higher")), "Outcome; HR 1.6 (1.2–2.1), above 1 favors the therapy"),
        (
            outcome(unit="percent", effect=ratio("-0.3", "-6.4", "5.9", kind="risk difference")),
            "Outcome; difference −0.3 points (−6.4 to 5.9)",
        ),
        (outcome(effect=Effect(kind="mean difference", value=D("4.8"), unit="days", favors="higher"), p="<0.0001"), "Outcome; mean difference 4.8 days; p<0.0001"),
        (
            outcome(unit="months", treated=Arm(result=D("9.3")), comparator=Arm(name="Salvage chemotherapy", result=D("5.6")), n=371),
            "Outcome 9.3 v 5.6 months (salvage chemotherapy), n 371",
        ),
        (outcome(unit="percent", treated=Arm(result=D(60), ci=(D(50), D(70)))), "Outcome 60% (50–70)"),
        (outcome(unit="percent", treated=Arm(events=12, total=63), comparator=Arm(name="PSA screening", events=20, total=62)), "Outcome 12/63 v 20/62 (PSA screening)"),
        (outcome(unit="percent", treated=Arm(range=(D(42), D(47)))), "Outcome 42–47%"),
        (outcome(unit="months", treated=Arm(result=D("10.5"), iqr=(D("5.1"), D("21.2")))), "Outcome 10.5 months (IQR 5.1–21.2)"),
        (outcome(at="28 days", label="28-day mortality", finding="not significant"), "28-day mortality; not significant"),
        (
            outcome(label="Viral load below 50 copies/mL", at="week 24", unit="percent", treated=Arm(result=D(56)), comparator=Arm(name="Placebo", result=D(39))),
            "Viral load below 50 copies/mL at week 24: 56 v 39% (placebo)",
        ),
        (
            outcome(label="Slope of the rate, difference from placebo", comparator=Arm(name="Placebo"), effect=ratio("0.75", "0.6", "0.94")),
            "Slope of the rate, difference from placebo; HR 0.75 (0.60–0.94)",
        ),
        (outcome(label="Response", comparator=Arm(name="Placebo"), effect=ratio("0.75", "0.6", "0.94")), "Response v placebo; HR 0.75 (0.60–0.94)"),
        (
            outcome(label="Survival (median; not reached with it)", unit="months", treated=Arm(total=110), comparator=Arm(name="Placebo", result=D("5.5"))),
            "Survival (median; not reached with it) not reached v 5.5 months (placebo)",
        ),
        (outcome(unit="months", comparator=Arm(name="Placebo", result=D("5.5"), ci=(D(4), D(7)))), "Outcome not given v 5.5 months (placebo)"),
        (
            outcome(unit="percent", treated=Arm(result=D(14), events=12, total=86), comparator=Arm(name="Placebo", events=27, total=87)),
            "Outcome 12/86 v 27/87 (placebo)",
        ),
        (outcome(unit="percent", treated=Arm(result=D(14)), comparator=Arm(name="Placebo", events=27, total=87)), "Outcome 14% v 27/87 (placebo)"),
        (outcome(unit="percent", treated=Arm(result=D(14)), comparator=Arm(name="Placebo")), "Outcome 14% (v placebo)"),
        (outcome(at="week 24", finding="no difference"), "Outcome at week 24; no difference"),
        (outcome(at="5 years", p="0.28", treated=Arm(result=D(3))), "Outcome at 5 years 3; p=0.28"),
    ],
)  # fmt: skip
def test_a_result_reads_so(given: Outcome, text: str) -> None:
    assert wording.result(given, ABBREVIATIONS, "higher") == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Salvage chemotherapy", "salvage chemotherapy"),
        ("PSA", "PSA"),
        ("177Lu-PSMA", "177Lu-PSMA"),
        ("FLT3 inhibitor", "FLT3 inhibitor"),
        ("", ""),
    ],
)
def test_names_of_drugs_and_markers_keep_their_capitals(name: str, text: str) -> None:
    assert wording.lower_first(name) == text


figures = st.decimals(min_value=-1000, max_value=1000, places=3, allow_nan=False, allow_infinity=False)


@given(figures, figures, figures)
def test_a_value_and_its_interval_carry_the_same_decimals(value: Decimal, low: Decimal, high: Decimal) -> None:
    text = wording.estimate(value, (low, high), None)
    assert "-" not in text
    parts = text.replace(" to ", "–").replace("(", "–").replace(")", "").replace(" ", "").split("–")
    assert len({len(part.partition(".")[2]) for part in parts}) == 1
    assert [Decimal(part.replace("−", "-")) for part in parts] == [value, low, high]


@given(st.text(max_size=30))
def test_stand_ins_are_ascii(text: str) -> None:
    assert all(wording.ascii_text(letter).isascii() for letter in text)
