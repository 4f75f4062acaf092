"""What is said between a process and the one that reads for it: one JSON object a line."""

from __future__ import annotations

import msgspec

from stopimport.settings import SettingValue


class ReadTask(msgspec.Struct, frozen=True):
    """Read one file into the folder of a run."""

    file: bytes
    folder: bytes
    """Of the run. Both as the system has them: names need not be text."""
    settings: dict[str, SettingValue]
    """Those that name no file."""
    by: str
    """Who started it."""
    keyed: bool
    """There is an API key, which is not told."""
    language: str


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The run can be sent."""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The file or a setting cannot be used, or guards speak against sending."""

    kind: str
    """Name of the error's class."""
    exit_code: int
    sentence: str
    facts: dict[str, bool | int | str]
    """Its fields; what is no number as text."""
    finished: bool = False
    """The run has been written out."""


class Broken(msgspec.Struct, frozen=True, tag="broken"):
    """Something happened that should not."""

    kind: str
    trace: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    """All is said about a task, and the next can come."""

    worn: bool
    """The process has grown so much that a new one should take its place."""


Said = Ready | Refused | Broken

OUT_OF_MEMORY = 77
"""Exit code of a process whose memory was not enough."""

_tasks = msgspec.json.Decoder(ReadTask)
_said: msgspec.json.Decoder[Said | Done] = msgspec.json.Decoder(Said | Done)


def encode(message: ReadTask | Said | Done) -> bytes:
    """Return a message as a line."""
    return msgspec.json.encode(message) + b"\n"


def read_task(line: bytes) -> ReadTask:
    """Return the task of a line.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _tasks.decode(line)


def read_said(line: bytes) -> Said | Done:
    """Return what a line says; errors as of `read_task`."""
    return _said.decode(line)
