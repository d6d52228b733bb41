"""Classes of drugs by their words: who belongs to one, and to narrower ones."""

import re
import sqlite3

from salvage_cli import index, names
from salvage_cli.index import Named


def is_class(connection: sqlite3.Connection, found: Named) -> bool:
    """Whether a name that led to a drug is not its own but that of its class."""
    return names.normal(found.shown) == names.normal(index.term(connection, "agents", found.id)["class"])


def members(connection: sqlite3.Connection, text: str) -> list[Named]:
    """The drugs of a class and of narrower ones: a JAK1 inhibitor is a JAK inhibitor, a glucocorticoid's modulator no glucocorticoid."""
    wanted = names.words(text)
    parts = (
        (names.words(part), each)
        for found in index.all_names(connection, "agents").values()
        for each in found
        for part in (each.shown, *each.shown.rstrip(")").split(" ("))
    )
    return [each for words, each in parts if {*wanted} <= {*words} and words[-1] == wanted[-1]]


def tells(connection: sqlite3.Connection, found: Named, text: str) -> bool:
    """Whether words that are contained in a drug's name say which: in that of its class only where they begin it with a symbol.

    "JAK" and "anti-CD38" tell; "norepinephrine" of a radiolabeled norepinephrine analogue does not.
    """
    if not is_class(connection, found):
        return True
    symbol = text.lower().startswith("anti") or any(sum(map(str.isupper, token)) > 1 for token in text.split())
    return symbol and names.normal(found.shown).startswith(names.normal(text))


def inhibitors(connection: sqlite3.Connection, text: str) -> list[Named]:
    """The drugs behind what people write with an i: BTKi, JAKi."""
    target = re.fullmatch(r"\s*([A-Z][A-Z0-9-]+)i\s*", text)
    return members(connection, f"{target[1]} inhibitor") if target else []
