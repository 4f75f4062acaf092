"""What can go wrong with the page itself: its errors, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stopimport.errors import ExitCode, StopimportError
from stopimport.text.language import N_

BUG = N_(
    "This is a bug in stopimport. Please report it with what stands in the terminal that the page was started from."
)


@dataclass(eq=False)
class PageError(StopimportError):
    """Something that the page cannot do, with the HTTP status of the answer."""

    status: ClassVar[int] = 400


@dataclass(eq=False)
class Crashed(PageError):
    """The child that read the files was brought down by them."""

    code: int
    template: ClassVar[str] = N_(
        "Reading these files brought the reader down, so they cannot be used; nothing was sent. Save the table again "
        "as .xlsx or .csv in Excel or LibreOffice, and drop that file."
    )


@dataclass(eq=False)
class Died(PageError):
    """The child that worked on a run came to an unexpected end."""

    code: int
    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    template: ClassVar[str] = N_(
        "The work on this run ended unexpectedly. Nothing is lost: what was done is written down, and the run can go "
        "on."
    )


@dataclass(eq=False)
class NotFound(PageError):
    """There is no such page, draft, run or file."""

    status: ClassVar[int] = 404
    template: ClassVar[str] = N_("There is no such page any more. Go back to the start page.")


@dataclass(eq=False)
class Stranger(PageError):
    """Nobody knows who asks: no cookie, or a one-time address that was used already."""

    status: ClassVar[int] = 403
    template: ClassVar[str] = N_(
        "This page opens only by the address that the terminal shows, and each of those works once. Look there for the "
        "latest one."
    )


@dataclass(eq=False)
class WrongHost(PageError):
    """The request was meant for another host."""

    status: ClassVar[int] = 421
    template: ClassVar[str] = N_("This page answers on this machine only, under the address that the terminal shows.")


@dataclass(eq=False)
class ForeignRequest(PageError):
    """A request that changes something comes from another site, or without the token of the form."""

    status: ClassVar[int] = 403
    template: ClassVar[str] = N_("This did not come from the page itself, so nothing was done. Load the page again.")


@dataclass(eq=False)
class WrongMethod(PageError):
    """The address cannot be used so."""

    status: ClassVar[int] = 405
    template: ClassVar[str] = N_("This address cannot be used so. Go back to the start page.")


@dataclass(eq=False)
class BadForm(PageError):
    """A form with contents that no form of ours has."""

    status: ClassVar[int] = 422
    template: ClassVar[str] = N_("What was sent is no form of this page. Load the page again.")


@dataclass(eq=False)
class NoFiles(PageError):
    """Nothing was dropped."""

    status: ClassVar[int] = 422
    template: ClassVar[str] = N_("No file arrived. Choose one or several files, then try again.")


@dataclass(eq=False)
class TooBig(PageError):
    """More was sent than is taken."""

    megabytes: int
    status: ClassVar[int] = 413
    template: ClassVar[str] = N_(
        "That is more than the {megabytes:,} MB that the page takes at once. Drop fewer files, or use the command "
        "'stopimport run', which has no such limit."
    )


@dataclass(eq=False)
class TooManyFiles(PageError):
    """More files were sent than are taken."""

    most: int
    status: ClassVar[int] = 413
    template: ClassVar[str] = N_("That is more than the {most:,} files that the page takes at once. Drop fewer.")


@dataclass(eq=False)
class NoRoom(PageError):
    """The files cannot be kept: a full disk, say."""

    problem: str
    status: ClassVar[int] = 507
    template: ClassVar[str] = N_("The files cannot be kept here: {problem}. Free some space, then drop them again.")


@dataclass(eq=False)
class NotNow(PageError):
    """Something asked for is not possible in this state (any more)."""

    status: ClassVar[int] = 409
    template: ClassVar[str] = N_("This is not possible just now. Look at how things stand, then decide again.")


@dataclass(eq=False)
class PageAddressTaken(StopimportError):
    """Another program listens at the page's port."""

    port: int
    template: ClassVar[str] = N_("Port {port} is in use by another program. Give another --port; 0 takes any free one.")


@dataclass(eq=False)
class PageAddressRefused(StopimportError):
    """The page cannot listen at its port for another reason."""

    port: int
    problem: str
    template: ClassVar[str] = N_("The page cannot listen on port {port}: {problem}. Give another --port.")
