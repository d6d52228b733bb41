"""The core's front door: open a knowledge base, ask it, get values. Prints nothing, exits nowhere.

from salvage_cli import open_library

library = open_library()
for therapy in library.find(Query(condition=["AML"])).therapies():
    print(therapy.name, therapy.verdict)
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from salvage_cli import index, names
from salvage_cli.errors import NothingFound, UsageError
from salvage_cli.filters import read
from salvage_cli.index import Filter, Named
from salvage_cli.opening import Waiting, open_index
from salvage_cli.query import Query
from salvage_cli.suggest import joined, suggestion
from salvage_cli.wording import quoted
from salvage_cli.work import Work, identifier, work

if TYPE_CHECKING:
    from salvage_cli.model import Reference, Therapy


@dataclass(frozen=True)
class Answer:
    """What a query found. Values are read from the index when they are asked for."""

    library: "Library"
    wanted: Filter
    sort: str
    notes: tuple[str, ...] = ()
    """How words were read that were no exact name, and what else the user should know; for stderr."""
    conditions: tuple[str, ...] = field(default=())
    """Ids of the conditions asked for."""
    missing: str = ""
    """What to say where a search found nothing."""
    positions: tuple[int, ...] | None = None
    """What a search found, best first; None where the filter alone says what and in which order."""

    def rows(self, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """The named columns of each therapy found, in order."""
        if self.positions is not None:
            return index.at_positions(self.library.connection, self.positions, columns)
        return index.select(self.library.connection, self.wanted, columns, self.sort)

    def records(self) -> list[str]:
        """Each therapy found as JSON on one line, computed fields with it."""
        return [row[0] for row in self.rows(("record",))]

    def therapies(self) -> "Iterator[Therapy]":
        """Each therapy found."""
        from salvage_cli.model import Therapy
        from salvage_cli.shape import from_data

        return (from_data(Therapy, index.data(record)) for record in self.records())

    def nothing(self) -> str:
        """What to say when nothing was found."""
        if self.missing:
            return self.missing
        if not self.conditions:
            return "no therapy fits all facets"
        named = [self.library.term("conditions", id)["name"] for id in self.conditions]
        return f"nothing is known here that fits all facets, for {joined(named)}"

    def references(self) -> list[str]:
        """The JSON of the publications behind the therapies found, in the order of their numbers."""
        ids = {id for (listed,) in self.rows(("references",)) for id in listed.split("; ")}
        rows = index.reference_columns(self.library.connection, sorted(ids), ("position", "record"))
        return [record for _, record in sorted(rows)]


class Library:
    """A knowledge base that can be asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Answer from an index."""
        self.connection = connection

    def find(self, query: Query) -> Answer:
        """What is known, as a filter over the index.

        Raises:
            NothingFound: a condition, agent, biomarker or id is unknown.
            UsageError: a modality or another word of a closed list is unknown, or a day is none.
        """
        reading = read(self.connection, query)
        return Answer(self, reading.wanted, query.sort, reading.notes, reading.conditions)

    def search(self, words: str, query: Query, limit: int) -> Answer:
        """Ranked full text: the therapies that have all the words, those in whose names they stand first.

        Raises:
            UsageError: there is no word to look for.
        """
        stems = names.stems(words)
        if not stems:
            raise UsageError("what to search for? give words")
        answer = self.find(query)
        notes = list(answer.notes)
        try:
            positions = index.search(self.connection, stems, answer.wanted)
        except LookupError:
            notes.append("this SQLite has no full text; names and summaries were scanned, not ranked")
            positions = [place for place, text in index.scan(self.connection, answer.wanted) if {*stems} <= {*names.stems(text)}]
        if len(positions) > limit:
            notes.append(f"the best {limit} of {len(positions)}; -n N for more")
        who = "no therapy that fits all facets" if query.asks() else "nothing"
        missing = f"{who} has {'the word' if len(stems) == 1 else 'all the words'} {quoted(words)}"
        return replace(answer, notes=tuple(notes), positions=tuple(positions[:limit]), missing=missing)

    def publications(self, text: str) -> "tuple[list[Reference], str]":
        """The publications that `text` names, and how it was read where it names several; for stderr.

        A number, an id, a DOI or PMID in any form, an address, a trial's register number or name, or a therapy's id.

        Raises:
            NothingFound: nothing is known by it.
        """
        from salvage_cli.model import Reference
        from salvage_cli.shape import from_data

        records = index.references(self.connection, text.strip()) or index.references(self.connection, identifier(text))
        resting = [] if records else self._cited_by(text)
        ids = [] if records else resting or self._of_trial(text)
        records = records or self.reference_records(ids)
        if not records:
            raise NothingFound(f"no reference is called {quoted(text)}; {self._reference_hint(text)}")
        found = [from_data(Reference, index.data(record)) for record in records]
        several = len(found) > 1 and not resting
        return found, f"{quoted(text)} is {joined([f'reference {each.number}' for each in found])}" if several else ""

    def _cited_by(self, id: str) -> list[str]:
        row = self.connection.execute('SELECT "references" FROM therapy WHERE id = ?', (id.strip(),)).fetchone()
        return row[0].split("; ") if row else []

    def _of_trial(self, text: str) -> list[str]:
        bare = " ".join(word for word in text.split() if word.casefold() not in ("the", "trial", "study"))
        found = index.by_name(self.connection, "references", text) or index.by_name(self.connection, "references", bare)
        return [each.id for each in found]

    def reference(self, text: str) -> "list[Reference]":
        """The publications that `text` names, as `publications` reads it.

        Raises:
            NothingFound: nothing is known by it.
        """
        return self.publications(text)[0]

    def all_references(self) -> "list[Reference]":
        """Every publication of the base, in the order of the files."""
        from salvage_cli.model import Reference
        from salvage_cli.shape import from_data

        rows = self.connection.execute("SELECT record FROM reference ORDER BY position")
        return [from_data(Reference, index.data(record)) for (record,) in rows]

    def reference_records(self, ids: Sequence[str]) -> list[str]:
        """The JSON of publications, in the order of the ids."""
        return [record for (record,) in index.reference_columns(self.connection, ids, ("record",))]

    def work(self, reference: "Reference") -> Work:
        """A publication made ready to be cited."""
        ((title,),) = index.reference_columns(self.connection, [reference.id], ("journal_title",))
        return work(reference, title)

    def citations(self, ids: Sequence[str], style: str = "vancouver") -> list[tuple[str, str, str]]:
        """Number, citation in a built-in style of text, and standing (empty where all is well), in the order of the ids."""
        return index.citations(self.connection, ids, (style, "standing"))

    def resting_on(self, reference: str) -> "Iterator[Therapy]":
        """The therapies that name a publication, by its id."""
        return Answer(self, Filter(facets={"references": [reference]}), "level").therapies()

    def _reference_hint(self, text: str) -> str:
        meant = identifier(text)
        if meant.isdigit():
            (last,) = self.connection.execute("SELECT max(CAST(number AS INTEGER)) FROM reference").fetchone()
            return f"numbers run from 1 to {last}" + (", and no PMID is this" if len(meant) >= 7 else "")
        for kind, start in (("DOI", "10."), ("PMID", "pmid:"), ("register number", "nct")):
            if meant.startswith(start) and any(map(str.isdigit, meant)):
                return f"this {kind} is not known here"
        ids = self.connection.execute("SELECT id FROM reference UNION SELECT id FROM therapy ORDER BY id")
        trials = index.all_names(self.connection, "references")
        return suggestion(text, {**trials, **{names.normal(id): [Named(id, id)] for (id,) in ids}})

    def reference_sources(self, ids: Sequence[str]) -> dict[str, str]:
        """Which file each reference comes from, by id; `shipped` for the base itself."""
        return dict(index.reference_columns(self.connection, ids, ("id", "source")))

    def addresses(self, ids: Sequence[str]) -> dict[str, tuple[str | None, str | None, str | None]]:
        """DOI, PMID and address of references, by id."""
        rows = index.reference_columns(self.connection, ids, ("id", "doi", "pmid", "url"))
        return {id: (doi, pmid, url) for id, doi, pmid, url in rows}

    def alternatives(self, therapy: str, columns: Sequence[str], most: int) -> tuple[list[tuple[Any, ...]], int]:
        """The named columns of at most so many other therapies of the same condition, in order, and how many there are."""
        return index.alternatives(self.connection, therapy, columns, most)

    def numbers(self, ids: Sequence[str]) -> list[str]:
        """The numbers of references, in the order of the ids."""
        return [number for (number,) in index.reference_columns(self.connection, ids, ("number",))]

    def term(self, kind: str, id: str) -> dict[str, Any]:
        """A condition, agent or term of the vocabulary as data."""
        return index.term(self.connection, kind, id)

    def terms(self, kind: str) -> list[dict[str, Any]]:
        """What one can ask for of a kind, with the number of therapies under each."""
        return index.terms(self.connection, kind)

    def counts(self) -> dict[str, int]:
        """How many records of each kind there are."""
        return index.counts(self.connection)

    def standings(self) -> list[tuple[str, int]]:
        """How many references stand how, by the basis on which they were checked."""
        return index.standings(self.connection)

    def sources(self) -> dict[str, dict[str, int]]:
        """How many records of each kind each file gave; the shipped base is one of them."""
        found: dict[str, dict[str, int]] = {}
        for file, kind, count in index.sources(self.connection):
            found.setdefault(file, {})[kind] = count
        return found

    def age(self, today: str) -> tuple[str, str, int]:
        """The first and the last day on which a therapy was read against its sources, and how many are due again."""
        from salvage_cli.advice import due

        found = index.reviews(self.connection)
        return found[0][0], found[-1][0], sum(due(reviewed, review_by, today) for reviewed, review_by in found)

    def ids(self) -> dict[str, list[str]]:
        """The ids that a record may point to, by kind."""
        return index.ids(self.connection)

    def meta(self) -> dict[str, str]:
        """Version and day of the data, and what the index says of itself."""
        return index.meta(self.connection)


def open_library(
    data: Sequence[str] = (),
    *,
    only_shipped: bool = False,
    limits: int = 1,
    say: Callable[[str], None] = lambda _: None,
    waiting: Waiting | None = None,
) -> Library:
    """Open the shipped knowledge base, with files or folders of one's own (`data`) beside it.

    `only_shipped` leaves those out; `limits` raises the bounds of a file so many times. `say` is told what a curious user
    may want to know (for `--verbose`); `waiting` gives, while an index is built, a function that is told the share done.

    Raises:
        DataError: a file is at fault.
        MachineError: one cannot be read.
    """
    return Library(open_index(data, only_shipped=only_shipped, limits=limits, say=say, waiting=waiting))


__all__ = ["Answer", "Library", "Query", "joined", "open_library"]
