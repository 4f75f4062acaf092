"""The complaint desk: a number's history, whether it is listed now, adding it, its certificate; and typed numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from stopimport.errors import StopimportError
from stopimport.text.language import language_in_force
from stopimport.web.choices import first
from stopimport.web.people import who_asks
from stopimport.web.texts import problem_of
from stopimport.web.views.search import Asked, certificate_page, search_page
from stopimport.web.visits import go

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from stopimport.runs.find import Search
    from stopimport.web.service import Service
    from stopimport.web.visits import Handler, Visits

_LONGEST = 100
"""Characters that are looked for."""


class DeskRoutes:
    """The routes of the complaint desk."""

    def __init__(self, service: Service, visits: Visits) -> None:
        self._service, self._visits = service, visits

    def routes(self) -> Iterator[tuple[str, str, Handler]]:
        """Yield method, path and handler of each."""
        yield "GET", "/find", self._find
        yield "GET", "/find/now", self._now
        yield "POST", "/find/look", self._look
        yield "POST", "/find/add", self._add
        yield "GET", "/certificate", self._certificate

    async def _find(self, request: Request) -> Response:
        asked = await self._asked(request)
        if asked.search and asked.key and not asked.practice and asked.look is None:
            await self._service.desk.look(asked.search.number, language_in_force())
            asked = await self._asked(request)
        return self._visits.answer(search_page(asked))

    async def _now(self, request: Request) -> Response:
        asked = await self._asked(request)
        return self._visits.answer_part(search_page(asked), over=asked.look is None or asked.look.over)

    async def _look(self, request: Request) -> Response:
        number = first(await self._visits.form(request), "number")[:_LONGEST]
        await self._service.desk.look((await self._service.desk.find(number)).number, language_in_force(), again=True)
        return go(request, _address(number))

    async def _add(self, request: Request) -> Response:
        number = first(await self._visits.form(request), "number")[:_LONGEST]
        try:
            where = await self._service.add_number(number, language_in_force())
        except StopimportError as error:
            search = await self._service.desk.find(number)
            asked = await self._about(number, search)
            told = Asked(number, search, asked.traces, asked.look, None, error.on_page(), asked.practice, asked.key)
            return self._visits.answer(search_page(told))
        return go(request, where)

    async def _certificate(self, request: Request) -> Response:
        number = request.query_params.get("number", "").strip()[:_LONGEST]
        search = await self._service.desk.find(number)
        asked = await self._about(number, search)
        now, practice = datetime.now(UTC), asked.practice
        page = certificate_page(search, asked.traces, asked.look, who_asks(), now, practice=practice)
        return self._visits.answer(page)

    async def _asked(self, request: Request) -> Asked:
        """Return what a request wants to know, and what is known of that."""
        text = request.query_params.get("number", "").strip()[:_LONGEST]
        if not text:
            return Asked("")
        try:
            search = await self._service.desk.find(text, request.query_params.get("region", ""))
        except StopimportError as error:
            return Asked(text, problem=problem_of(error))
        return await self._about(text, search)

    async def _about(self, text: str, search: Search) -> Asked:
        service = self._service
        return Asked(
            text,
            search,
            await service.desk.traces(search),
            service.desk.looks.last(search.number),
            practice=service.sandbox,
            key=service.keys.key is not None,
        )


def _address(number: str) -> str:
    return f"/find?{urlencode({'number': number})}"
