"""What ends a whole sending, whatever number was sent."""

from __future__ import annotations

from stopimport.errors import AccountError, ExitCode, StopimportError
from stopimport.text.language import N_


class AccountRefused(AccountError):
    """The API refuses the account."""

    reason: str
    template = N_(
        "SMS Partner refuses this account: {reason}. "
        "Check the key (SMSPARTNER_API_KEY) and the account, then try again."
    )
    page_template = N_("SMS Partner refuses this account: {reason}. Check the key and the account, then try again.")


class WrongAddress(StopimportError):
    """What answers at the API's address is not the API."""

    address: str
    reason: str
    exit_code = ExitCode.INCOMPLETE
    template = N_("{reason}, so this is not the API. Check --base-url.")
    page_template = N_("{reason}, so this is not SMS Partner. Ask whoever set up this program.")


class ListUnavailable(StopimportError):
    """The stop list could not be fetched."""

    reason: str
    exit_code = ExitCode.INCOMPLETE
    template = N_("The stop list could not be fetched: {reason} Try again later.")


class AskedToWait(ListUnavailable):
    """The API asks to be left alone for longer than a run waits: no other call makes sense either."""
