"""The compiled index, asked: the only room, with `building`, that knows SQL. Loads no model: answers are rows and JSON."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from salvage_cli import names

SORTS = {
    "level": "position",
    "verdict": "CASE verdict WHEN 'benefit' THEN 0 WHEN 'surrogate' THEN 1 WHEN 'uncertain' THEN 2"
    " WHEN 'no-benefit' THEN 3 ELSE 4 END, position",
    "name": "name COLLATE NOCASE, position",
    "condition": "condition_name COLLATE NOCASE, position",
    "year": "year IS NULL, year DESC, position",
}


class Named(NamedTuple):
    """A name and the record or term that it leads to."""

    id: str
    shown: str


class Filter(NamedTuple):
    """What a query asks for after its words were resolved. Values of one facet are alternatives; facets add up."""

    facets: Mapping[str, Sequence[str]] = {}
    population: Sequence[str] = ()
    """Normal forms of words of the population text; one of them must be contained."""
    ages: Sequence[str] = ()
    evidence: int | None = None
    checked: bool = False
    investigational: bool | None = None
    reviewed_before: str | None = None
    ids: Sequence[str] = ()
    unlike: Sequence[str] = ()
    """Biomarkers that a therapy must not name."""


def together(some: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Facets of both, by kind, each id once."""
    return {kind: tuple(dict.fromkeys((*some.get(kind, ()), *others.get(kind, ())))) for kind in {**some, **others}}


def select(connection: sqlite3.Connection, wanted: Filter, columns: Sequence[str], sort: str) -> list[tuple[Any, ...]]:
    """The rows that a filter leaves, as a tuple of the named columns each, in the order of `sort`."""
    where, values = _where(wanted)
    chosen = ", ".join(f'"{column}"' for column in columns)
    return connection.execute(f"SELECT {chosen} FROM therapy WHERE {where} ORDER BY {SORTS[sort]}", values).fetchall()


def is_therapy(connection: sqlite3.Connection, id: str) -> bool:
    """Whether a therapy has just this id."""
    return connection.execute("SELECT 1 FROM therapy WHERE id = ?", (id,)).fetchone() is not None


def alternatives(connection: sqlite3.Connection, therapy: str, columns: Sequence[str], most: int) -> tuple[list[tuple[Any, ...]], int]:
    """The named columns of the first therapies filed under the same condition, without this one, and how many there are."""
    chosen = ", ".join(f'"{column}"' for column in columns)
    where = "condition = (SELECT condition FROM therapy WHERE id = ?1) AND id <> ?1 AND withdrawn = ''"
    rows = connection.execute(f"SELECT {chosen} FROM therapy WHERE {where} ORDER BY position LIMIT ?2", (therapy, most)).fetchall()
    return rows, connection.execute(f"SELECT count(*) FROM therapy WHERE {where}", (therapy,)).fetchone()[0]


def _where(wanted: Filter) -> tuple[str, list[Any]]:
    parts, values = ["withdrawn = ''"], list[Any]()
    for kind, chosen in wanted.facets.items():
        parts.append(f"position IN (SELECT position FROM facet WHERE kind = ? AND value IN ({_marks(chosen)}))")
        values += [kind, *chosen]
    if wanted.ages or wanted.population:
        either = []
        if wanted.ages:
            either.append(f"position IN (SELECT position FROM facet WHERE kind = 'age_groups' AND value IN ({_marks(wanted.ages)}))")
            values += wanted.ages
        for phrase in wanted.population:
            words = phrase.split()
            either.append("(" + " AND ".join(["instr(population_words, ?) > 0"] * len(words)) + ")")
            values += [f" {word} " if len(word) < 5 else f" {word}" for word in words]  # "man" is not the beginning of "mantle"
        parts.append(f"({' OR '.join(either)})")
    if wanted.evidence is not None:
        parts.append("evidence_level <= ?")
        values.append(wanted.evidence)
    if wanted.checked:
        parts.append("checked")
    if wanted.unlike:
        parts.append(f"position NOT IN (SELECT position FROM facet WHERE kind = 'biomarkers' AND value IN ({_marks(wanted.unlike)}))")
        values += wanted.unlike
    if wanted.reviewed_before is not None:
        parts.append("reviewed < ?")
        values.append(wanted.reviewed_before)
    if wanted.investigational is not None:
        parts.append("investigational = ?")
        values.append("true" if wanted.investigational else "false")
    if wanted.ids:
        parts = [f"id IN ({_marks(wanted.ids)})", *parts[1:]]
        values = [*wanted.ids, *values]
    return " AND ".join(parts), values


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


RANK = "bm25(search, 12.0, 8.0, 6.0, 8.0, 1.0, 2.0)"
"""Weights of name, condition, terms, trials, text and authors."""


