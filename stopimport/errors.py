"""Every error that a user can meet: its sentence and its exit code.

A child class is one situation. Its fields are the facts, its ``template`` the sentence around them, in the order
of the conventions: what is wrong, where, what to do. Library code raises these; only `cli` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import ClassVar

from stopimport.language import N_, _


class ExitCode(IntEnum):
    """How the program ends, for schedulers (the texts are in `vocabulary.EXIT_CODES`)."""

    OK = 0
    BUG = 1
    UNUSABLE = 2
    INCOMPLETE = 3
    ACCOUNT_REFUSED = 4
    GUARD = 5
    MISSING = 6
    BUSY = 7
    INTERRUPTED = 130
    TERMINATED = 143


@dataclass(eq=False)
class StopimportError(Exception):
    """Parent of all errors that a user can meet; ``str()`` is the sentence in the language in force."""

    template: ClassVar[str] = ""
    exit_code: ClassVar[ExitCode] = ExitCode.UNUSABLE

    def __str__(self) -> str:
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        return _(self.template).format(**facts)


@dataclass(eq=False)
class GuardError(StopimportError):
    """A guard stopped the run before anything was sent."""

    exit_code: ClassVar[ExitCode] = ExitCode.GUARD


@dataclass(eq=False)
class BusyError(StopimportError):
    """Another run holds what this one needs."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUSY


@dataclass(eq=False)
class AccountError(StopimportError):
    """The account cannot be used: no key, a wrong one, or the vendor refuses it."""

    exit_code: ClassVar[ExitCode] = ExitCode.ACCOUNT_REFUSED


# --- Settings and files of our own -----------------------------------------------------------------------------


@dataclass(eq=False)
class BadOption(StopimportError):
    """An option has a value that it cannot have."""

    option: str
    value: str
    expected: str
    template: ClassVar[str] = N_("{option} cannot be '{value}'. Use {expected}.")


# --- Reading ---------------------------------------------------------------------------------------------------

# --- Sending ---------------------------------------------------------------------------------------------------

# --- The run's folder ------------------------------------------------------------------------------------------
