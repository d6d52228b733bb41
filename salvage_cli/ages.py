"""An age as people write it, read as the age groups that it falls in: `2 year old`, `6 months`, `aged 70`, `under 12`, `12-17`."""

import re

_UNITS = {
    "d": 1, "day": 1, "w": 7, "wk": 7, "week": 7, "weeker": 7, "m": 29, "mo": 29, "mth": 29, "month": 29, "y": 365, "yr": 365,
    "year": 365, "yo": 365, "y/o": 365,
}  # fmt: skip
"""Days in a unit of age, as they are counted for an age group, not for a calendar: who is under one month is a neonate."""
_MAJORITY = 18 * _UNITS["year"]
_NEWBORN = 28
_LONGEST = 120 * _UNITS["year"]
_GESTATION = range(22, 43)
"""Weeks after which children are born."""
_GROUPS = ("neonate", "child", "adult")

_BELOW = ("under", "below", "younger than", "less than", "up to", "at most", "<", "<=", "≤")
_ABOVE = ("over", "above", "older than", "more than", "at least", "from", ">", ">=", "≥")
_ABOUT = r"(?:a|an|the|patients?|people|children|child|kids?|infants?|bab(?:y|ies)|adults?|boys?|girls?|m[ae]n|wom[ae]n|females?|males?)"
_SAID = "|".join(re.escape(each) for each in sorted((*_BELOW, *_ABOVE, "aged", "age"), key=len, reverse=True))
_AGE = re.compile(
    rf"(?P<before>(?:{_ABOUT} )*)(?P<said>{_SAID})?[ -]?"
    r"(?P<count>\d{1,3}(?:\.\d+)?)(?:[ ]?(?:-|–|to)[ ]?(?P<last>\d{1,3}))?[ -]?"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})?s?(?:[ -]?olds?)?(?: of age)?"
    rf"(?P<up> ?\+| (?:and|or) (?:older|over|above|up))?(?P<behind>(?: {_ABOUT})*)",
    re.I,
)


def age_groups(text: str) -> tuple[str, ...]:
    """The ids of the age groups that an age falls in (up to 28 days neonate, under 18 years child); none where the text is no age.

    A number without a unit counts as years. `under 12` begins at birth, `over 12` and `12 years and older` are children and
    adults; `25 weeks`, without `old`, is the length of a pregnancy after which a neonate was born.
    """
    found = _AGE.fullmatch(" ".join(text.split()))
    if found is None or (not (found["unit"] or found["said"]) and (found["before"] or found["behind"])):  # "100 patients" are no age
        return ()
    said, unit, count = (found["said"] or "").lower(), (found["unit"] or "y").lower(), float(found["count"])
    first, last = count * _UNITS[unit], float(found["last"] or count) * _UNITS[unit]
    if not first <= last <= _LONGEST:
        return ()
    if unit.startswith("w") and int(count) in _GESTATION and "old" not in text.lower():
        return ("neonate",)
    if said in _BELOW:
        return _between(0, first - 1) if first <= _MAJORITY else ()
    return _between(first, _LONGEST if found["up"] or said in _ABOVE else last)


def _between(first: float, last: float) -> tuple[str, ...]:
    return _GROUPS[_group(first) : _group(last) + 1]


def _group(days: float) -> int:
    return 0 if days <= _NEWBORN else 1 if days < _MAJORITY else 2
