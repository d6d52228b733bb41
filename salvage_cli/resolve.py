"""From what people type to ids, in steps; every step but the first says how it read the words.

The steps: an exact name; a code; the words of a name in another order; for conditions a name with qualifiers ("relapsed AML"); all
words contained in a name; a beginning that only one record has. What none of them finds is answered with the nearest names, never
taken silently.
"""

import sqlite3

from salvage_cli import classes, index, names
from salvage_cli.errors import NothingFound
from salvage_cli.index import Named
from salvage_cli.markers import OPPOSITES
from salvage_cli.matching import Match, contained, ids_of, listed, same_words
from salvage_cli.qualifying import asked_back, loosely_qualified, qualified, qualified_synonym, qualified_words
from salvage_cli.suggest import elsewhere, named_elsewhere, unknown
from salvage_cli.wording import quoted


def resolve(connection: sqlite3.Connection, kind: str, text: str) -> Match:
    """The ids that `text` names.

    Raises:
        NothingFound: nothing of this kind is called so (conditions, agents and biomarkers), with the nearest names.
        UsageError: the same for the closed lists (modalities, failure types, specialties …).
    """
    for step in (qualified_synonym, _exact, _code, _permuted, _inhibitor):
        match = step(connection, kind, text)
        if match is not None:
            return match
    other = named_elsewhere(connection, kind, text)
    if not (other and kind in ("agents", "modalities", "conditions")):  # "steroids" is no part of a drug's class, it is a modality
        for step in (qualified, contained, qualified_words, asked_back, loosely_qualified, _beginning):
            match = step(connection, kind, text)
            if match is not None:
                return match
    raise unknown(kind, text, index.all_names(connection, kind), other or elsewhere(connection, kind, text))


def _exact(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    found = index.by_name(connection, kind, text)
    if not found:
        return None
    if kind == "agents" and all(classes.is_class(connection, each) for each in found):
        found = classes.members(connection, text)
        return Match(ids_of(found), f"{quoted(text)} was read as {listed(connection, kind, found)}")
    if kind == "modalities" and names.normal(text) not in map(names.normal, (found[0].id, index.shown_name(connection, kind, found[0].id))):
        return Match(ids_of(found), f"{quoted(text)} was read as {listed(connection, kind, found)}")
    note = "" if len(found) == 1 else f"{quoted(text)} is a name of {listed(connection, kind, found)}"
    return Match(tuple(each.id for each in found), note)


def _code(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """A code itself; else its parent (C92.02 is a kind of C92.0); else all codes below it (C92)."""
    given = names.code(text) if kind == "conditions" else None
    if given is None:
        return None
    system, code = given
    found = index.by_code(connection, system, code)
    if found:
        note = "" if len(found) == 1 else f"{code} leads to {listed(connection, kind, found)}"
        return Match(ids_of(found), note)
    if system != "icd10":
        raise NothingFound(f"no condition here has the code {code}")
    for parent in (code[:length].rstrip(".") for length in range(len(code) - 1, 3, -1)):
        if found := index.by_code(connection, system, parent):
            return Match(ids_of(found), f"{code} was read as its parent {parent}: {listed(connection, kind, found)}")
    found = index.below_code(connection, code[:3])
    if not found:
        raise NothingFound(f"no condition here has the code {code}")
    return Match(ids_of(found), f"no condition here has the code {code} itself; under {code[:3]} stand {listed(connection, kind, found)}")


def _permuted(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """Just the words of a name, in another order: "shock, cardiogenic"."""
    found = same_words(connection, kind, names.words(text))
    return Match(ids_of(found), f"{quoted(text)} was read as {listed(connection, kind, found)}") if found else None


def _inhibitor(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """What people write with an i: BTKi, JAKi."""
    found = classes.inhibitors(connection, text) if kind == "agents" else []
    return Match(ids_of(found), f"{quoted(text)} was read as {listed(connection, kind, found)}") if found else None


def _beginning(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """What only one record's names begin with."""
    start = names.normal(text)
    if len(start) < (3 if kind == "conditions" else 4):  # iNO is no inotrope
        return None
    known = index.all_names(connection, kind)
    found = [each for normal, many in known.items() if normal.startswith(start) for each in many]
    if kind == "biomarkers":
        typed = names.words(text)
        shown = ((names.words(each.shown), each) for each in found)  # CD7 does not begin CD79b
        found = [each for words, each in shown if not OPPOSITES & {*words} - {*typed} and words[: len(typed)] == typed]
    if kind == "agents":
        found = [each for each in found if classes.tells(connection, each, text)]
    if kind == "conditions":
        found = [each for each in found if _tells(start, names.normal(each.shown), index.shown_name(connection, kind, each.id))]
    ids = ids_of(found)
    if len(ids) != 1:
        return None
    return Match(ids, f"{quoted(text)} was read as {listed(connection, kind, [Named(ids[0], ids[0])])}")


def _tells(start: str, normal: str, shown: str) -> bool:
    """Whether a beginning says what is meant: it begins the name itself, or most of a word was typed, not just one of two."""
    if names.normal(shown).startswith(start):
        return len(start) >= TOLD * len(normal[len(start) :].split(" ")[0] + start)
    rest = normal[len(start) :].split(" ")[0]
    return len(start) > 3 and (bool(rest) or " " in start) and len(start) >= TOLD * len(start + rest)


TOLD = 0.6
"""So much of the words that were begun must be typed: `oesophag` tells, `hyper` does not."""
