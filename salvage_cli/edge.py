"""The edge: the one place where an error becomes a message and a status."""

import os
import sys
from collections.abc import Callable

from salvage_cli.errors import DataError, ExitCode, SalvageError, harmless

INTERRUPTED = 130
"""The status of a process that Ctrl-C ended, as shells have it: 128 and the signal's number."""
CLOSED_PIPE = 141
"""The status of a process that nobody listens to any more."""


def ended(work: Callable[[], object]) -> int:
    """Do the work and return the status; every error that a user can cause becomes its message on stderr."""
    try:
        return _told(work)
    except BrokenPipeError:
        status = CLOSED_PIPE  # whoever read the answer has left: nothing is said
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno is None or error.filename is not None:  # a file's own rooms speak for it; only streams are nameless
            raise
        status = _unwritten(error)
    _hush()
    return status


def _told(work: Callable[[], object]) -> int:
    try:
        result = work()
        sys.stdout.flush()
    except DataError as error:
        sys.stderr.write(f"{harmless(str(error))}\n")
        return error.exit_code
    except SalvageError as error:
        sys.stderr.write(f"salvage: {harmless(str(error))}\n")
        return error.exit_code
    except UnicodeEncodeError as error:
        if not any(0xDC80 <= ord(letter) <= 0xDCFF for letter in error.object):  # what Python makes of bytes that are no text
            raise
        sys.stderr.write(f"salvage: {harmless(repr(error.object))} is not text in this locale\n")
        return ExitCode.USAGE
    return result if isinstance(result, int) else ExitCode.FOUND


def _unwritten(error: OSError) -> int:
    try:
        sys.stderr.write(f"salvage: cannot write the answer: {error.strerror}\n")
    except OSError:  # it is stderr that cannot be written: the status alone can tell
        return ExitCode.MACHINE
    return ExitCode.MACHINE


def _hush() -> None:
    """Let what the streams still hold go nowhere, else Python tries again when it closes them and complains."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
