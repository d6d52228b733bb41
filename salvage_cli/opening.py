"""Which files make the knowledge base, and the way from them to an open index. Loads what parses them only to build."""

import os
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence

from salvage_cli import __version__, owned, store
from salvage_cli.errors import MachineError, UsageError
from salvage_cli.store import Sources

TYPE_CHECKING = False  # what type checkers take for true
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Any

DATA_FILES = ("conditions", "references", "agents", "journals", "vocabulary", "therapies")


def data_folder() -> str:
    """The folder of the shipped data: inside the package in a wheel, beside it in a checkout.

    Raises:
        MachineError: it is in neither place.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    inside, beside = os.path.join(here, "data"), os.path.join(os.path.dirname(here), "data")
    for folder in (inside, beside):
        if os.path.isfile(os.path.join(folder, "therapies.yaml")):
            return folder
    raise MachineError(f"the shipped data is neither in {inside} nor in {beside}; install salvage-cli again")


def cache_folder() -> str:
    """The folder for compiled indexes: `SALVAGE_CACHE`, else the user's cache folder."""
    if given := os.environ.get("SALVAGE_CACHE"):
        return given
    if sys.platform == "linux":  # what platformdirs says there, without the 4 ms of loading it at every start
        return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "salvage")
    from platformdirs import user_cache_dir

    return user_cache_dir("salvage", appauthor=False)


def shipped_files() -> list[str]:
    """The files of the shipped base."""
    folder = data_folder()
    return [os.path.join(folder, f"{name}.yaml") for name in DATA_FILES]


def base(values: "Mapping[str, Any]") -> "dict[str, Any]":
    """What `open_index` is given: the paths of SALVAGE_DATA, then those of --data, and the bounds of a file.

    Raises:
        UsageError: the bounds are no number.
    """
    named = [path for path in os.environ.get("SALVAGE_DATA", "").split(os.pathsep) if path]
    given = values.get("limits") or os.environ.get("SALVAGE_LIMITS") or "1"
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:5]) <= 1000:
        raise UsageError(f"--limits {given!r} is not a number from 1 to 1000")
    return {"data": [*named, *(values.get("data") or ())], "only_shipped": values.get("only_shipped", False), "limits": int(given)}


Waiting = Callable[[], "AbstractContextManager[Callable[[float], None]]"]
"""What surrounds the building of an index: a context that gives a function to be told the share done, 0 to 1."""


def open_index(
    data: Sequence[str] = (),
    *,
    only_shipped: bool = False,
    limits: int = 1,
    say: Callable[[str], None] = lambda _: None,
    waiting: "Waiting | None" = None,
) -> sqlite3.Connection:
    """Open the index of the shipped base and the files or folders of `data` beside it, built where it must be.

    `only_shipped` leaves those out; `limits` raises the bounds of a file so many times. `say` is told what a curious user
    may want to know; `waiting` gives, while an index is built, a function that is told the share done.

    Raises:
        DataError: a file is at fault.
        MachineError: one cannot be read.
    """
    files, own = shipped_files(), [] if only_shipped else owned.files(data)
    seal = os.path.join(os.path.dirname(files[0]), "index.seal")
    owned.refuse_special(own, limits)
    try:
        return store.opened(seal, cache_folder, Sources(files, own), compiler(files, own, limits, waiting), say)
    except OSError as error:
        raise MachineError(f"cannot read {error.filename}: {error.strerror or error}") from None


def compiler(
    files: Sequence[str], own: Sequence[str] = (), limits: int = 1, waiting: "Waiting | None" = None
) -> Callable[[sqlite3.Connection], None]:
    """What builds the index of these files, and those of one's own beside them, into an empty database."""

    def build(connection: sqlite3.Connection) -> None:
        if waiting is None:
            compiled(connection, lambda share: None)
        else:
            with waiting() as tell:
                compiled(connection, tell)

    def compiled(connection: sqlite3.Connection, tell: Callable[[float], None]) -> None:
        import gc
        from pathlib import Path

        from salvage_cli import building, layers
        from salvage_cli.nodes import Limits

        collected = gc.isenabled()
        gc.disable()  # nothing made here is garbage before the end, and looking for it takes a third of the time
        try:
            loaded = layers.load_or_raise([Path(file) for file in files], [Path(file) for file in own], Limits(limits))
            tell(0.6)
            edition = loaded.base.edition
            assert edition is not None
            meta = {"program": __version__, "version": edition.version, "date": edition.date, "licence": edition.licence}
            building.build(connection, loaded.base, loaded.source_of, meta, lambda share: tell(0.6 + 0.4 * share))
        finally:
            if collected:
                gc.enable()

    return build
