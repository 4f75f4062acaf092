"""The page's routes: each reads its form, asks the desk, and answers with a page, a part of one, or the way to it."""

from __future__ import annotations

import functools
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from stopimport.errors import ExitCode, StopimportError
from stopimport.text.language import LANGUAGES, language_in_force, speaking
from stopimport.version import __version__
from stopimport.web import pages
from stopimport.web.choices import first
from stopimport.web.errors import (
    BUG,
    BadForm,
    ForeignRequest,
    NotFound,
    PageError,
    TooBig,
    WrongMethod,
)
from stopimport.web.safety import Gatekeeper, Safety
from stopimport.web.shown import problem_of, text
from stopimport.web.state import Page, Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.datastructures import Headers
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from stopimport.web.choices import Form
    from stopimport.web.desk import Desk
    from stopimport.web.state import Draft, Run, Text

    Handler = Callable[[Request], Awaitable[Response]]

_STATIC = Path(__file__).parent / "static"
_COLOURS = resources.files("stopimport.reporting") / "templates" / "colours.css"
_SERVED = frozenset({".css", ".js", ".svg", ".png", ".txt", ".woff2", ".ico"})
_PATIENT = 5
"""How many times as much as is taken may come before the answer is no longer waited for."""
_OVER = 286
"""What htmx takes as the end of polling."""
_BACK = re.compile(r"/(drafts/[\w-]+|runs/[^/?#\\\x00-\x1f]+)?")
_REPORT = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of the report, whose own policy names its style and script; in a sandbox it can reach nothing of the page."""


class Site:
    """The page: its routes around a desk.

    Args:
        desk: all that can be done.
        keeper: who may do it.
        language: what is spoken to those whose browser asks for none of ours.
    """

    def __init__(self, desk: Desk, keeper: Gatekeeper, language: str) -> None:
        self._desk, self._keeper, self._language = desk, keeper, language
        self._chosen: str | None = None
        self._note: Text | None = None

    def app(self) -> ASGIApp:
        """Return the ASGI application."""
        routes = [
            self._route("/", self._start),
            self._route("/body", self._start_body),
            self._route("/drafts", self._drop, "POST"),
            self._route("/drafts/{id}", self._draft),
            self._route("/drafts/{id}/body", self._draft_body),
            self._route("/drafts/{id}/options", self._options, "POST"),
            self._route("/drafts/{id}/send", self._send, "POST"),
            self._route("/drafts/{id}/discard", self._discard, "POST"),
            self._route("/runs/{name}", self._run),
            self._route("/runs/{name}/body", self._run_body),
            self._route("/runs/{name}/files/{file}", self._file),
            self._route("/runs/{name}/{order}", self._order, "POST"),
            self._route("/find", self._find),
            self._route("/key", self._key, "POST"),
            self._route("/key/forget", self._forget, "POST"),
            self._route("/language", self._speak, "POST"),
            self._route("/static/{file}", self._static),
        ]
        handlers: dict[Any, Any] = {
            StopimportError: self._told,
            HTTPException: self._not_served,
            Exception: self._broken,
        }
        site = Starlette(routes=routes, exception_handlers=handlers)
        site.router.redirect_slashes = False
        return Safety(site, self._keeper, self._refused, self._welcome)

    def _route(self, path: str, handler: Handler, method: str = "GET") -> Route:
        @functools.wraps(handler)
        async def speaking_it(request: Request) -> Response:
            with speaking(self._language_of(request.headers)):
                return await handler(request)

        return Route(path, speaking_it, methods=[method])

    # Pages.

    async def _start(self, request: Request) -> Response:  # noqa: ARG002 - every handler gets it
        return HTMLResponse(pages.start(self._page(), await self._desk.start()))

    async def _start_body(self, request: Request) -> Response:  # noqa: ARG002 - as above
        return HTMLResponse(pages.start_body(self._page(part=True), await self._desk.start()))

    async def _draft(self, request: Request) -> Response:
        if run := self._desk.became.get(request.path_params["id"]):
            return _go(request, f"/runs/{run}")
        return HTMLResponse(pages.draft(self._page(), self._shown_draft(request)))

    async def _draft_body(self, request: Request) -> Response:
        draft = self._shown_draft(request)
        moving = draft.phase in {"reading", "sent"}
        return HTMLResponse(pages.draft_body(self._page(part=True), draft), 200 if moving else _OVER)

    async def _run(self, request: Request) -> Response:
        return HTMLResponse(pages.run(self._page(), await self._shown_run(request)))

    async def _run_body(self, request: Request) -> Response:
        run = await self._shown_run(request)
        moving = run.elsewhere is not None or (run.live is not None and run.live.phase != "ended")
        return HTMLResponse(pages.run_body(self._page(part=True), run), 200 if moving else _OVER)

    async def _find(self, request: Request) -> Response:
        query = request.query_params
        return HTMLResponse(
            pages.find(self._page(), await self._desk.find(query.get("number", ""), query.get("region", "")))
        )

    async def _file(self, request: Request) -> Response:
        name, file = request.path_params["name"], request.path_params["file"]
        path = self._desk.runs.file(name, file)
        if file == "report.html":
            return FileResponse(path, media_type="text/html", headers={"Content-Security-Policy": _REPORT})
        return FileResponse(path, filename=f"{name}-{file}", content_disposition_type="attachment")

    async def _static(self, request: Request) -> Response:
        name = request.path_params["file"]
        if name == "colours.css":
            return Response(_COLOURS.read_bytes(), media_type="text/css")
        served = {path.name: path for path in _STATIC.iterdir() if path.suffix in _SERVED}
        if name not in served:
            raise NotFound
        return FileResponse(served[name])

    # What changes something.

    async def _drop(self, request: Request) -> Response:
        proved = self._keeper.is_csrf(request.headers.get("x-csrf-token", ""))

        def prove(token: str) -> None:
            if not proved and not self._keeper.is_csrf(token):
                raise ForeignRequest

        kind = request.headers.get("content-type", "")
        body = request.stream()
        try:
            draft = await self._desk.drop(body, kind, prove, language_in_force())
        except PageError:
            await self._drain(body)
            raise
        return _go(request, f"/drafts/{draft}")

    async def _drain(self, body: AsyncIterator[bytes]) -> None:
        """Take what is still to come of a refused upload: a browser reads no answer before it has sent all."""
        left = _PATIENT * self._desk.limits.bytes
        async for chunk in body:
            left -= len(chunk)
            if left < 0:
                break

    async def _options(self, request: Request) -> Response:
        form, name = await self._form(request), request.path_params["id"]
        await self._desk.choose(name, form, language_in_force())
        return await self._after_draft(request)

    async def _send(self, request: Request) -> Response:
        await self._form(request)
        run = await self._desk.send(request.path_params["id"], language_in_force())
        return await self._after_draft(request) if run is None else _go(request, f"/runs/{run}")

    async def _discard(self, request: Request) -> Response:
        await self._form(request)
        await self._desk.discard(request.path_params["id"])
        return _go(request, "/")

    async def _order(self, request: Request) -> Response:
        form = await self._form(request)
        name, order = request.path_params["name"], request.path_params["order"]
        desk, language = self._desk, language_in_force()
        match order:
            case "confirm":
                desk.work(name).confirm(first(form, "typed"))
            case "decline":
                if draft := await desk.decline(name):
                    return _go(request, f"/drafts/{draft}")
            case "pause":
                desk.work(name).pause()
            case "continue":
                desk.work(name).go_on()
            case "stop":
                desk.work(name).stop()
            case "resume":
                await desk.begin("send", name, language)
            case "verify":
                await desk.begin("verify", name, language)
            case "undo":
                needed = {"even_if_needed": True} if first(form, "even_if_needed") == "1" else {}
                await desk.begin("undo", name, language, reason=first(form, "reason")[:1000], **needed)
            case _:
                raise NotFound
        return await self._after_run(request)

    async def _key(self, request: Request) -> Response:
        form = await self._form(request)
        self._note = None
        try:
            self._desk.keys.enter(first(form, "key"), keep=first(form, "keep") == "1")
        except StopimportError as error:
            self._note = problem_of(error).text
        return _go(request, _back(form))

    async def _forget(self, request: Request) -> Response:
        form = await self._form(request)
        self._note = None
        try:
            self._desk.keys.forget()
        except StopimportError as error:
            self._note = problem_of(error).text
        return _go(request, _back(form))

    async def _speak(self, request: Request) -> Response:
        form = await self._form(request)
        if first(form, "language") not in LANGUAGES:
            raise BadForm
        self._chosen = first(form, "language")
        return _go(request, _back(form))

    # Around them.

    async def _form(self, request: Request) -> Form:
        """Return the fields of a form that comes from the page itself.

        Raises:
            ForeignRequest, TooBig: it does not; it is no form of ours.
        """
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._desk.limits.form_bytes:
                raise TooBig(1)
        try:
            form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=10_000)
        except ValueError as error:
            raise BadForm from error
        tokens = [request.headers.get("x-csrf-token", ""), first(form, "csrf")]
        if not any(map(self._keeper.is_csrf, tokens)):
            raise ForeignRequest
        return form

    def _shown_draft(self, request: Request) -> Draft:
        draft: Draft = self._desk.show(self._desk.draft(request.path_params["id"]))
        return draft

    async def _shown_run(self, request: Request) -> Run:
        return await self._desk.run(request.path_params["name"])

    async def _after_draft(self, request: Request) -> Response:
        if "hx-request" in request.headers:
            return HTMLResponse(pages.draft_body(self._page(part=True), self._shown_draft(request)))
        return _go(request, f"/drafts/{request.path_params['id']}")

    async def _after_run(self, request: Request) -> Response:
        if "hx-request" in request.headers:
            return HTMLResponse(pages.run_body(self._page(part=True), await self._shown_run(request)))
        return _go(request, f"/runs/{request.path_params['name']}")

    def _page(self, *, part: bool = False) -> Page:
        """Return what surrounds a page, or a `part` of one: that does not use up what the next page tells."""
        note = None if part else self._note
        self._note = self._note if part else None
        return Page(
            language_in_force(),
            self._keeper.csrf,
            self._desk.sandbox,
            self._desk.keys.state(),
            __version__,
            str(self._desk.runs.place.resolve()),
            note,
        )

    def _language_of(self, headers: Headers) -> str:
        if self._chosen:
            return self._chosen
        asked = [part.split(";")[0].strip().lower()[:2] for part in headers.get("accept-language", "").split(",")]
        return next((word for word in asked if word in LANGUAGES), self._language)

    # What goes wrong.

    def _refused(self, problem: PageError, headers: Headers) -> ASGIApp:
        with speaking(self._language_of(headers)):
            return HTMLResponse(pages.error(None, problem_of(problem), problem.status), problem.status)

    def _welcome(self, headers: Headers) -> ASGIApp:
        language = self._language_of(headers)
        with speaking(language):
            return HTMLResponse(pages.opening(language), headers={"Set-Cookie": self._keeper.cookie})

    async def _told(self, request: Request, error: StopimportError) -> Response:
        status = error.status if isinstance(error, PageError) else 409 if error.exit_code is ExitCode.BUSY else 400
        return self._error_page(request, problem_of(error), status)

    async def _not_served(self, request: Request, error: HTTPException) -> Response:
        problem = WrongMethod() if error.status_code == 405 else NotFound()
        return self._error_page(request, problem_of(problem), problem.status)

    async def _broken(self, request: Request, error: Exception) -> Response:
        told = Problem("Bug", text(BUG), int(ExitCode.BUG), {"problem": type(error).__name__})
        return self._error_page(request, told, 500)

    def _error_page(self, request: Request, problem: Problem, status: int) -> Response:
        # Style and script are anybody's, so who asks for them need not be known.
        known = self._keeper.knows(request.headers)
        with speaking(self._language_of(request.headers)):
            return HTMLResponse(pages.error(self._page() if known else None, problem, status), status)


def _go(request: Request, where: str) -> Response:
    """Lead the browser to another page."""
    if "hx-request" in request.headers:
        return Response(headers={"HX-Redirect": RedirectResponse(where).headers["location"]})
    return RedirectResponse(where, 303)


def _back(form: Form) -> str:
    """Return where a form says that it came from: a page of ours, or the start."""
    wanted = first(form, "back")
    return wanted if _BACK.fullmatch(wanted) else "/"
