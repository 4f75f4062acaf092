"""Whose client makes the calls: the one place, beside `stopimport.vendor`, that names the vendor's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.sending.pace import Pace
from stopimport.smspartner.client import StopListClient, check_way

if TYPE_CHECKING:
    from stopimport.sending.calls import Client
    from stopimport.sending.outcomes import SendOptions
    from stopimport.sending.pace import Pacing

__all__ = ["check_way", "client_for"]


def client_for(secret: str, address: str, options: SendOptions, pace: Pacing | None = None) -> Client:
    """Return the client of the stop list at `address` that `secret` opens.

    Its calls keep to `pace`; without one to a rate of their own, as `options` say.

    Raises:
        BadAddress: the address cannot be used.
    """
    return StopListClient(secret, address, pace=pace or Pace(options))
