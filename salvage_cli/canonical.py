"""A knowledge-base file in the house's form: order of records and fields, wrapping, quoting. Nothing else changes.

A comment stays with the record or field that it stands above or behind. What is written is read again and compared, so that
a file is never rewritten with a loss.
"""

import re
from typing import Any

import yaml

from salvage_cli.advice import number_key
from salvage_cli.comments import Comments, last_line
from salvage_cli.errors import DataError, Problem
from salvage_cli.fields import flowing
from salvage_cli.model import KINDS, Arm, Edition, Effect, Withdrawal
from salvage_cli.nodes import Limits, compose, decoded
from salvage_cli.shape import Slot, slots
from salvage_cli.source import dump

WIDTH = 140
"""Columns after which text wraps."""
LIST_WIDTH = 100
"""Columns up to which a list of texts stands on one line."""

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_TEXT, _LIST, _MAP = "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"
_RESOLVER: Any = yaml.SafeLoader("")
_NUMBER_LIKE = re.compile(r"[-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?\Z|[yYnN]\Z")
_SPACED = frozenset({"therapies", "conditions"})
"""Kinds with a blank line between records."""

_CHANGES = tuple(
    Slot(key=key, name=key, about="", required=False, single=False, shape="text", choices=(), of=None, identifies="")
    for key in ("replaces", "withdraws")
)


def formatted(raw: bytes, shown: str, limits: Limits | None = None) -> str:
    """The canonical text of a sound file (one without faults of form).

    Raises:
        DataError: the file cannot be read, or could not be written without a loss.
    """
    problems: list[Problem] = []
    root = compose(raw, shown, problems, limits)
    text = decoded(raw, shown, problems)
    if problems or text is None or root is None:
        raise DataError(problems or [Problem(shown, 0, 0, "", "the file is empty", "readable")])
    comments = Comments(text.replace("\r\n", "\n").replace("\r", "\n"))
    count = len(comments.waiting)
    writer = _Writer(comments)
    lines = writer.root(root)
    result = "\n".join(lines) + "\n"
    kept = Comments(result).waiting
    again = compose(result.encode(), shown, problems, limits)
    if again is None or len(kept) != count or _plain(again, sort=True) != _plain(root, sort=True):
        raise DataError(
            [Problem(shown, 0, 0, "", "cannot be written in canonical form without a loss; the file stays as it is", "canonical")]
        )
    return result


def _plain(node: Any, *, sort: bool = False) -> Any:
    """What a node says, for comparing: order of records and fields, and the house's short forms, do not count."""
    if isinstance(node, yaml.MappingNode):
        pairs = sorted(node.value, key=lambda pair: str(pair[0].value))
        return {key.value: _plain(value, sort=sort and key.value in KINDS) for key, value in pairs}
    if isinstance(node, yaml.SequenceNode):
        items = [_plain(item) for item in node.value]
        if len(items) == 1 and isinstance(items[0], str):
            return items[0]
        return sorted(items, key=repr) if sort else items
    return flowing(node.value) if node.value else ""


class _Writer:
    """One file while it is written: the comments go with the entries."""

    def __init__(self, comments: Comments) -> None:
        self.comments = comments

    def root(self, root: Any) -> list[str]:
        """The whole file, line by line."""
        self.comments.take_header(_first_line(root))
        blocks = [self._kind(key, value) for key, value in root.value]
        lines = [line for place, block in enumerate(blocks) for line in ([""] if place else []) + block]
        return [*self.comments.header, *lines, *(each.text for each in self.comments.waiting)]

    def _kind(self, key: Any, value: Any) -> list[str]:
        above = self.comments.before(key.start_mark.line)
        if key.value in KINDS:
            head, behind = self._head(key, value)
            return [*above, *head, f"{key.value}:{' []' if not value.value else ''}{behind}", *self._records(key.value, value)]
        fields = (
            [(None, each, node) for each, node in sorted(value.value, key=lambda pair: str(pair[0].value))]
            if key.value == "journals"
            else _ordered(value, slots(Edition))
        )
        head, behind = self._head(key, value)
        blocks = {id(each): self._field(slot, each, node, 2, "  ") for slot, each, node in sorted(fields, key=_line_of)}
        return [*above, *head, f"{key.value}:{behind}", *(line for _, each, _ in fields for line in blocks[id(each)])]

    def _head(self, key: Any, value: Any) -> tuple[list[str], str]:
        """Comments on the line of a kind's key: there is room behind it, unless content follows on that line."""
        line = key.start_mark.line
        content = _first_line(value.value[0][0] if isinstance(value, yaml.MappingNode) else value.value[0]) if value.value else line
        above, behind = self.comments.beside(line, line) if content > line or not value.value else ([], "")
        return above, f"  {behind}" if behind else ""

    def _records(self, kind: str, value: Any) -> list[str]:
        blocks = []
        for item in value.value:
            above = self.comments.before(item.start_mark.line)
            blocks.append((_order(kind, item), [*above, *self._item(item, KINDS[kind], 0)]))
        blocks.sort(key=lambda block: block[0])
        gap = [""] if kind in _SPACED else []
        return [line for place, (_, block) in enumerate(blocks) for line in (gap if place else []) + block]

    def _item(self, item: Any, cls: type, indent: int) -> list[str]:
        """A record as an item of a list; in one go where no comment stands in it."""
        known = slots(Withdrawal) if any(key.value == "withdraws" for key, _ in item.value) else slots(cls)
        fields = _ordered(item, (*_CHANGES, *known))
        if not self.comments.within(item.start_mark.line, last_line(item)):
            return _emitted([_mapping([(key.value, _canonical(slot, node)) for slot, key, node in fields])], indent)
        blocks = {id(key): self._field(slot, key, node, indent + 2, "") for slot, key, node in sorted(fields, key=_line_of)}
        lines = [line for _, key, _ in fields for line in blocks[id(key)]]
        above = next(place for place, line in enumerate(lines) if not line.startswith("#"))
        pad = " " * indent
        body = [pad + ("- " if place == above else "" if place < above else "  ") + line for place, line in enumerate(lines)]
        return [line if not line.lstrip().startswith("#") else line.rstrip() for line in body]

    def _field(self, slot: Slot | None, key: Any, node: Any, indent: int, pad: str) -> list[str]:
        """A field with its comments, `pad` before each line; wrapped as it will stand at `indent`."""
        above = self.comments.before(key.start_mark.line)
        if slot is not None and slot.shape == "records" and slot.of and self.comments.within(key.start_mark.line, last_line(node)):
            lines = [f"{key.value}:"]
            first = _first_line(node.value[0])
            behind = self.comments.beside(key.start_mark.line, key.start_mark.line)[1] if first > key.start_mark.line else ""
            lines = [f"{lines[0]}  {behind}" if behind else lines[0]]
            for item in node.value:
                lines += [*self.comments.before(item.start_mark.line), *self._item(item, slot.of, 0)]
            return [pad + line for line in (*above, *lines)]
        more, behind = self.comments.beside(key.start_mark.line, last_line(node))
        canonical = _canonical(slot, node) if slot else _scalar(flowing(node.value), _TEXT)
        lines = [line[2:] for line in _emitted([_mapping([(key.value, canonical)])], indent - 2, bare=True)]
        if behind and len(lines) == 1:
            lines = [f"{lines[0]}  {behind}"]
        elif behind:
            more = [*more, behind]
        return [pad + line for line in (*above, *more, *lines)]


