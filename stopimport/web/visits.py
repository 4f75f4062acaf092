"""What all routes share: the language of a visitor, the forms that are sent, and the way to another page."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, RedirectResponse, Response

from stopimport.text.language import LANGUAGES, reading_page, speaking
from stopimport.version import __version__
from stopimport.web.choices import first
from stopimport.web.errors import BadForm, ForeignRequest, TooBig
from stopimport.web.people import NAMED, who_asks
from stopimport.web.safety import ROOT
from stopimport.web.views.render import PageHead, render, render_part

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.datastructures import Headers
    from starlette.requests import Request

    from stopimport.web.choices import Form
    from stopimport.web.safety import Door
    from stopimport.web.service import Service
    from stopimport.web.texts import Text
    from stopimport.web.views.render import ChangingContext, PageContext

    Handler = Callable[[Request], Awaitable[Response]]

_POLLING_IS_OVER = 286
"""The HTTP status that htmx takes for it."""
_WEIGHT = re.compile(r"[01](\.\d{0,3})?")
_BACK = re.compile(r"/((drafts/[\w-]+|runs/[^/?#\\\x00-\x1f]+)(/rejects)?)?")


@dataclass(frozen=True, slots=True)
class LanguageOptions:
    """The setting of the language, named as its option."""

    lang: str | None


class Visits:
    """Those who look at the page: one person, or a team, each in several windows perhaps.

    Args:
        service: all that can be done.
        door: who may do it.
        language: what is spoken to those whose browser asks for none of ours.
    """

    def __init__(self, service: Service, door: Door, language: str) -> None:
        self._service, self._door, self._language = service, door, language
        self._set = service.settings.of(LanguageOptions).lang
        self._chosen: dict[str, str] = {}
        """By person: the language chosen on the page."""
        self._notes: dict[str, Text] = {}
        """By person: what the next whole page tells, once."""

    def choose(self, language: str) -> None:
        """Remember the language that the person who asks has chosen."""
        self._chosen[who_asks()] = language

    def note(self, text: Text | None) -> None:
        """Let the next whole page of the person who asks tell this, once; None: nothing."""
        self._notes.pop(who_asks(), None)
        if text is not None:
            self._notes[who_asks()] = text

    def language_of(self, headers: Headers) -> str:
        """Return the language for a request: the setting's, the one chosen here, the browser's, the system's."""
        return (
            self._set or self._chosen.get(who_asks()) or _wanted(headers.get("accept-language", "")) or self._language
        )

    @contextmanager
    def reading(self, headers: Headers) -> Iterator[None]:
        """Show texts as they are for whoever sent a request, inside the ``with`` block."""
        with speaking(self.language_of(headers)), reading_page():
            yield

    def page(self) -> PageHead:
        """Return what surrounds a whole page."""
        return self._page(self._notes.pop(who_asks(), None))

    def answer(self, context: PageContext) -> Response:
        """Return a whole page."""
        return HTMLResponse(render(context, self.page()))

    def answer_part(self, context: ChangingContext, *, over: bool = False) -> Response:
        """Return the part of a page that changes; `over`: it will change no more by itself."""
        return HTMLResponse(render_part(context, self._page(None)), _POLLING_IS_OVER if over else 200)

    def _page(self, note: Text | None) -> PageHead:
        return PageHead(
            self._door.csrf,
            self._service.sandbox,
            self._service.keys.state(),
            __version__,
            str(self._service.runs.place.resolve()),
            note,
            NAMED.get(),
            language_is_set=bool(self._set),
        )

    async def form(self, request: Request) -> Form:
        """Return the fields of a form that comes from the page itself.

        Raises:
            ForeignRequest, BadForm, TooBig: it does not; it is no form of ours.
        """
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._service.limits.form_bytes:
                raise TooBig(1)
        try:
            form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=10_000)
        except ValueError as error:
            raise BadForm from error
        tokens = [request.headers.get("x-csrf-token", ""), first(form, "csrf")]
        if not any(map(self._door.is_csrf, tokens)):
            raise ForeignRequest
        return form


def _wanted(accepted: str) -> str:
    """Return the one of our languages that a browser likes best, by its ``Accept-Language``; '' for none of them.

    RFC 9110, 12.5.4: languages with weights from 0 (not at all) to 1, which is theirs if they have none.
    """
    best = ("", 0.0)
    for part in accepted.split(","):
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        word = name.split("-")[0]
        weight = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
        if word in LANGUAGES and _WEIGHT.fullmatch(weight) and float(weight) > best[1]:
            best = (word, float(weight))
    return best[0]


def is_script(request: Request) -> bool:
    """Whether it is the page's script that asks, which exchanges the part that changes."""
    return "hx-request" in request.headers


def go(request: Request, where: str) -> Response:
    """Lead the browser to another page: `where` is a path inside of ours."""
    where = f"{ROOT.get()}{where}"
    if is_script(request):
        return Response(headers={"HX-Redirect": RedirectResponse(where).headers["location"]})
    return RedirectResponse(where, 303)


def back(form: Form) -> str:
    """Return where a form says that it came from: a page of ours, or the start."""
    wanted = first(form, "back")
    return wanted if _BACK.fullmatch(wanted) else "/"
