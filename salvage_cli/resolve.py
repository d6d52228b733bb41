"""From what people type to ids, in steps; every step but the first says how it read the words."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from salvage_cli import index, names
from salvage_cli.errors import NothingFound, SalvageError, UsageError
from salvage_cli.index import Named
from salvage_cli.kinds import SINGULAR

VALID_QUESTION = ("conditions", "agents", "biomarkers", "references", "therapies")
"""Kinds that nobody can know whole: asking for one that is not there is a valid question without an answer."""


class Match(NamedTuple):
    """What words were found to mean."""

    ids: tuple[str, ...]
    note: str = ""
    """How the words were read, for stderr; empty where they were an exact name or code."""


def resolve(connection: sqlite3.Connection, kind: str, text: str) -> Match:
    """The ids that `text` names.

    Raises:
        NothingFound: nothing of this kind is called so (conditions, agents and biomarkers), with the nearest names.
        UsageError: the same for the closed lists (modalities, failure types, specialties …).
    """
    return _code(connection, kind, text) or _exact(connection, kind, text) or _words(connection, kind, text) or _fail(
        connection, kind, text
    )  # fmt: skip


def _exact(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    found = index.by_name(connection, kind, text)
    if not found:
        return None
    note = "" if len(found) == 1 else f"{text!r} is a name of {_listed(connection, kind, found)}"
    return Match(tuple(each.id for each in found), note)


def _code(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    given = names.code(text) if kind == "conditions" else None
    if given is None:
        return None
    found = index.by_code(connection, *given)
    if not found:
        return None
    note = "" if len(found) == 1 else f"{given[1]} is the code of {_listed(connection, kind, found)}"
    return Match(tuple(each.id for each in found), note)


def _words(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """All words contained in a name, in any order; for the open lists only."""
    wanted = set(names.words(text))
    if not wanted or kind not in ("agents", "biomarkers"):
        return None
    known = index.all_names(connection, kind)
    found = {each.id: each for normal, many in known.items() if wanted <= set(normal.split()) for each in many}
    if not found:
        return None
    note = "" if kind == "biomarkers" else f"{text!r} was read as {_listed(connection, kind, list(found.values()))}"
    return Match(tuple(found), note)


def _listed(connection: sqlite3.Connection, kind: str, found: Sequence[Named]) -> str:
    shown = [index.term(connection, kind, each.id)["name"] if kind != "biomarkers" else each.id for each in found]
    return joined(shown)


def joined(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return ", ".join(items[:-1]) + f" and {items[-1]}" if len(items) > 1 else "".join(items)


def _fail(connection: sqlite3.Connection, kind: str, text: str) -> Match:
    raise unknown(kind, text, {normal: many[0].shown for normal, many in index.all_names(connection, kind).items()})


def unknown(kind: str, text: str, known: Mapping[str, str]) -> SalvageError:
    """The error for a name that nothing has: close ones as a question, else the nearest there are."""
    kind_of_error = NothingFound if kind in VALID_QUESTION else UsageError
    return kind_of_error(f"no {SINGULAR[kind]} is called {text!r}; {suggestion(text, known)}")


def suggestion(text: str, known: Mapping[str, str]) -> str:
    """`did you mean 'x'?`, or the nearest names where none is close."""
    if close := names.nearest(text, known, floor=names.CLOSE):
        return f"did you mean {' or '.join(map(repr, close))}?"
    return f"the nearest are {joined(list(map(repr, names.nearest(text, known))))}"
