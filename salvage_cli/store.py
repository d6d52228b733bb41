"""Where compiled indexes are kept: found, verified, built once, swapped in whole. Knows no records and no SQL.

An index is a SQLite file, in the cache named by the paths of its sources and the digest of the bytes that it was made from: two checkouts
of the same bytes have one each, since what replaces a file makes the other's seal untrue. Its seal is a few lines of text, named
by the paths of the sources: they say which index holds, from which bytes it was made and how it looks. An index is believed only
when its seal says so; otherwise it is built anew beside the old one and renamed into place.
Nothing heavy is imported here (no pathlib, no hashlib): the room stands in the way of every command.
"""

import os
import sqlite3
import zlib
from _blake2 import blake2b
from collections.abc import Callable, Sequence
from time import time_ns

Stamp = str
Build = Callable[[sqlite3.Connection], None]

_CODE = (
    "building", "model", "shape", "kinds", "names", "evidence", "wording", "nodes", "fields", "source", "layers", "checks", "figures",
    "findings", "owned", "errors", "jsontext", "cite", "styles", "pieces", "work",
)  # fmt: skip
"""The rooms that decide what stands in an index: when one of them changes, so does the digest."""

RACE = 2_000_000_000
"""Nanoseconds within which a file may change again without its time telling: a younger stamp is not believed."""


class Sources:
    """The files that an index is made from, with their bytes' digest, worked out when it is needed."""

    def __init__(self, files: Sequence[str], named: Sequence[str] = ()) -> None:
        """Take files by path, in the order in which they are read; an index says from which of the `named` a record came."""
        self.files, self.named = (*files, *named), tuple(named)
        here = os.path.dirname(os.path.abspath(__file__))
        self.watched = (*self.files, *(os.path.join(here, f"{room}.py") for room in _CODE))
        self._digest = ""
        self.before: tuple[str, list[Stamp]] = ("0", [])

    @property
    def digest(self) -> str:
        """A digest of every watched file's bytes; what the file system said just before they were read is in `before`.

        Raises:
            OSError: one cannot be read.
        """
        if not self._digest:
            self.before = f"{time_ns()}", self.stamps()
            total = blake2b("\0".join(self.named).encode("utf-8", "surrogateescape"), digest_size=20)
            for file in self.watched:
                content = _bytes(file)
                total.update(b"%d\n" % len(content))
                total.update(content)
            self._digest = total.hexdigest()
        return self._digest

    @property
    def key(self) -> str:
        """A name for this set of files, whatever their bytes."""
        return blake2b("\0".join(map(os.path.abspath, self.files)).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()

    def stamps(self) -> list[Stamp]:
        """What the file system says of each watched file."""
        return [stamp(file) for file in self.watched]


def stamp(file: str) -> Stamp:
    """Identity, size and times of a file; the time of its last change of status cannot be set back by a user.

    Raises:
        OSError: there is no such file.
    """
    seen = os.stat(file)
    return f"{seen.st_dev}:{seen.st_ino}:{seen.st_size}:{seen.st_mtime_ns}:{seen.st_ctime_ns}"


def _bytes(file: str) -> bytes:
    with open(file, "rb") as stream:
        return stream.read()


def checksum(file: str) -> int:
    """The CRC-32 of a file: it finds every accident, which is all that it is for."""
    return zlib.crc32(_bytes(file))


def trusted(seal: str, sources: Sources, *, by_bytes: bool = True) -> str | None:
    """The index that a seal vouches for, if it is whole and was made from just these bytes; else None.

    Stamps are believed where the seal has them and they had been at rest; else, with `by_bytes`, all bytes are compared.
    """
    try:
        head, name, made, seen, *stamps, end = _bytes(seal).decode("utf-8").split("\n")
        if head != HEAD or end != "end":
            return None
        file = os.path.join(os.path.dirname(seal), name)
        if stamps and _settled(seen, stamps) and seen.partition(" ")[2] == stamp(file) and stamps == sources.stamps():
            return file
        digest, size, crc = made.split(" ")
        if not by_bytes or os.stat(file).st_size != int(size) or digest != sources.digest or checksum(file) != int(crc):
            return None
        return file
    except (OSError, ValueError):
        return None


HEAD = "salvage index seal 2"


def _settled(seen: str, stamps: Sequence[Stamp]) -> bool:
    """Whether every source had been at rest for a while when its bytes were read; then no change can hide behind its stamp."""
    read = int(seen.partition(" ")[0])
    return all(read - int(each.rpartition(":")[2]) > RACE for each in stamps)


def _write_seal(seal: str, name: str, file: str, sources: Sources, *, stamps: bool) -> None:
    made = f"{sources.digest} {os.stat(file).st_size} {checksum(file)}"
    when, seen = sources.before
    lines = [HEAD, name, made, *([f"{when} {stamp(file)}", *seen] if stamps else ["-"]), "end"]
    aside = f"{seal}.{os.getpid()}.tmp"
    with open(aside, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines))
    os.replace(aside, seal)