def _line_of(field: tuple[Any, Any, Any]) -> tuple[int, int]:
    return field[1].start_mark.line, field[1].start_mark.column


def _first_line(node: Any) -> int:
    return int(node.start_mark.line)


def _ordered(item: Any, known: tuple[Slot, ...]) -> list[tuple[Slot, Any, Any]]:
    """Slot, key and value of a mapping's entries, in the order of the model."""
    given = {key.value: (key, value) for key, value in item.value}
    return [(slot, *given[slot.key]) for slot in known if slot.key in given]


def _order(kind: str, item: Any) -> Any:
    """Where a record stands among its kind; those of the vocabulary stay in their order (it says something)."""
    given = {key.value: value.value for key, value in item.value}
    for place, key in enumerate(("replaces", "withdraws"), 1):
        if key in given:
            return place, (given[key],)
    if kind == "therapies":
        return 0, (given.get("condition", ""), given.get("id", ""))
    if kind == "references":
        number = given.get("number", "0")
        return 0, number_key(number if number.startswith("X") else int(number))
    if kind in ("conditions", "agents"):
        return 0, (given.get("id" if kind == "conditions" else "name", "").casefold(),)
    return 0, ()


def _canonical(slot: Slot, node: Any) -> Any:
    """A value as a node in the house's style."""
    if slot.shape in ("record", "records") and slot.of:
        items = node.value if slot.shape == "records" else [node]
        flow = slot.of in (Arm, Effect)
        made = [
            _mapping([(key.value, _canonical(inner, value)) for inner, key, value in _ordered(item, slots(slot.of))], flow)
            for item in items
        ]
        return yaml.SequenceNode(_LIST, made, flow_style=not made) if slot.shape == "records" else made[0]
    if slot.shape == "number" and node.value.startswith("X"):
        return _scalar(node.value, _TEXT)
    if slot.shape == "pair":
        return yaml.SequenceNode(_LIST, [_number(item.value) for item in node.value], flow_style=True)
    if slot.shape == "texts":
        values = [flowing(item.value) for item in ([node] if isinstance(node, yaml.ScalarNode) else node.value)]
        if slot.single and len(values) == 1:
            return _scalar(values[0], _TEXT)
        flow = sum(len(value) + 2 for value in values) <= LIST_WIDTH
        return yaml.SequenceNode(_LIST, [_scalar(value, _TEXT) for value in values], flow_style=flow)
    value = flowing(node.value)
    return _scalar(value, _TEXT) if slot.shape == "text" else _number(value)


def _scalar(value: str, tag: str) -> Any:
    """A scalar; text that some reader of YAML takes for a number, true or false is quoted."""
    return yaml.ScalarNode(tag, value, style="'" if tag == _TEXT and _NUMBER_LIKE.match(value) else None)


def _number(value: str) -> Any:
    """A number, true or false: plain, with the tag that YAML guesses for it."""
    return _scalar(value, _RESOLVER.resolve(yaml.ScalarNode, value, (True, False)))


def _mapping(pairs: list[tuple[str, Any]], flow: bool = False) -> Any:
    return yaml.MappingNode(_MAP, [(yaml.ScalarNode(_TEXT, key), value) for key, value in pairs], flow_style=flow)


def field(cls: type, key: str, value: Any) -> list[str]:
    """A field of a record, given as plain data, as lines of YAML without indentation."""
    slot = next(each for each in slots(cls) if each.key == key)
    node = compose(dump({key: value}).encode(), "", []).value[0][1]
    return [line[2:] for line in _emitted([_mapping([(key, _canonical(slot, node))])], 0, bare=True)]


def _emitted(items: list[Any], indent: int, *, bare: bool = False) -> list[str]:
    """A list of nodes as YAML, without its indentation when `bare`."""
    node = yaml.SequenceNode(_LIST, items, flow_style=False)
    text: str = yaml.serialize(node, Dumper=_Dumper, width=WIDTH - indent, allow_unicode=True)
    pad = "" if bare else " " * indent
    return [pad + line if line else line for line in text.rstrip("\n").split("\n")]
