"""What can go wrong, each kind with the status that the program ends with. Knows no other room."""

from collections import namedtuple
from collections.abc import Sequence
from enum import IntEnum


def harmless(text: str) -> str:
    """Text that a terminal can be shown: control, invisible and direction-turning characters as escapes."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in "\n\u00a0\u202f" else repr(letter)[1:-1] for letter in text)


class ExitCode(IntEnum):
    """The program's exit statuses, as README lists them."""

    FOUND = 0
    NOTHING = 1
    USAGE = 2
    DATA = 3
    MACHINE = 4


class Problem(namedtuple("Problem", "file line column path message rule severity", defaults=("form", "fault"))):
    """One fault in a knowledge-base file. Line and column count from 1, as editors do; 0 where the fault is the file's.

    `path` runs from the top of the file, e.g. `therapies[6].outcomes[0].ci`, and is empty where the fault is the file's. `rule` is the
    name of the rule that is broken (`salvage validate --explain` knows it), `severity` is fault or warning.
    A namedtuple of `collections`, since the module typing would cost every start of the program 5 ms.
    """

    __slots__ = ()
    file: str
    line: int
    column: int
    path: str
    message: str
    rule: str
    severity: str

    def __str__(self) -> str:
        """The line that a curator reads: file:line:column: path: message."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        severity = self.severity if self.severity == "warning" else ""
        return harmless(": ".join(part for part in (place, severity, self.path, self.message) if part))


class SalvageError(Exception):
    """Anything that a user can cause; `str()` is the message, `exit_code` the status."""

    exit_code = ExitCode.USAGE


class NothingFound(SalvageError):
    """A valid question without an answer."""

    exit_code = ExitCode.NOTHING


class UsageError(SalvageError):
    """The question itself is wrong, e.g. an unknown modality."""

    exit_code = ExitCode.USAGE


class DataError(SalvageError):
    """A knowledge-base file is at fault; every fault is in `problems`."""

    exit_code = ExitCode.DATA

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems in order; the message is one line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class MachineError(SalvageError):
    """The machine is at fault: a file cannot be read or written."""

    exit_code = ExitCode.MACHINE
