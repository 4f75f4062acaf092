"""The account's stop list, fetched for its own sake; and so the one call that proves a key and adds nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stopimport.pipeline.errors import KeyNeeded
from stopimport.pipeline.job import Waiting
from stopimport.pipeline.sharing import Account, sharing
from stopimport.pipeline.vendor_client import client_for
from stopimport.sending.errors import ListUnavailable
from stopimport.sending.gate import Patience
from stopimport.sending.sender import Surroundings, fetch_list

if TYPE_CHECKING:
    from stopimport.pipeline.job import Context
    from stopimport.sending.calls import Client, StopList
    from stopimport.sending.outcomes import SendOptions


def fetch(context: Context) -> StopList:
    """Return the account's stop list.

    Raises:
        KeyNeeded: there is no key.
        AccountRefused: the API refuses the account.
        WrongAddress, ListUnavailable: no usable answer came.
        BadAddress: the address cannot be used.
        LockUnusable, CoordinatorUnusable: see `pipeline.sharing.sharing`.
        KeyboardInterrupt: somebody asked to stop.
    """
    if context.key is None:
        raise KeyNeeded
    options = context.settings.send_options()
    account = Account(context.options.account or context.key.account, context.options.coordinator)
    with sharing(account, options) as pace:
        client = client_for(context.key.reveal(), context.options.base_url, options, pace)
        stop_list = asyncio.run(_fetch(client, options, context))
    if stop_list is None:
        raise KeyboardInterrupt
    return stop_list


async def _fetch(client: Client, options: SendOptions, context: Context) -> StopList | None:
    """Return the list; None: stopped."""
    # Nothing is lost when this is broken off, so nobody has to wait for it.
    around = Surroundings(progress=Waiting(context.watcher), patience=Patience(drain=0))
    async with client:
        with context.stop.bound(asyncio.get_running_loop(), around.stop):
            try:
                return await fetch_list(client, options=options, around=around)
            except ListUnavailable:
                if not around.stop.is_set():
                    raise
    return None
