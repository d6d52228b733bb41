"""Records to an index: a SQLite database whose tables people can read too (the same file is what an export hands out).

Facets are filed under all their ancestors: asking for a branch is one equality.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from salvage_cli import cite, evidence, names, wording
from salvage_cli.jsontext import json_text
from salvage_cli.model import KINDS, Base, Condition, Reference, Therapy
from salvage_cli.shape import to_data
from salvage_cli.styles import STYLES
from salvage_cli.work import work

FORMAT = 2
"""Raised whenever the tables or what stands in them change; a file of another format is built anew."""

_TEXTS = ", ".join(f"{style} TEXT NOT NULL" for style in STYLES)

SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE therapy (
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, condition TEXT NOT NULL,
  condition_name TEXT NOT NULL, modality TEXT NOT NULL, failure_types TEXT NOT NULL, failed TEXT NOT NULL,
  population TEXT NOT NULL, age_groups TEXT NOT NULL, biomarkers TEXT NOT NULL, agents TEXT NOT NULL, summary TEXT NOT NULL,
  regimen TEXT NOT NULL, result TEXT NOT NULL, safety TEXT NOT NULL, monitoring TEXT NOT NULL, verdict TEXT NOT NULL,
  verdict_basis TEXT NOT NULL, investigational TEXT NOT NULL, "references" TEXT NOT NULL, citations TEXT NOT NULL,
  reviewed TEXT NOT NULL, withdrawn TEXT NOT NULL, evidence_level INTEGER, evidence_indirect INTEGER NOT NULL,
  checked INTEGER NOT NULL, year INTEGER, source TEXT NOT NULL, population_words TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE facet (kind TEXT, value TEXT, position INTEGER, PRIMARY KEY (kind, value, position)) WITHOUT ROWID;
CREATE TABLE reference (
  id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, type TEXT NOT NULL, authors TEXT NOT NULL, title TEXT NOT NULL,
  journal TEXT, journal_title TEXT, publisher TEXT, year INTEGER, volume TEXT, issue TEXT, pages TEXT, doi TEXT, pmid TEXT,
  url TEXT, trial TEXT, registry TEXT, design TEXT, standing TEXT NOT NULL, basis TEXT, position INTEGER NOT NULL,
  source TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE citation (reference TEXT PRIMARY KEY, standing TEXT NOT NULL, {_TEXTS}) WITHOUT ROWID;
CREATE TABLE identifier (value TEXT, reference TEXT, PRIMARY KEY (value, reference)) WITHOUT ROWID;
CREATE TABLE term (
  kind TEXT, id TEXT, name TEXT NOT NULL, parents TEXT NOT NULL, definition TEXT NOT NULL, therapies INTEGER NOT NULL,
  position INTEGER NOT NULL, source TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE name (kind TEXT, normal TEXT, squeezed TEXT, id TEXT, shown TEXT);
CREATE TABLE code (system TEXT, code TEXT, condition TEXT, own INTEGER NOT NULL);
"""

SEARCH = """
CREATE VIRTUAL TABLE search USING fts5 (
  name, condition, terms, trials, text, authors, content = '', detail = column, tokenize = 'unicode61 remove_diacritics 0');
"""
"""Full text, one row a therapy (rowid is its position): stems of the words, as `names.stems` makes them."""

INDEXES = """
CREATE INDEX name_normal ON name (kind, normal);
CREATE INDEX name_squeezed ON name (kind, squeezed);
CREATE INDEX code_code ON code (system, code);
CREATE INDEX therapy_condition ON therapy (condition, withdrawn, position, id);
"""

LISTS = ("modality", "failure_types", "age_groups", "biomarkers", "agents", "safety", "monitoring", "references")


def build(
    connection: sqlite3.Connection,
    base: Base,
    source_of: Callable[[str, str], str],
    meta: Mapping[str, str],
    tell: Callable[[float], None] = lambda share: None,
) -> None:
    """Write a whole base into an empty database.

    `source_of(kind, id)` says which file a record came from; `tell` is told the share done.
    """
    connection.executescript(SCHEMA)
    with connection:
        for share in _Builder(connection, base, source_of).run():
            tell(share)
        connection.executescript(INDEXES)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", {**meta, "format": str(FORMAT)}.items())


