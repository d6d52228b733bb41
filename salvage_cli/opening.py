"""Which files make the knowledge base, and the way from them to an open index. Loads what parses them only to build."""

import os
import sqlite3
from collections.abc import Callable, Sequence

from salvage_cli import __version__, store
from salvage_cli.errors import DataError, MachineError, Problem
from salvage_cli.store import Sources

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
    from platformdirs import user_cache_dir

    return user_cache_dir("salvage", appauthor=False)


def open_index(*, say: Callable[[str], None] = lambda _: None) -> sqlite3.Connection:
    """Open the index of the shipped knowledge base, built where it must be. `say` is told what a curious user may want to know.

    Raises:
        DataError: a file of it is at fault.
        MachineError: it cannot be read.
    """
    folder = data_folder()
    files = [os.path.join(folder, f"{name}.yaml") for name in DATA_FILES]
    try:
        return store.opened(os.path.join(folder, "index.seal"), cache_folder, Sources(files), compiler(files), say)
    except OSError as error:
        raise MachineError(f"cannot read {error.filename}: {error.strerror or error}") from None


def compiler(files: Sequence[str]) -> Callable[[sqlite3.Connection], None]:
    """What builds the index of these files into an empty database."""

    def build(connection: sqlite3.Connection) -> None:
        from pathlib import Path

        from salvage_cli import building, checks, source

        loaded = source.load_or_raise([Path(file) for file in files], lambda path: f"data/{path.name}")
        problems = [
            Problem(*source.locate(loaded.origins[finding.kind, finding.id], finding.path)[:4], finding.message)
            for _, finding in checks.run(loaded.base)
        ]
        edition = loaded.base.edition
        if edition is None:
            problems.append(Problem("data/vocabulary.yaml", 0, 0, "edition", "is missing (version, date and licence of the data)"))
        if edition is None or problems:
            raise DataError(problems)
        meta = {"program": __version__, "version": edition.version, "date": edition.date, "licence": edition.licence}
        building.build(connection, loaded.base, lambda kind, id: "shipped", meta)

    return build
