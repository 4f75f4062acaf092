"""What can go wrong with reading apart."""

from __future__ import annotations

from stopimport.errors import StopimportError
from stopimport.text.language import N_, Sentence

TOO_MUCH_MEMORY = N_("it takes far more memory than a file of its size needs")
TOO_MUCH_TIME = N_("it takes far more time than a file of its size needs")
BROUGHT_DOWN = N_("something in it brings the reader down")


class ReaderDown(StopimportError):
    """The process that read a file was brought down by it, or ended because it took too much."""

    file: str
    problem: str | Sentence
    template = N_(
        "{file} cannot be read: {problem}. If it is a genuine list, open it in Excel or LibreOffice, copy the table "
        "into a new file, and import that one."
    )


class ReaderBug(Exception):
    """Something that should not happen, in the process that reads."""
