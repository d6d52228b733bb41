"""A condition's name among words that say how it failed, in whom, and with which marker: "relapsed AML in a 6 year old"."""

import re
import shlex
import sqlite3
from collections.abc import Mapping, Sequence

from salvage_cli import index, names
from salvage_cli.index import Named
from salvage_cli.kinds import SINGULAR
from salvage_cli.markers import OPPOSITES
from salvage_cli.matching import DEGREES, FILLERS, Match, contained, holding, ids_of, listed, same_words
from salvage_cli.suggest import joined, suggestion, unknown
from salvage_cli.wording import quoted

QUALIFIERS = ("failure_types", "age_groups", "biomarkers")
"""What people put around a condition's name."""

_SETTING = frozenset({"after", "post", "following", "on", "despite", "during"})
"""Words after which people say in which setting: "after HSCT"; it is named in the note, not used."""
_OF_DRUGS = frozenset({"to", "after", "on", "despite", "by", "with"})
"""Words between a failure word and what failed."""
_COMMON = FILLERS | {
    "antibody", "receptor", "expression", "fusion", "rearrangement", "alteration", "loss", "activity", "high", "low", "wild", "type",
    "negative", "cell", "b", "t",
}  # fmt: skip
"""Words that many biomarkers share: alone they name none."""


def qualified(connection: sqlite3.Connection, kind: str, text: str, *, loosely: bool = False) -> Match | None:
    """A condition's name among words that name a failure type, an age group or a biomarker."""
    words = names.words(text)
    if kind != "conditions" or len(words) < 2:
        return None
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            span = " ".join(words[start : start + length])
            rest = [words[:start], words[start + length :]]
            found = index.by_normal(connection, kind, span)
            read = _qualifiers(connection, rest) if found else None
            if read is not None and any(read) and (loosely or not read[1]):
                within = qualified_synonym(connection, kind, span) or Match(())  # "refractory" of "relapsed or refractory myeloma"
                return _reading(connection, text, found, index.together(read[0], within.also), read[1])
    return None if loosely else _qualified_apart(connection, text, words)


def asked_back(connection: sqlite3.Connection, kind: str, text: str) -> None:
    """No loose reading where a slip of the pen is likelier: "relapsed Hodkgin lymphoma" asks for Hodgkin's, not for any lymphoma.

    Raises:
        NothingFound: the words without their qualifiers are nearly a name.
    """
    if kind != "conditions":
        return
    known, bare = index.all_names(connection, kind), _apart(connection, names.words(text))[1]
    told = " ".join(token for token in text.split() if {*names.words(token)} & {*bare})
    for asked in (text, told):
        if asked and names.meant(asked, known):
            raise unknown(kind, text, known, suggestion(asked, known))


