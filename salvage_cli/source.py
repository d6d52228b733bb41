"""Knowledge-base files to model: the shipped base, or files of somebody's own that add to it, replace and withdraw.

`nodes` keeps hostile bytes in bounds, `fields` reads values; here is what stands where. Every fault of every file is
collected, each with its line, column, path and cure. Rules across records are `checks`' business.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from salvage_cli import fields
from salvage_cli.errors import DataError, Problem
from salvage_cli.fields import Faults
from salvage_cli.kinds import SINGULAR
from salvage_cli.model import KINDS, Base, Edition, Withdrawal
from salvage_cli.nodes import Limits, compose, read_bytes
from salvage_cli.wording import quoted

FORM: dict[str, str] = {
    "readable": "A file is UTF-8, one YAML (or JSON) document, and not empty.",
    "bounds": "A file stays within bounds of size, depth, number of values and what its aliases repeat; --limits raises them.",
    "harmless-text": "No text holds a control character, an invisible one, or one that turns the direction of writing.",
    "no-tags": "Values are text, numbers, true and false, as the model says; YAML tags (!!python, !!int …) are not read.",
    "keys-once": "No mapping has a key twice: YAML would keep one of them without a word.",
    "known-keys": "Every key is one of the data format's; see salvage schema and docs/data-format.md.",
    "fields-present": "A record has all fields that the data format requires, and none without a value.",
    "values-fit": "A value has the form of its field: text, a whole number, a number, true or false, a day, a list, a pair [low, high].",
    "ids-once": "An id belongs to one record. A file of your own that means a record of the base says replaces: ID in place of id.",
    "own-numbers": "References of the base have whole numbers for life; those of a file of your own have X1, X2 …",
    "own-changes": "A file of your own changes a record of the base, once, by replaces: ID, or by withdraws: ID with date and reason.",
}
"""The rules of form by name, with their explanations; rules across records are `checks.RULES`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record stands: the file, the kind's key in it and the place in that list."""

    file: Path
    shown: str
    kind: str
    position: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a file of somebody's own does to a record that exists: other values for some fields, or a withdrawal."""

    kind: str
    id: str
    values: dict[str, Any]
    withdrawal: Withdrawal | None
    origin: Origin


@dataclass(slots=True)
class Loaded:
    """What files held: the base, and for each record where it came from."""

    base: Base = field(default_factory=Base)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    roots: dict[Path, Any] = field(default_factory=dict)
    """Files composed again to find places in them; empty while nothing is wrong."""

    def place(self, origin: Origin, path: str, message: str, rule: str) -> Problem:
        """A problem at `path` of the record at `origin`."""
        file, line, column, full = locate(origin, path, self.roots)
        return Problem(file, line, column, full, message, rule)


def load(
    files: Iterable[Path], shown: Callable[[Path], str] = str, *, own: bool = False, limits: Limits | None = None
) -> Loaded:  # fmt: skip
    """Read files into one base. `shown` turns a path into the name that messages use.

    `own` files stand beside a base: they number references X1, X2 … and may replace and withdraw. Faults of form are in
    the result's `problems`.

    Raises:
        MachineError: a file cannot be read.
    """
    loaded = Loaded()
    for file in files:
        _File(file, shown(file), loaded, own).read(limits or Limits())
    return loaded


def load_or_raise(files: Iterable[Path], shown: Callable[[Path], str] = str) -> Loaded:
    """Like `load`, for those who need a sound base.

    Raises:
        DataError: any fault of form, all of them.
        MachineError: a file cannot be read.
    """
    loaded = load(files, shown)
    if loaded.problems:
        raise DataError(loaded.problems)
    return loaded


def locate(origin: Origin, path: str, roots: dict[Path, Any] | None = None) -> tuple[str, int, int, str]:
    """File, line, column and full path of `path` (e.g. `outcomes[0].ci`) in a record.

    The file is read again: places are wanted only when something is wrong, so none are kept. `roots` keeps what was read
    for the next place.
    """
    kept = {} if roots is None else roots
    if origin.file not in kept:
        kept[origin.file] = compose(read_bytes(origin.file, Limits(1000)), origin.shown, [], Limits(1000))
    node: Any = kept[origin.file]
    for step in [origin.kind, *([origin.position] if origin.position >= 0 else []), *_steps(path)]:
        inner = _step(node, step)
        if inner is None:
            break
        node = inner
    full = f"{origin.kind}[{origin.position}]" if origin.position >= 0 else origin.kind
    line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (0, 0)
    return origin.shown, line, column, full + (f".{path}" if path else "")


def _steps(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]


