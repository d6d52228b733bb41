"""YAML nodes to the fields of a record: the model decides the types, so `012345`, `No` and `12:30` stay text.

Every fault of a record is collected with its node and its path; reading goes on after it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from salvage_cli.names import likely
from salvage_cli.nodes import FORBIDDEN, hidden_message
from salvage_cli.shape import Slot, slots
from salvage_cli.wording import quoted

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_FIGURE = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ENDS = re.compile(r" *[\t\n\r\x85][ \t\n\r\x85]*")
_PLAIN_KEY = re.compile(r"[\w() &/.'-]{1,60}\Z")

_DAYS = frozenset({"date", "reviewed", "review_by", "published", "accessed"})
_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map", None, "?", "!")
_NULLS = ("~", "null", "Null", "NULL")

MOST_FAULTS = 1000
"""Faults of one file after which reading stops: more help nobody."""


@dataclass(slots=True)
class Fault:
    """What is wrong at a node; `path` leads to it from where the reader stands."""

    node: Any
    path: str
    message: str
    rule: str


class TooMany(Exception):
    """The file has more faults than anybody reads."""


class Faults(list[Fault]):
    """Faults met so far; paths grow from the inside out, so a sound record costs nothing."""

    def add(self, node: Any, message: str, path: str = "", rule: str = "values-fit") -> None:
        """Keep a fault.

        Raises:
            TooMany: there are enough.
        """
        self.append(Fault(node, path, message, rule))
        if len(self) >= MOST_FAULTS:
            raise TooMany

    def under(self, start: int, prefix: str) -> None:
        """Put `prefix` before the paths of the faults from `start` on."""
        for fault in self[start:]:
            joint = "" if not fault.path or fault.path.startswith("[") else "."
            fault.path = prefix + joint + fault.path


Converter = Callable[[Any, Faults], Any]


def entries(node: Any, faults: Faults, wanted: str) -> Iterable[tuple[str, Any]]:
    """Key and value node of a mapping. Faults: not a mapping, a tag, a key that is no text, a key given twice."""
    if not isinstance(node, yaml.MappingNode):
        faults.add(node, f"expected {wanted}, found {_found(node)}")
        return
    if _tagged(node, faults):
        return
    seen: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            faults.add(key, "a key must be text")
        elif key.style == '"' and (hidden := FORBIDDEN.search(key.value)):
            faults.add(key, hidden_message(hidden[0]), rule="harmless-text")
        elif key.tag not in _TAGS:
            _tagged(key, faults)
        elif key.value in seen:
            line = seen[key.value].start_mark.line + 1
            faults.add(key, f"the key is given twice, first on line {line}; keep one", step(key.value), "keys-once")
        else:
            seen[key.value] = key
            value.key_node = key
            yield key.value, value


def step(key: str) -> str:
    """A key as part of a path; one that could mislead is quoted."""
    return key if _PLAIN_KEY.match(key) else quoted(key)


def items(node: Any, faults: Faults, wanted: str) -> list[Any]:
    """The nodes of a list. Faults: not a list, a tag."""
    if not isinstance(node, yaml.SequenceNode):
        faults.add(node, f"expected {wanted}, found {_found(node)}")
        return []
    return [] if _tagged(node, faults) else list(node.value)


def _tagged(node: Any, faults: Faults) -> bool:
    if node.tag in _TAGS:
        return False
    faults.add(node, f"the tag {quoted(node.tag)} is not allowed; remove it", rule="no-tags")
    return True


def _found(node: Any) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return f"the text {quoted(node.value)}" if node.value else "nothing"


def unknown(key: str, known: Iterable[str]) -> str:
    """What to say of a key that nothing has."""
    near = likely(key, known)
    return f"unknown key {quoted(key)}; did you mean {near!r}?" if near else f"unknown key {quoted(key)}; remove it"


@cache
def record(cls: type) -> Converter:
    """A reader of records of one class, made once."""
    read = values_of(cls)

    def convert(node: Any, faults: Faults) -> Any:
        values = read(node, faults, True)
        return None if values is None else cls(**values)

    return convert


@cache
def values_of(cls: type) -> Callable[..., dict[str, Any] | None]:
    """A reader of a record's fields by name, made once: None where there is a fault. Not `whole`: fields may be left out."""
    known = {slot.key: (slot, converter(slot)) for slot in slots(cls)}
    required = [slot for slot in slots(cls) if slot.required]

    def read(node: Any, faults: Faults, whole: bool, besides: tuple[str, ...] = ()) -> dict[str, Any] | None:
        before = len(faults)
        values: dict[str, Any] = {}
        present = set()
        for key, value in entries(node, faults, "a mapping of fields"):
            present.add(key)
            if key not in known:
                if key not in besides:
                    faults.add(value.key_node, unknown(key, known), step(key), "known-keys")
                continue
            slot, convert = known[key]
            start = len(faults)
            result = convert(value, faults)
            if len(faults) > start:
                faults.under(start, key)
            else:
                values[slot.name] = result
        if whole and isinstance(node, yaml.MappingNode):
            for slot in required:
                if slot.key not in present:
                    faults.add(node, f"{slot.key!r} is missing ({slot.about})", rule="fields-present")
        return None if len(faults) > before else values

    return read