class _Builder:
    """One build: what the steps share."""

    def __init__(self, connection: sqlite3.Connection, base: Base, source_of: Callable[[str, str], str]) -> None:
        self.connection, self.base, self.source_of = connection, base, source_of
        self.abbreviations = {kind.id: kind.abbreviation for kind in base.terms("effects").values()}
        self.lines = {kind: ancestors(base.records[kind]) for kind in ("conditions", "modalities")}
        self.counts: dict[tuple[str, str], int] = {}

    def run(self) -> Iterator[float]:
        """Fill the tables, and tell after each the share done (as measured on the shipped base)."""
        steps = ((self._therapies, 0.4), (self._references, 0.6), (self._terms, 0.65), (self._names, 0.75), (self._search, 1.0))
        for step, share in steps:
            step()
            yield share

    def _insert(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        sql = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(first))})"
        self.connection.execute(sql, first)
        self.connection.executemany(sql, rows)

    def _therapies(self) -> None:
        levels = {id: evidence.level(therapy, self.base) for id, therapy in self.base.therapies.items()}
        ranked = sorted(
            self.base.therapies.values(),
            key=lambda therapy: (*evidence.order(therapy.verdict, levels[therapy.id].value, therapy.name), therapy.id),
        )
        self._insert("therapy", (self._row(place, each, levels[each.id]) for place, each in enumerate(ranked)))
        self._insert("facet", (row for place, each in enumerate(ranked) for row in self._facets(place, each, levels[each.id])))

    def _row(self, place: int, therapy: Therapy, level: evidence.Level) -> tuple[Any, ...]:
        primary = therapy.primary
        better = self.base.terms("measures")[primary.measure].better
        cited = [self.base.references[id] for id in therapy.references]
        result = wording.result(primary, self.abbreviations, better)
        data = to_data(therapy)
        condition = self.base.conditions[therapy.condition]
        computed = {
            "condition_name": condition.name,
            "evidence_level": level.value,
            "evidence_indirect": level.indirect,
            "result": result,
            "citations": [reference.number for reference in cited],
            "source": self.source_of("therapies", therapy.id),
        }
        lists = {key: "; ".join(data[key]) for key in LISTS}
        source = self.base.references[primary.reference]
        withdrawn = f"{therapy.withdrawn.date}: {therapy.withdrawn.reason}" if therapy.withdrawn else ""
        return (
            place, therapy.id, therapy.name, therapy.condition, condition.name, lists["modality"], lists["failure_types"],
            therapy.failed, therapy.population, lists["age_groups"], lists["biomarkers"], lists["agents"], therapy.summary,
            therapy.regimen or "", result, lists["safety"], lists["monitoring"], therapy.verdict, therapy.verdict_basis,
            "true" if therapy.investigational else "false", lists["references"], " ".join(str(each.number) for each in cited),
            therapy.reviewed, withdrawn, level.value, int(level.indirect), int(source.standing == "checked"), source.year,
            computed["source"], f" {names.normal(therapy.population)} ", json_text({**data, **computed}),
        )  # fmt: skip

    def _facets(self, place: int, therapy: Therapy, level: evidence.Level) -> Iterator[tuple[str, str, int]]:
        if therapy.withdrawn:
            return
        condition = self.base.conditions[therapy.condition]
        source = self.base.references[therapy.primary.reference]
        values: dict[str, Iterable[str]] = {
            "conditions": self.lines["conditions"][therapy.condition],
            "modalities": dict.fromkeys(each for leaf in therapy.modality for each in self.lines["modalities"][leaf]),
            "failure_types": therapy.failure_types,
            "agents": therapy.agents,
            "age_groups": therapy.age_groups,
            "biomarkers": therapy.biomarkers,
            "specialties": condition.specialty,
            "references": therapy.references,
            "verdicts": (therapy.verdict,),
            "measures": dict.fromkeys(outcome.measure for outcome in therapy.outcomes),
            "effects": dict.fromkeys(outcome.effect.kind for outcome in therapy.outcomes if outcome.effect),
            "levels": (str(level.value),) if level.value else (),
            "designs": (source.design,) if source.design else (),
            "pools": (source.pools,) if source.pools else (),
            "standings": (source.standing,),
        }
        for kind, filed in values.items():
            for value in filed:
                self.counts[kind, value] = self.counts.get((kind, value), 0) + 1
                yield kind, value, place

    def _references(self) -> None:
        self._insert("reference", (self._reference(place, each) for place, each in enumerate(self.base.references.values())))
        self._insert("identifier", ((value, each.id) for each in self.base.references.values() for value in identifiers(each)))
        self._insert("citation", map(self._citation, self.base.references.values()))

    def _reference(self, place: int, each: Reference) -> tuple[Any, ...]:
        title = self.base.journals.get(each.journal or "")
        authors = "; ".join(each.authors) or each.group_author or ""
        source = self.source_of("references", each.id)
        record = json_text({**to_data(each), "journal_title": title, "source": source})
        return (
            each.id, str(each.number), each.type, authors, each.title, each.journal, title, each.publisher, each.year,
            each.volume, each.issue, each.pages, each.doi, each.pmid, each.url, each.trial, each.registry, each.design,
            each.standing, each.checked.basis if each.checked else None, place, source, record,
        )  # fmt: skip

    def _citation(self, each: Reference) -> tuple[str, ...]:
        known = self.base.references
        instead = [str(known[id].number) for id in each.nearest if id in known]
        source = str(known[each.cited_by].number) if each.cited_by in known else ""
        ready = work(each, self.base.journals.get(each.journal or ""))
        return (each.id, cite.standing(each, instead, source), *(style(ready) for style in STYLES.values()))

    def _terms(self) -> None:
        for kind in KINDS:
            if kind not in ("therapies", "references"):
                self._insert("term", (self._term(kind, place, each) for place, each in enumerate(self.base.records[kind].values())))
        listed = len(self.base.records["biomarkers"])
        self._insert(
            "term",
            (
                ("biomarkers", each, each, "", "", self.counts.get(("biomarkers", each), 0), place, "", "{}")
                for place, each in enumerate(self._own_markers(), listed)
            ),
        )

    def _own_markers(self) -> list[str]:
        """The markers that therapies name and the vocabulary does not: a record may say what no list foresaw."""
        named = {marker for each in self.base.therapies.values() for marker in each.biomarkers}
        return sorted(named - self.base.records["biomarkers"].keys(), key=str.casefold)

    def _term(self, kind: str, place: int, each: Any) -> tuple[Any, ...]:
        parents = each.broader if isinstance(each, Condition) else getattr(each, "parents", ())
        definition = getattr(each, "definition", None) or getattr(each, "class_", None) or ""
        count = self.counts.get((kind, each.id), 0)
        source = self.source_of(kind, each.id)
        return (kind, each.id, each.name, "; ".join(parents), definition, count, place, source, json_text(to_data(each)))

    def _names(self) -> None:
        self._insert("name", (row for kind in KINDS for each in self.base.records[kind].values() for row in _name_rows(kind, each)))
        self._insert("name", (_name_row("biomarkers", marker, marker) for marker in self._own_markers()))
        self._insert("code", (row for each in self.base.conditions.values() for row in codes(each)))

    def _search(self) -> None:
        """The search text; an SQLite without FTS5 goes without, and search scans."""
        try:
            self.connection.executescript(SEARCH)
        except sqlite3.OperationalError:
            return
        spoken = {(kind, id): " ".join(names_of(kind, record)) for kind in SPOKEN for id, record in self.base.records[kind].items()}
        rows = self.connection.execute("SELECT position, id FROM therapy ORDER BY position").fetchall()
        self._insert(
            "search (rowid, name, condition, terms, trials, text, authors)",
            ((place, *self._texts(self.base.therapies[id], spoken)) for place, id in rows),
        )

    def _texts(self, therapy: Therapy, spoken: Mapping[tuple[str, str], str]) -> Iterator[str]:
        """What each column of the search text holds, as stems: names first, then all else that a reader may remember."""
        references = [self.base.references[each] for each in therapy.references]
        modalities = [each for leaf in therapy.modality for each in self.lines["modalities"][leaf]]
        terms = [("agents", each) for each in therapy.agents] + [("modalities", each) for each in modalities]
        terms += [("failure_types", each) for each in therapy.failure_types] + [("age_groups", each) for each in therapy.age_groups]
        terms += [("conditions", each) for each in self.lines["conditions"][therapy.condition][1:]]
        measures = [self.base.terms("measures")[outcome.measure].name for outcome in therapy.outcomes]
        labels = [outcome.label for outcome in therapy.outcomes]
        texts = (
            [therapy.name, *therapy.agents, therapy.id],
            [spoken["conditions", therapy.condition]],
            [*(spoken[term] for term in terms), *(spoken.get(("biomarkers", each), each) for each in therapy.biomarkers)],
            [text for each in references for text in (each.trial or "", each.registry or "")],
            [therapy.summary, therapy.population, therapy.failed, therapy.regimen or "", *measures, *labels, *therapy.safety,
             *therapy.monitoring, therapy.verdict_basis],
            [text for each in references for text in (*each.authors, each.group_author or "", each.title)],
        )  # fmt: skip
        return (" ".join(names.stems(" ".join(parts))) for parts in texts)