def loosely_qualified(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """The same with words left over that say what failed ("BTK inhibitor-refractory CLL"); they are named, not used."""
    return qualified(connection, kind, text, loosely=True)


def _apart(connection: sqlite3.Connection, words: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The facets that words name, and the words that are left."""
    also: dict[str, tuple[str, ...]] = {}
    left: list[str] = []
    place = 0
    while place < len(words):
        length, kind, ids = _qualifier(connection, list(words[place:]))
        if ids:
            also = index.together(also, {kind: ids})
        else:
            left.append(words[place])
        place += length or 1
    return also, left


def _qualified_apart(connection: sqlite3.Connection, text: str, words: list[str]) -> Match | None:
    """The same where the words of the name do not stand together: "lymphoma, follicular, relapsed"."""
    also, left = _apart(connection, words)
    if not also or not left:
        return None
    name = " ".join(left)
    found = index.by_normal(connection, "conditions", name) or same_words(connection, "conditions", left)
    if not found and "biomarkers" in also:  # "KRAS G12C lung"
        found = index.by_normal(connection, "conditions", f"{name} cancer")
    return _reading(connection, text, found, also, []) if found else None


def qualified_words(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """The same where the words are contained in a name: "relapsed T-cell lymphoma" leads where "T-cell lymphoma" does."""
    also, left = _apart(connection, names.words(text)) if kind == "conditions" else ({}, [])
    match = contained(connection, kind, " ".join(left)) if also and len(left) > 1 else None
    return _reading(connection, text, [Named(id, id) for id in match.ids], also, []) if match else None


def qualified_synonym(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """A synonym that carries a qualifier: "relapsed AML" is a name of AML, yet whoever says it asks for the relapse too."""
    if kind != "conditions":
        return None
    exact = index.by_name(connection, kind, text) or same_words(connection, kind, names.words(text))
    if (
        len(ids_of(exact)) != 1
        or exact[0].id == text
        or names.normal(index.shown_name(connection, kind, exact[0].id)) == names.normal(text)
    ):
        return None
    match = qualified(connection, kind, text)
    if match is None or match.ids == ids_of(exact):
        return match
    markers, ages = match.also.get("biomarkers", ()), match.also.get("age_groups", ())
    note = f"{quoted(text)} was read as {listed(connection, kind, exact)}" + (f", age group {joined(ages, 'or')}" if ages else "")
    if markers:
        note += f"; {joined([f'--biomarker {shlex.quote(each)}' for each in markers], 'or')} finds what names it"
    return Match(ids_of(exact), note, {"age_groups": ages} if ages else {}, markers) if markers or ages else None


def _reading(
    connection: sqlite3.Connection, text: str, found: Sequence[Named], also: Mapping[str, tuple[str, ...]], unused: Sequence[str]
) -> Match:
    meant = [f"{SINGULAR[kind]} {joined(ids, 'or')}" for kind, ids in also.items()]
    note = f"{quoted(text)} was read as " + ", ".join([listed(connection, "conditions", found), *([joined(meant)] if meant else [])])
    return Match(ids_of(found), note + (f"; not used: {' '.join(unused)}" if unused else ""), also)


def _qualifiers(connection: sqlite3.Connection, parts: Sequence[list[str]]) -> tuple[dict[str, tuple[str, ...]], list[str]] | None:
    """Facets by kind, and the words that say what failed ("steroid-refractory", "failed steroids"); None if a word is strange."""
    also: dict[str, tuple[str, ...]] = {}
    unused: list[str] = []
    for behind, part in enumerate(parts):
        place, of_drugs = 0, bool(behind)  # "relapsed hairy cell leukemia" says which leukemia; "refractory to steroids" does not
        while place < len(part):
            length, kind, ids = _qualifier(connection, part[place:])
            of_drugs = of_drugs or part[place] in _OF_DRUGS
            if ids:
                also = index.together(also, {kind: ids})
            elif part[place] not in names.DENIALS | FILLERS and any(
                _qualifier(connection, part[ahead:])[1] == "failure_types" for ahead in range(place + 1, min(place + 4, len(part)))
            ):
                unused.append(part[place])
            elif part[place] in names.NUMBERED and part[place + 1 : place + 2] and part[place + 1].isdigit():
                unused += part[place : place + 2]
                length = 2
            elif part[place] in _SETTING and place + 1 < len(part):
                unused += part[place:]
                break
            elif part[place] in DEGREES or (
                of_drugs and "failure_types" in also and len(unused) < 4 and part[place] not in names.DENIALS | FILLERS
            ):
                unused.append(part[place])
            elif part[place] not in FILLERS:
                return None
            place += length or 1
    return also, unused


def _age(phrase: str) -> tuple[str, ...]:
    from salvage_cli.ages import age_groups

    return age_groups(phrase)


def _qualifier(connection: sqlite3.Connection, words: list[str]) -> tuple[int, str, tuple[str, ...]]:
    """The longest qualifier that these words begin with: how many words, its kind, its ids."""
    for length in range(min(len(words), 4), 0, -1):
        phrase = " ".join(words[:length])
        if words[length - 1] == "old" and (groups := _age(phrase)):
            return length, "age_groups", groups
        for kind in QUALIFIERS:
            found = index.by_normal(connection, kind, phrase)
            if not found and kind == "biomarkers" and len(phrase) > 2 and not set(words[:length]) <= _COMMON:
                found = _containing(connection, kind, {*words[:length]})
            if found:
                return length, kind, ids_of(found)
    return 0, "", ()


def _containing(connection: sqlite3.Connection, kind: str, wanted: set[str]) -> list[Named]:
    """What has these words in its name, where they tell it: its symbol (FLT3) or two words of it, never one like "severe" or "blood"."""
    telling = wanted - _COMMON
    if not any(len(word) > 1 for word in telling) or index.by_normal(connection, "conditions", " ".join(telling)):
        return []
    found = holding(index.all_names(connection, kind), wanted, OPPOSITES)
    return found if len(telling) > 1 else [each for each in found if telling <= _symbols(each.shown)]


_SYMBOL = r"\b(?=\w*[A-Z0-9]\w*[A-Z0-9])\w+"


def _symbols(name: str) -> set[str]:
    """The words of those parts of a name that are written as symbols: FLT3, PD-L1, BRAF."""
    return {word for part in re.findall(_SYMBOL, name) for word in names.words(part)}
