"""salvage: rescue therapies by condition, from the command line and from Python.

Importing the package loads nothing but the version; `open_library` loads the core on first use.
"""

TYPE_CHECKING = False  # what type checkers take for true; the module typing would cost every start 5 ms
if TYPE_CHECKING:
    from typing import Any

    from salvage_cli.library import open_library

__all__ = ["__version__", "open_library"]

__version__ = "0.1.0"


def __getattr__(name: str) -> "Any":
    """Load the core's front door when it is first asked for."""
    if name == "open_library":
        from salvage_cli.library import open_library

        return open_library
    raise AttributeError(f"module 'salvage_cli' has no attribute {name!r}")
