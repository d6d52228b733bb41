"""How figures and results are written for people, the same in every format. The typography is the only business here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from salvage_cli.model import Arm, Effect, Outcome, Pair

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"

_ASCII = str.maketrans({"–": "-", "—": "-", "−": "-", "·": "|", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "≥": ">=",
                        "≤": "<=", "±": "+/-", "µ": "u", "×": "x", "→": "->", "•": "*"})  # fmt: skip


def ascii_text(text: str) -> str:
    """The same text for an encoding that has only ASCII: signs replaced by their usual stand-ins, accents dropped."""
    from unicodedata import normalize

    return normalize("NFKD", text.translate(_ASCII)).encode("ascii", "ignore").decode() or "?"


def number(value: Decimal, decimals: int | None = None) -> str:
    """A number with a true minus, with at least the given decimals."""
    text = format(value, "f") if decimals is None else format(value, f".{max(decimals, decimals_of(value))}f")
    return text.replace("-", MINUS)


def decimals_of(value: Decimal) -> int:
    """How many decimals the publication prints."""
    return max(0, -int(value.as_tuple().exponent))


def interval(pair: Pair, decimals: int | None = None) -> str:
    """`0.49–0.83`; with "to" where a bound is negative: `−6.4 to 5.9`."""
    places = max(map(decimals_of, pair)) if decimals is None else decimals
    low, high = (number(bound, places) for bound in pair)
    return f"{low} to {high}" if MINUS in low + high else f"{low}{DASH}{high}"


def estimate(value: Decimal, ci: Pair | None, level: Decimal | None) -> str:
    """A value with its interval, all with the same decimals: `0.64 (0.49–0.83)`; another level than 95 % is named."""
    if ci is None:
        return number(value)
    places = max(map(decimals_of, (value, *ci)))
    named = f"{number(level)}% CI " if level is not None and level != 95 else ""
    return f"{number(value, places)} ({named}{interval(ci, places)})"


def effect(outcome: Outcome, abbreviations: Mapping[str, str], better: str) -> str:
    """`HR 0.64 (0.49–0.83)`, or a difference with its unit; empty without an effect."""
    given = outcome.effect
    if given is None:
        return ""
    text = f"{abbreviations.get(given.kind, given.kind)} {estimate(given.value, given.ci, given.level)}"
    unit = given.unit or _difference_unit(given, outcome.unit)
    if unit:
        text = f"{abbreviations.get(given.kind, given.kind)} {_with_unit(given, unit)}"
    if given.adjusted:
        text = f"adjusted {text}"
    return text + (f", {_reading(given)}" if _unusual(given, better) else "")


def _difference_unit(given: Effect, unit: str | None) -> str:
    if given.kind.endswith("ratio") or given.kind == "standardized mean difference" or not unit:
        return ""
    if given.kind == "relative reduction against placebo":
        return "%"
    return "points" if unit == "percent" else unit


def _with_unit(given: Effect, unit: str) -> str:
    places = max(map(decimals_of, (given.value, *(given.ci or ()))))
    sign = "%" if unit in ("%", "percent") else f" {unit}"
    text = f"{number(given.value, places)}{sign}"
    if given.ci is None:
        return text
    named = f"{number(given.level)}% CI " if given.level is not None and given.level != 95 else ""
    return f"{text} ({named}{interval(given.ci, places)})"


def _unusual(given: Effect, better: str) -> bool:
    """Whether a reader who knows the measure would take the ratio the other way round."""
    if not given.kind.endswith("ratio"):
        return False
    return given.favors != ("lower" if given.kind == "hazard ratio" else better)


def _reading(given: Effect) -> str:
    return ("above" if given.favors == "higher" else "below") + " 1 favors the therapy"


def arm(given: Arm, *, spread: bool = True) -> str:
    """One arm without its unit: its figure (with interval, range or the like), else its counts, else its range."""
    if given.result is not None:
        return estimate(given.result, given.ci, given.level) + _spread(given) if spread else number(given.result)
    if given.events is not None:
        return counts(given) if given.total is not None else f"{given.events}"
    bounds = given.range or given.iqr
    return interval(bounds) if bounds else ""


def _spread(given: Arm) -> str:
    if given.range:
        return f" (range {interval(given.range)})"
    if given.iqr:
        return f" (IQR {interval(given.iqr)})"
    return f" (SD {number(given.sd)})" if given.sd is not None else ""


def arms(outcome: Outcome, *, spread: bool = False) -> str:
    """Both arms and the unit once, after the pair: `9.3 v 5.6 months (salvage chemotherapy)`; the comparator is named.

    Where only the control's figure is known it never stands alone: `not reached v 17.0 months`.
    """
    as_counts = _mixed(outcome)
    given = [counts(each) if as_counts else arm(each, spread=spread) for each in (outcome.treated, outcome.comparator) if each is not None]
    if outcome.comparator is not None and given[-1] and not "".join(given[:-1]):
        given = [_missing(outcome), given[-1]]
    shown = [text for text in given if text]
    counted = ["/" in each for each in shown]
    if outcome.unit and any(counted):
        shown = [each if count else _united(each, [each], outcome.unit) for each, count in zip(shown, counted, strict=True)]
    text = " v ".join(shown)
    if text and outcome.unit and not any(counted):
        text = _united(text, shown, outcome.unit)
    if outcome.comparator and outcome.comparator.name:
        against = lower_first(outcome.comparator.name)
        text = f"{text} ({against})" if len(shown) == 2 else f"{text} (v {against})" if text else f"v {against}"
    return text


def _mixed(outcome: Outcome) -> bool:
    """Whether one arm has a figure and the other only counts, while both have counts: then counts are compared."""
    both = [each for each in (outcome.treated, outcome.comparator) if each is not None]
    return len({each.result is None for each in both}) == 2 and all(each.events is not None and each.total is not None for each in both)


def counts(given: Arm) -> str:
    """`27/87`."""
    return f"{given.events}/{given.total}"


def _missing(outcome: Outcome) -> str:
    """What stands in place of the therapy's figure where the report has none, in the words of the label."""
    said = f"{outcome.label} {outcome.finding or ''}".lower()
    return next((words for words in ("not reached", "not estimable") if words in said), "not given")


