"""What only a command can find wrong."""

from __future__ import annotations

from stopimport.errors import ExitCode, StopimportError
from stopimport.text.language import N_


class ListPartial(StopimportError):
    """The API gave a part of the stop list only."""

    file: str
    entries: int
    exit_code = ExitCode.INCOMPLETE
    template = N_(
        "{vendor} gave only a part of the stop list: {file} holds {entries:,} entries, and some are missing. "
        "Try again later."
    )


class SettingsInInbox(StopimportError):
    """The settings file, or the key's, lies where others drop files in."""

    file: str
    folder: str
    template = N_(
        "{file} lies in the inbox {folder}, where others drop files in, so it is not used. Keep settings and key "
        "elsewhere, in /etc/stopimport say."
    )
