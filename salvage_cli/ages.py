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

_AGE = re.compile(
    r"(?:(?:a|an|the|patients?|people|children|child|kids?|infants?|bab(?:y|ies)|adults?|boys?|girls?) )*"
    r"(?P<said>aged?|under|below|younger than|over|above|older than)? ?(?P<count>\d{1,3})[ -]?"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})?s?(?:[ -]?olds?)?(?: of age)?",
    re.I,
)


def age_groups(text: str) -> tuple[str, ...]:
    """The ids of the age groups that an age falls in (up to 28 days neonate, under 18 years child); none where the text is no age.

    A number without a unit counts as years where a word such as `aged` or `under` stands before it. `over 12` spans two
    groups and is read as neither; `25 weeks` may be said of a pregnancy's length and is read as both.
    """
    found = _AGE.fullmatch(" ".join(text.split()))
    if found is None or not (found["unit"] or found["said"]):
        return ()
    said, unit, count = (found["said"] or "").lower(), (found["unit"] or "y").lower(), int(found["count"])
    days = count * _UNITS[unit]
    if said.startswith(("over", "above", "older")):
        return ("adult",) if days >= _MAJORITY else ()
    if said.startswith(("under", "below", "younger")):
        days -= 1
        if days > _MAJORITY:
            return ()
    if unit.startswith("w") and count in _GESTATION and "old" not in text.lower():
        return ("neonate", "child")
    return ("neonate" if days <= _NEWBORN else "child" if days < _MAJORITY else "adult",)
