"""Finished citations, taken from an index by number or id: the one thing that scripts ask in loops. Loads nothing else."""

import sqlite3

TYPE_CHECKING = False  # what type checkers take for true
if TYPE_CHECKING:
    from collections.abc import Sequence


def citations(connection: sqlite3.Connection, references: "Sequence[str]", style: str) -> "list[tuple[str, str]] | None":
    """The text and the standing of each reference, once, in the order given; None where any is not plainly one of them.

    `style` is a built-in style of text, whose column the table has.
    """
    sql = (
        f"SELECT identifier.reference, citation.{style}, citation.standing FROM identifier"
        " JOIN citation ON citation.reference = identifier.reference WHERE identifier.value = ?"
    )
    found = {}
    for each in references:
        rows = connection.execute(sql, (each.casefold(),)).fetchall()
        if len(rows) != 1:
            return None
        id, text, standing = rows[0]
        found[id] = (text, standing)
    return list(found.values())
