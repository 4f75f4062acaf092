"""What can be wrong with the inbox and its files."""

from __future__ import annotations

from stopimport.errors import ExitCode, StopimportError
from stopimport.runs.errors import CoordinatorError
from stopimport.text.language import N_, Sentence


class NoInbox(StopimportError):
    """The inbox does not exist, or is no folder: perhaps a share that is not mounted."""

    folder: str
    template = N_(
        "The folder {folder}, to take files from, does not exist. Check the name, and that its disk or "
        "share is connected."
    )


class InboxUnusable(StopimportError):
    """A folder of the inbox cannot be made or written: permissions, a full disk, a link put there by others."""

    folder: str
    problem: str | Sentence
    template = N_(
        "{folder} cannot be used: {problem}. Nothing is lost: free some space or check the permissions, "
        "and the next pass continues."
    )


class FolderOfOthers(InboxUnusable):
    """A folder of the inbox that somebody else has made, can write, or has put a link in place of."""

    command: str = ""
    template = N_("{folder} is not used: {problem}. See what is in it, then run: {command}")


class FileStuck(StopimportError):
    """A file of the inbox cannot be moved to where it belongs."""

    file: str
    folder: str
    problem: str
    template = N_(
        "{file} cannot be moved to {folder}: {problem}. Nothing in it is sent twice. Free some space or "
        "check the permissions; the next pass moves it."
    )


class ImportBug(StopimportError):
    """Something that should not happen, while one file of the inbox was imported."""

    file: str
    kind: str
    exit_code = ExitCode.BUG
    template = N_("{file}: this is a bug in stopimport ({kind}). The file stays where it is; please report it.")


class ClaimLost(CoordinatorError):
    """This machine was silent for so long that another one may have taken its file."""

    exit_code = ExitCode.INCOMPLETE
    template = N_(
        "Another machine may have taken over this file, for this one did not reach the coordinator in time. Nothing "
        "is lost: whoever has it goes on."
    )
