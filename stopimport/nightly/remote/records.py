"""What is written down of a file elsewhere: who has it, or what became of it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from stopimport.nightly.outcome import Action

if TYPE_CHECKING:
    from stopimport.nightly.outcome import FileOutcome


class State(StrEnum):
    """How far a file is."""

    CLAIMED = "claimed"
    WAITING = "waiting"
    """For whoever has its run."""
    DONE = "done"
    FAILED = "failed"


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file's record, by the keys of its JSON; what is None or empty was never written."""

    state: State | None = None
    file: str = ""
    """In the ledger: its name."""
    key: str = ""
    etag: str | None = None
    size: int | None = None
    owner: str = ""
    until: str = ""
    """The end of its lease, for people: what counts is the age of the record."""
    sha256: str | None = None
    run: str | None = None
    exit_code: int | None = None
    time: str = ""
    why: str = ""
    """Why it was not imported."""
    moved_to: str = ""
    turn: str = ""
    """Tells a text that we wrote from all others."""

    @property
    def final(self) -> bool:
        """Whether nothing is left to be imported."""
        return self.state in {State.DONE, State.FAILED}


def state_of(outcome: FileOutcome) -> State:
    """Return the state in which a file has ended."""
    return State.FAILED if outcome.action in {Action.FAILED, Action.SET_ASIDE} else State.DONE


def as_json(written: object, indent: int | None = None) -> bytes:
    """Return what is written; of names that are no text, their strange signs become question marks."""
    return json.dumps(msgspec.to_builtins(written), ensure_ascii=False, indent=indent).encode("utf-8", "replace")
