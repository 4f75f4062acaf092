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
from stopimport.sending.stop_list import Entries, StopList

if TYPE_CHECKING:
    from stopimport.pipeline.job import Context
    from stopimport.sending.calls import Client
    from stopimport.sending.outcomes import SendOptions
    from stopimport.sending.stop_list import ListFetched, ListTaker


def fetch(context: Context) -> StopList:
    """Return the account's stop list.

    Raises:
        StopimportError, KeyboardInterrupt: see `fetch_into`.
    """
    entries = Entries()
    return StopList(entries, fetch_into(entries, context).partial)


def fetch_into(taker: ListTaker | None, context: Context) -> ListFetched:
    """Fetch the account's stop list, and give its entries to `taker`; None: nobody wants them.

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
        fetched = asyncio.run(_fetch(client, taker, options, context))
    if fetched is None:
        raise KeyboardInterrupt
    return fetched


async def _fetch(client: Client, taker: ListTaker | None, options: SendOptions, context: Context) -> ListFetched | None:
    """Return what is known of the list; None: stopped."""
    # Nothing is lost when this is broken off, so nobody has to wait for it.
    around = Surroundings(progress=Waiting(context.watcher), patience=Patience(drain=0))
    async with client:
        with context.stop.bound(asyncio.get_running_loop(), around.stop):
            try:
                return await fetch_list(client, taker, options=options, around=around)
            except ListUnavailable:
                if not around.stop.is_set():
                    raise
    return None
