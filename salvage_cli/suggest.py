"""What to say to a name that nothing has: what else it is, what was meant, what is near. Offers nothing that only sounds alike."""

import shlex
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from salvage_cli import index, names
from salvage_cli.errors import NothingFound, SalvageError, UsageError
from salvage_cli.index import Named
from salvage_cli.kinds import SINGULAR
from salvage_cli.wording import lower_first, quoted

VALID_QUESTION = ("conditions", "agents", "biomarkers", "references", "therapies")
"""Kinds that nobody can know whole: asking for one that is not there is a valid question without an answer."""

FACETS = ("conditions", "agents", "modalities", "failure_types", "biomarkers", "specialties")
"""Kinds that every question can be narrowed by, each with an option that is called like its singular."""


def joined(items: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    return ", ".join(items[:-1]) + f" {word} {items[-1]}" if len(items) > 1 else "".join(items)


def named_elsewhere(connection: sqlite3.Connection, kind: str, text: str) -> str:
    """What a word that names nothing of its kind is the very name of, e.g. an agent; empty where it is none."""
    for other in FACETS if kind in (*FACETS, "therapies") else ():
        if other != kind and index.by_name(connection, other, text):
            article = "an" if other == "agents" else "a"
            command = "salvage list " if kind == "therapies" else ""
            return f"it is {article} {SINGULAR[other]}: {command}{_option(other)} {shlex.quote(text)}"
    if kind == "conditions" and index.by_name(connection, "age_groups", text):
        return f"it is an age group: --population {shlex.quote(text)}"
    if kind in ("conditions", "therapies") and index.by_name(connection, "references", text):
        return f"it is a trial: salvage search {shlex.quote(text)}"
    return ""


def elsewhere(connection: sqlite3.Connection, kind: str, text: str) -> str:
    """The drug that a word that names nothing of its kind may be a slip of; drugs are the names most often mistyped."""
    if kind not in FACETS or kind == "agents" or names.meant(text, index.all_names(connection, kind)):
        return ""
    return _asked_back(text, index.all_names(connection, "agents"), f"{_option('agents')} ", DRUGS_ALIKE)


def _option(kind: str) -> str:
    return "--" + SINGULAR[kind].replace(" ", "-")


DRUGS_ALIKE = 85.0
"""Likeness in percent from which a drug is taken for what was meant: vancomycin and daunomycin have 80."""


def unknown(kind: str, text: str, known: Mapping[str, Sequence[Named]], other: str = "") -> SalvageError:
    """The error for a name that nothing has: what else it is, or close ones as a question, or the nearest there are.

    Of drugs and markers only those are named that differ by a slip of the pen: sound-alikes are no help, they are a danger.
    """
    kind_of_error = NothingFound if kind in VALID_QUESTION else UsageError
    if kind in ("agents", "biomarkers") and not other:
        whole = {key: found for key, found in known.items() if kind == "biomarkers" and {*names.words(text)} <= {*key.split()}}
        other = (
            _asked_back(text, {key: found for key, found in known.items() if key[:1] == names.normal(text)[:1]}, close=DRUGS_ALIKE)
            or (whole and f"did you mean {joined(_quoted([*whole], known), 'or')}?")
            or "none here has a name near it"
        )
    return kind_of_error(f"no {SINGULAR[kind]} is called {quoted(text)}; {other or suggestion(text, known)}")


def suggestion(text: str, known: Mapping[str, Sequence[Named]]) -> str:
    """`did you mean 'x'?`, or the nearest names where none is close; one name for each record."""
    if asked := _asked_back(text, known):
        return asked
    near = [key for key, _ in names.nearest(text, known)]
    return f"the nearest are {joined(_quoted(near, known))}" if near else "there is none to choose from"


def _asked_back(text: str, known: Mapping[str, Sequence[Named]], option: str = "", close: float = names.CLOSE) -> str:
    """`did you mean 'x'?`, with the option that the name belongs to before it; empty where none is close."""
    meant = names.meant(text, known, close)
    return f"did you mean {option}{joined(_quoted(meant, known), 'or')}?" if meant else ""


def _quoted(keys: Sequence[str], known: Mapping[str, Sequence[Named]]) -> list[str]:
    return [repr(lower_first(each)) for each in _once(known[key][0] for key in keys)[:3]]


def _once(found: Iterable[Named]) -> list[str]:
    """The first name of each record."""
    seen: dict[str, str] = {}
    for each in found:
        seen.setdefault(each.id, each.shown)
    return list(seen.values())
