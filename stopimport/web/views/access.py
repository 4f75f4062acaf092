"""What the pages show about the program itself: how it ends, and that something was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stopimport.reporting.messages import figure
from stopimport.text.language import _, ngettext


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Something that was done; there is nothing to do any more."""

    template: ClassVar[str] = "message.html"
    title: str
    back: str
    told: str


@dataclass(frozen=True, slots=True)
class QuitPage:
    """Whether to end the program."""

    template: ClassVar[str] = "quit.html"
    title: str
    back: str
    working: str
    """What happens to the imports that are going on; '' where there are none."""


def message_page(title: str, told: str) -> MessagePage:
    """Return the page that tells something, of texts to be translated."""
    return MessagePage(_(title), "/", _(told))


def quit_page(working: int) -> QuitPage:
    """Return the page that asks whether to end the program while so many imports are going on."""
    told = ngettext(
        "{count} import is in progress. It is stopped cleanly: what was added stays added, and you can add the rest "
        "next time.",
        "{count} imports are in progress. They are stopped cleanly: what was added stays added, and you can add the "
        "rest next time.",
        working,
    )
    return QuitPage(_("Close the program?"), "/", told.format(count=figure(working)) if working else "")
