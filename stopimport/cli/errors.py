"""What only a command can find wrong."""

from __future__ import annotations

from stopimport.errors import ExitCode, StopimportError
from stopimport.text.language import N_, Plural


class ListPartial(StopimportError):
    """The API gave a part of the stop list only."""

    file: str
    entries: int
    exit_code = ExitCode.INCOMPLETE
    template = Plural(
        "{vendor} returned only part of the stop list: {file} has {entries:,} entry, and some are "
        "missing. Try again later.",
        "{vendor} returned only part of the stop list: {file} has {entries:,} entries, and some are "
        "missing. Try again later.",
        by="entries",
    )


class SettingsInInbox(StopimportError):
    """The settings file, or the key's, is where others drop files."""

    file: str
    folder: str
    template = N_(
        "{file} is in the inbox {folder}, where others drop files, so it is not used. Keep the settings "
        "and the key elsewhere, for example in /etc/stopimport."
    )


class ShortcutUnwritable(StopimportError):
    """A starter cannot be written."""

    file: str
    problem: str
    template = N_("The starter {file} cannot be written: {problem}.")


class NoPowerShell(StopimportError):
    """Nothing on this Windows can make a starter."""

    template = N_("There is no PowerShell here to make the starter with. Make one by hand for: stopimport web")