def search(connection: sqlite3.Connection, stems: Sequence[str], wanted: Filter) -> list[int]:
    """The positions of the therapies that have all stems, best first: those whose names have them before the others.

    Raises:
        LookupError: this SQLite has no full text.
    """
    if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'search'").fetchone()[0]:
        raise LookupError("this SQLite has no full text")
    where, values = _where(wanted)
    literal = " ".join(f'"{stem}"' for stem in stems)
    sql = f"SELECT position FROM search JOIN therapy ON position = search.rowid WHERE search MATCH ? AND {where} ORDER BY {RANK}, position"
    found: dict[int, None] = {}
    for query in (f"{{name condition terms trials}} : ({literal})", literal):
        found |= dict.fromkeys(row[0] for row in connection.execute(sql, (query, *values)))
    return list(found)


def scan(connection: sqlite3.Connection, wanted: Filter) -> list[tuple[int, str]]:
    """Position and text (names, condition, summary) of every therapy that a filter leaves: search without full text."""
    where, values = _where(wanted)
    sql = f"SELECT position, name || ' ' || condition_name || ' ' || agents || ' ' || summary FROM therapy WHERE {where} ORDER BY position"
    return connection.execute(sql, values).fetchall()


def at_positions(connection: sqlite3.Connection, positions: Sequence[int], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The named columns of the therapies at these positions, in their order."""
    chosen = ", ".join(f'"{column}"' for column in columns)
    rows = connection.execute(f"SELECT position, {chosen} FROM therapy WHERE position IN ({_marks(positions)})", list(positions))
    found = {row[0]: row[1:] for row in rows}
    return [found[place] for place in positions]


def by_name(connection: sqlite3.Connection, kind: str, text: str) -> list[Named]:
    """What is called exactly so, after normalising."""
    normal = names.normal(text)
    if not normal:
        return []
    sql = "SELECT id, min(shown) FROM name WHERE kind = ? AND {} = ? GROUP BY id ORDER BY id"
    rows = connection.execute(sql.format("normal"), (kind, normal)).fetchall()
    rows = rows or connection.execute(sql.format("squeezed"), (kind, names.squeeze(normal))).fetchall()
    return [Named(*row) for row in rows]


def by_normal(connection: sqlite3.Connection, kind: str, normal: str) -> list[Named]:
    """What has a name of just this normal form."""
    sql = "SELECT id, min(shown) FROM name WHERE kind = ? AND normal = ? GROUP BY id ORDER BY id"
    return [Named(*row) for row in connection.execute(sql, (kind, normal))]


def below_code(connection: sqlite3.Connection, code: str) -> list[Named]:
    """The conditions whose ICD-10 code begins so."""
    sql = "SELECT condition, code FROM code WHERE system = 'icd10' AND substr(code, 1, ?) = ? ORDER BY code, condition"
    return [Named(*row) for row in connection.execute(sql, (len(code), code))]


def topmost(connection: sqlite3.Connection, kind: str, ids: Sequence[str]) -> tuple[str, ...]:
    """The ids without those that lie below another of them: asking for the upper one finds them."""
    if kind not in ("conditions", "modalities") or len(ids) < 2:
        return tuple(ids)
    parents = dict(connection.execute("SELECT id, parents FROM term WHERE kind = ?", (kind,)).fetchall())

    def above(id: str, seen: frozenset[str]) -> Iterator[str]:
        for parent in parents[id].split("; ") if parents.get(id) else ():
            if parent not in seen:
                yield parent
                yield from above(parent, seen | {parent})

    return tuple(id for id in ids if not set(above(id, frozenset({id}))) & set(ids))


def shown_name(connection: sqlite3.Connection, kind: str, id: str) -> str:
    """What a record is called in a message."""
    if kind == "therapies":
        return id
    row = connection.execute("SELECT name FROM term WHERE kind = ? AND id = ?", (kind, id)).fetchone()
    return str(row[0]) if row else id


def by_code(connection: sqlite3.Connection, system: str, code: str) -> list[Named]:
    """The conditions with a code: those whose own it is, else those below the concept that it names."""
    sql = "SELECT condition, code, own FROM code WHERE system = ? AND code = ? ORDER BY own DESC, condition"
    rows = connection.execute(sql, (system, code)).fetchall()
    best = max((own for _, _, own in rows), default=0)
    return [Named(id, shown) for id, shown, own in rows if own == best]


def all_names(connection: sqlite3.Connection, kind: str) -> dict[str, list[Named]]:
    """Every normal form of one kind with what it leads to."""
    found: dict[str, list[Named]] = {}
    for normal, id, shown in connection.execute("SELECT normal, id, shown FROM name WHERE kind = ? ORDER BY rowid", (kind,)):
        found.setdefault(normal, []).append(Named(id, shown))
    return found


def term(connection: sqlite3.Connection, kind: str, id: str) -> dict[str, Any]:
    """A term, condition or agent as data.

    Raises:
        KeyError: there is none of this id.
    """
    row = connection.execute("SELECT record FROM term WHERE kind = ? AND id = ?", (kind, id)).fetchone()
    if row is None:
        raise KeyError(id)
    return data(row[0])


def terms(connection: sqlite3.Connection, kind: str) -> list[dict[str, Any]]:
    """The terms of a kind with the number of therapies filed under each, in the order of the file."""
    rows = connection.execute(
        "SELECT id, name, parents, definition, therapies, source, record FROM term WHERE kind = ? ORDER BY position", (kind,)
    ).fetchall()
    return [
        {"id": id, "name": name, "parents": parents.split("; ") if parents else [], "definition": definition,
         "therapies": count, "synonyms": data(record).get("synonyms", []), "source": source or "shipped"}
        for id, name, parents, definition, count, source, record in rows
    ]  # fmt: skip


def references(connection: sqlite3.Connection, value: str) -> list[str]:
    """The JSON of the references that an identifier names."""
    sql = "SELECT record FROM identifier JOIN reference ON reference.id = identifier.reference WHERE value = ? ORDER BY position"
    return [row[0] for row in connection.execute(sql, (value.casefold(),))]


def reference_columns(connection: sqlite3.Connection, ids: Sequence[str], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The named columns of references, in the order of the ids."""
    chosen = ", ".join(columns)
    rows = connection.execute(f"SELECT id, {chosen} FROM reference WHERE id IN ({_marks(ids)})", list(ids)).fetchall()
    found = {row[0]: row[1:] for row in rows}
    return [found[id] for id in ids if id in found]


def citations(connection: sqlite3.Connection, ids: Sequence[str], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The number of references and the named columns of their citations (a style, `standing`), in the order of the ids."""
    chosen = ", ".join(f"citation.{column}" for column in columns)
    sql = f"SELECT id, number, {chosen} FROM reference JOIN citation ON citation.reference = id WHERE id IN ({_marks(ids)})"
    found = {row[0]: row[1:] for row in connection.execute(sql, list(ids))}
    return [found[id] for id in ids if id in found]


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many records of each kind there are; withdrawn ones are not counted."""
    found = {"therapies": connection.execute("SELECT count(*) FROM therapy WHERE withdrawn = ''").fetchone()[0]}
    found["references"] = connection.execute("SELECT count(*) FROM reference").fetchone()[0]
    found |= connection.execute("SELECT kind, count(*) FROM term GROUP BY kind").fetchall()
    sql = "SELECT count(*), sum(json_array_length(record, '$.outcomes')) FROM therapy WHERE withdrawn = ''"
    found["outcomes"] = connection.execute(sql).fetchone()[1] or 0
    sql = "SELECT count(*) FROM term WHERE kind = 'conditions' AND json_extract(record, '$.group')"
    found["groups"] = connection.execute(sql).fetchone()[0]
    return found


def standings(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """How many references stand how: as-cited, or checked on a primary or a secondary page."""
    sql = "SELECT CASE standing WHEN 'checked' THEN basis ELSE standing END AS how, count(*) FROM reference GROUP BY how ORDER BY how"
    return connection.execute(sql).fetchall()


def sources(connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """File, kind of record and number of records of it, the shipped base as one file; withdrawn therapies are not counted."""
    sql = """SELECT source, 'therapies', count(*) FROM therapy WHERE withdrawn = '' GROUP BY source
        UNION ALL SELECT source, 'references', count(*) FROM reference GROUP BY source
        UNION ALL SELECT source, kind, count(*) FROM term WHERE source != '' GROUP BY source, kind ORDER BY source, kind"""
    return connection.execute(sql).fetchall()


def ids(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The ids of every kind of record, in the order of the files; therapies and references by id."""
    found: dict[str, list[str]] = {}
    sql = """SELECT 'therapies', id, 0 AS place FROM therapy UNION ALL SELECT 'references', id, 0 FROM reference
        UNION ALL SELECT kind, id, position FROM term ORDER BY 1, place, id"""
    for kind, id, _ in connection.execute(sql):
        found.setdefault(kind, []).append(id)
    return found


def reviews(connection: sqlite3.Connection) -> list[tuple[str, str | None]]:
    """When each therapy was last read, and by when it is to be read again, oldest first."""
    sql = "SELECT reviewed, json_extract(record, '$.review_by') FROM therapy WHERE withdrawn = '' ORDER BY reviewed"
    return connection.execute(sql).fetchall()


def meta(connection: sqlite3.Connection) -> dict[str, str]:
    """What the database says of itself."""
    return dict(connection.execute("SELECT key, value FROM meta"))


def data(text: str) -> dict[str, Any]:
    """A record's JSON as data; figures keep their digits."""
    loaded: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return loaded
