"""What the program says while it works: notes for --verbose, and a bar on stderr while an index is built."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from salvage_cli.opening import base

AFTER = 2.0
"""Seconds of building after which the bar appears; most builds are done by then."""


def opened_with(values: Mapping[str, Any]) -> dict[str, Any]:
    """What `open_library` is given for these options: the files, and how to speak meanwhile."""
    return {**base(values), "say": _note if values.get("verbose") else _nothing, "waiting": bar}


def _note(text: str) -> None:
    sys.stderr.write(f"salvage: {text}\n")


def _nothing(text: str) -> None:
    """Keep quiet."""


@contextmanager
def bar() -> Iterator[Callable[[float], None]]:
    """Give a function that is told which share of the work is done; a bar follows it on a terminal, after a while."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    from threading import Timer

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    words = TextColumn("salvage: compiling the index", markup=False)
    progress = Progress(words, BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    task = progress.add_task("", total=1.0)
    timer = Timer(AFTER, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda share: progress.update(task, completed=share)
    finally:
        timer.cancel()
        progress.stop()
