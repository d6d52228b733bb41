"""The fields of a record as readers and writers need them, and records to plain data and back. Knows types, no records."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from salvage_cli.model import Number, Pair

T = TypeVar("T")

REPEATING = frozenset({"authors"})
"""The lists in which a value may stand twice: two authors may share a name."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A field as readers and writers need it."""

    key: str
    """The key in YAML and JSON: the field's name without the underscore that keeps it off a Python keyword."""
    name: str
    about: str
    required: bool
    single: bool
    shape: str
    """text, flag, count, figure, number, pair, texts, record or records."""
    choices: tuple[str, ...]
    of: type | None
    """The record class of a `record` or of `records`."""
    identifies: str
    """The kind of record that the value points to; empty for none."""


_SLOTS: dict[Any, tuple[Slot, ...]] = {}


def slots(cls: Any) -> tuple[Slot, ...]:
    """The fields of a record class, in order; worked out once."""
    found = _SLOTS.get(cls)
    if found is None:
        found = _SLOTS[cls] = tuple(_slot(each) for each in fields(cls))
    return found


def _slot(each: Any) -> Slot:
    shape, choices, of = _shape(each.type)
    return Slot(
        key=each.name.rstrip("_"),
        name=each.name,
        about=each.metadata["about"],
        required=each.default is MISSING,
        single=each.metadata["single"],
        shape=shape,
        choices=choices,
        of=of,
        identifies=each.metadata["identifies"],
    )


def _shape(hint: Any) -> tuple[str, tuple[str, ...], type | None]:
    if hint == Number:
        return "number", (), None
    if get_origin(hint) is UnionType or NoneType in get_args(hint):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is Literal:
        return "text", get_args(hint), None
    if hint == Pair:
        return "pair", (), None
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return ("texts", (), None) if item is str else ("records", (), item)
    plain = {str: "text", bool: "flag", int: "count", Decimal: "figure"}.get(hint)
    return (plain, (), None) if plain else ("record", (), hint)


def to_data(record: Any) -> dict[str, Any]:
    """A record as plain data, every field of it; None where the publication gives nothing."""
    return {slot.key: _plain(getattr(record, slot.name), slot.shape) for slot in slots(type(record))}


def _plain(value: Any, shape: str) -> Any:
    if value is None:
        return None
    if shape == "record":
        return to_data(value)
    if shape == "records":
        return [to_data(item) for item in value]
    return list(value) if shape in ("texts", "pair") else value


def from_data(cls: type[T], data: Mapping[str, Any]) -> T:
    """The record that `to_data` gave away; figures are to be `Decimal` (`json.loads(..., parse_float=Decimal)`)."""
    return cls(**{name: convert(data[key]) for key, name, convert in _converters(cls) if data.get(key) is not None})


_CONVERTERS: dict[Any, tuple[tuple[str, str, Callable[[Any], Any]], ...]] = {}


def _converters(cls: Any) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    found = _CONVERTERS.get(cls)
    if found is None:
        found = _CONVERTERS[cls] = tuple((slot.key, slot.name, _converter(slot)) for slot in slots(cls))
    return found


def _converter(slot: Slot) -> Callable[[Any], Any]:
    of = slot.of
    if slot.shape == "record" and of:
        return lambda value: from_data(of, value)
    if slot.shape == "records" and of:
        return lambda value: tuple(from_data(of, item) for item in value)
    if slot.shape == "pair":
        return lambda value: (Decimal(value[0]), Decimal(value[1]))
    if slot.shape == "texts":
        return tuple
    return Decimal if slot.shape == "figure" else lambda value: value
