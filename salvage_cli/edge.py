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
        result = work()
        sys.stdout.flush()
    except DataError as error:
        sys.stderr.write(f"{harmless(str(error))}\n")
        return error.exit_code
    except SalvageError as error:
        sys.stderr.write(f"salvage: {harmless(str(error))}\n")
        return error.exit_code
    except BrokenPipeError:
        return _closed_pipe()
    except KeyboardInterrupt:
        return INTERRUPTED
    return result if isinstance(result, int) else ExitCode.FOUND


def _closed_pipe() -> int:
    """Whoever read stdout has left; say nothing, not even when Python closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED_PIPE
