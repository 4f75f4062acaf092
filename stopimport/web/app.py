"""The page as an ASGI application: its routes, who is let in, and what is answered when something goes wrong."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from stopimport.errors import ExitCode, StopimportError
from stopimport.web.errors import NotFound, PageError, Stranger, WrongMethod
from stopimport.web.routes.access import AccessRoutes
from stopimport.web.routes.corrections import CorrectionRoutes
from stopimport.web.routes.desk import DeskRoutes
from stopimport.web.routes.drafts import DraftRoutes
from stopimport.web.routes.runs import RunRoutes
from stopimport.web.routes.start import StartRoutes
from stopimport.web.safety import Safety
from stopimport.web.texts import bug, problem_of
from stopimport.web.views.render import render
from stopimport.web.views.start import OpeningPage, error_page
from stopimport.web.visits import Visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import Headers
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from stopimport.web.routes.access import OwnPage
    from stopimport.web.safety import Door
    from stopimport.web.service import Service
    from stopimport.web.texts import Problem
    from stopimport.web.visits import Handler


class _Routes(Protocol):
    """A part of the page's routes."""

    def routes(self) -> Iterator[tuple[str, str, Handler]]:
        """Yield method, path and handler of each."""


class Site:
    """The page: its routes around a service.

    Args:
        service: all that can be done.
        door: who may do it.
        language: what is spoken to those whose browser asks for none of ours.
        own: the program around a page that is one person's own.
    """

    def __init__(self, service: Service, door: Door, language: str, own: OwnPage | None = None) -> None:
        self._service, self._door, self._own = service, door, own
        self._visits = Visits(service, door, language)

    def app(self) -> ASGIApp:
        """Return the ASGI application."""
        parts: list[_Routes] = [
            StartRoutes(self._service, self._visits),
            CorrectionRoutes(self._service, self._visits),
            DeskRoutes(self._service, self._visits),
            DraftRoutes(self._service, self._visits, self._door),
            RunRoutes(self._service, self._visits),
        ]
        if self._own:
            parts.append(AccessRoutes(self._service, self._visits, self._own))
        routes = [self._route(*each) for part in parts for each in part.routes()]
        handlers: dict[Any, Any] = {
            StopimportError: self._failed,
            HTTPException: self._not_served,
            Exception: self._broken,
        }
        site = Starlette(routes=routes, exception_handlers=handlers)
        site.router.redirect_slashes = False
        return Safety(site, self._door, self._refused, self._welcome)

    def _route(self, method: str, path: str, handler: Handler) -> Route:
        @functools.wraps(handler)
        async def speaking_it(request: Request) -> Response:
            with self._visits.reading(request.headers):
                return await handler(request)

        return Route(path, speaking_it, methods=[method])

    # What is answered before any route.

    def _refused(self, problem: PageError, headers: Headers) -> ASGIApp:
        return self._error_page(headers, problem_of(problem), problem.status, known=False)

    def _welcome(self, headers: Headers) -> ASGIApp:
        with self._visits.reading(headers):
            return HTMLResponse(render(OpeningPage(), None), headers={"Set-Cookie": self._door.cookie})

    # What goes wrong.

    async def _failed(self, request: Request, error: StopimportError) -> Response:
        status = error.status if isinstance(error, PageError) else 409 if error.exit_code is ExitCode.BUSY else 400
        return self._answer(request, problem_of(error), status)

    async def _not_served(self, request: Request, error: HTTPException) -> Response:
        problem = WrongMethod() if error.status_code == 405 else NotFound()
        return self._answer(request, problem_of(problem), problem.status)

    async def _broken(self, request: Request, _error: Exception) -> Response:
        return self._answer(request, bug(), 500)

    def _answer(self, request: Request, problem: Problem, status: int) -> Response:
        # Style and script are anybody's, so who asks for them need not be known.
        return self._error_page(request.headers, problem, status, known=self._door.knows(request.headers))

    def _error_page(self, headers: Headers, problem: Problem, status: int, *, known: bool) -> Response:
        again = problem.kind == Stranger.__name__ and self._own is not None
        shows = bool(self._own and self._own.show)
        with self._visits.reading(headers):
            page = self._visits.page() if known else None
            return HTMLResponse(render(error_page(problem, status, lost=again, shows=shows), page), status)
