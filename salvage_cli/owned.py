"""Which files somebody's own paths mean. Reads folders, never files; light, since every command with `--data` passes here."""

import os
import stat
from collections.abc import Iterator, Sequence

from salvage_cli.errors import MachineError

SUFFIXES = (".yaml", ".yml", ".json")
"""Endings of the files that a folder is searched for."""

LARGEST = 16_000_000
"""The bound of a file's size in bytes; the shipped therapies have one million."""

_MOST_FILES, _DEEPEST = 10_000, 30


def files(paths: Sequence[str]) -> list[str]:
    """The files that paths mean: a file itself, of a folder every YAML or JSON file at any depth, by name; each once.

    Raises:
        MachineError: a path does not exist, cannot be read, leads in a circle, or holds no such file.
    """
    found: dict[str, str] = {}
    for path in paths:
        try:
            inside = _walk(path, (), 0) if os.path.isdir(path) else iter([path])
            first = next(inside, None)
            for file in () if first is None else (first, *inside):
                os.stat(file)
                found.setdefault(os.path.realpath(file), file)
                if len(found) > _MOST_FILES:
                    raise MachineError(f"cannot read {path}: more than {_MOST_FILES:,} files; name a smaller folder")
        except (OSError, ValueError) as error:
            place, why = getattr(error, "filename", None) or path, getattr(error, "strerror", None) or error
            raise MachineError(f"cannot read {place}: {why}") from None
        if first is None:
            raise MachineError(f"cannot read {path}: the folder holds no file that ends in {', '.join(SUFFIXES)}")
    return list(found.values())


def _walk(folder: str, above: tuple[str, ...], depth: int) -> Iterator[str]:
    real = os.path.realpath(folder)
    if real in above:
        raise MachineError(f"cannot read {folder}: the link leads back to {real}; remove it")
    if depth > _DEEPEST:
        raise MachineError(f"cannot read {folder}: more than {_DEEPEST} folders deep")
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.startswith("."):
            continue
        if os.path.isdir(path):
            yield from _walk(path, (*above, real), depth + 1)
        elif name.lower().endswith(SUFFIXES):
            yield path


def refuse_special(files: Sequence[str], limits: int) -> None:
    """Look at files before any is read: one that is none would block, one that is too large would fill the memory.

    Raises:
        MachineError: one is a pipe, a socket, a device, or larger than the bound.
    """
    for file in files:
        check(file, os.stat(file), limits)


def check(file: str, state: os.stat_result, limits: int) -> None:
    """Refuse what is no regular file or larger than the bound, by what the file system says of it.

    Raises:
        MachineError: it is one of these.
    """
    if not stat.S_ISREG(state.st_mode):
        kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe (FIFO)", stat.S_IFSOCK: "a socket"}
        raise MachineError(f"cannot read {file}: {kinds.get(stat.S_IFMT(state.st_mode), 'a device')}, not a file")
    if state.st_size > LARGEST * limits:
        size, bound = state.st_size / 1_000_000, LARGEST * limits // 1_000_000
        raise MachineError(f"cannot read {file}: {size:,.0f} MB, and the bound is {bound} MB; raise it with --limits")
