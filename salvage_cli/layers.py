"""The shipped base and files of somebody's own as one base: what is added, replaced, withdrawn, and where each record came from.

A file of one's own never shadows a record silently: it has ids and X numbers of its own, or says which record it changes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from salvage_cli import checks, fields, source
from salvage_cli.errors import DataError, Problem, harmless
from salvage_cli.findings import Finding
from salvage_cli.kinds import SINGULAR
from salvage_cli.model import Base
from salvage_cli.names import likely
from salvage_cli.nodes import Limits
from salvage_cli.source import Change, Loaded, Origin
from salvage_cli.wording import quoted

SHIPPED = "shipped"
"""What `source_of` says of a record of the shipped base."""


@dataclass(slots=True)
class Layers:
    """A base of layers: all records, and what each layer gave."""

    base: Base
    shipped: Loaded
    own: Loaded
    changes: dict[tuple[str, str], Change] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def source_of(self, kind: str, id: str) -> str:
        """The file that a record came from or was last changed by; `shipped` for the shipped base."""
        change = self.changes.get((kind, id))
        origin = change.origin if change else self.own.origins.get((kind, id))
        return origin.shown if origin else SHIPPED

    def place(self, rule: str, finding: Finding) -> Problem:
        """A finding with its place: in the file that gave the value, or at the change that made a fault of a value of the shipped base."""
        key = (finding.kind, finding.id)
        change, loaded = self.changes.get(key), self.own
        first = finding.path.partition(".")[0].partition("[")[0]
        if change and (not first or first in change.values):
            return self.own.place(change.origin, finding.path, finding.message, rule)
        if change:
            return self.own.place(change.origin, _verb(change), f"{finding.message} ({finding.path} of the shipped record)", rule)
        origin = self.own.origins.get(key)
        if origin is None:
            rests_on = self._rests_on(key)
            cause = next((each for each in self.changes.values() if each.id in rests_on), None)
            if cause:
                return self.own.place(cause.origin, _verb(cause), f"of {finding.id} {finding.message}; change or withdraw it too", rule)
            origin, loaded = self.shipped.origins[key], self.shipped
        return loaded.place(origin, finding.path, finding.message, rule)

    def _rests_on(self, key: tuple[str, str]) -> set[str]:
        """The ids of the records that a therapy names."""
        record = self.base.records[key[0]].get(key[1])
        return {*record.references, *record.agents, record.condition} if key[0] == "therapies" and record else set()

    def check(self) -> None:
        """Run the rules across records, where the files themselves are sound; what they find goes to `problems`."""
        if not self.problems:
            self.problems += [self.place(rule, finding) for rule, finding in checks.run(self.base)]
            if self.base.edition is None:
                file = next((origin.shown for origin in self.shipped.origins.values()), "")
                message = "is missing (version, date and licence of the data)"
                self.problems.append(Problem(file, 0, 0, "edition", message, "fields-present"))


def shipped_name(path: Path) -> str:
    """The name that messages use for a file of the shipped base."""
    return f"data/{path.name}"


def own_name(path: Path) -> str:
    """The name that messages and answers use for a file of somebody's own: its path, harmless to a terminal."""
    return harmless(str(path))


def load(
    shipped_files: Sequence[Path],
    own_files: Sequence[Path] = (),
    limits: Limits | None = None,
    *,
    shown: Callable[[Path], str] = shipped_name,
) -> Layers:
    """Read a base and files beside it; faults of form and of layering are in `problems`. `shown` names the base's files.

    Raises:
        MachineError: a file cannot be read.
    """
    shipped = source.load(shipped_files, shown, limits=limits)
    own = source.load(own_files, own_name, own=True, limits=limits)
    return merge(shipped, own)


def load_or_raise(shipped_files: Sequence[Path], own_files: Sequence[Path] = (), limits: Limits | None = None) -> Layers:
    """Like `load`, for those who need a sound base: every rule holds.

    Raises:
        DataError: any fault, all of them.
        MachineError: a file cannot be read.
    """
    layers = load(shipped_files, own_files, limits)
    layers.check()
    if layers.problems:
        raise DataError(layers.problems)
    return layers


def _verb(change: Change) -> str:
    return "withdraws" if change.withdrawal else "replaces"


def merge(shipped: Loaded, own: Loaded) -> Layers:
    """One base of both; a record of `own` never shadows another."""
    base = Base({kind: dict(records) for kind, records in shipped.base.records.items()}, dict(shipped.base.journals), shipped.base.edition)
    layers = Layers(base, shipped, own, problems=[*shipped.problems, *own.problems])
    for kind, records in own.base.records.items():
        for id, record in records.items():
            first = shipped.origins.get((kind, id))
            if first is None:
                base.records[kind][id] = record
            else:
                layers.problems.append(_shadow(layers, own.origins[kind, id], first, id))
    for key, title in own.base.journals.items():
        if base.journals.setdefault(key, title) != title:
            message = f"the title of {quoted(key)} is already {quoted(base.journals[key])}; keep the shipped one"
            layers.problems.append(own.place(own.origins["journals", key], fields.step(key), message, "ids-once"))
    for change in own.changes:
        _apply(layers, change)
    return layers


def _shadow(layers: Layers, origin: Origin, first: Origin, id: str) -> Problem:
    file, line, *_ = source.locate(first, "", layers.shipped.roots)
    message = f"{quoted(id)} is already the id of the {SINGULAR[first.kind]} at {file}:{line}; choose another, or write replaces: {id}"
    return layers.own.place(origin, "name" if origin.kind == "agents" else "id", message, "ids-once")


def _apply(layers: Layers, change: Change) -> None:
    key = (change.kind, change.id)
    verb = _verb(change)
    old = layers.base.records[change.kind].get(change.id)
    wrong = _objection(layers, change)
    if wrong or old is None:
        path, message = wrong or (verb, "")
        layers.problems.append(layers.own.place(change.origin, path, message, "own-changes"))
        return
    if change.withdrawal is None:
        new = replace(old, **change.values)
    elif change.kind == "therapies":
        new = replace(old, withdrawn=change.withdrawal)
    else:
        new = replace(old, standing="withdrawn", retraction=change.withdrawal)
    layers.base.records[change.kind][change.id] = new
    layers.changes[key] = change


def _objection(layers: Layers, change: Change) -> tuple[str, str] | None:
    """Path and message of what is wrong with a change; None where it can be done."""
    key, what = (change.kind, change.id), SINGULAR[change.kind]
    verb = _verb(change)
    old = layers.shipped.base.records[change.kind].get(change.id)
    if key in layers.own.origins:
        return verb, f"{quoted(change.id)} is a {what} of your own; edit it"
    if old is None:
        near = likely(change.id, layers.shipped.base.records[change.kind])
        cure = f"did you mean {near!r}?" if near else "take an id of the shipped base"
        return verb, f"there is no {what} {quoted(change.id)}; {cure}"
    if key in layers.changes:
        file, line, *_ = source.locate(layers.changes[key].origin, "", layers.own.roots)
        return verb, f"{quoted(change.id)} is already changed at {file}:{line}; keep one"
    if change.withdrawal and change.kind not in ("therapies", "references"):
        return verb, f"a {what} cannot be withdrawn; only therapies and references can"
    if "number" in change.values and change.values["number"] != old.number:
        return "number", f"the number of {quoted(change.id)} is {old.number} for life; remove the line"
    return None
