"""What a page that is one person's own can do about itself: prove that it runs, open again, end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, PlainTextResponse

from stopimport.text.language import N_
from stopimport.web.already import ALIVE, prove
from stopimport.web.errors import NotNow
from stopimport.web.safety import REOPEN
from stopimport.web.views.access import message_page, quit_page
from stopimport.web.views.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from stopimport.web.service import Service
    from stopimport.web.visits import Handler, Visits

_OFTEN = 5.0
"""Seconds between two windows that are opened on request."""


@dataclass(slots=True)
class OwnPage:
    """The program around a page that is one person's own."""

    secret: str
    """By which the page proves itself to a second start."""
    show: Callable[[], None] | None = None
    """Opens the page in the person's usual browser; None where nobody wants that."""
    quit: Callable[[], None] = lambda: None
    """Ends the program cleanly."""
    _shown: float = float("-inf")

    def show_again(self) -> None:
        """Open the page in the person's usual browser: not more often than a person wants it.

        Raises:
            NotNow: nobody wants it, or it has just been done.
        """
        now = time.monotonic()
        if self.show is None or now < self._shown + _OFTEN:
            raise NotNow
        self._shown = now
        self.show()


class AccessRoutes:
    """The routes of that."""

    def __init__(self, service: Service, visits: Visits, own: OwnPage) -> None:
        self._service, self._visits, self._own = service, visits, own

    def routes(self) -> Iterator[tuple[str, str, Handler]]:
        """Yield method, path and handler of each."""
        yield "GET", ALIVE, self._alive
        yield "POST", REOPEN, self._reopen
        yield "GET", "/quit", self._ask
        yield "POST", "/quit", self._quit

    async def _alive(self, request: Request) -> Response:
        return PlainTextResponse(prove(self._own.secret, request.query_params.get("challenge", "")))

    async def _reopen(self, _request: Request) -> Response:
        # Nobody gets in by this: the window opens on the desktop of the page's own user.
        self._own.show_again()
        title = N_("The page opens in a new window")
        return HTMLResponse(render(message_page(title, N_("You can close this one.")), None))

    async def _ask(self, _request: Request) -> Response:
        return self._visits.answer(quit_page(self._service.working()))

    async def _quit(self, request: Request) -> Response:
        await self._visits.form(request)
        title = N_("The program has been closed")
        told = N_("You can close this window. Everything is kept: to go on, start the program again.")
        return HTMLResponse(render(message_page(title, told), None), background=BackgroundTask(self._own.quit))