class _Index(sqlite3.Connection):
    """An open index that closes itself when nobody holds it any more; Python 3.13 warns of those that do not."""

    def __del__(self) -> None:
        self.close()


def connect(file: str) -> sqlite3.Connection:
    """Open a finished index, read only; it never changes, so nothing is locked and a read-only disk will do.

    Raises:
        sqlite3.Error: it is no database.
    """
    path = os.path.abspath(file).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, factory=_Index)
    connection.execute("PRAGMA query_only = on")
    return connection


def write(seal: str, file: str, sources: Sources, build: Build, *, stamps: bool = True) -> None:
    """Build an index under a temporary name and put it in its place, then its seal.

    Stamps hold on one machine only: an index that travels carries none.

    Raises:
        OSError: the folder cannot be written.
        sqlite3.Error: the disk is full, or the like.
    """
    aside = f"{file}.{os.getpid()}.tmp"
    _remove(aside)
    try:
        connection = sqlite3.connect(aside)
        try:
            connection.execute("PRAGMA journal_mode = off")
            connection.execute("PRAGMA synchronous = off")
            build(connection)
            connection.commit()
        finally:
            connection.close()
        os.replace(aside, file)
        _write_seal(seal, os.path.basename(file), file, sources, stamps=stamps)
    finally:
        _remove(aside)


def _remove(file: str) -> None:
    if os.path.exists(file):
        os.remove(file)


def in_memory(build: Build) -> sqlite3.Connection:
    """Build an index that lives as long as the process."""
    connection = sqlite3.connect(":memory:", factory=_Index)
    build(connection)
    return connection


def opened(shipped: str | None, cache: Callable[[], str], sources: Sources, build: Build, say: Callable[[str], None]) -> sqlite3.Connection:
    """The index of these sources: the shipped one, else the one in the cache, else one that is built now.

    `shipped` is the seal of the index that came with the program; `cache` gives the folder for others. When that folder cannot
    be used, the answer still comes, from memory; `say` is told why.

    Raises:
        OSError: a source cannot be read.
    """
    seal = os.path.join(cache(), f"{sources.key}.seal")
    if file := trusted(seal, sources, by_bytes=False):
        say(f"the index is {file}")
        return connect(file)
    sources.digest  # noqa: B018 (a source that cannot be read is the caller's business, a cache that cannot is not)
    if shipped is not None and (file := trusted(shipped, sources)):
        _vouch(seal, file, sources)
        say(f"the index is {file}")
        return connect(file)
    try:
        folder = os.path.dirname(seal)
        os.makedirs(folder, exist_ok=True)
        with _Turn(os.path.join(folder, "lock")):
            if file := trusted(seal, sources):
                _vouch(seal, file, sources)
            else:
                file = os.path.join(folder, f"{sources.key}-{sources.digest}.sqlite")
                write(seal, file, sources, build)
                _sweep(folder)
            say(f"the index is {file}")
            return connect(file)
    except (OSError, sqlite3.Error) as error:
        say(f"the index is kept in memory only: {error}")
        return in_memory(build)


def _vouch(seal: str, file: str, sources: Sources) -> None:
    """Note in the cache that an index was compared byte by byte, so that stamps will do from now on."""
    try:
        os.makedirs(os.path.dirname(seal), exist_ok=True)
        _write_seal(seal, os.path.abspath(file), file, sources, stamps=True)
    except OSError:  # a cache that cannot be written only means that the bytes are compared every time
        return


KEPT = 60 * 86_400_000_000_000
"""Nanoseconds after which a seal is dropped: its sources may be gone; where they are not, the index is built once more."""


def _sweep(folder: str) -> None:
    """Remove old seals, then what no seal vouches for: indexes of earlier bytes and what killed builds left. Only who has the turn may."""
    for name in os.listdir(folder):
        file = os.path.join(folder, name)
        if name.endswith(".seal") and time_ns() - os.stat(file).st_mtime_ns > KEPT:
            _remove(file)
    names = os.listdir(folder)
    seals = [_bytes(os.path.join(folder, name)).decode("utf-8", "replace").split("\n") for name in names if name.endswith(".seal")]
    kept = {lines[1] for lines in seals if len(lines) > 1}
    for name in names:
        if name.endswith(".tmp") or (name.endswith(".sqlite") and name not in kept):
            _remove(os.path.join(folder, name))


class _Turn:
    """One process at a time builds; the others wait and find the index made. Where locks are unknown, all build."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __enter__(self) -> None:
        self.handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            import fcntl

            fcntl.flock(self.handle, fcntl.LOCK_EX)
        except (ImportError, OSError):
            return

    def __exit__(self, *_: object) -> None:
        os.close(self.handle)