def _united(text: str, shown: list[str], unit: str) -> str:
    """The unit after the figures; before the brackets where a single arm carries an interval."""
    sign = "%" if unit == "percent" else f" {unit}"
    figure, bracket, rest = text.partition(" (")
    return f"{figure}{sign}{bracket}{rest}" if len(shown) == 1 else f"{text}{sign}"


def result(outcome: Outcome, abbreviations: Mapping[str, str], better: str) -> str:
    """The outcome on one line: `Overall survival 9.3 v 5.6 months (salvage chemotherapy); HR 0.64 (0.49–0.83), n 371`."""
    uncontrolled = outcome.comparator is None and outcome.effect is None
    head, figures = heading(outcome), arms(outcome, spread=uncontrolled)
    if figures.startswith("v ") and re.search(rf"\b(from|versus|against|beyond) {re.escape(figures[2:])}", head, re.I):
        figures = ""  # the label names the control already
    apart = ":" if head[-1:].isdigit() and figures.startswith((*"0123456789", MINUS)) else ""  # "at week 24: 56 v 39%"
    parts = [f"{head}{apart} {figures}".strip()]
    parts += [text for text in (effect(outcome, abbreviations, better), outcome.finding or "") if text]
    if outcome.p and (outcome.effect is None or outcome.effect.ci is None):
        parts.append(p_value(outcome.p))
    text = "; ".join(parts)
    return f"{text}, n {outcome.n}" if outcome.n is not None else text


def heading(outcome: Outcome) -> str:
    """The label, with the time point where the label does not say it."""
    if not outcome.at or _says(outcome.label, outcome.at):
        return outcome.label
    return f"{outcome.label} {'' if outcome.at.startswith(('in ', 'weeks ', 'months ')) else 'at '}{outcome.at}"


def _says(label: str, at: str) -> bool:
    """Whether a label names the time point, in these or other words (`28-day mortality`, `by day 28`, `in-hospital death`)."""
    if at.casefold() in label.casefold() or set(re.findall(r"\w+", at.casefold())) <= set(re.findall(r"\w+", label.casefold())):
        return True
    match = re.match(r"(\d+) (\w+?)s?\Z", at)
    if not match:
        return False
    count, unit = match.groups()
    return bool(re.search(rf"\b{count}[- ]{unit}|\b{unit} {count}\b", label, re.I))


def p_value(text: str) -> str:
    """`p<0.001`, `p=0.28`."""
    return f"p{text}" if text[:1] in "<>≤≥=" else f"p={text}"


def quoted(text: str) -> str:
    """A text as messages quote it: escaped, and cut where it is long."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


def lower_first(text: str) -> str:
    """A name within a sentence: `Salvage chemotherapy` is written small, `PSA` and `177Lu` keep their capitals."""
    return text[:1].lower() + text[1:] if re.match(r"[A-Z][a-z]+(?![a-z]*[A-Z0-9])", text) else text
