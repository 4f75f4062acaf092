"""How this program starts itself: by Python, or as the one program of `make bundle`, in which there is no `-m`."""

from __future__ import annotations

import os
import sys
from importlib import import_module

PARTS = {"page-worker": "stopimport.web.child.worker", "reader": "stopimport.apart.process"}
"""What is started as a process of its own: a name, and the module whose `main` it is."""
_AS_PART = "--as-part"
"""Beginning of the bundle's command line for a part; the program itself has no option without a command."""


def is_bundle() -> bool:
    """Whether this is the program of `make bundle`."""
    return bool(getattr(sys, "frozen", False))


def part(name: str) -> tuple[str, ...]:
    """Return the command line that starts a part as a process of its own."""
    if is_bundle():
        return sys.executable, _AS_PART, name
    # Whatever lies in the working directory is nothing to import.
    return sys.executable, "-P", "-m", PARTS[name]


def program(*args: str, windowed: bool = False) -> tuple[str, ...]:
    """Return the command line that starts the program.

    Args:
        args: its arguments.
        windowed: on Windows without a console where that can be.
    """
    if is_bundle():
        return sys.executable, *args
    python = sys.executable
    if windowed and sys.platform == "win32":
        python = python.removesuffix("python.exe") + "pythonw.exe" if python.endswith("python.exe") else python
    return python, "-P", "-m", "stopimport", *args


def main() -> None:
    """Entry point of the bundle: the program, or the part that the command line names."""
    _leave_libraries()
    if sys.argv[1:2] == [_AS_PART] and sys.argv[2:] and sys.argv[2] in PARTS:
        import_module(PARTS[sys.argv[2]]).main()
        return
    import_module("stopimport.cli").main()


def _leave_libraries() -> None:
    """Let programs of the system that are started (a browser) find their own libraries, not those of the bundle."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
