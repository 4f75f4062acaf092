"""Why a file was not imported, for whoever dropped it: somebody with a spreadsheet, who knows no option."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stopimport.loading import errors as loading
from stopimport.pipeline import errors as pipeline
from stopimport.text.language import N_, _

if TYPE_CHECKING:
    from stopimport.errors import StopimportError

_WORDS: dict[type[StopimportError], str] = {
    loading.Undecodable: N_(
        "{file}, line {line}: some signs cannot be read. Export the file again, and drop it again."
    ),
    loading.TooManyColumns: N_(
        "{file}: row {row} has more than {most:,} cells; line breaks may be missing. Export the file again, and drop "
        "it again."
    ),
    loading.HeaderRowMissing: N_(
        "{place} has only {rows:,} rows. Check that this is the right file, and drop it again."
    ),
    loading.NoPhoneColumn: N_(
        "No column with phone numbers was found in {place}. Check that this is the right file, give the column a title "
        "such as Mobile, and drop it again. The columns there are: {columns}."
    ),
    loading.InputWithoutColumn: N_(
        "{place} has not the column that is imported here: {names}. Check that this is the right file, and drop it "
        "again. The columns there are: {columns}."
    ),
    loading.UnknownColumn: N_(
        "The file has not the column '{name}', which is needed here. Check that this is the right file, and drop it "
        "again. The columns there are: {columns}."
    ),
    loading.UnknownSheet: N_(
        "The file has not the sheet '{name}', which is needed here. Check that this is the right file, and drop it "
        "again."
    ),
    loading.AmbiguousColumn: N_(
        "{place}: several columns hold phone numbers ({columns}). Leave only the one to import, and drop the file "
        "again."
    ),
    loading.HiddenRows: N_(
        "{rows:,} rows are hidden, by a filter or by hand ({places}). Show them if these people are to be imported, "
        "delete them if not, and drop the file again."
    ),
    loading.WhereKeepsNothing: N_(
        "None of the {rows:,} rows is one that is imported here. The values there are: {values}. Check that this is "
        "the right file, and drop it again."
    ),
    loading.StillSubscribed: N_(
        "{place}: column '{column}' says that some of these people are still subscribed ({values}). Leave only those "
        "who unsubscribed, and drop the file again."
    ),
    pipeline.TooManyNumbers: N_(
        "The file has {numbers:,} numbers, more than are imported without asking. Check that this is the right file; "
        "if it is, tell whoever looks after the import."
    ),
    pipeline.TooManyRejects: N_(
        "{place}: {rejected:,} of {entries:,} entries cannot be added to the list. Check that this is the right file, "
        "or correct it, and drop it again."
    ),
    pipeline.NothingValid: N_(
        "{place}: column '{column}' has not one valid number (entries: {entries:,}). Check that this is the right "
        "file, or correct it, and drop it again."
    ),
}
_OTHERWISE = N_("The file cannot be imported as it is. Ask whoever looks after the import, who can see why.")
_TERMINAL = re.compile(r"(?<![\w-])--?[a-z]|\bstopimport \w|STOPIMPORT_|(?<![A-Z])[A-Z]++_[A-Z_]")
"""What only those understand who use a terminal."""


def plain_words(error: StopimportError | None, otherwise: str = "") -> str:
    """Return what `error` says to whoever dropped the file, in the language in force.

    Args:
        error: why the file was not imported.
        otherwise: what is said without one.
    """
    # What was read apart comes as a child of its class.
    template = next((_WORDS[kind] for kind in type(error).__mro__ if kind in _WORDS), None) if error else None
    told = error.in_words(template) if error and template else str(error or otherwise)
    return _(_OTHERWISE) if _TERMINAL.search(told) and not template else told
