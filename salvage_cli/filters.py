"""From a question in the words of a user to a filter over the index, with what is to be said of how the words were read."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from salvage_cli import index, names
from salvage_cli.errors import UsageError
from salvage_cli.index import Filter
from salvage_cli.kinds import SINGULAR
from salvage_cli.query import Query
from salvage_cli.suggest import joined
from salvage_cli.wording import quoted

FACET_KINDS = {
    "condition": "conditions",
    "modality": "modalities",
    "failure_type": "failure_types",
    "agent": "agents",
    "biomarker": "biomarkers",
    "specialty": "specialties",
    "verdict": "verdicts",
}
"""The facets whose words are names, with the kind of name."""

EXPERIMENTAL = frozenset(map(names.normal, ("experimental", "experimental treatment", "investigational", "trial", "clinical trial")))

_PEOPLE = r"(?i)\b(?:patients?|people|persons?|population|only|wom[ae]n|m[ae]n|males?|females?)\b"
_AND = r"(?i)\s*(?:,|/|&|\+|\band\b|\bor\b)\s*"


class Reading(NamedTuple):
    """A question as it was read."""

    wanted: Filter
    notes: tuple[str, ...]
    """How words were read that were no exact name, and what else the user should know; for stderr."""
    conditions: tuple[str, ...]
    """Ids of the conditions asked for."""


def read(connection: sqlite3.Connection, query: Query) -> Reading:
    """What a question asks for.

    Raises:
        NothingFound: a condition, agent, biomarker or id is unknown.
        UsageError: a modality or another word of a closed list is unknown, or a day is none.
    """
    return _Reader(connection, query.sort).read(query)


@dataclass
class _Reader:
    """What is read of a question, word by word."""

    connection: sqlite3.Connection
    sort: str
    notes: list[str] = field(default_factory=list)
    named: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids by kind that options name."""
    also: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids by kind that were read out of a condition's words."""
    markers: list[str] = field(default_factory=list)
    """Biomarkers that patients have, which do not narrow the answer."""

    def read(self, query: Query) -> Reading:
        investigational = query.investigational
        for facet, kind in FACET_KINDS.items():
            given = list(getattr(query, facet))
            if facet == "modality" and any(names.normal(text) in EXPERIMENTAL for text in given):
                investigational = True
                given = [text for text in given if names.normal(text) not in EXPERIMENTAL]
            for text in given:
                self._take(kind, text)
        ages, population = self._population(query.population)
        wanted = Filter(
            facets=index.together(self.named, self.also), population=population, ages=ages, evidence=query.evidence, checked=query.checked,
            investigational=investigational, ids=self._ids(query.ids),
            unlike=self._unlike([*self.markers, *self.also.get("biomarkers", ())]),
            reviewed_before=names.day(query.reviewed_before) if query.reviewed_before is not None else None,
        )  # fmt: skip
        if self.also and not self._any(wanted):
            wanted = self._widened(wanted)
        return Reading(wanted, tuple(self.notes), self.named.get("conditions", ()))

    def _take(self, kind: str, text: str) -> None:
        from salvage_cli.resolve import resolve  # a question without names does not load it

        match = resolve(self.connection, kind, text)
        self.named = index.together(self.named, {kind: match.ids})
        self.notes += [match.note] if match.note else []
        self.also = index.together(self.also, match.also)
        self.markers += match.markers

    def _any(self, wanted: Filter) -> bool:
        return bool(index.select(self.connection, wanted, ("position",), self.sort))

    def _widened(self, wanted: Filter) -> Filter:
        """The filter without what was only read out of a condition's words, where that left nothing: the failure type first.

        An age group is never dropped: what was seen in adults is no answer for a child.
        """
        for dropped in ({"failure_types"} & self.also.keys(), self.also.keys() - {"age_groups"}):
            kept = {kind: ids for kind, ids in self.also.items() if kind not in dropped}
            wider = wanted._replace(facets=index.together(self.named, kept))
            if dropped and self._any(wider):
                words = joined([f"{SINGULAR[kind]} {joined(list(ids), 'or')}" for kind, ids in self.also.items() if kind in dropped])
                left_out = f", and without what names {joined(wanted.unlike, 'or')}" if wanted.unlike else ""
                self.notes.append(f"nothing here is filed under {words}; shown without that{left_out}")
                if "biomarkers" in dropped:
                    self._point_elsewhere(self.also["biomarkers"])
                return wider
        return wanted

    def _unlike(self, markers: Sequence[str]) -> list[str]:
        """The markers that a therapy for patients with these must not name: HER2-positive where HER2-negative was asked for."""
        if not markers:
            return []
        from salvage_cli.markers import opposed

        return opposed(markers, [term["id"] for term in index.terms(self.connection, "biomarkers")])

    def _point_elsewhere(self, markers: Sequence[str]) -> None:
        """Say where therapies that name these markers are, if there are any."""
        found = index.select(self.connection, Filter(facets={"biomarkers": markers}), ("condition_name",), self.sort)
        if found:
            places = list(dict.fromkeys(name for (name,) in found))[:3]
            self.notes.append(f"{joined(list(markers), 'or')} is named under {joined(places)}")

    def _population(self, given: Sequence[str]) -> tuple[list[str], list[str]]:
        ages, population = [], []
        for text in given:
            groups = self._age_groups(text)
            ages += groups
            if groups and not {*groups} >= {*names.words(text)}:
                self.notes.append(f"{quoted(text)} was read as age group {joined(groups)}")
            elif not groups:
                words = names.normal(text)
                if not words:
                    raise UsageError(f"--population {quoted(text)} has no words")
                if names.DENIALS.intersection(words.split()):
                    raise UsageError(f"--population says who was studied; {quoted(text)} says who was not")
                population.append(words)
                self.notes.append(f"{quoted(text)} is no age group; it was looked for in the words that say who was studied")
        return ages, population

    def _age_groups(self, text: str) -> list[str]:
        """Ids of the age groups that a text names, or that an age in it falls in; none where part of it is something else."""
        from salvage_cli.ages import age_groups

        parts = [text] if age_groups(text) else re.split(_AND, text)
        found = [self._named_age(re.sub(_PEOPLE, "", part)) or [*age_groups(part)] for part in parts]
        return list(dict.fromkeys(id for ids in found for id in ids)) if all(found) else []

    def _named_age(self, text: str) -> list[str]:
        return [each.id for each in index.by_name(self.connection, "age_groups", text)]

    def _ids(self, given: Sequence[str]) -> list[str]:
        found: list[str] = []
        for text in given:
            if index.is_therapy(self.connection, text):
                found.append(text)
                continue
            from salvage_cli.resolve import resolve

            match = resolve(self.connection, "therapies", text)
            found += match.ids
            self.notes += [match.note] if match.note else []
        return list(dict.fromkeys(found))
