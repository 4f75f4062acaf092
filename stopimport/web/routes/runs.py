"""Runs: watching, answering and steering what goes on, what can be done afterwards, the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse

from stopimport.text.language import language_in_force
from stopimport.web.choices import first
from stopimport.web.errors import BadForm, NotFound
from stopimport.web.views.run import run_page
from stopimport.web.visits import go, is_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from stopimport.web.service import Service
    from stopimport.web.visits import Handler, Visits

_REPORT = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of the report, whose own policy names its style and script; in a sandbox it can reach nothing of the page."""


class RunRoutes:
    """The routes of runs."""

    def __init__(self, service: Service, visits: Visits) -> None:
        self._service, self._visits = service, visits

    def routes(self) -> Iterator[tuple[str, str, Handler]]:
        """Yield method, path and handler of each."""
        yield "GET", "/runs/{name}", self._run
        yield "GET", "/runs/{name}/body", self._run_body
        yield "GET", "/runs/{name}/files/{file}", self._file
        yield "POST", "/runs/{name}/delete", self._delete
        yield "POST", "/runs/{name}/{order}", self._order

    async def _run(self, request: Request) -> Response:
        return self._visits.answer(run_page(await self._service.run(request.path_params["name"])))

    async def _run_body(self, request: Request) -> Response:
        run = await self._service.run(request.path_params["name"])
        moving = run.elsewhere is not None or (run.job is not None and not run.job.over)
        return self._visits.answer_part(run_page(run), over=not moving)

    async def _file(self, request: Request) -> Response:
        name, file = request.path_params["name"], request.path_params["file"]
        path = self._service.runs.file(name, file)
        if file == "report.html":
            return FileResponse(path, media_type="text/html", headers={"Content-Security-Policy": _REPORT})
        return FileResponse(path, filename=f"{name}-{file}", content_disposition_type="attachment")

    async def _order(self, request: Request) -> Response:
        form = await self._visits.form(request)
        name, order = request.path_params["name"], request.path_params["order"]
        service, language = self._service, language_in_force()
        match order:
            case "confirm":
                service.confirm(name, first(form, "typed"))
            case "decline":
                if draft := await service.decline(name):
                    return go(request, f"/drafts/{draft}")
            case "pause":
                service.job(name).pause()
            case "continue":
                service.job(name).go_on()
            case "stop":
                service.job(name).stop()
            case "resume":
                await service.begin("send", name, language)
            case "verify":
                await service.begin("verify", name, language)
            case "undo":
                needed = {"even_if_needed": True} if first(form, "even_if_needed") == "1" else {}
                await service.begin("undo", name, language, reason=first(form, "reason")[:1000], **needed)
            case _:
                raise NotFound
        return await self._after(request, name)

    async def _delete(self, request: Request) -> Response:
        form, name = await self._visits.form(request), request.path_params["name"]
        what = first(form, "what")
        if what not in {"personal", "all"} or first(form, "sure") != "1":
            raise BadForm
        await self._service.delete(name, everything=what == "all")
        return go(request, "/") if what == "all" else await self._after(request, name)

    async def _after(self, request: Request, name: str) -> Response:
        if is_script(request):
            return self._visits.answer_part(run_page(await self._service.run(name)))
        return go(request, f"/runs/{name}")
