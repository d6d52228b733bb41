"""Biomarkers that are about the same thing and say the opposite of it. Knows words only."""

import re
from collections.abc import Iterable

from salvage_cli.names import DENIALS

_WORD = re.compile(r"[A-Za-z0-9*]{3,}")
OPPOSITES = DENIALS | {"wild", "wt", "proficient"}
"""Words by which a marker is the opposite of what is called the same without them."""
_OPPOSITE = OPPOSITES | {"low"}
"""The same, and what sets HER2-low apart from HER2-positive."""
_STATES = _OPPOSITE | {
    "positive", "high", "raised", "type", "mutation", "mutations", "fusion", "rearrangement", "alteration", "loss", "receptor",
    "antibody", "antibodies", "gene", "expression", "resistance", "activity", "factor", "cell", "disease",
}  # fmt: skip
"""Words that say how a marker is, or that markers of different things share."""

_ALIKE = {"estrogen": "hormone"}
"""An estrogen receptor is one of the hormone receptors of breast cancer."""


def opposed(some: Iterable[str], known: Iterable[str]) -> list[str]:
    """The markers that who has these cannot have: HER2-low and HER2-negative for HER2-positive; FLT3-TKD is none of FLT3-ITD's."""
    given = {*some}
    return [each for each in known if each not in given and any(_opposed(each, other) for other in given)]


def _opposed(one: str, other: str) -> bool:
    some, others = ({_ALIKE.get(word.casefold(), word.casefold()) for word in _WORD.findall(marker)} for marker in (one, other))
    return bool(some & others - _STATES) and some & _OPPOSITE != others & _OPPOSITE
