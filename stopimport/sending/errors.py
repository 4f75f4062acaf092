"""What is wrong with the way to the vendor, or ends a whole sending, whatever number was sent."""

from __future__ import annotations

from stopimport.errors import AccountError, ExitCode, StopimportError
from stopimport.text.language import N_


class AccountRefused(AccountError):
    """The API refuses the account."""

    reason: str
    template = N_(
        "{vendor} refuses this account: {reason}. Check the key ({key_variable}) and the account, then try again."
    )
    page_template = N_("{vendor} refuses this account: {reason}. Check the key and the account, then try again.")


class WrongAddress(StopimportError):
    """What answers at the API's address is not the API."""

    reason: str
    exit_code = ExitCode.INCOMPLETE
    template = N_("{reason}, so this is not the API. Check --base-url.")
    page_template = N_("{reason}, so this is not {vendor}. Ask whoever set up this program.")


class ListUnavailable(StopimportError):
    """The stop list could not be fetched."""

    reason: str
    exit_code = ExitCode.INCOMPLETE
    template = N_("The stop list could not be fetched: {reason} Try again later.")


class AskedToWait(ListUnavailable):
    """The API asks to be left alone for longer than a run waits: no other call makes sense either."""

    seconds: float = 0.0


class BadAddress(StopimportError):
    """The API's address is none that may be used."""

    problem: str
    template = N_(
        "The API address given with --base-url cannot be used: {problem}. It looks like {vendor_url}; http:// "
        "is for this machine only."
    )
    page_template = N_("The vendor's address cannot be used: {problem}. Ask whoever set up this program.")


class BadCertificates(StopimportError):
    """The file of trusted certificates that the environment names cannot be used."""

    variable: str
    file: str
    problem: str
    template = N_(
        "The certificates in {file}, which {variable} names, cannot be used: {problem}. Correct or unset the variable."
    )


class BadProxy(StopimportError):
    """The proxy that the environment names cannot be used."""

    variable: str
    template = N_(
        "The proxy set in {variable} cannot be used. It must be an http:// address; correct or unset the variable."
    )
