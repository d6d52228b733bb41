"""Comments of a YAML file: where they stand, and to which entry each belongs. YAML's nodes do not know them."""

import re
from bisect import bisect_left
from typing import Any, NamedTuple

import yaml

from salvage_cli.nodes import ANY_LOADER

_BLOCK_HEADER = re.compile(r"[|>][0-9+-]*[ \t]+(#[^\n]*)")


class Comment(NamedTuple):
    """One comment, from its sign to the end of the line. Lines count from 0."""

    line: int
    alone: bool
    """Whether nothing else stands on the line."""
    text: str


class Comments:
    """The comments of a file, to be taken away entry by entry; what nobody took is left over."""

    def __init__(self, text: str) -> None:
        """Find the comments of a well-formed file."""
        self.header: list[str] = []
        self.waiting = _found(text) if "#" in text else []

    def take_header(self, first: int) -> None:
        """Set apart what stands before the first line of content."""
        count = bisect_left([each.line for each in self.waiting], first)
        self.header = [each.text for each in self.waiting[:count]]
        self.waiting = self.waiting[count:]

    def within(self, first: int, last: int) -> bool:
        """Whether any comment waits on these lines."""
        return any(first <= each.line <= last for each in self.waiting)

    def before(self, line: int) -> list[str]:
        """Take the comments that stand above a line."""
        count = next((place for place, each in enumerate(self.waiting) if each.line >= line), len(self.waiting))
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return [each.text for each in taken]

    def beside(self, first: int, last: int) -> tuple[list[str], str]:
        """Take the comments of an entry that covers these lines: those to set above it, and the one behind its one line."""
        taken = [each for each in self.waiting if first <= each.line <= last]
        self.waiting = [each for each in self.waiting if not first <= each.line <= last]
        if first == last and len(taken) == 1 and not taken[0].alone:
            return [], taken[0].text
        return [each.text for each in taken], ""


def _found(text: str) -> list[Comment]:
    """Every comment: what begins with # in the gaps between tokens, and behind the sign of a block of text."""
    comments: list[Comment] = []
    end = 0
    token: Any
    for token in yaml.scan(text, Loader=ANY_LOADER):
        start = token.start_mark.index
        comments += _in_gap(text, end, start)
        if isinstance(token, yaml.ScalarToken) and (header := _BLOCK_HEADER.match(text, start)):
            comments.append(Comment(text.count("\n", 0, start), False, header[1].rstrip()))
        end = max(end, token.end_mark.index)
    comments += _in_gap(text, end, len(text))
    return sorted(set(comments))


def _in_gap(text: str, start: int, end: int) -> list[Comment]:
    if "#" not in text[start:end]:
        return []
    found = []
    for match in re.finditer(r"#[^\n]*", text[start:end]):
        place = start + match.start()
        begin = text.rfind("\n", 0, place) + 1
        found.append(Comment(text.count("\n", 0, place), not text[begin:place].strip(), match[0].rstrip()))
    return found


def last_line(node: Any) -> int:
    """The last line that a node covers, without the blank lines that libyaml adds to blocks."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return max(last_line(value) for pair in node.value for value in pair)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return last_line(node.value[-1])
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return int(node.end_mark.line) - 1
    return int(node.end_mark.line)
