"""The start page, looking for a number, the key, the language, and the files that every page needs."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from stopimport.errors import StopimportError
from stopimport.text.language import LANGUAGES, language_in_force
from stopimport.web.choices import first
from stopimport.web.errors import BadForm, NotFound
from stopimport.web.past_runs import RunSearch
from stopimport.web.texts import on_page, problem_of
from stopimport.web.views.start import runs_page, start_page
from stopimport.web.visits import back, go

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from stopimport.web.past_runs import ListedRun
    from stopimport.web.service import Service
    from stopimport.web.texts import Problem
    from stopimport.web.views.start import StartPage
    from stopimport.web.visits import Handler, Visits

_STATIC = Path(__file__).parent.parent / "static"
_COLOURS = resources.files("stopimport.reporting") / "templates" / "colours.css"
_SERVED = frozenset({".css", ".js", ".svg", ".png", ".txt", ".woff2", ".ico"})


_LONGEST = 100
"""Characters that are looked for."""
_ASKED = ("file", "first", "last", "number")


def _day(text: str) -> date | None:
    """Return the day that a field of a form holds; None for nothing of use."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


class StartRoutes:
    """The routes around the start page."""

    def __init__(self, service: Service, visits: Visits) -> None:
        self._service, self._visits = service, visits

    def routes(self) -> Iterator[tuple[str, str, Handler]]:
        """Yield method, path and handler of each."""
        yield "GET", "/", self._start
        yield "GET", "/body", self._start_body
        yield "GET", "/runs", self._runs
        yield "POST", "/key", self._key
        yield "POST", "/key/forget", self._forget
        yield "POST", "/language", self._language
        yield "GET", "/static/{file}", self._static

    async def _start(self, _request: Request) -> Response:
        return self._visits.answer(await self._context())

    async def _start_body(self, _request: Request) -> Response:
        return self._visits.answer_part(await self._context())

    async def _context(self) -> StartPage:
        runs: tuple[ListedRun, ...] = ()
        problem: Problem | None = None
        try:
            runs = await self._service.past_runs()
        except StopimportError as error:
            problem = problem_of(error)
        drafts = [(one, self._service.kept_until(one.id)) for one in self._service.drafts()]
        return start_page(drafts, runs, problem, self._service.limits)

    async def _runs(self, request: Request) -> Response:
        given = {name: request.query_params.get(name, "").strip()[:_LONGEST] for name in _ASKED}
        asked = RunSearch(given["file"], _day(given["first"]), _day(given["last"]), given["number"])
        try:
            found = await self._service.search_runs(asked)
        except StopimportError as error:
            return self._visits.answer(runs_page(asked, (), problem_of(error)))
        return self._visits.answer(runs_page(asked, found))

    async def _key(self, request: Request) -> Response:
        form = await self._visits.form(request)
        typed, keep, name = (first(form, field) for field in ("key", "keep", "account"))
        self._visits.note(None)
        try:
            await self._service.enter_key(typed, keep=keep == "1", name=name, language=language_in_force())
        except StopimportError as error:
            self._visits.note(on_page(error))
        return go(request, back(form))

    async def _forget(self, request: Request) -> Response:
        form = await self._visits.form(request)
        self._visits.note(None)
        try:
            self._service.keys.forget()
        except StopimportError as error:
            self._visits.note(on_page(error))
        return go(request, back(form))

    async def _language(self, request: Request) -> Response:
        form = await self._visits.form(request)
        if first(form, "language") not in LANGUAGES:
            raise BadForm
        self._visits.choose(first(form, "language"))
        return go(request, back(form))

    async def _static(self, request: Request) -> Response:
        name = request.path_params["file"]
        if name == "colours.css":
            return Response(_COLOURS.read_bytes(), media_type="text/css")
        served = {path.name: path for path in _STATIC.iterdir() if path.suffix in _SERVED}
        if name not in served:
            raise NotFound
        return FileResponse(served[name])
