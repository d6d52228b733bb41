"""The way out: which format, which stream, which pager. The only room that writes to stdout."""

import codecs
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salvage_cli.errors import MachineError, harmless
from salvage_cli.wording import ascii_text

if TYPE_CHECKING:
    from salvage_cli.fold import Line


@dataclass(frozen=True, kw_only=True)
class Style:
    """How the user wants an answer."""

    format: str | None = None
    fields: tuple[str, ...] = ()
    header: bool = True
    pager: bool = True
    color: bool | None = None


def terminal() -> bool:
    """Whether people read stdout."""
    return sys.stdout.isatty()


def dumb() -> bool:
    """Whether the terminal says that it can draw nothing."""
    return os.environ.get("TERM") in ("dumb", "unknown")


def chosen(style: Style, in_pipe: str) -> str:
    """The format asked for, else TSV where columns are named, `table` on a terminal and `in_pipe` elsewhere."""
    return style.format or ("tsv" if style.fields else "table" if terminal() else in_pipe)


def encodes(text: str) -> bool:
    """Whether stdout's encoding has all of these signs."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(ascii_text, error.object[error.start : error.end])), error.end


def _json_escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2)), error.end


codecs.register_error("salvage", _stand_in)
codecs.register_error("salvage-json", _json_escape)


def prepare_streams() -> None:
    """Let no encoding crash the answer: what it lacks gets its usual stand-in."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="salvage")


def write(lines: Iterable[str], format: str = "plain") -> None:
    """Write lines to stdout. JSON is UTF-8 or, where the stream is not, ASCII with escapes, whatever else the encoding has."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if format in ("json", "jsonl") and reconfigure is not None and not codecs.lookup(sys.stdout.encoding).name.startswith("utf"):
        reconfigure(encoding="ascii", errors="salvage-json")
    for line in lines:
        sys.stdout.write(line + "\n")


_noted: list[str] = []
"""What was said on a terminal before the answer, which a pager would push out of sight."""


def note(text: str) -> None:
    """One line on stderr, after what stdout holds already: both may go to one file or pipe. On a terminal it breaks between words."""
    sys.stdout.flush()
    said = f"salvage: {harmless(text)}\n"
    if sys.stderr.isatty():
        from shutil import get_terminal_size
        from textwrap import fill

        said = fill(said, get_terminal_size().columns, break_long_words=False, break_on_hyphens=False) + "\n"
        _noted.append(said)
    sys.stderr.write(said)


def screenful(style: Style) -> int:
    """How many lines an answer may have before it goes through the pager; 0 where it never does."""
    if not style.pager or not terminal() or dumb() or _pager() == "cat":
        return 0
    return os.get_terminal_size(sys.stdout.fileno()).lines


def _pager() -> str:
    return os.environ.get("SALVAGE_PAGER") or os.environ.get("PAGER") or "less -FRX"


def page(text: str, style: Style) -> None:
    """Write text to stdout; on a terminal, text longer than the screen goes through the user's pager."""
    rows = screenful(style)
    if not rows or text.count("\n") < rows:
        sys.stdout.write(text)
        return
    text = "".join([*_noted, "\n"] if _noted else []) + text
    import shlex
    import subprocess

    sys.stdout.flush()
    try:
        reader = subprocess.Popen(shlex.split(_pager()), stdin=subprocess.PIPE, env={"LESS": "FRX", **os.environ})
    except (OSError, ValueError):
        sys.stdout.write(text)
        return
    try:
        reader.communicate(text.encode(sys.stdout.encoding, "salvage"))
    except BrokenPipeError:
        pass
    except KeyboardInterrupt:
        pass
    reader.wait()


def draw(layout: "Callable[[int], Iterable[Line]]", style: Style) -> None:
    """Lay an answer out for the terminal's width and show it with rich, through the pager where it is long."""
    from salvage_cli import fold, terminal

    screen = terminal.console(sys.stdout, width=_width_of_dumb(), color=False if dumb() else style.color)
    lines = list(layout(screen.width))
    height = screenful(style)
    page(terminal.drawn(screen, fold.continued(lines, height) if 0 < height <= len(lines) else lines), style)


def _width_of_dumb() -> int | None:
    """The columns of a terminal that calls itself dumb, for which rich would take 80; None for any other, and in a pipe."""
    if not dumb() or not terminal() or "COLUMNS" in os.environ:
        return None
    return os.get_terminal_size(sys.stdout.fileno()).columns or None


def read_lines() -> Iterator[str]:
    """What stands on stdin, a line each, blanks and empty lines dropped.

    Raises:
        MachineError: stdin cannot be read as text.
    """
    try:
        return iter([line.strip() for line in sys.stdin if line.strip()])
    except (OSError, UnicodeDecodeError) as error:
        raise MachineError(f"cannot read standard input: {error}") from None
