"""What can be wrong with the way to the vendor."""

from __future__ import annotations

from stopimport.errors import StopimportError
from stopimport.text.language import N_


class BadAddress(StopimportError):
    """The API's address is none that may be used."""

    problem: str
    template = N_(
        "The API's address given with --base-url cannot be used: {problem}. "
        "It looks like https://api.smspartner.fr/v1; http:// is for this machine only."
    )


class BadProxy(StopimportError):
    """The proxy that the environment names cannot be used."""

    variable: str
    template = N_(
        "The proxy that {variable} names cannot be used. It must be an http:// address; correct or unset the variable."
    )
