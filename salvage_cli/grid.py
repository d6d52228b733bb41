"""Where there is evidence and where there is none: conditions by kind of treatment. Knows no terminal and no base."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from salvage_cli import text
from salvage_cli.fold import Line, Span, beside, block, cells, indent
from salvage_cli.plain import markdown_text

SHORT = {
    "drug": "drug",
    "immunotherapy": "immuno",
    "radiation": "radio",
    "surgery": "surg",
    "stem-cell-transplant": "SCT",
    "interventional": "interv",
    "neuromodulation": "neuro",
    "diet": "diet",
    "microbiota": "biota",
    "organ-support": "organ",
}
"""Heads of narrow columns; a branch that is not here is shown by the first letters of its id."""

CELL = 6
SHADES = {1: "█", 2: "▓", 3: "▒", 4: "░", 5: "░", None: "░"}
ASCII_SHADES = {1: "#", 2: "%", 3: "+", 4: "-", 5: "-", None: "-"}
NAME = 30
"""Columns that a name needs beside its cells; with less, it stands above them."""
LIST_BELOW = 78
"""Columns under which a condition's cells are listed and not put in a grid."""


class Cell(NamedTuple):
    """The therapies of one kind for one condition."""

    therapies: int
    level: int | None
    """The strongest evidence level among them; None where none carries one."""
    ids: tuple[str, ...]

    def words(self, shades: Mapping[int | None, str]) -> str:
        """`▓12 L2`: how many, and the best level, which is the shade too."""
        return f"{shades[self.level]}{self.figures}"

    @property
    def figures(self) -> str:
        """`12 L2`."""
        return f"{self.therapies} L{self.level or '–'}"


class Place(NamedTuple):
    """One condition with its cells by kind of treatment."""

    condition: str
    name: str
    specialty: str
    therapies: int
    cells: Mapping[str, Cell]


class Grid(NamedTuple):
    """Conditions by kinds of treatment."""

    places: tuple[Place, ...]
    kinds: tuple[str, ...]
    """Ids of the branches that are the columns."""
    names: Mapping[str, str]
    """Their names."""


