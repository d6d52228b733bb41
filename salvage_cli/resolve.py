"""From what people type to ids, in steps; every step but the first says how it read the words.

The steps: an exact name; a code; the words of a name in another order; for conditions a name with qualifiers ("relapsed AML"); all
words contained in a name; a beginning that only one record has. What none of them finds is answered with the nearest names, never
taken silently.
"""

import re
import shlex
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from salvage_cli import classes, index, names
from salvage_cli.ages import age_groups
from salvage_cli.errors import NothingFound
from salvage_cli.index import Named
from salvage_cli.kinds import SINGULAR
from salvage_cli.suggest import elsewhere, joined, named_elsewhere, suggestion, unknown
from salvage_cli.wording import quoted

QUALIFIERS = ("failure_types", "age_groups", "biomarkers")
"""What people put around a condition's name."""

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


def resolve(connection: sqlite3.Connection, kind: str, text: str) -> Match:
    """The ids that `text` names.

    Raises:
        NothingFound: nothing of this kind is called so (conditions, agents and biomarkers), with the nearest names.
        UsageError: the same for the closed lists (modalities, failure types, specialties …).
    """
    for step in (_qualified_synonym, _exact, _code, _permuted, _inhibitor):
        match = step(connection, kind, text)
        if match is not None:
            return match
    other = named_elsewhere(connection, kind, text)
    if not (other and kind in ("agents", "modalities", "conditions")):  # "steroids" is no part of a drug's class, it is a modality
        for step in (_qualified, _words, _qualified_words, _asked_back, _loosely_qualified, _beginning):
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
        return Match(_ids(found), f"{quoted(text)} was read as {_listed(connection, kind, found)}")
    if kind == "modalities" and names.normal(text) not in map(names.normal, (found[0].id, index.shown_name(connection, kind, found[0].id))):
        return Match(_ids(found), f"{quoted(text)} was read as {_listed(connection, kind, found)}")
    note = "" if len(found) == 1 else f"{quoted(text)} is a name of {_listed(connection, kind, found)}"
    return Match(tuple(each.id for each in found), note)


def _code(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """A code itself; else its parent (C92.02 is a kind of C92.0); else all codes below it (C92)."""
    given = names.code(text) if kind == "conditions" else None
    if given is None:
        return None
    system, code = given
    found = index.by_code(connection, system, code)
    if found:
        note = "" if len(found) == 1 else f"{code} leads to {_listed(connection, kind, found)}"
        return Match(_ids(found), note)
    if system != "icd10":
        raise NothingFound(f"no condition here has the code {code}")
    for parent in (code[:length].rstrip(".") for length in range(len(code) - 1, 3, -1)):
        if found := index.by_code(connection, system, parent):
            return Match(_ids(found), f"{code} was read as its parent {parent}: {_listed(connection, kind, found)}")
    found = index.below_code(connection, code[:3])
    if not found:
        raise NothingFound(f"no condition here has the code {code}")
    return Match(_ids(found), f"no condition here has the code {code} itself; under {code[:3]} stand {_listed(connection, kind, found)}")


def _ids(found: Iterable[Named]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.id for each in found))


