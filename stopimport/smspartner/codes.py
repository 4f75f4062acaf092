"""The codes of the API's answers, and what they mean to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.text.language import N_
from stopimport.vocabulary import Term

if TYPE_CHECKING:
    from collections.abc import Mapping

API_CODES: Mapping[int, Term] = {
    1: Term(N_("Key missing"), N_("The call had no API key."), N_("Set {key_variable}.", N_("Enter the key."))),
    2: Term(N_("Number missing"), N_("The call had no phone number."), N_("Please report this.")),
    3: Term(N_("Already listed"), N_("The number was already on the stop list.")),
    4: Term(N_("Unknown id"), N_("The entry is no longer on the stop list (when removing).")),
    9: Term(N_("Invalid number"), N_("{vendor} says that this is not a valid number.")),
    10: Term(
        N_("Wrong key"), N_("{vendor} does not know this API key."), N_("Check {key_variable}.", N_("Check the key."))
    ),
    20: Term(N_("Account disabled"), N_("The account is disabled."), N_("Ask {vendor}.")),
    30: Term(N_("Account blocked"), N_("The account is blocked."), N_("Ask {vendor}.")),
    40: Term(N_("Access denied"), N_("The account may not use the API."), N_("Ask {vendor}.")),
    90: Term(N_("Malformed JSON"), N_("The request could not be read."), N_("Please report this.")),
    96: Term(
        N_("IP address not authorised"),
        N_("The account accepts calls from other addresses only."),
        N_("Add this machine's address in the {vendor} account."),
    ),
    200: Term(N_("Success"), N_("The number was added to the stop list.")),
    500: Term(N_("Could not be queued"), N_("A temporary fault of the service; tried again.")),
}
ACCOUNT_CODES = frozenset({1, 10, 20, 30, 40, 96})
"""The account is refused: no other call can succeed either."""
