"""The options that several commands share, declared once: facets that make a Query, and how the answer is to look."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from salvage_cli import output
from salvage_cli.errors import UsageError
from salvage_cli.library import Query, open_library
from salvage_cli.output import Style

Texts = list[str] | None


def _option(*flags: str, help: str, **more: Any) -> Any:
    return typer.Option(*flags, help=help, **more)


def _named(*flags: str, help: str) -> Any:
    return _option(*flags, help=help, metavar="NAME")


FACETS: dict[str, tuple[Any, Any]] = {
    "condition": (Annotated[Texts, _named("--condition", "-c", help="Name, abbreviation, group or code (AML, C92.0).")], None),
    "modality": (Annotated[Texts, _named("--modality", "-m", help="Kind of treatment, or a branch of them (radiation).")], None),
    "failure_type": (
        Annotated[Texts, _named("--failure-type", "--failure", "-f", help="How standard treatment failed (relapse).")],
        None,
    ),
    "agent": (Annotated[Texts, _named("--agent", "-a", help="Drug: INN, class or brand.")], None),
    "population": (
        Annotated[Texts, _option("--population", "-p", metavar="WORDS", help="Age group (child) or words of the population.")],
        None,
    ),
    "biomarker": (Annotated[Texts, _named("--biomarker", "-b", help="Marker the patients had (FLT3, CD19).")], None),
    "specialty": (Annotated[Texts, _named("--specialty", help="Specialty (oncology, ICU).")], None),
    "evidence": (
        Annotated[int | None, _option("--evidence", metavar="N", min=1, max=5, help="Evidence level N or stronger; 1 is strongest.")],
        None,
    ),
    "verdict": (Annotated[Texts, _named("--verdict", help="benefit, surrogate, uncertain, no-benefit or harm.")], None),
    "checked": (Annotated[bool, _option("--checked", help="Only what rests on a checked reference.")], False),
    "investigational": (
        Annotated[bool | None, _option("--investigational/--no-investigational", help="Only (or no) uses approved nowhere.")],
        None,
    ),
}
"""The facets, with what typer makes of them and their defaults."""

SORTS = ("level", "verdict", "name", "condition", "year")
SORT = Annotated[str, _option("--sort", metavar="KEY", help=f"{', '.join(SORTS)}.")]

_FORMATS = (*output.PEOPLE, *output.PROGRAMS)
OUTPUT: dict[str, tuple[Any, Any]] = {
    "format": (Annotated[str | None, _option("--format", "-o", metavar="FORMAT", help=f"{', '.join(_FORMATS)}.")], None),
    "fields": (Annotated[str | None, _option("--fields", metavar="A,B,C", help="Columns, in this order.")], None),
    "header": (Annotated[bool, _option("--header/--no-header", help="Names of the columns as first line (TSV, CSV).")], True),
    "pager": (Annotated[bool, _option("--pager/--no-pager", help="Page a long answer on a terminal.")], True),
    "color": (Annotated[bool | None, _option("--color/--no-color", help="Colour, whatever the terminal says.")], None),
}
"""The options of an answer's form."""


def opening(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the opened knowledge base as `library`."""
    return _extended(command, {}, "library", lambda _: {"library": open_library()})


def asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the facets; it receives them as one `query`."""

    def gather(given: dict[str, Any]) -> dict[str, Any]:
        facets = {name: given.pop(name) for name in [*FACETS, "sort"]}
        if facets["sort"] not in SORTS:
            raise UsageError(f"no order is called {facets['sort']!r}; choose one of {', '.join(SORTS)}")
        for name, value in facets.items():
            if value is None and name not in ("evidence", "investigational"):
                facets[name] = ()
        return {"query": Query(**facets)}

    return _extended(command, {**FACETS, "sort": (SORT, "level")}, "query", gather)


def styled(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the answer's form; it receives them as one `style`."""

    def gather(given: dict[str, Any]) -> dict[str, Any]:
        form = {name: given.pop(name) for name in OUTPUT}
        if form["format"] is not None and form["format"] not in _FORMATS:
            raise UsageError(f"no format is called {form['format']!r}; choose one of {', '.join(_FORMATS)}")
        form["fields"] = tuple(part.strip() for part in (form["fields"] or "").split(",") if part.strip())
        return {"style": Style(**form)}

    return _extended(command, OUTPUT, "style", gather)


def _extended(
    command: Callable[..., Any], options: dict[str, tuple[Any, Any]], replaces: str, gather: Callable[[dict[str, Any]], dict[str, Any]]
) -> Callable[..., Any]:
    """The command with options in place of the parameter `replaces`, as typer reads it."""

    @wraps(command)
    def wrapped(**given: Any) -> Any:
        return command(**gather(given), **given)

    hints = get_type_hints(command, include_extras=True)
    own = [parameter for name, parameter in inspect.signature(command).parameters.items() if name != replaces]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)
        for name, (hint, default) in options.items()
    ]
    kept = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name]) for parameter in own]
    wrapped.__signature__ = inspect.Signature([*kept, *added])  # type: ignore[attr-defined]
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *added)}
    return wrapped
