"""Answers on a terminal: the only room that knows rich. It colors the lines of a layout; it finds no words of its own."""

from collections.abc import Iterable
from typing import Any, TextIO

from rich.console import Console
from rich.style import Style as Look
from rich.text import Text

from salvage_cli.fold import Line, Span
from salvage_cli.text import COLORS

LOOKS = {
    "name": Look(bold=True),
    "heading": Look(bold=True, underline=True),
    "dim": Look(dim=True),
    "link": Look(underline=True),
    "hit": Look(bold=True, underline=True),
    **{verdict: Look(color=color, bold=True) for verdict, color in COLORS.items()},
}
"""What a span's style looks like; a style without a look is plain."""


def console(stream: TextIO, *, width: int | None = None, color: bool | None = None) -> Console:
    """A console that writes to `stream`; what it prints is text, never markup."""
    extra: dict[str, Any] = {}
    if color is not None:
        extra = {"force_terminal": True} if color else {"no_color": True}
    if width is not None:
        extra["height"] = 25  # rich takes a width for a dumb terminal only together with a height; nothing here has one
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=True, **extra)


def drawn(screen: Console, lines: Iterable[Line]) -> str:
    """The lines as `screen` would show them, as text with its colors; blanks at the ends of lines are dropped."""
    with screen.capture() as captured:
        for line in lines:
            screen.print(Text.assemble(*map(_look, line), no_wrap=True, overflow="ignore"), soft_wrap=True)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().split("\n")[:-1])


def _look(span: Span) -> tuple[str, Look]:
    look = LOOKS.get(span.style, Look())
    return (span.text, look + Look(link=span.link) if span.link else look)
