"""Drafts: dropping files, choosing what is imported, going on to the sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.text.language import language_in_force
from stopimport.web.choices import first
from stopimport.web.errors import ForeignRequest, PageError
from stopimport.web.views.draft import draft_page
from stopimport.web.visits import go, is_script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from stopimport.web.safety import Door
    from stopimport.web.service import Service
    from stopimport.web.views.draft import DraftPage
    from stopimport.web.visits import Handler, Visits

_PATIENT = 5
"""How many times as much as is taken may come before the answer is no longer waited for."""


class DraftRoutes:
    """The routes of drafts."""

    def __init__(self, service: Service, visits: Visits, door: Door) -> None:
        self._service, self._visits, self._door = service, visits, door

    def routes(self) -> Iterator[tuple[str, str, Handler]]:
        """Yield method, path and handler of each."""
        yield "POST", "/drafts", self._drop
        yield "GET", "/drafts/{id}", self._draft
        yield "GET", "/drafts/{id}/body", self._draft_body
        yield "POST", "/drafts/{id}/options", self._choose
        yield "POST", "/drafts/{id}/take-out", self._take_out
        yield "POST", "/drafts/{id}/send", self._send
        yield "POST", "/drafts/{id}/discard", self._discard

    async def _draft(self, request: Request) -> Response:
        if run := self._service.became.get(request.path_params["id"]):
            return go(request, f"/runs/{run}")
        return self._visits.answer(await self._page(request.path_params["id"]))

    async def _draft_body(self, request: Request) -> Response:
        page = await self._page(request.path_params["id"])
        return self._visits.answer_part(page, over=page.draft.phase not in {"reading", "sent"})

    async def _drop(self, request: Request) -> Response:
        proved = self._door.is_csrf(request.headers.get("x-csrf-token", ""))

        def prove(token: str) -> None:
            if not proved and not self._door.is_csrf(token):
                raise ForeignRequest

        kind = request.headers.get("content-type", "")
        body = request.stream()
        try:
            draft = await self._service.drop(body, kind, prove, language_in_force())
        except PageError:
            await self._drain(body)
            raise
        return go(request, f"/drafts/{draft}")

    async def _drain(self, body: AsyncIterator[bytes]) -> None:
        """Take what is still to come of a refused upload: a browser reads no answer before it has sent all."""
        left = _PATIENT * self._service.limits.bytes
        async for chunk in body:
            left -= len(chunk)
            if left < 0:
                break

    async def _choose(self, request: Request) -> Response:
        form = await self._visits.form(request)
        await self._service.choose(request.path_params["id"], form, language_in_force())
        return await self._after(request)

    async def _take_out(self, request: Request) -> Response:
        form = await self._visits.form(request)
        await self._service.take_out(request.path_params["id"], first(form, "file"), language_in_force())
        return await self._after(request)

    async def _send(self, request: Request) -> Response:
        await self._visits.form(request)
        run = await self._service.send(request.path_params["id"], language_in_force())
        return await self._after(request) if run is None else go(request, f"/runs/{run}")

    async def _discard(self, request: Request) -> Response:
        await self._visits.form(request)
        await self._service.discard(request.path_params["id"])
        return go(request, "/")

    async def _page(self, name: str) -> DraftPage:
        earlier = await self._service.earlier(name)
        return draft_page(self._service.draft(name), earlier)

    async def _after(self, request: Request) -> Response:
        name = request.path_params["id"]
        if is_script(request):
            return self._visits.answer_part(await self._page(name))
        return go(request, f"/drafts/{name}")