def _permuted(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """Just the words of a name, in another order: "shock, cardiogenic"."""
    found = _same_words(connection, kind, names.words(text))
    return Match(_ids(found), f"{quoted(text)} was read as {_listed(connection, kind, found)}") if found else None


def _inhibitor(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """What people write with an i: BTKi, JAKi."""
    found = classes.inhibitors(connection, text) if kind == "agents" else []
    return Match(_ids(found), f"{quoted(text)} was read as {_listed(connection, kind, found)}") if found else None


def _same_words(connection: sqlite3.Connection, kind: str, words: Sequence[str]) -> list[Named]:
    wanted = names.alike(words) - _FILLERS
    if len(wanted) < 2:
        return []
    known = index.all_names(connection, kind)
    return [each for normal, many in known.items() if wanted == names.alike(normal.split()) - _FILLERS for each in many]


def _qualified(connection: sqlite3.Connection, kind: str, text: str, *, loosely: bool = False) -> Match | None:
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
                within = _qualified_synonym(connection, kind, span) or Match(())  # "refractory" of "relapsed or refractory myeloma"
                return _reading(connection, text, found, _merged(read[0], within.also), read[1])
    return None if loosely else _qualified_apart(connection, text, words)


def _merged(some: Mapping[str, tuple[str, ...]], others: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {kind: tuple(dict.fromkeys((*some.get(kind, ()), *others.get(kind, ())))) for kind in {**some, **others}}


def _asked_back(connection: sqlite3.Connection, kind: str, text: str) -> None:
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


def _loosely_qualified(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """The same with words left over that say what failed ("BTK inhibitor-refractory CLL"); they are named, not used."""
    return _qualified(connection, kind, text, loosely=True)


def _apart(connection: sqlite3.Connection, words: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The facets that words name, and the words that are left."""
    also: dict[str, tuple[str, ...]] = {}
    left: list[str] = []
    place = 0
    while place < len(words):
        length, kind, ids = _qualifier(connection, list(words[place:]))
        if ids:
            also[kind] = tuple(dict.fromkeys((*also.get(kind, ()), *ids)))
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
    found = index.by_normal(connection, "conditions", name) or _same_words(connection, "conditions", left)
    if not found and "biomarkers" in also:  # "KRAS G12C lung"
        found = index.by_normal(connection, "conditions", f"{name} cancer")
    return _reading(connection, text, found, also, []) if found else None


def _qualified_words(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """The same where the words are contained in a name: "relapsed T-cell lymphoma" leads where "T-cell lymphoma" does."""
    also, left = _apart(connection, names.words(text)) if kind == "conditions" else ({}, [])
    contained = _words(connection, kind, " ".join(left)) if also and len(left) > 1 else None
    return _reading(connection, text, [Named(id, id) for id in contained.ids], also, []) if contained else None


def _qualified_synonym(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """A synonym that carries a qualifier: "relapsed AML" is a name of AML, yet whoever says it asks for the relapse too."""
    if kind != "conditions":
        return None
    exact = index.by_name(connection, kind, text) or _same_words(connection, kind, names.words(text))
    if len(_ids(exact)) != 1 or exact[0].id == text or names.normal(index.shown_name(connection, kind, exact[0].id)) == names.normal(text):
        return None
    match = _qualified(connection, kind, text)
    if match is None or match.ids == _ids(exact):
        return match
    markers, ages = match.also.get("biomarkers", ()), match.also.get("age_groups", ())
    note = f"{quoted(text)} was read as {_listed(connection, kind, exact)}" + (f", age group {joined(ages, 'or')}" if ages else "")
    if markers:
        note += f"; {joined([f'--biomarker {shlex.quote(each)}' for each in markers], 'or')} finds what names it"
    return Match(_ids(exact), note, {"age_groups": ages} if ages else {}, markers) if markers or ages else None


def _reading(
    connection: sqlite3.Connection, text: str, found: Sequence[Named], also: Mapping[str, tuple[str, ...]], unused: Sequence[str]
) -> Match:
    meant = [f"{SINGULAR[kind]} {joined(ids, 'or')}" for kind, ids in also.items()]
    note = f"{quoted(text)} was read as " + ", ".join([_listed(connection, "conditions", found), *([joined(meant)] if meant else [])])
    return Match(_ids(found), note + (f"; not used: {' '.join(unused)}" if unused else ""), also)


_FILLERS = frozenset({
    "in", "with", "of", "the", "a", "an", "and", "or", "for", "to", "being", "disease", "patient", "positive", "mutated",
    "mutation", "mutant", "therapy", "treatment", "previously", "treated", "heavily", "primary",
})  # fmt: skip
"""Words that say nothing of which condition is meant."""
_SETTING = frozenset({"after", "post", "following", "on", "despite", "during"})
"""Words after which people say in which setting: "after HSCT"; it is named in the note, not used."""
_OF_DRUGS = frozenset({"to", "after", "on", "despite", "by", "with"})
"""Words between a failure word and what failed."""
_DEGREES = frozenset({"mild", "moderate", "severe", "critical", "life", "threatening", "first", "second", "third", "fourth", "line"})
"""How bad it is, and in which line it is treated: named in the note, not used."""
_OPPOSITES = names.DENIALS | {"wild", "wt", "proficient"}
"""Words by which a marker is the opposite of what is called the same without them."""
_COMMON = _FILLERS | {
    "antibody", "receptor", "expression", "fusion", "rearrangement", "alteration", "loss", "activity", "high", "low", "wild", "type",
    "negative", "cell", "b", "t",
}  # fmt: skip
"""Words that many biomarkers share: alone they name none."""


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
                also[kind] = tuple(dict.fromkeys((*also.get(kind, ()), *ids)))
            elif part[place] not in names.DENIALS | _FILLERS and any(
                _qualifier(connection, part[ahead:])[1] == "failure_types" for ahead in range(place + 1, min(place + 4, len(part)))
            ):
                unused.append(part[place])
            elif part[place] in names.NUMBERED and part[place + 1 : place + 2] and part[place + 1].isdigit():
                unused += part[place : place + 2]
                length = 2
            elif part[place] in _SETTING and place + 1 < len(part):
                unused += part[place:]
                break
            elif part[place] in _DEGREES or (
                of_drugs and "failure_types" in also and len(unused) < 4 and part[place] not in names.DENIALS | _FILLERS
            ):
                unused.append(part[place])
            elif part[place] not in _FILLERS:
                return None
            place += length or 1
    return also, unused


def _qualifier(connection: sqlite3.Connection, words: list[str]) -> tuple[int, str, tuple[str, ...]]:
    """The longest qualifier that these words begin with: how many words, its kind, its ids."""
    for length in range(min(len(words), 4), 0, -1):
        phrase = " ".join(words[:length])
        if words[length - 1] == "old" and (groups := age_groups(phrase)):
            return length, "age_groups", groups
        for kind in QUALIFIERS:
            found = index.by_normal(connection, kind, phrase)
            if not found and kind == "biomarkers" and len(phrase) > 2 and not set(words[:length]) <= _COMMON:
                found = _containing(connection, kind, {*words[:length]})
            if found:
                return length, kind, _ids(found)
    return 0, "", ()


def _containing(connection: sqlite3.Connection, kind: str, wanted: set[str]) -> list[Named]:
    """What has these words in its name, where they tell it: its symbol (FLT3) or two words of it, never one like "severe" or "blood"."""
    telling = wanted - _COMMON
    if not any(len(word) > 1 for word in telling) or index.by_normal(connection, "conditions", " ".join(telling)):
        return []
    found = _with_all(index.all_names(connection, kind), wanted)
    return found if len(telling) > 1 else [each for each in found if telling <= _symbols(each.shown)]


def _with_all(known: Mapping[str, Sequence[Named]], wanted: set[str]) -> list[Named]:
    """The markers whose names have all these words, and none that turns the meaning round: BRAF is not BRAF wild-type."""
    worded = ((set(normal.split()), found) for normal, found in known.items())
    return [each for words, found in worded if wanted <= words and not _OPPOSITES & words - wanted for each in found]


_SYMBOL = re.compile(r"\b(?=\w*[A-Z0-9]\w*[A-Z0-9])\w+")


def _symbols(name: str) -> set[str]:
    """The words of those parts of a name that are written as symbols: FLT3, PD-L1, BRAF."""
    return {word for part in _SYMBOL.findall(name) for word in names.words(part)}


def _words(connection: sqlite3.Connection, kind: str, text: str) -> Match | None:
    """All words contained in a name, in any order; words of everyday speech stand for their terms (renal, kidney)."""
    typed = names.words(text)
    wanted = (
        names.alike(typed) - (_DEGREES if kind == "failure_types" else set()) - (_FILLERS - {"a"} if typed[-1:] == ["a"] else _FILLERS)
    )  # the A of hepatitis A is no article
    if (
        not wanted
        or all(len(word) < 2 for word in wanted)
        or (kind == "agents" and len("".join(wanted)) < (3 if text.strip().isupper() else 4))
    ):
        return None  # "PI" is no part of "PI3K inhibitor"
    if kind == "biomarkers" and re.search("[<\N{LESS-THAN OR EQUAL TO}]", text):
        return None  # below a limit is the opposite of above it
    known = index.all_names(connection, kind)
    found = _with_all(known, set(wanted)) if kind == "biomarkers" else _holding(known, wanted, _turning(kind, typed))
    whole = [each for each in found if wanted == names.alike(names.words(each.shown)) - _FILLERS]
    if kind == "failure_types":
        found = whole or found
    elif kind == "agents":
        found = [each for each in found if classes.told(each, text, classes.of(connection, each.id))]
    elif kind == "conditions" and len(wanted) == 1:
        found = whole or [each for each in found if wanted <= names.alike(names.words(index.shown_name(connection, kind, each.id)))]
    if not found:
        return None
    ids = index.topmost(connection, kind, _ids(found))
    return Match(ids, f"{quoted(text)} was read as {_listed(connection, kind, [Named(id, id) for id in ids])}")


def _turning(kind: str, typed: Sequence[str]) -> frozenset[str]:
    """Words that a condition's name must not have unless they were typed: they make another condition of it."""
    if kind != "conditions":
        return frozenset()
    return names.DENIALS | {"low"} if "positive" in typed else names.DENIALS


def _holding(known: Mapping[str, Sequence[Named]], wanted: set[str], turning: frozenset[str]) -> list[Named]:
    """What has all these words in a name, and none that turns it."""
    worded = ((names.alike(normal.split()), found) for normal, found in known.items())
    return [each for words, found in worded if wanted <= words and not turning & words - wanted for each in found]


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
        found = [each for words, each in shown if not _OPPOSITES & {*words} - {*typed} and words[: len(typed)] == typed]
    if kind == "agents":
        found = [each for each in found if classes.told(each, text, classes.of(connection, each.id))]
    if kind == "conditions":
        found = [each for each in found if _tells(start, names.normal(each.shown), index.shown_name(connection, kind, each.id))]
    ids = _ids(found)
    if len(ids) != 1:
        return None
    return Match(ids, f"{quoted(text)} was read as {_listed(connection, kind, [Named(ids[0], ids[0])])}")


def _tells(start: str, normal: str, shown: str) -> bool:
    """Whether a beginning says what is meant: it begins the name itself, or most of a word was typed, not just one of two."""
    if names.normal(shown).startswith(start):
        return len(start) >= TOLD * len(normal[len(start) :].split(" ")[0] + start)
    rest = normal[len(start) :].split(" ")[0]
    return len(start) > 3 and (bool(rest) or " " in start) and len(start) >= TOLD * len(start + rest)


TOLD = 0.6
"""So much of the words that were begun must be typed: `oesophag` tells, `hyper` does not."""


def _listed(connection: sqlite3.Connection, kind: str, found: Sequence[Named]) -> str:
    shown = [index.shown_name(connection, kind, id) for id in _ids(found)]
    if len(shown) > SHOWN:
        shown = [*shown[:SHOWN], f"{len(shown) - SHOWN} more"]
    return joined(shown)
