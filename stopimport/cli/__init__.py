"""The command line: parse, call `pipeline`, print, exit. No work of its own."""

from __future__ import annotations

import sys

from stopimport import start


def main() -> None:
    """Entry point of the console script: signals are heard before the commands, which are heavy, are there."""
    start.begin()
    try:
        from stopimport.cli.commands import main as command  # noqa: PLC0415 - see above
    except KeyboardInterrupt:
        sys.exit(130)
    command()


__all__ = ["main"]
