"""Records to be filled in: commented templates, with ids and numbers proposed. What is left empty, `validate` asks for.

A template never invents a figure: every value comes from the options or stays empty.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from salvage_cli import canonical, index
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.kinds import SINGULAR
from salvage_cli.library import Library
from salvage_cli.model import KINDS
from salvage_cli.nodes import FORBIDDEN, hidden_message
from salvage_cli.resolve import resolve
from salvage_cli.shape import Slot, from_data, slots, to_data
from salvage_cli.suggest import suggestion

_RESOLVED = {"condition": "conditions", "modality": "modalities", "failure_types": "failure_types", "agents": "agents",
             "specialty": "specialties"}  # fmt: skip
_SHOWN = {
    "therapies": ("outcomes", "safety", "monitoring"),
    "references": ("authors", "year", "design", "checked", "doi", "pmid", "url", "journal", "publisher"),
    "conditions": ("synonyms", "icd10"),
    "agents": ("inn", "synonyms"),
}
"""Optional fields that a template shows ready to fill; the others are comments."""

_OUTCOME = (
    "measure: # id of the outcome measure: salvage terms measures",
    "label: # the outcome as the report calls it",
    "primary: true # true on exactly one outcome of a record: the one the verdict rests on",
    "# at: # time point, e.g. 28 days",
    "# unit: # percent, months, days …; absent where only an effect or words are given",
    "# treated: {result: , ci: [ , ], events: , total: } # the arm that was given the therapy",
    "# comparator: {name: , result: , ci: [ , ], events: , total: } # the concurrent control arm, with its name",
    "# effect: {kind: , value: , ci: [ , ], favors: } # hazard ratio, risk difference …; favors: higher or lower",
    "# finding: # the result in words, where the report prints no figure",
    "# p: # as printed",
    "# n: # patients in the arms shown",
    "reference: # id of the publication the figures were read in",
)


def record(library: Library, kind: str, given: Mapping[str, Any], today: str, for_base: bool) -> Iterator[str]:
    """A new record as lines of YAML: what is given is filled in, the rest is explained.

    Raises:
        NothingFound: a condition, agent or reference is unknown.
        UsageError: a word of a closed list is unknown, or a text has a character that no file may have.
    """
    for text in (each for value in given.values() for each in (value if isinstance(value, list) else [value])):
        if isinstance(text, str) and (hidden := FORBIDDEN.search(text)):
            raise UsageError(hidden_message(hidden[0]))
    values = _resolved(library, given)
    if kind == "therapies":
        values |= {"investigational": None, "reviewed": today}
    if kind == "references":
        values |= {"number": _next_number(library, for_base), "type": given.get("type", "report"), "standing": "checked",
                   "authors_complete": True}  # fmt: skip
    if kind != "agents":
        values["id"] = _proposed_id(library, kind, values)
    yield f"{kind}:"
    lead = "- "
    for slot in slots(KINDS[kind]):
        for line in _field(slot, values, kind, today):
            if line.startswith("#"):
                yield f"  {line}"
            else:
                yield lead + line
                lead = "  "


def _resolved(library: Library, given: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(given)
    for key, kind in _RESOLVED.items():
        if key in given:
            words = [given[key]] if isinstance(given[key], str) else given[key]
            ids = [id for word in words for id in resolve(library.connection, kind, word).ids]
            values[key] = ids if isinstance(given[key], list) else ids[0]
    if "references" in given:
        values["references"] = [reference.id for word in given["references"] for reference in library.reference(word)]
    return values


def _field(slot: Slot, values: Mapping[str, Any], kind: str, today: str) -> Iterator[str]:
    """One field: its value, or a place for it, with what it means behind."""
    value = values.get(slot.key)
    if value is not None:
        first, *more = canonical.field(KINDS[kind], slot.key, value)
        yield first if more else f"{first} # {slot.about}"
        yield from more
    elif slot.key == "outcomes":
        yield f"outcomes: # {slot.about}"
        yield from (("- " if place == 0 else "  ") + line for place, line in enumerate(_OUTCOME))
    elif slot.key == "checked" and kind == "references":
        yield f"checked: # {slot.about}"
        yield f"  date: '{today}' # day on which the page was read"
        yield "  basis: # primary, secondary or listing"
        yield "  at: # addresses of the pages read: a list"
    elif slot.required or slot.key in _SHOWN[kind]:
        listed = f"; a list{' or one value' if slot.single else ''}" if slot.shape == "texts" else ""
        yield f"{'' if slot.required else '# '}{slot.key}: # {slot.about}{listed}"
    else:
        yield f"# {slot.key}: # {slot.about}"


def change(library: Library, kind: str, id: str) -> Iterator[str]:
    """A record that replaces one of the base: its fields as comments, to be kept where they are to differ.

    Raises:
        NothingFound: there is no such record.
    """
    cls = KINDS[kind]
    found = _stored(library, kind, id)
    yield f"{kind}:"
    yield f"- replaces: {id}"
    yield "  # Uncomment and change what is to differ; everything else stays as in the base, also when that is mended."
    key = "name" if kind == "agents" else "id"
    for slot in slots(cls):
        value = found[slot.key]
        if slot.key in (key, "number") or value in (None, [], False):
            continue
        yield from (f"  # {line}" for line in canonical.field(cls, slot.key, value))


def _stored(library: Library, kind: str, id: str) -> dict[str, Any]:
    table = {"therapies": "therapy", "references": "reference"}.get(kind)
    sql = f"SELECT id, record FROM {table}" if table else "SELECT id, record FROM term WHERE kind = ?"
    rows = dict(library.connection.execute(sql, () if table else (kind,)).fetchall())
    if id not in rows:
        raise NothingFound(f"no {SINGULAR[kind]} has the id {id!r}; {suggestion(id, {each: [index.Named(each, each)] for each in rows})}")
    return to_data(from_data(KINDS[kind], index.data(rows[id])))


def _next_number(library: Library, for_base: bool) -> int | str:
    numbers = [number for (number,) in library.connection.execute("SELECT number FROM reference")]
    own = [int(number[1:]) for number in numbers if number.startswith("X")]
    return max(int(number) for number in numbers if number.isdigit()) + 1 if for_base else f"X{max(own, default=0) + 1}"


def _proposed_id(library: Library, kind: str, values: Mapping[str, Any]) -> str:
    """A slug that nothing has: the therapy's name and its condition, a publication's first author and year, a name."""
    if kind == "therapies":
        stem = f"{values.get('name', 'new-therapy')} {values.get('condition', '')}"
    elif kind == "references":
        first = " ".join(values.get("authors") or ()).split()[:1]
        author = "".join(first) or " ".join(values.get("title", "new reference").split()[:4])
        stem = f"{author} {values.get('year', '')}"
    else:
        stem = values.get("name", f"new {SINGULAR[kind]}")
    slug = slugged(stem) or f"new-{SINGULAR[kind]}"
    table = {"therapies": "therapy", "references": "reference"}.get(kind, "term")
    taken = {id for (id,) in library.connection.execute(f"SELECT id FROM {table}")}
    return next(each for each in (slug, *(f"{slug}-{count}" for count in range(2, len(taken) + 3))) if each not in taken)


def slugged(text: str) -> str:
    """Small letters, digits and single hyphens."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-")
