"""Comments of a YAML file: where they stand, and to which entry each belongs. YAML's nodes do not know them."""

import re
from collections.abc import Iterator
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
    """The comments of a file, to be taken away from its top to its end, entry by entry; what nobody took is left over."""

    def __init__(self, text: str) -> None:
        """Find the comments of a well-formed file."""
        self.header: list[str] = []
        self.found = _found(text) if "#" in text else []
        self.taken = 0

    @property
    def waiting(self) -> list[Comment]:
        """The comments that nobody took yet."""
        return self.found[self.taken :]

    def take_header(self, first: int) -> None:
        """Set apart what stands before the first line of content."""
        self.header = self.before(first)

    def within(self, first: int, last: int) -> bool:
        """Whether any comment waits on these lines."""
        return self.taken < len(self.found) and first <= self.found[self.taken].line <= last

    def before(self, line: int) -> list[str]:
        """Take the comments that stand above a line."""
        start = self.taken
        while self.taken < len(self.found) and self.found[self.taken].line < line:
            self.taken += 1
        return [each.text for each in self.found[start : self.taken]]

    def beside(self, first: int, last: int) -> tuple[list[str], str]:
        """Take the comments of an entry that covers these lines: those to set above it, and the one behind its one line."""
        start = self.taken
        while self.taken < len(self.found) and self.found[self.taken].line <= last:
            self.taken += 1
        taken = self.found[start : self.taken]
        if first == last and len(taken) == 1 and not taken[0].alone:
            return [], taken[0].text
        return [each.text for each in taken], ""


def _found(text: str) -> list[Comment]:
    """Every comment: what begins with # in the gaps between tokens, and behind the sign of a block of text."""
    found: set[int] = set()
    end = 0
    token: Any
    for token in yaml.scan(text, Loader=ANY_LOADER):
        start = token.start_mark.index
        found.update(_in_gap(text, end, start))
        if isinstance(token, yaml.ScalarToken) and (header := _BLOCK_HEADER.match(text, start)):
            found.add(header.start(1))
        end = max(end, token.end_mark.index)
    found.update(_in_gap(text, end, len(text)))
    return _lined(text, sorted(found))


def _in_gap(text: str, start: int, end: int) -> Iterator[int]:
    """Where the comments of a gap begin: the first # of each of its lines."""
    place = text.find("#", start, end)
    while place >= 0:
        yield place
        line_end = text.find("\n", place, end)
        place = text.find("#", line_end, end) if line_end >= 0 else -1


def _lined(text: str, places: list[int]) -> list[Comment]:
    """Comments with their lines, counted in one go."""
    comments, line, counted = [], 0, 0
    for place in places:
        line += text.count("\n", counted, place)
        counted = place
        begin = text.rfind("\n", 0, place) + 1
        stop = text.find("\n", place)
        words = text[place:] if stop < 0 else text[place:stop]
        comments.append(Comment(line, not text[begin:place].strip(), words.rstrip()))
    return comments


def last_line(node: Any) -> int:
    """The last line that a node covers, without the blank lines that libyaml adds to blocks."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return max(last_line(value) for pair in node.value for value in pair)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return last_line(node.value[-1])
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return int(node.end_mark.line) - 1
    return int(node.end_mark.line)
