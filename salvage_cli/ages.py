"""An age as people write it, read as the age group that it falls in: `2 year old`, `6 months`, `aged 70`, `under 12`."""

import re

_UNITS = {
    "d": 1,
    "day": 1,
    "w": 7,
    "wk": 7,
    "week": 7,
    "m": 30,
    "mo": 30,
    "mth": 30,
    "month": 30,
    "y": 365,
    "yr": 365,
    "year": 365,
    "yo": 365,
}
"""Days in a unit of age; a month and a year as they are counted for an age group, not for a calendar."""
_MAJORITY = 18 * _UNITS["year"]
_NEWBORN = 28
_GESTATION = range(22, 43)
"""Weeks after which children are born."""
_GROUPS = ("neonate", "child", "adult")

_AGE = re.compile(
    r"(?:(?:a|an|the|patients?|people|children|child|kids?|infants?|bab(?:y|ies)|adults?|boys?|girls?) )*"
    r"(?P<said>aged?|under|below|younger than|over|above|older than|>=?|<=?|[≥≤])? ?(?P<count>\d{1,3})[ -]?"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})?s?(?:[ -]?olds?)?(?: of age)?"
    r"(?P<up> ?\+| (?:and|or) (?:older|over|above|up))?",
    re.I,
)


def age_groups(text: str) -> tuple[str, ...]:
    """The ids of the age groups that an age falls in (up to 28 days neonate, under 18 years child); none where the text is no age.

    A number without a unit counts as years. `over 12` and `12 years and older` are children and adults; `25 weeks`, without
    `old`, is the length of a pregnancy after which a neonate was born.
    """
    found = _AGE.fullmatch(" ".join(text.split()))
    if found is None:
        return ()
    said, unit, count = (found["said"] or "").lower(), (found["unit"] or "y").lower(), int(found["count"])
    days = count * _UNITS[unit]
    if days > 120 * _UNITS["year"]:
        return ()
    if unit.startswith("w") and count in _GESTATION and "old" not in text.lower():
        return ("neonate",)
    if found["up"] or said.startswith(("over", "above", "older", ">", "≥")):
        return _GROUPS[_GROUPS.index(_group(days)) :]
    if said.startswith(("under", "below", "younger", "<", "≤")):
        return (_group(days - 1),) if days <= _MAJORITY else ()
    return (_group(days),)


def _group(days: int) -> str:
    return "neonate" if days <= _NEWBORN else "child" if days < _MAJORITY else "adult"