def roots(modalities: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """For each kind of treatment the topmost branches that it lies under."""
    parents = {term["id"]: tuple(parent for parent in term["parents"] if parent) for term in modalities}

    def above(id: str, seen: frozenset[str]) -> Iterator[str]:
        wider = [parent for parent in parents.get(id, ()) if parent not in seen]
        if not wider:
            yield id
        for parent in wider:
            yield from above(parent, seen | {id})

    return {id: tuple(dict.fromkeys(above(id, frozenset({id})))) for id in parents}


def grid(
    therapies: Sequence[tuple[str, str, str, Sequence[str], int | None]],
    modalities: Sequence[Mapping[str, Any]],
    specialties: Mapping[str, str],
) -> Grid:
    """Sort therapies (id, condition, its name, modalities, level) into cells. Specialties (by condition) order the rows."""
    tops, names = roots(modalities), {term["id"]: term["name"] for term in modalities}
    filed: dict[str, dict[str, list[tuple[str, int | None]]]] = {}
    known: dict[str, tuple[str, set[str]]] = {}
    for id, condition, name, kinds, level in therapies:
        known.setdefault(condition, (name, set()))[1].add(id)
        for top in dict.fromkeys(top for kind in kinds for top in tops[kind]):
            filed.setdefault(condition, {}).setdefault(top, []).append((id, level))
    places = [
        Place(condition, name, specialties[condition], len(ids), {top: _cell(found) for top, found in filed.get(condition, {}).items()})
        for condition, (name, ids) in known.items()
    ]
    places.sort(key=lambda place: (place.specialty.casefold(), place.name.casefold()))
    return Grid(tuple(places), tuple(id for id in names if tops[id] == (id,)), names)


def _cell(found: Sequence[tuple[str, int | None]]) -> Cell:
    levels = [level for _, level in found if level is not None]
    return Cell(len(found), min(levels, default=None), tuple(id for id, _ in found))


def lines(found: Grid, width: int, shades: Mapping[int | None, str] = SHADES, none: str = "·") -> list[Line]:
    """The grid for a width: each specialty with its own head, so that one always sees what a column is."""
    laid = block(title(found), width, "heading")
    for specialty in dict.fromkeys(place.specialty for place in found.places):
        places = [place for place in found.places if place.specialty == specialty]
        laid += [[], *(_listed if width < LIST_BELOW else _gridded)(specialty, places, found, width, shades, none)]
    return [*laid, [], *block(legend(found, shades, none), width, "dim")]


def title(found: Grid) -> str:
    """How much is in the grid."""
    therapies = sum(place.therapies for place in found.places)
    return f"{text.counted(len(found.places), 'condition')} · {text.counted(therapies, 'therapy', 'therapies')} by kind of treatment"


def short(kind: str) -> str:
    """The head of a narrow column."""
    return SHORT.get(kind, kind[: CELL - 1])


def legend(found: Grid, shades: Mapping[int | None, str] | None = None, none: str = "·") -> str:
    """What a cell says, with the signs of the shades where they are signs."""
    heads = ", ".join(f"{short(kind)}: {found.names[kind].lower()}" for kind in found.kinds if short(kind) != found.names[kind].lower())
    levels = ", ".join(f"{f'{shades[level]} ' if shades else ''}{level} {text.LEVELS[level]}" for level in (1, 2, 3, 4, 5))
    return (
        f"{shades[2] if shades else ''}12 L2 means 12 therapies, the strongest evidence among them level 2 ({levels}; – no level). "
        f"{none} none known here. A therapy of two kinds counts in both columns and once in all. {heads}."
    )


def _gridded(specialty: str, places: Sequence[Place], found: Grid, width: int, shades: Mapping[int | None, str], none: str) -> list[Line]:
    columns = (CELL + 1) * len(found.kinds) + 4
    heads = [([[Span(f"{short(kind):<{CELL}}", "dim")]], CELL) for kind in found.kinds]
    apart = width - columns < NAME
    name = 1 if apart else min(60, width - columns, max(NAME, *(cells(place.name) for place in places)))
    laid = block(specialty, width, "name") if apart else []
    laid += beside([([[Span("" if apart else specialty, "name")]], name), ([[Span("all", "dim")]], 3), *heads], gap=1)
    for place in places:
        row = [([[_shown(place.cells.get(kind), shades, none)]], CELL) for kind in found.kinds]
        laid += block(place.name, width) if apart else []
        laid += beside([([] if apart else block(place.name, name), name), ([[Span(f"{place.therapies:>3}")]], 3), *row], gap=1)
    return laid


def _shown(cell: Cell | None, shades: Mapping[int | None, str], none: str) -> Span:
    return Span(none, "dim") if cell is None else Span(cell.words(shades))


def _listed(specialty: str, places: Sequence[Place], found: Grid, width: int, shades: Mapping[int | None, str], none: str) -> list[Line]:
    laid = block(specialty, width, "name")
    for place in places:
        there = [f"{short(kind)}\N{NO-BREAK SPACE}{place.cells[kind].words(shades)}" for kind in found.kinds if kind in place.cells]
        missing = [short(kind) for kind in found.kinds if kind not in place.cells]
        laid += [*block(f"{place.name} · {place.therapies}", width), *indent(block("  ".join(there), width - 2), 2)]
        laid += indent(block(f"{none} {', '.join(missing)}", width - 2, "dim"), 2) if missing else []
    return laid


def markdown(found: Grid) -> Iterator[str]:
    """The grid as tables for a document, one for each specialty."""
    yield f"# {title(found)}"
    for specialty in dict.fromkeys(place.specialty for place in found.places):
        yield f"\n## {markdown_text(specialty)}\n"
        yield "| condition | all | " + " | ".join(markdown_text(found.names[kind]) for kind in found.kinds) + " |"
        yield "| --- | ---: |" + " --- |" * len(found.kinds)
        for place in found.places:
            if place.specialty == specialty:
                row = [place.cells[kind].words(SHADES) if kind in place.cells else "·" for kind in found.kinds]
                yield f"| {markdown_text(place.name)} | {place.therapies} | " + " | ".join(row) + " |"
    yield f"\n{markdown_text(legend(found, SHADES, '·'))}"
