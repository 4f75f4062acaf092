"""The command line: parse, call `pipeline`, print, exit. No work of its own."""

from stopimport.cli.main import main

__all__ = ["main"]
