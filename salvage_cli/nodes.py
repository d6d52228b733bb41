"""Bytes of a file to YAML nodes, however hostile the file: bounded, untagged, without a hidden character. Knows no records.

Nothing is ever made into an object. Size is looked at before a byte is read, depth and the number of values while libyaml
composes, and what aliases would repeat before it starts; so no file costs much more than the bounds allow.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from salvage_cli import owned
from salvage_cli.errors import MachineError, Problem

ANY_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""Control characters, invisible ones and those that turn the direction of text: nothing that a record needs."""

_ANCHOR = re.compile(r"(?:\A|[\s\[\]{},:?\"'-])&[0-9A-Za-z_-]")
"""Where an anchor may stand; files without one (all of the shipped) have no aliases to count."""

_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
"""How JSON writes a character beyond the first 65,536; YAML has no such pairs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. Real files stay far below; `times` raises all of it at once."""

    times: int = 1

    @property
    def depth(self) -> int:
        """How deep values may be nested; records need eight. Never above what the stack of the machine bears."""
        return min(40 * self.times, 1000)

    @property
    def values(self) -> int:
        """How many values a file may hold; the shipped therapies have 50,000."""
        return 400_000 * self.times

    @property
    def repeated(self) -> int:
        """How many values the aliases of a file may stand for, all together."""
        return 10_000 * self.times


_RAISE = "raise the bound with --limits if the file is right"
_CURES = {
    "found character that cannot start any token": "a text that begins with this sign needs quotes",
    "mapping values are not allowed in this context": "a text with a colon and a blank needs quotes; or mend the indentation",
    "second occurrence": "the anchor is given twice; choose another name",
    "but found another document": "a file holds one document; remove the line ---",
    "found undefined alias": "no value has this anchor; a text that begins with * needs quotes",
    "found undefined tag handle": "tags are not read; remove it",
    "found unknown escape character": "in double quotes a backslash begins an escape; use single quotes",
}
"""What would be right, for faults of YAML that curators make."""


class _TooMuch(Exception):
    """A bound was met; the message says which."""


def _loader(limits: Limits) -> Any:
    """A loader of nodes that stops at the bounds; libyaml tells it of every node, so counting costs next to nothing."""
    depth, values = 0, 0
    most_depth, most_values = limits.depth, limits.values

    def descend(self: Any, parent: Any, index: Any) -> None:
        nonlocal depth, values
        depth += 1
        values += 1
        if depth > most_depth or values > most_values:
            name, bound = ("levels deep", most_depth) if depth > most_depth else ("values", most_values)
            raise _TooMuch(f"more than {bound:,} {name}; {_RAISE}", parent.start_mark.line + 1, parent.start_mark.column + 1)

    def ascend(self: Any) -> None:
        nonlocal depth
        depth -= 1

    return type("_Nodes", (ANY_LOADER,), {"descend_resolver": descend, "ascend_resolver": ascend, "resolve": _untagged})


_TAGS = {yaml.ScalarNode: "tag:yaml.org,2002:str", yaml.SequenceNode: "tag:yaml.org,2002:seq", yaml.MappingNode: "tag:yaml.org,2002:map"}


def _untagged(_: Any, kind: Any, __: Any, ___: Any) -> str:
    """The tag of a node that has none; what yaml.BaseResolver finds in a longer way, for every node."""
    return _TAGS[kind]


def read_bytes(file: Path, limits: Limits | None = None) -> bytes:
    """The bytes of a file.

    Raises:
        MachineError: it cannot be read, is no regular file, or is larger than the bound.
    """
    times = limits.times if limits else 1
    try:
        owned.check(str(file), file.stat(), times)
        return file.read_bytes()
    except OSError as error:
        raise MachineError(f"cannot read {file}: {error.strerror or error}") from None
    except ValueError as error:
        raise MachineError(f"cannot read {str(file)!r}: {error}") from None


def compose(raw: bytes, shown: str, problems: list[Problem], limits: Limits | None = None) -> Any:
    """The root node of a file, or None with the fault in `problems` (an empty file has no root and no fault here)."""
    text = decoded(raw, shown, problems)
    if text is None:
        return None
    bounds = limits or Limits()
    if shown.endswith(".json") and _SURROGATES.search(text):
        text = _SURROGATES.sub(_joined, text)
    try:
        if _ANCHOR.search(text):
            _count_aliases(text, bounds)
        loader = _loader(bounds)(text)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except _TooMuch as fault:
        message, line, column = fault.args
        problems.append(Problem(shown, line, column, "", message, "bounds"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "not readable"
        what = f"{what}; {_CURES[what]}" if what in _CURES else what
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.append(Problem(shown, line, column, "", f"not valid YAML: {what}", "readable"))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        problems.append(Problem(shown, 1, 1, "", f"not valid YAML: {_one_line(error)}", "readable"))
    return None


def decoded(raw: bytes, shown: str, problems: list[Problem]) -> str | None:
    """The text of a file, or None with the fault in `problems`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        problems.append(_at(shown, before, f"not UTF-8: byte 0x{raw[error.start]:02x}; save the file as UTF-8", "readable"))
        return None
    hidden = FORBIDDEN.search(text)
    if hidden:
        problems.append(_at(shown, text[: hidden.start()], hidden_message(hidden[0]), "harmless-text"))
        return None
    return text


def hidden_message(character: str) -> str:
    """What to say of a forbidden character; it is named, never printed."""
    return f"character U+{ord(character):04X} is not allowed (control or invisible); remove it"


def _joined(found: re.Match[str]) -> str:
    high, low = int(found[2], 16), int(found[3], 16)
    return found[1] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _at(shown: str, before: str, message: str, rule: str) -> Problem:
    lines = re.findall("\r\n|[\r\n\x85]", before)
    column = len(before) - max(before.rfind(end) for end in "\r\n\x85")
    return Problem(shown, len(lines) + 1, column, "", message, rule)


def _one_line(error: Exception) -> str:
    return FORBIDDEN.sub("?", " ".join(str(error).split()))


def _count_aliases(text: str, limits: Limits) -> None:
    """Follow the events of a file with anchors and add up what its aliases stand for, before any of it is built.

    Raises:
        _TooMuch: an alias within its own anchor, or more values than the bound.
    """
    sizes: dict[str, int] = {}
    open_: list[tuple[str | None, int]] = []
    written = repeated = 0
    event: Any
    for event in yaml.parse(text, Loader=ANY_LOADER):
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_):
                raise _TooMuch(
                    f"the alias *{event.anchor} stands within the value it repeats; write the value out", mark.line + 1, mark.column + 1
                )
            repeated += sizes.get(str(event.anchor), 0)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor:
                sizes[anchor] = written + repeated - before
        elif isinstance(event, yaml.NodeEvent):
            if isinstance(event, yaml.CollectionStartEvent):
                open_.append((event.anchor, written + repeated))
            elif event.anchor:
                sizes[event.anchor] = 1
            written += 1
        if repeated > limits.repeated or len(open_) > limits.depth or written > limits.values:
            what = f"aliases that repeat more than {limits.repeated:,} values"
            if repeated <= limits.repeated:
                deep = len(open_) > limits.depth
                what = f"more than {limits.depth:,} levels deep" if deep else f"more than {limits.values:,} values"
            raise _TooMuch(f"{what}; {_RAISE}", mark.line + 1, mark.column + 1)
