"""Telling a health-check service how the job goes: the addresses ``URL/start``, ``URL`` and ``URL/fail``.

These are the ones of https://healthchecks.io and of services like it. Whatever goes wrong here is told, and that is
all: the job matters more than the news of it. The address is as good as a password, so it is never shown.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.text.language import _
from stopimport.version import __version__

if TYPE_CHECKING:
    from stopimport.nightly.outcome import PassResult

TIMEOUT = 5.0
"""Seconds for each step of a call."""
DEADLINE = 15.0
"""Seconds for a call in all; a server that drips its answer never times out by itself."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ping:
    """A health check's address."""

    url: str
    problems: list[str] = field(default_factory=list)
    """What went wrong, each once."""

    def start(self) -> None:
        """Tell that a pass begins."""
        self._call("/start", None)

    def end(self, result: PassResult) -> None:
        """Tell how a pass ended: its exit code, and its figures when it failed."""
        if result.exit_code is ExitCode.OK:
            self._call("", None)
        else:
            self._call("/fail", f"exit code {int(result.exit_code)}\n{result.line()}\n")

    def _call(self, ending: str, told: str | None) -> None:
        # A thread that is left behind when it takes too long: looking up a name cannot be broken off.
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self._try, ending, told), name="ping", daemon=True)
        thread.start()
        thread.join(DEADLINE)
        if thread.is_alive():
            self._tell(_("The health check at --ping did not answer in time."))

    def _try(self, ending: str, told: str | None) -> None:
        import httpx  # noqa: PLC0415 - slow to import, and few passes ping

        try:
            url = httpx.URL(self.url)
            url = url.copy_with(path=url.path.rstrip("/") + ending)
            agent = {"User-Agent": f"stopimport/{__version__}"}
            with httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers=agent) as client:
                answer = client.get(url) if told is None else client.post(url, content=told.encode("utf-8", "replace"))
            if not answer.is_success:
                self._tell(_("The health check at --ping answered HTTP {status}.").format(status=answer.status_code))
        except Exception as error:  # noqa: BLE001 - no fault of a ping may reach the job
            problem = _("The health check at --ping could not be reached ({problem}). Check the address.")
            self._tell(problem.format(problem=type(error).__name__))

    def _tell(self, problem: str) -> None:
        log.warning("%s", problem)
        if problem not in self.problems:
            self.problems.append(problem)
