"""Knowledge-base files to model: the only room that knows YAML.

Files are read as YAML *nodes*, never as objects: the model decides the types, so that a code such as `012345`, a p value or
the journal `No` stays text. Every fault of every file is collected, each with its line, column, path and cure.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from salvage_cli.errors import DataError, MachineError, Problem
from salvage_cli.kinds import SINGULAR
from salvage_cli.model import KINDS, Base, Edition, Slot, slots

_Loader: Any = type("_Loader", (getattr(yaml, "CBaseLoader", yaml.BaseLoader),), {"__doc__": "Nodes only, text only."})

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_FIGURE = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)
"""Control characters, invisible ones and those that turn the direction of text: nothing that a record needs."""

_DAYS = frozenset({"date", "reviewed", "published", "accessed"})
_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map", None, "?", "!")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record stands: the file, the kind's key in it and the place in that list."""

    file: Path
    shown: str
    kind: str
    position: int


@dataclass(slots=True)
class Loaded:
    """What files held: the base, and for each record where it came from."""

    base: Base = field(default_factory=Base)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Fault:
    node: Any
    path: str
    message: str


class _Faults(list[_Fault]):
    """Faults met so far; paths grow from the inside out, so a sound record costs nothing."""

    def add(self, node: Any, message: str, path: str = "") -> None:
        self.append(_Fault(node, path, message))

    def under(self, start: int, prefix: str) -> None:
        for fault in self[start:]:
            joint = "" if not fault.path or fault.path.startswith("[") else "."
            fault.path = prefix + joint + fault.path


Converter = Callable[[Any, _Faults], Any]


def load(files: Iterable[Path], shown: Callable[[Path], str] = str) -> Loaded:
    """Read files into one base. `shown` turns a path into the name that messages use.

    Faults of form are in the result's `problems`; rules across records are `checks`' business.

    Raises:
        MachineError: a file cannot be read.
    """
    loaded = Loaded()
    for file in files:
        _read_file(file, shown(file), loaded)
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


def locate(origin: Origin, path: str) -> Problem:
    """The place of `path` (e.g. `outcomes[0].ci`) in a record, as a Problem without a message.

    The file is read again: places are wanted only when something is wrong, so none are kept.
    """
    node: Any = compose(read_text(origin.file), origin.shown, [])
    steps = [origin.kind, origin.position, *_steps(path)]
    for step in steps:
        inner = _step(node, step)
        if inner is None:
            break
        node = inner
    full = f"{origin.kind}[{origin.position}]" + (f".{path}" if path else "")
    return Problem(origin.shown, node.start_mark.line + 1, node.start_mark.column + 1, full, "")


def _steps(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]


