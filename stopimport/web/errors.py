"""What can go wrong with the page itself: its errors, in plain words."""

from __future__ import annotations

from stopimport.errors import ExitCode, StopimportError
from stopimport.text.language import N_

BUG = N_("This is a bug in stopimport. Please report what you did, and what is said where the page was started.")


class PageError(StopimportError):
    """Something that the page cannot do, with the HTTP status of the answer."""

    status = 400


class Crashed(PageError):
    """The child that read the files was brought down by them."""

    code: int
    template = N_(
        "These files made the reader crash, so they cannot be used; nothing was added. Save the table "
        "again as .xlsx or .csv in Excel or LibreOffice, and drop that file."
    )


class Died(PageError):
    """The child that worked on a run came to an unexpected end."""

    code: int
    exit_code = ExitCode.INCOMPLETE
    template = N_(
        "The work on this import ended unexpectedly. Nothing is lost: what was done is on record, and the "
        "import can be resumed."
    )


class NotFound(PageError):
    """There is no such page, draft, run or file."""

    status = 404
    template = N_("This page does not exist, or no longer exists. Go back to the start page.")


class Stranger(PageError):
    """Nobody knows who asks: no cookie, or a one-time address that was used already."""

    status = 403
    template = N_("This browser has no access to the page, or has lost it: each address that opens it works once.")


class WrongHost(PageError):
    """The request was meant for another host."""

    status = 421
    template = N_("This page is only available on this machine, at the address that opened it.")


class WrongPublicHost(PageError):
    """The request was meant for another host than the one that the proxy stands for."""

    address: str
    status = 421
    template = N_("This page is only available at {address}.")


class NotTheProxy(PageError):
    """The request does not come from the proxy that authenticates."""

    status = 403
    template = N_("This page only answers the sign-in service in front of it. Use the address that you were given.")


class Nameless(PageError):
    """The proxy does not say who is asking."""

    status = 401
    template = N_(
        "The sign-in service does not say who you are, so nothing is shown. Sign in again; if that does not help, "
        "tell those who run this server."
    )


class OtherUser(PageError):
    """The request comes from another user of this machine."""

    status = 403
    template = N_("This page is for the user who started it, and for no other user of this machine.")


class ForeignRequest(PageError):
    """A request that changes something comes from another site, or without the token of the form."""

    status = 403
    template = N_("This did not come from the page itself, so nothing was done. Load the page again.")


class WrongMethod(PageError):
    """The address cannot be used so."""

    status = 405
    template = N_("This address cannot be used that way. Go back to the start page.")


class BadForm(PageError):
    """A form with contents that no form of ours has."""

    status = 422
    template = N_("The data received is not from a form of this page. Load the page again.")


class NoFiles(PageError):
    """Nothing was dropped."""

    status = 422
    template = N_("No file arrived. Choose one or several files, then try again.")


class TooBig(PageError):
    """More was sent than is taken."""

    megabytes: int
    status = 413
    template = N_(
        "That is more than the {megabytes:,} MB that the page accepts at once. Drop fewer files, or divide them into "
        "smaller ones."
    )


class TooManyFiles(PageError):
    """More files were sent than are taken."""

    most: int
    status = 413
    template = N_("That is more than the {most:,} files that the page accepts at once. Drop fewer.")


class NoRoom(PageError):
    """The files cannot be kept: a full disk, say."""

    problem: str
    status = 507
    template = N_("The files cannot be kept here: {problem}. Free some space, then drop them again.")


class NotNow(PageError):
    """Something asked for is not possible in this state (any more)."""

    status = 409
    template = N_("This is not possible right now. Check the current state, then decide again.")


class KeyNotTaken(PageError):
    """The API refuses the account of a key that was typed."""

    why: object
    template = N_("This key is not used. {why}")


class KeyUnproved(PageError):
    """Nobody could say whether a key that was typed is right."""

    why: object
    template = N_("The key is in use, but could not be checked: {why}")


class NotYours(PageError):
    """A question is answered by somebody else than the person who began it."""

    by: str
    status = 409
    template = N_("{by} has begun this and is asked. To do it in your own name, decline, then begin it yourself.")


class ProxyOptionAlone(StopimportError):
    """One of the options about the proxy is given without the others."""

    given: str
    missing: str
    template = N_(
        "With {given}, {missing} must be given too: all of them together say which proxy is believed, and about whom."
    )


class PageAddressTaken(StopimportError):
    """Another program listens at the page's port."""

    port: int
    template = N_("Port {port} is in use by another program. Give another --port; 0 picks any free one.")


class PageAddressRefused(StopimportError):
    """The page cannot listen at its port for another reason."""

    port: int
    problem: str
    template = N_("The page cannot listen on port {port}: {problem}. Give another --port.")