SPOKEN = ("conditions", "agents", "modalities", "failure_types", "age_groups", "biomarkers")
"""The kinds whose names search knows by all their synonyms."""


def ancestors(records: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """For each id, itself and all that lies above it, nearest first. A circle ends where it closes."""
    above: dict[str, tuple[str, ...]] = {}
    for id in records:
        line = [id]
        for each in line:
            record = records.get(each)
            wider = () if record is None else record.broader if isinstance(record, Condition) else record.parents
            line += [parent for parent in wider if parent not in line]
        above[id] = tuple(line)
    return above


def names_of(kind: str, record: Any) -> list[str]:
    """Every name that leads to a record: name, synonyms, INN, id; for a reference its trial."""
    if kind == "references":
        return [record.trial] if record.trial else []
    extra = (getattr(record, "inn", None), getattr(record, "abbreviation", None), record.id)
    return [record.name, *getattr(record, "synonyms", ()), *(each for each in extra if each)]


def _name_rows(kind: str, record: Any) -> Iterator[tuple[str, ...]]:
    seen = set()
    classes = [record.class_] if kind == "agents" else []
    for shown in names_of(kind, record) + classes:
        row = _name_row(kind, record.id, shown)
        if row[1] not in seen:
            seen.add(row[1])
            yield row


def _name_row(kind: str, id: str, shown: str) -> tuple[str, ...]:
    normal = names.normal(shown)
    return (kind, normal, names.squeeze(normal), id, shown)


def codes(condition: Condition) -> Iterator[tuple[str, str, str, int]]:
    """The codes that lead to a condition: system, code, id, and 1 where it is the condition's very own."""
    for each in condition.icd10:
        yield "icd10", each, condition.id, 1
    for system in ("doid", "mondo", "mesh"):
        if own := getattr(condition, system):
            yield system, own, condition.id, 1
    for system in ("doid", "mondo"):
        if wider := getattr(condition, f"broader_{system}"):
            yield system, wider, condition.id, 0


def identifiers(reference: Reference) -> list[str]:
    """What a reference is known by, in small letters: number, id, DOI, PMID (also as `pmid:1`), register number, address."""
    pmid = f"pmid:{reference.pmid}" if reference.pmid else None
    given = (str(reference.number), reference.id, reference.doi, reference.pmid, pmid, reference.registry, reference.url)
    return [each.casefold() for each in given if each]
