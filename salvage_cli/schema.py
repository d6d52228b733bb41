"""JSON Schema (2020-12) of the knowledge-base files and of the JSON answers, and the data-format page: all from the model.

The description at a field of the model is the only one. Editors complete and explain with the schema; `ids` offers what a
record may point to without forbidding what a file adds itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from salvage_cli.kinds import SINGULAR
from salvage_cli.model import KINDS, RECORDS, Arm, Check, Edition, Effect, Outcome, Withdrawal
from salvage_cli.shape import REPEATING, Slot, slots

DRAFT = "https://json-schema.org/draft/2020-12/schema"
INNER: tuple[Any, ...] = (Outcome, Arm, Effect, Check, Withdrawal, Edition)
"""Record classes that stand within others."""

Ids = Mapping[str, Sequence[str]]

COMPUTED: dict[str, tuple[str, dict[str, Any]]] = {
    "condition_name": ("name of the condition", {"type": "string"}),
    "evidence_level": (
        "Oxford 2011 level of the study behind the primary outcome; null where it carries none",
        {"type": ["integer", "null"]},
    ),
    "evidence_indirect": ("true where only a news item, an abstract or a secondary page reports the study", {"type": "boolean"}),
    "result": ("the primary outcome on one line, as people write it", {"type": "string"}),
    "citations": ("numbers of the references, as salvage cite takes them", {"type": "array", "items": {"type": ["integer", "string"]}}),
    "source": ("the file that the record comes from; shipped for the shipped base", {"type": "string"}),
}
"""What an answer says of a therapy beyond its fields: description and shape."""

_DAY = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
_DAYS = ("date", "reviewed", "review_by", "published", "accessed")


def files(ids: Ids) -> dict[str, Any]:
    """The schema of a file: a base's, or somebody's own beside it."""
    kinds = {
        kind: {"description": f"{kind.replace('_', ' ')}: a list of records", "type": "array", "items": {"$ref": f"#/$defs/{kind}"}}
        for kind in KINDS
    }
    journals = {"description": "journal abbreviation to full title", "type": "object", "additionalProperties": _text()}
    edition = {"description": "which state of the data this is (in a base only)", "$ref": "#/$defs/edition"}
    return {
        "$schema": DRAFT,
        "title": "salvage knowledge-base file",
        "description": "Rescue therapies and what they point to; a file of your own stands beside the shipped base (--data).",
        "type": "object",
        "properties": {**kinds, "journals": journals, "edition": edition},
        "additionalProperties": False,
        "minProperties": 1,
        "$defs": {**{kind: _record(kind, cls, ids) for kind, cls in KINDS.items()}, **{_name(cls): _plain(cls, ids) for cls in INNER}},
    }


def _record(kind: str, cls: Any, ids: Ids) -> dict[str, Any]:
    """A record of a file: whole, or one that replaces or withdraws a record of the base."""
    what, key = SINGULAR[kind], "name" if kind == "agents" else "id"
    plain = _plain(cls, ids)
    changes: dict[str, Any] = {"replaces": {"description": f"{key} of the {what} of the base that this one changes; fields left out stay",
                                            **_known(kind, ids)}}  # fmt: skip
    conditions: list[dict[str, Any]] = [{"required": ["replaces"]}]
    if kind in ("therapies", "references"):
        changes["withdraws"] = {"description": f"id of the {what} of the base to hide, with date and reason", **_known(kind, ids)}
        changes |= {slot.key: _value(slot, ids) for slot in slots(Withdrawal)}
        conditions.append({"required": ["withdraws", "date", "reason"]})
    return {
        "description": f"one {what}",
        "type": "object",
        "properties": {**plain["properties"], **changes},
        "additionalProperties": False,
        "if": {"anyOf": [{"required": [each["required"][0]]} for each in conditions]},
        "then": {"anyOf": conditions},
        "else": {"required": plain["required"]},
    }


def _plain(cls: Any, ids: Ids) -> dict[str, Any]:
    return {
        "description": " ".join((cls.__doc__ or "").split()),
        "type": "object",
        "properties": {slot.key: {"description": slot.about, **_value(slot, ids)} for slot in slots(cls)},
        "required": [slot.key for slot in slots(cls) if slot.required],
        "additionalProperties": False,
    }


def _value(slot: Slot, ids: Ids) -> dict[str, Any]:
    """The shape of a field's value in a file."""
    text = _DAY if slot.key in _DAYS else {"enum": list(slot.choices)} if slot.choices else _known(slot.identifies, ids)
    if slot.shape == "texts":
        many = {"type": "array", "items": text, **({} if slot.name in REPEATING else {"uniqueItems": True})}
        return {"anyOf": [text, many]} if slot.single else many
    shapes: dict[str, Callable[[], dict[str, Any]]] = {
        "text": lambda: text,
        "flag": lambda: {"type": "boolean"},
        "count": lambda: {"type": "integer", "minimum": 0, "maximum": 999_999_999_999},
        "figure": lambda: {"type": "number"},
        "number": lambda: {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^X[1-9][0-9]*$"}]},
        "pair": lambda: {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "record": lambda: {"$ref": f"#/$defs/{_name(slot.of)}"},
        "records": lambda: {"type": "array", "items": {"$ref": f"#/$defs/{_name(slot.of)}"}},
    }
    return shapes[slot.shape]()


def _text() -> dict[str, Any]:
    return {"type": "string", "minLength": 1}


def _known(kind: str, ids: Ids) -> dict[str, Any]:
    """A text that names a record: known ids are offered, others are allowed (the file may add them)."""
    return {"anyOf": [{"enum": list(ids[kind])}, _text()]} if ids.get(kind) else _text()


def _name(cls: Any) -> str:
    return str(cls.__name__).lower()


def answers(ids: Ids) -> dict[str, Any]:
    """The schema of what `list`, `lookup` and `show` write with `-o json`."""
    data = {"type": "object", "properties": {key: {"type": "string"} for key in ("version", "date", "licence")},
            "required": ["version", "date", "licence"]}  # fmt: skip
    therapy, reference = _answered(KINDS["therapies"], ids), _answered(KINDS["references"], ids)
    for name, (about, shape) in COMPUTED.items():
        therapy["properties"][name] = {"description": about, **shape}
    therapy["required"] += COMPUTED
    reference["properties"]["journal_title"] = {"description": "full title of the journal", "type": ["string", "null"]}
    reference["properties"]["source"] = {"description": COMPUTED["source"][0], "type": "string"}
    reference["required"] += ["journal_title", "source"]
    head = {
        "format": {"description": "version of this form; raised when a field is renamed or removed", "const": 1},
        "program": {"description": "version of the program", "type": "string"},
        "data": {"description": "version, day and licence of the data", **data},
        "count": {"description": "number of therapies", "type": "integer", "minimum": 0},
        "therapies": {"type": "array", "items": {"$ref": "#/$defs/therapies"}},
        "references": {"description": "the publications behind the therapies", "type": "array", "items": {"$ref": "#/$defs/references"}},
    }
    return {
        "$schema": DRAFT,
        "title": "salvage answer",
        "description": "The JSON of salvage list, lookup and show; -o jsonl writes one therapy a line.",
        "type": "object",
        "properties": head,
        "required": list(head),
        "additionalProperties": False,
        "$defs": {
            "therapies": therapy,
            "references": reference,
            **{_name(cls): _answered(cls, ids) for cls in INNER if cls is not Edition},
        },
    }


def _answered(cls: Any, ids: Ids) -> dict[str, Any]:
    """A record in an answer: every field is there, null where nothing is known; lists are lists."""
    plain = _plain(cls, ids)
    for slot in slots(cls):
        shape = _value(slot, ids)
        if slot.shape == "texts" and slot.single:
            shape = shape["anyOf"][1]
        nullable = (not slot.required and slot.shape not in ("texts", "flag")) or (slot.shape == "flag" and slot.name == "adjusted")
        plain["properties"][slot.key] = {"description": slot.about, **({"anyOf": [shape, {"type": "null"}]} if nullable else shape)}
    plain["required"] = [slot.key for slot in slots(cls)]
    return plain


SCHEMAS: dict[str, Callable[[Ids], dict[str, Any]]] = {"files": files, "answers": answers}
"""The schemas by what they describe."""


# ------------------------------------------------------------------------------------------------ the page

_SHAPES = {
    "text": "text", "flag": "true or false", "count": "whole number", "figure": "number", "number": "whole number, or X1, X2 …",
    "pair": "[low, high]", "texts": "list of texts",
}  # fmt: skip


def page(rules: Mapping[str, str], warnings: Sequence[str]) -> str:
    """docs/data-format.md."""
    return "\n".join([*_intro(), *_tables(), *_rules(rules, warnings)]) + "\n"


def _intro() -> Iterator[str]:
    yield from (
        "# The data format",
        "",
        "Generated from the field descriptions of the model (`pytest --renew`); `salvage schema` prints the same as JSON Schema for",
        "editors. A file is YAML or JSON: a mapping from the keys below to lists of records. The shipped base is split by kind; a file",
        "of your own may hold any of them together. Text is text, whatever it looks like: `012345`, `No` and `12:30` need no quotes.",
        "",
        "In a file of your own beside the base (`--data`, `SALVAGE_DATA`), references are numbered `X1`, `X2` …, and two more forms of",
        "a record are understood: `replaces: ID` with the fields that differ (the others stay as shipped), and `withdraws: ID` with",
        "`date` and `reason`, for therapies and references.",
        "",
        "Also: `journals`, a mapping from the NLM abbreviation to the full title; `edition` (version, date, licence), in a base only.",
        "",
    )


def _tables() -> Iterator[str]:
    for kind, cls in KINDS.items():
        yield f"## {kind}" if kind in RECORDS else f"## {kind} (vocabulary)"
        yield ""
        yield from _table(cls)
    for cls in INNER:
        yield f"## {_name(cls)} (within a record)"
        yield ""
        yield from _table(cls)


def _table(cls: Any) -> Iterator[str]:
    yield " ".join((cls.__doc__ or "").split())
    yield ""
    yield "| field | required | value | meaning |"
    yield "| --- | --- | --- | --- |"
    for slot in slots(cls):
        shape = ", ".join(slot.choices) or (
            f"list of {_name(slot.of)}" if slot.shape == "records" else _SHAPES.get(slot.shape) or _name(slot.of)
        )
        points = f"; an id of `{slot.identifies}`" if slot.identifies else ""
        yield f"| `{slot.key}` | {'yes' if slot.required else ''} | {shape} | {slot.about}{points} |".replace("<", "&lt;")
    yield ""


def _rules(rules: Mapping[str, str], warnings: Sequence[str]) -> Iterator[str]:
    yield "## Rules"
    yield ""
    yield "`salvage validate` names the rule behind each line; `salvage validate --explain RULE` says this."
    yield ""
    yield "| rule | breaking it is | what it asks for |"
    yield "| --- | --- | --- |"
    for name, about in rules.items():
        yield f"| `{name}` | a {'warning' if name in warnings else 'fault'} | {about} |"
