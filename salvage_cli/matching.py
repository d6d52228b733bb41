"""What words were found to mean, and the names that hold them: the same words in another order, or all of them among others."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from salvage_cli import classes, index, names
from salvage_cli.index import Named
from salvage_cli.markers import OPPOSITES
from salvage_cli.suggest import joined
from salvage_cli.wording import quoted

SHOWN = 6
"""So many names of many are spelled out in a note."""


class Match(NamedTuple):
    """What words were found to mean."""

    ids: tuple[str, ...]
    note: str = ""
    """How the words were read, for stderr; empty where they were an exact name or code."""
    also: Mapping[str, tuple[str, ...]] = {}
    """Further facets that the words named, by kind."""
    markers: tuple[str, ...] = ()
    """Biomarkers that the words named and that do not narrow the answer: all who have it are not only who had to have it."""


FILLERS = frozenset({
    "in", "with", "of", "the", "a", "an", "and", "or", "for", "to", "being", "disease", "patient", "positive", "mutated",
    "mutation", "mutant", "therapy", "treatment", "previously", "treated", "heavily", "primary",
})  # fmt: skip
"""Words that say nothing of which condition is meant."""
DEGREES = frozenset({"mild", "moderate", "severe", "critical", "life", "threatening", "first", "second", "third", "fourth", "line"})
"""How bad it is, and in which line it is treated: named in the note, not used."""


def same_words(connection: sqlite3.Connection, kind: str, words: Sequence[str]) -> list[Named]:
    """The names that are made of just these words, in any order; none for a single word."""
    wanted = names.alike(words) - FILLERS
    if len(wanted) < 2:
        return []
    known = index.all_names(connection, kind)
    return [each for normal, many in known.items() if wanted == names.alike(normal.split()) - FILLERS for each in many]


def contained(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """All words contained in a name, in any order; words of everyday speech stand for their terms (renal, kidney)."""
    typed = names.words(text)
    said = FILLERS | DEGREES if kind == "failure_types" else FILLERS
    wanted = names.alike(typed) - (said - {"a"} if typed[-1:] == ["a"] else said)  # the A of hepatitis A is no article
    if not any(len(word) > 1 for word in wanted):
        return None
    if kind == "agents" and len("".join(wanted)) < (3 if text.strip().isupper() else 4):  # "PI" is no part of "PI3K inhibitor"
        return None
    if kind == "biomarkers" and re.search("[<\N{LESS-THAN OR EQUAL TO}]", text):
        return None  # below a limit is the opposite of above it
    known = index.all_names(connection, kind)
    found = holding(known, wanted, _turning(kind, typed))
    whole = [each for each in found if wanted == names.alike(names.words(each.shown)) - FILLERS]
    if kind == "failure_types":
        found = whole or found
    elif kind == "agents":
        found = [each for each in found if classes.tells(connection, each, text)]
    elif kind == "conditions" and len(wanted) == 1:
        found = whole or [each for each in found if wanted <= names.alike(names.words(index.shown_name(connection, kind, each.id)))]
    if not found:
        return None
    ids = index.topmost(connection, kind, ids_of(found))
    return Match(ids, f"{quoted(text)} was read as {listed(connection, kind, [Named(id, id) for id in ids])}")


def _turning(kind: str, typed: Sequence[str]) -> frozenset[str]:
    """Words that a name must not have unless they were typed: they make another condition or the opposite marker of it."""
    if kind == "biomarkers":
        return OPPOSITES
    if kind != "conditions":
        return frozenset()
    return names.DENIALS | {"low"} if "positive" in typed else names.DENIALS


def holding(known: Mapping[str, Sequence[Named]], words: Iterable[str], turning: frozenset[str]) -> list[Named]:
    """What has all these words in a name, and none that turns it: BRAF is not BRAF wild-type."""
    wanted = names.alike(words)
    worded = ((names.alike(normal.split()), found) for normal, found in known.items())
    return [each for has, found in worded if wanted <= has and not turning & has - wanted for each in found]


def ids_of(found: Iterable[Named]) -> tuple[str, ...]:
    """The ids of names, each once."""
    return tuple(dict.fromkeys(each.id for each in found))


def listed(connection: sqlite3.Connection, kind: str, found: Sequence[Named]) -> str:
    """The records as a note names them; of many only the first few."""
    shown = [index.shown_name(connection, kind, id) for id in ids_of(found)]
    if len(shown) > SHOWN:
        shown = [*shown[:SHOWN], f"{len(shown) - SHOWN} more"]
    return joined(shown)
