"""Correcting rejects: the windows of the grid, what is written in it, and going on with that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from stopimport.text.language import language_in_force
from stopimport.web.choices import first
from stopimport.web.corrections import ROWS
from stopimport.web.errors import BadForm
from stopimport.web.views.corrections import Work, answer_of, corrections_page
from stopimport.web.visits import go

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from stopimport.web.choices import Form
    from stopimport.web.corrections import CorrectionSheet, Line
    from stopimport.web.service import Service
    from stopimport.web.views.corrections import CorrectionsPage
    from stopimport.web.visits import Handler, Visits

_NUMBER, _ASIDE = "n", "a"
_MOST_DIGITS = 9


class CorrectionRoutes:
    """The routes of corrections; they go before those of runs, which take every other word."""

    def __init__(self, service: Service, visits: Visits) -> None:
        self._service, self._visits = service, visits

    def routes(self) -> Iterator[tuple[str, str, Handler]]:
        """Yield method, path and handler of each."""
        yield "GET", "/runs/{name}/rejects", self._of_run
        yield "POST", "/runs/{name}/rejects", self._write_run
        yield "POST", "/runs/{name}/rejects/use", self._use_run
        yield "GET", "/drafts/{id}/rejects", self._of_draft
        yield "POST", "/drafts/{id}/rejects", self._write_draft
        yield "POST", "/drafts/{id}/rejects/use", self._use_draft
        yield "POST", "/drafts/{id}/rejects/columns", self._columns

    # Of a run that is over.

    async def _of_run(self, request: Request) -> Response:
        name = request.path_params["name"]
        sheet = await self._service.corrections(name)
        run = await self._service.run(name)
        practice = self._service.sandbox or (run.past.summary is not None and run.past.summary.facts.sandbox)
        work = Work(f"/runs/{name}", draft=False, needs_key=not practice and self._service.keys.key is None)
        return await self._page(request, sheet, work)

    async def _write_run(self, request: Request) -> Response:
        form = await self._visits.form(request)
        sheet = await self._service.corrections(request.path_params["name"])
        return await self._write(request, form, sheet, f"/runs/{request.path_params['name']}")

    async def _use_run(self, request: Request) -> Response:
        form = await self._visits.form(request)
        name = request.path_params["name"]
        await asyncio.to_thread(_take, await self._service.corrections(name), form)
        await self._service.correct(name, language_in_force())
        return go(request, f"/runs/{name}")

    # Of a draft.

    async def _of_draft(self, request: Request) -> Response:
        draft = self._service.draft(request.path_params["id"])
        sheet = self._service.draft_corrections(draft.id)
        work = Work(f"/drafts/{draft.id}", draft=True, columns=draft.columns())
        return await self._page(request, sheet, work)

    async def _write_draft(self, request: Request) -> Response:
        form = await self._visits.form(request)
        name = request.path_params["id"]
        return await self._write(request, form, self._service.draft_corrections(name), f"/drafts/{name}")

    async def _use_draft(self, request: Request) -> Response:
        form = await self._visits.form(request)
        name = request.path_params["id"]
        await asyncio.to_thread(_take, self._service.draft_corrections(name), form)
        await self._service.correct_draft(name, language_in_force())
        return go(request, f"/drafts/{name}")

    async def _columns(self, request: Request) -> Response:
        form = await self._visits.form(request)
        name = request.path_params["id"]
        await self._service.show_columns(name, form, language_in_force())
        ready = self._service.draft(name).phase == "ready"
        return go(request, f"/drafts/{name}/rejects" if ready else f"/drafts/{name}")

    # Both.

    async def _page(self, request: Request, sheet: CorrectionSheet, work: Work) -> Response:
        window = max(_whole(request.query_params.get("window", "")), 1)
        return self._visits.answer(await asyncio.to_thread(_window, sheet, work, window))

    async def _write(self, request: Request, form: Form, sheet: CorrectionSheet, address: str) -> Response:
        lines = await asyncio.to_thread(_take, sheet, form)
        counts = await asyncio.to_thread(sheet.counts)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(answer_of(lines, counts, draft=sheet.draft))
        window = max(_whole(first(form, "window")), 1)
        return go(request, f"{address}/rejects?window={window}")


def _window(sheet: CorrectionSheet, work: Work, window: int) -> CorrectionsPage:
    total = sheet.size()
    window = min(window, max(-(-total // ROWS), 1))
    lines = sheet.lines((window - 1) * ROWS, window * ROWS)
    return corrections_page(work, lines, sheet.keep(), total, sheet.counts(), window)


def _take(sheet: CorrectionSheet, form: Form) -> Sequence[Line]:
    """Take what a form says was written."""
    return sheet.write(_written(form, _NUMBER), _written(form, _ASIDE))


def _written(form: Form, sign: str) -> Mapping[int, str]:
    """Return the fields of a kind, ``n12`` say, by their number."""
    names = [name for name in form if name[:1] == sign and name[1:].isdecimal()]
    if any(len(name) > _MOST_DIGITS for name in names):
        raise BadForm
    return {int(name[1:]): first(form, name) for name in names}


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else 0