def _step(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


class _File:
    """One file while it is read."""

    def __init__(self, file: Path, shown: str, loaded: Loaded, own: bool) -> None:
        self.file, self.shown, self.loaded, self.own = file, shown, loaded, own
        self.faults = Faults()

    def read(self, limits: Limits) -> None:
        problems = self.loaded.problems
        before = len(problems)
        root = compose(read_bytes(self.file, limits), self.shown, problems, limits)
        if root is None:
            if len(problems) == before:
                message = "the file is empty; it should hold therapies: or conditions: …"
                problems.append(Problem(self.shown, 0, 0, "", message, "readable"))
            return
        end = []
        try:
            self._root(root)
        except fields.TooMany:
            message = f"{fields.MOST_FAULTS} faults so far; the rest of the file was not read"
            end = [Problem(self.shown, 0, 0, "", message, "bounds")]
        problems += [
            Problem(self.shown, each.node.start_mark.line + 1, each.node.start_mark.column + 1, each.path, each.message, each.rule)
            for each in self.faults
        ]
        problems += end

    def _root(self, root: Any) -> None:
        for key, node in fields.entries(root, self.faults, "a mapping from therapies, conditions, references … to records"):
            start = len(self.faults)
            if key == "journals":
                self._journals(node)
            elif key == "edition":
                self._edition(node)
            elif key in KINDS:
                self._records(key, node)
            else:
                self.faults.add(node.key_node, fields.unknown(key, [*KINDS, "journals", "edition"]), rule="known-keys")
            self.faults.under(start, fields.step(key))

    def _edition(self, node: Any) -> None:
        if self.own:
            self.faults.add(node.key_node, "the edition belongs to the base; remove it from a file of your own", rule="known-keys")
        else:
            self.loaded.base.edition = fields.record(Edition)(node, self.faults)

    def _journals(self, node: Any) -> None:
        known = self.loaded.base.journals
        for key, value in fields.entries(node, self.faults, "a mapping from abbreviation to full title"):
            title = fields.text(value, self.faults)
            if title is not None and known.setdefault(key, title) != title:
                self.faults.add(value, f"the title of {quoted(key)} is already {quoted(known[key])}; keep one", rule="ids-once")
            elif title is not None:
                self.loaded.origins.setdefault(("journals", key), Origin(self.file, self.shown, "journals", -1))

    def _records(self, kind: str, node: Any) -> None:
        read = fields.record(KINDS[kind])
        for position, item in enumerate(fields.items(node, self.faults, "a list of records")):
            start = len(self.faults)
            origin = Origin(self.file, self.shown, kind, position)
            does = next((key for key in ("replaces", "withdraws") if _step(item, key) is not None), None)
            if does:
                self._change(does, item, origin)
            else:
                record = read(item, self.faults)
                if record is not None:
                    self._new(record, item, origin)
            if len(self.faults) > start:
                self.faults.under(start, f"[{position}]")

    def _new(self, record: Any, item: Any, origin: Origin) -> None:
        kind, id = origin.kind, record.id
        first = self.loaded.origins.get((kind, id))
        if first is not None:
            file, line, *_ = locate(first, "", self.loaded.roots)
            message = f"{quoted(id)} is already the id of the {SINGULAR[kind]} at {file}:{line}; choose another"
            key = "name" if kind == "agents" else "id"
            self.faults.add(_step(item, key) or item, message, key, "ids-once")
            return
        if kind == "references" and isinstance(record.number, str) != self.own:
            cure = "number it X1, X2 … in a file of your own" if self.own else "give it the next whole number"
            self.faults.add(_step(item, "number"), f"{record.number} cannot stand here; {cure}", "number", "own-numbers")
        self.loaded.base.records[kind][id] = record
        self.loaded.origins[kind, id] = origin

    def _change(self, does: str, item: Any, origin: Origin) -> None:
        target = _step(item, does)
        if not self.own:
            message = f"{does!r} is for files of your own beside a base (--data); edit the record itself"
            self.faults.add(target, message, does, "own-changes")
            return
        start = len(self.faults)
        id = fields.text(target, self.faults)
        self.faults.under(start, does)
        withdrawal, values = None, {}
        if does == "withdraws":
            given = fields.values_of(Withdrawal)(item, self.faults, True, ("withdraws",))
            withdrawal = Withdrawal(**given) if given is not None else None
        else:
            values = fields.values_of(KINDS[origin.kind])(item, self.faults, False, ("replaces",)) or {}
            key = "name" if origin.kind == "agents" else "id"
            if values.get(key, id) != id:
                self.faults.add(_step(item, key), f"a record that replaces another keeps its {key}; remove the line", key, "own-changes")
        if len(self.faults) == start and id is not None:
            self.loaded.changes.append(Change(origin.kind, id, values, withdrawal, origin))


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Plain data to YAML in the house's style; what is absent is left out."""


def _represent_figure(dumper: Any, value: Decimal) -> Any:
    text = format(value, "f")
    return dumper.represent_scalar("tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int", text)


_Dumper.add_representer(Decimal, _represent_figure)


def dump(data: Any) -> str:
    """Plain data as YAML: fields in the order given, short lists on one line, nothing that is absent."""
    text: str = yaml.dump(_present(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140, default_flow_style=None)
    return text


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list) else value