def converter(slot: Slot) -> Converter:
    """The reader of one field."""
    if slot.shape == "record" and slot.of:
        return record(slot.of)
    if slot.shape == "records" and slot.of:
        return _list_of(record(slot.of), slot)
    if slot.shape == "texts":
        return _list_of(text, slot)
    if slot.choices:
        return _choice(slot.choices)
    if slot.key in _DAYS:
        return _day
    return {"text": text, "flag": _flag, "count": _count, "figure": _figure, "number": _number, "pair": _pair}[slot.shape]


def _list_of(convert: Converter, slot: Slot) -> Converter:
    def read(node: Any, faults: Faults) -> Any:
        if slot.single and isinstance(node, yaml.ScalarNode):
            return (convert(node, faults),)
        values = []
        for position, item in enumerate(items(node, faults, "a list" + (" or one value" if slot.single else ""))):
            start = len(faults)
            values.append(convert(item, faults))
            if len(faults) > start:
                faults.under(start, f"[{position}]")
        return tuple(values)

    return read


def text(node: Any, faults: Faults) -> str | None:
    """Text, with line ends and tabs as blanks. Faults: not a scalar, a tag, nothing, a hidden character."""
    if not isinstance(node, yaml.ScalarNode):
        faults.add(node, f"expected text, found {_found(node)}")
        return None
    if node.tag not in _TAGS and _tagged(node, faults):
        return None
    value: str = node.value
    if not value.strip() or (not node.style and value in _NULLS):
        faults.add(node, "the value is empty; write it or remove the key", rule="fields-present")
        return None
    if node.style == '"' and (hidden := FORBIDDEN.search(value)):
        faults.add(node, hidden_message(hidden[0]), rule="harmless-text")
        return None
    return flowing(value)


def flowing(value: str) -> str:
    """A text without line ends, tabs and blanks around it."""
    return _ENDS.sub(" ", value).strip(" ") if _ENDS.search(value) or value[0] == " " or value[-1] == " " else value


def _choice(choices: tuple[str, ...]) -> Converter:
    def read(node: Any, faults: Faults) -> str | None:
        value = text(node, faults)
        if value is not None and value not in choices:
            faults.add(node, f"{quoted(value)} is none of {', '.join(choices)}")
        return value

    return read


def _flag(node: Any, faults: Faults) -> bool | None:
    value = text(node, faults)
    if value is not None and value not in ("true", "false"):
        faults.add(node, f"{quoted(value)} is neither true nor false")
    return value == "true"


def _count(node: Any, faults: Faults) -> int | None:
    value = text(node, faults)
    if value is None:
        return None
    if not _INTEGER.match(value) or value.startswith("-") or len(value) > 12:
        faults.add(node, f"{quoted(value)} is not a whole number")
        return None
    return int(value)


def _figure(node: Any, faults: Faults) -> Decimal | None:
    value = text(node, faults)
    if value is None:
        return None
    if not _FIGURE.match(value) or len(value) > 24:
        faults.add(node, f"{quoted(value)} is not a number (write 12, 0.64 or -3.5)")
        return None
    return Decimal(value)


def _number(node: Any, faults: Faults) -> int | str | None:
    value = text(node, faults)
    if value is None:
        return None
    if re.match(r"X[1-9][0-9]{0,8}\Z", value):
        return value
    if not _INTEGER.match(value) or value in ("0", "-0") or value.startswith("-") or len(value) > 9:
        faults.add(node, f"{quoted(value)} is not a reference number (1, 2 …; in a file of your own X1, X2 …)")
        return None
    return int(value)


def _pair(node: Any, faults: Faults) -> tuple[Any, ...] | None:
    found = items(node, faults, "two numbers [low, high]")
    if isinstance(node, yaml.SequenceNode) and len(found) != 2:
        faults.add(node, f"expected two numbers [low, high], found {len(found)}")
        return None
    values = []
    for position, item in enumerate(found):
        start = len(faults)
        values.append(_figure(item, faults))
        faults.under(start, f"[{position}]")
    return tuple(values)


def _day(node: Any, faults: Faults) -> str | None:
    value = text(node, faults)
    if value is not None and not _is_day(value):
        faults.add(node, f"{quoted(value)} is not a day (write YYYY-MM-DD)")
    return value


def _is_day(value: str) -> bool:
    if not _DAY.match(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
