"""What a rule finds, and the register of the rules across records."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from salvage_cli.model import Base


class Finding(NamedTuple):
    """One breach of a rule: which record, where in it, what is wrong and what would be right."""

    kind: str
    id: str
    path: str
    message: str


Rule = Callable[[Base], Iterator[Finding]]
RULES: dict[str, Rule] = {}
"""The rules by name; `checks` and `figures` fill it when they are loaded."""

_F = TypeVar("_F", bound=Callable[..., Iterator[Finding]])


def register(rules: dict[str, _F]) -> Callable[[_F], _F]:
    """A decorator that enters a function under its name, with hyphens for underscores."""

    def enter(function: _F) -> _F:
        rules[function.__name__.replace("_", "-")] = function
        return function

    return enter


rule = register(RULES)