def _step(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def read_text(file: Path) -> bytes:
    """The bytes of a file.

    Raises:
        MachineError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise MachineError(f"cannot read {file}: {error.strerror or error}") from None


def compose(raw: bytes, shown: str, problems: list[Problem]) -> Any:
    """The root node of a file, or None with the fault in `problems`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        problems.append(_at(shown, before, f"not UTF-8: byte 0x{raw[error.start]:02x}; save the file as UTF-8"))
        return None
    hidden = _FORBIDDEN.search(text)
    if hidden:
        message = f"character U+{ord(hidden[0]):04X} is not allowed (control or invisible); remove it"
        problems.append(_at(shown, text[: hidden.start()], message))
        return None
    try:
        return yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "not readable"
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.append(Problem(shown, line, column, "", f"not valid YAML: {what}"))
    except yaml.YAMLError as error:
        problems.append(Problem(shown, 1, 1, "", f"not valid YAML: {error}"))
    return None


def _at(shown: str, before: str, message: str) -> Problem:
    return Problem(shown, before.count("\n") + 1, len(before) - before.rfind("\n"), "", message)


def _read_file(file: Path, shown: str, loaded: Loaded) -> None:
    root = compose(read_text(file), shown, loaded.problems)
    if root is None:
        if not any(problem.file == shown for problem in loaded.problems):
            loaded.problems.append(Problem(shown, 0, 0, "", "the file is empty; it should hold therapies: or conditions: …"))
        return
    faults = _Faults()
    for key, node in _entries(root, faults, "a mapping from therapies, conditions, references … to records"):
        start = len(faults)
        if key == "journals":
            _read_journals(node, faults, loaded)
        elif key == "edition":
            loaded.base.edition = _record(Edition)(node, faults)
        elif key in KINDS:
            _read_records(key, node, faults, loaded, file, shown)
        else:
            faults.add(node.key_node, _unknown(key, [*KINDS, "journals", "edition"]))
        faults.under(start, key)
    loaded.problems += [
        Problem(shown, fault.node.start_mark.line + 1, fault.node.start_mark.column + 1, fault.path, fault.message) for fault in faults
    ]


def _read_records(kind: str, node: Any, faults: _Faults, loaded: Loaded, file: Path, shown: str) -> None:
    read = _record(KINDS[kind])
    records = loaded.base.records[kind]
    for position, item in enumerate(_items(node, faults, "a list of records")):
        start = len(faults)
        record = read(item, faults)
        if record is not None:
            if record.id in records:
                first = loaded.origins[kind, record.id]
                where = locate(first, "")
                faults.add(
                    _step(item, "id") or item,
                    f"{record.id!r} is already the id of the {SINGULAR[kind]} at {where.file}:{where.line}; choose another",
                    "id",
                )
            else:
                records[record.id] = record
                loaded.origins[kind, record.id] = Origin(file, shown, kind, position)
        if len(faults) > start:
            faults.under(start, f"[{position}]")


def _read_journals(node: Any, faults: _Faults, loaded: Loaded) -> None:
    for key, value in _entries(node, faults, "a mapping from abbreviation to full title"):
        title = _text(value, faults)
        if title is not None:
            loaded.base.journals[key] = title


def _entries(node: Any, faults: _Faults, wanted: str) -> Iterable[tuple[str, Any]]:
    """Key and value node of a mapping. Faults: not a mapping, a tag, a key that is no text, a key given twice."""
    if not isinstance(node, yaml.MappingNode):
        faults.add(node, f"expected {wanted}, found {_found(node)}")
        return
    if node.tag not in _TAGS:
        faults.add(node, f"the tag {node.tag!r} is not allowed; remove it")
        return
    seen: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            faults.add(key, "a key must be text")
        elif key.value in seen:
            faults.add(key, f"the key is given twice, first on line {seen[key.value].start_mark.line + 1}; keep one", key.value)
        else:
            seen[key.value] = key
            value.key_node = key
            yield key.value, value


def _items(node: Any, faults: _Faults, wanted: str) -> list[Any]:
    if not isinstance(node, yaml.SequenceNode):
        faults.add(node, f"expected {wanted}, found {_found(node)}")
        return []
    if node.tag not in _TAGS:
        faults.add(node, f"the tag {node.tag!r} is not allowed; remove it")
        return []
    return list(node.value)


def _found(node: Any) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return f"the text {_short(node.value)}" if node.value else "nothing"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _unknown(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key, list(known), 1, 0.6)
    return f"unknown key {_short(key)}; did you mean {near[0]!r}?" if near else f"unknown key {_short(key)}; remove it"


@cache
def _record(cls: type) -> Converter:
    """A reader of records of one class, made once."""
    known = {slot.key: (slot, _converter(slot)) for slot in slots(cls)}
    required = [slot for slot in slots(cls) if slot.required]

    def read(node: Any, faults: _Faults) -> Any:
        before = len(faults)
        values: dict[str, Any] = {}
        present = set()
        for key, value in _entries(node, faults, "a mapping of fields"):
            present.add(key)
            if key not in known:
                faults.add(value.key_node, _unknown(key, known), key)
                continue
            slot, convert = known[key]
            start = len(faults)
            result = convert(value, faults)
            if len(faults) > start:
                faults.under(start, key)
            else:
                values[slot.name] = result
        if isinstance(node, yaml.MappingNode):
            for slot in required:
                if slot.key not in present:
                    faults.add(node, f"{slot.key!r} is missing ({slot.about})")
        return None if len(faults) > before else cls(**values)

    return read


def _converter(slot: Slot) -> Converter:
    if slot.shape == "record" and slot.of:
        return _record(slot.of)
    if slot.shape == "records" and slot.of:
        return _list_of(_record(slot.of), slot)
    if slot.shape == "texts":
        return _list_of(_text, slot)
    if slot.choices:
        return _choice(slot.choices)
    if slot.key in _DAYS:
        return _day
    return {"text": _text, "flag": _flag, "count": _count, "figure": _figure, "number": _number, "pair": _pair}[slot.shape]


def _list_of(convert: Converter, slot: Slot) -> Converter:
    def read(node: Any, faults: _Faults) -> Any:
        if slot.single and isinstance(node, yaml.ScalarNode):
            return (convert(node, faults),)
        values = []
        for position, item in enumerate(_items(node, faults, "a list" + (" or one value" if slot.single else ""))):
            start = len(faults)
            values.append(convert(item, faults))
            if len(faults) > start:
                faults.under(start, f"[{position}]")
        return tuple(values)

    return read


def _text(node: Any, faults: _Faults) -> str | None:
    if not isinstance(node, yaml.ScalarNode):
        faults.add(node, f"expected text, found {_found(node)}")
        return None
    if node.tag not in _TAGS:
        faults.add(node, f"the tag {node.tag!r} is not allowed; remove it")
        return None
    value: str = node.value
    if not value.strip() or (value == "~" and not node.style):
        faults.add(node, "the value is empty; write it or remove the key")
        return None
    if node.style == '"' and _FORBIDDEN.search(value):
        hidden = _FORBIDDEN.search(value)
        assert hidden
        faults.add(node, f"character U+{ord(hidden[0]):04X} is not allowed (control or invisible); remove it")
        return None
    return " ".join(value.split()) if "\n" in value or "\t" in value else value


def _choice(choices: tuple[str, ...]) -> Converter:
    def read(node: Any, faults: _Faults) -> str | None:
        value = _text(node, faults)
        if value is not None and value not in choices:
            faults.add(node, f"{_short(value)} is none of {', '.join(choices)}")
        return value

    return read


def _flag(node: Any, faults: _Faults) -> bool | None:
    value = _text(node, faults)
    if value is not None and value not in ("true", "false"):
        faults.add(node, f"{_short(value)} is neither true nor false")
    return value == "true"


def _count(node: Any, faults: _Faults) -> int | None:
    value = _text(node, faults)
    if value is None:
        return None
    if not _INTEGER.match(value) or value.startswith("-") or len(value) > 12:
        faults.add(node, f"{_short(value)} is not a whole number")
        return None
    return int(value)


def _figure(node: Any, faults: _Faults) -> Decimal | None:
    value = _text(node, faults)
    if value is None:
        return None
    if not _FIGURE.match(value) or len(value) > 24:
        faults.add(node, f"{_short(value)} is not a number (write 12, 0.64 or -3.5)")
        return None
    return Decimal(value)


def _number(node: Any, faults: _Faults) -> int | str | None:
    value = _text(node, faults)
    if value is None:
        return None
    if re.match(r"X[1-9][0-9]{0,8}\Z", value):
        return value
    if not _INTEGER.match(value) or value in ("0", "-0") or value.startswith("-") or len(value) > 9:
        faults.add(node, f"{_short(value)} is not a reference number (1, 2 …; in a file of your own X1, X2 …)")
        return None
    return int(value)


def _pair(node: Any, faults: _Faults) -> tuple[Any, ...] | None:
    items = _items(node, faults, "two numbers [low, high]")
    if isinstance(node, yaml.SequenceNode) and len(items) != 2:
        faults.add(node, f"expected two numbers [low, high], found {len(items)}")
        return None
    values = []
    for position, item in enumerate(items):
        start = len(faults)
        values.append(_figure(item, faults))
        faults.under(start, f"[{position}]")
    return tuple(values)


def _day(node: Any, faults: _Faults) -> str | None:
    value = _text(node, faults)
    if value is not None and not _DAY.match(value):
        faults.add(node, f"{_short(value)} is not a day (write YYYY-MM-DD)")
    return value


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
