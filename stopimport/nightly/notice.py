"""The message of the morning: after a pass that needs somebody, what happened, why, and who has to act.

It leaves the house, so no phone number and no key is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.nightly.outcome import Action
from stopimport.nightly.wording import veiled
from stopimport.text.language import N_, _, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.nightly.outcome import FileOutcome, PassResult
    from stopimport.secrets import ApiKey

_NOBODY = frozenset({ExitCode.OK, ExitCode.INTERRUPTED, ExitCode.TERMINATED, ExitCode.BUSY})
"""Ends that ask nothing of anybody: the next pass goes on."""
_DROPPER = N_("Whoever dropped the file has to correct it and drop it again.")
_ADMINISTRATOR = N_("Whoever looks after this machine has to act.")
_ACT = {
    ExitCode.INCOMPLETE: N_(
        "The next pass goes on by itself. If this lasts, whoever looks after this machine has to act."
    ),
    ExitCode.ACCOUNT_REFUSED: N_("Whoever holds the account at {vendor} has to check the account and its key."),
    ExitCode.MISSING: N_("Whoever looks after this machine has to compare the import with the stop list."),
    ExitCode.BUG: N_("Whoever looks after this machine should report this bug."),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that somebody has to look at."""

    file: str
    """'' where it is no single file."""
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The whole message, in the language in force when it was made."""

    subject: str
    items: tuple[Item, ...]
    imported: tuple[str, ...]

    @property
    def text(self) -> str:
        """The message as plain text."""
        lines = [self.subject, ""]
        lines += [
            " ".join(filter(None, (f"{item.file}:" if item.file else "", item.why, item.who))) for item in self.items
        ]
        if self.imported:
            lines += ["", _("Imported:"), *self.imported]
        return "\n".join(lines)


def notice_of(result: PassResult, key: ApiKey | None) -> Notice | None:
    """Return what has to be told of a pass; None if nobody has to do anything. Nowhere in it is `key`."""
    found = tuple(_items(result))
    if not found:
        return None
    hide = key.hide_in if key else str
    items = tuple(Item(hide(item.file), hide(item.why), item.who) for item in found)
    imported = tuple(_imported(file) for file in result.files if file.action is Action.DONE and file.run)
    subject = fill(
        _("stopimport, {inbox}: things to look at: {count:,}"), {"inbox": result.inbox.name, "count": len(items)}
    )
    return Notice(veiled(subject), items, imported)


def _items(result: PassResult) -> Iterator[Item]:
    if result.trouble and result.ended_by not in _NOBODY:
        yield Item("", veiled(result.trouble), _who(result.ended_by))
    for file in result.files:
        if file.exit_code not in _NOBODY or (file.warning and file.action is Action.SET_ASIDE):
            who = _(_DROPPER) if file.action in {Action.FAILED, Action.SET_ASIDE} else _who(file.exit_code)
            yield Item(veiled(file.file), veiled(file.plainly or file.why), who)
        elif file.warning and file.run:
            counts = file.run.counts
            told = _("{rejected:,} of {entries:,} entries were rejected.")
            facts = {"rejected": counts.to_correct, "entries": counts.entries}
            yield Item(veiled(file.file), fill(told, facts), _("Whoever exports the file should look at it."))
    for folder in result.folders:
        told = _("This is a folder, and only files are imported.")
        yield Item(veiled(folder), told, _("Whoever dropped it has to drop its files instead."))


def _who(code: ExitCode) -> str:
    return fill(_(_ACT.get(code, _ADMINISTRATOR)), {})


def _imported(file: FileOutcome) -> str:
    assert file.run is not None, "only called for runs"  # noqa: S101 - for the type checker
    counts = file.run.counts
    told = _("{file}: {added:,} numbers added, {listed:,} already on the list, {rejected:,} rejected.")
    rejected = counts.rejected + counts.refused
    facts = {"file": veiled(file.file), "added": counts.added, "listed": counts.already_listed, "rejected": rejected}
    return fill(told, facts)
