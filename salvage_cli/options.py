"""The shared options as typer has them. A command asks for `query`, `style` or `library` and is given each ready made."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from salvage_cli import facets
from salvage_cli.facets import Option
from salvage_cli.library import Query, open_library
from salvage_cli.pages import query, style
from salvage_cli.waiting import opened_with

_TYPES: dict[str, Any] = {"texts": list[str] | None, "text": str | None, "level": int | None, "flag": bool | None}


def opening(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the opened knowledge base as `library`."""
    return _extended(command, facets.BASE, "library", lambda values: open_library(**opened_with(values)))


def based(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what would open the knowledge base, as `base`, for those who look at its files themselves."""
    return _extended(command, facets.BASE, "base", opened_with)


def asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the facets, as one `query`."""
    return _extended(command, (*facets.FACETS, facets.SORT), "query", query)


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the facets without an order of therapies, as one `query`."""
    return _extended(command, facets.FACETS, "query", lambda values: Query(**facets.facets_of(values)))


def reading(
    options: Sequence[Option], replaces: str, make: Callable[[dict[str, Any]], Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command options of its own, made into one value by `make`."""
    return lambda command: _extended(command, options, replaces, make)


def styled(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the answer's form, as one `style`."""
    return _extended(command, facets.OUTPUT, "style", style)


def pictured(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command whose answer is a picture too."""
    return _extended(command, facets.DRAWN, "style", lambda values: style(values, (*facets.FORMATS, *facets.PICTURES)))


def _extended(
    command: Callable[..., Any], options: Sequence[Option], replaces: str, make: Callable[[dict[str, Any]], Any]
) -> Callable[..., Any]:
    """The command with options in place of the parameter `replaces`, as typer reads it."""

    @wraps(command)
    def wrapped(**given: Any) -> Any:
        values = {option.name: given.pop(option.name) for option in options}
        return command(**{replaces: make(values)}, **given)

    hints = get_type_hints(command, include_extras=True)
    own = [parameter for name, parameter in inspect.signature(command).parameters.items() if name != replaces]
    kept = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name]) for parameter in own]
    parameters = [*kept, *map(_parameter, options)]
    wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return wrapped


def _parameter(option: Option) -> inspect.Parameter:
    extra: dict[str, Any] = {"min": 1, "max": 5} if option.kind == "level" else {}
    if option.kind != "flag":
        extra["metavar"] = option.metavar
    flags = ["/".join((*option.flags, option.negative))] if option.negative else option.flags
    declared = typer.Option(*flags, help=option.help, show_default=False, **extra)
    annotated: Any = Annotated  # made at run time, which type checkers do not follow
    hint = annotated[_TYPES[option.kind], declared]
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=hint)
