"""Several senders of one account at one server, and what the server saw of them."""

from __future__ import annotations

import asyncio
import threading
from bisect import bisect_left
from contextlib import contextmanager

from rawserver import Book, coming, serving

from stopimport.pipeline.sharing import Account, sharing
from stopimport.pipeline.vendor_client import client_for
from stopimport.sending.gate import Patience
from stopimport.sending.sender import SendPlan, Surroundings, send


@contextmanager
def served(script):
    """Serve in a thread of its own, so that arrivals are noted at once whatever the senders do."""
    loop, ready, servers = asyncio.new_event_loop(), threading.Event(), []

    async def serve():
        stopped = loop.create_future()
        async with serving(script) as server:
            servers.extend([server, stopped])
            ready.set()
            await stopped

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(30)
        yield servers[0]
    finally:
        loop.call_soon_threadsafe(servers[1].set_result, None)
        thread.join()
        loop.close()


def fullest(times, window):
    """Return the largest number of calls in any window."""
    times = sorted(times)
    return max(bisect_left(times, at + window) - index for index, at in enumerate(times))


def sender(url, options, count, run, coordinator=None, patience=None, **plan):
    """Send `count` numbers in a thread, as the run `run` of the account `shop`; return thread and book."""
    book = Book()
    around = Surroundings(progress=book, patience=patience or Patience())

    async def sending(pace):
        async with client_for("key", url, options, pace) as client:
            chosen = SendPlan(alone=pace.alone, **plan)
            book.result = await send(coming(count), client, options=options, recorder=book, plan=chosen, around=around)

    def work():
        with sharing(Account("shop", coordinator), options, sender=str(run), adds=True) as pace:
            asyncio.run(sending(pace))

    thread = threading.Thread(target=work)
    thread.start()
    return thread, book
