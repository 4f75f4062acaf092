"""The command `web`: the web page for people who do not use a terminal."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from stopimport import userfolders
from stopimport.cli.program import command
from stopimport.errors import ExitCode
from stopimport.runs.folder import RUNS, prove_place
from stopimport.text.language import N_, _, language_in_force

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.cli.console import Console
    from stopimport.settings import Settings
    from stopimport.web.already import Place, Record
    from stopimport.web.keys import Keys
    from stopimport.web.server import Leading, Serving

_OF_TALK = frozenset({"json", "quiet", "verbose", "log_format", "lang"})
"""Settings that say how this start talks: they make no page another one."""


@dataclass(frozen=True, slots=True)
class PageOptions:
    """The settings of the page's place, named as the options."""

    runs: Path | None
    account: str | None


@command("web")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help=N_("Port; 0 picks any free one.")
)
@click.option("--no-open", is_flag=True, help=N_("Do not open the browser; only print the address."))
@click.option(
    "--install-shortcut",
    is_flag=True,
    help=N_("Put a starter for the page, with the options given here, onto the desktop and into the menu; then end."),
)
def web(console: Console, settings: Settings, *, port: int, no_open: bool, install_shortcut: bool) -> ExitCode:
    """Open the web page for people who do not use a terminal, on this machine.

    The browser opens automatically. The address works once; the page then recognises that browser. If the page is open
    already, it is shown again. Ctrl-C closes it; runs in progress stop cleanly and can be resumed.

    For a team: --trust-header, --trusted-proxy and --public-url, behind a proxy that signs people in.

    \b
    stopimport web
    stopimport web --sandbox
    stopimport web --install-shortcut
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    if install_shortcut:
        return _install_shortcut(console)
    from stopimport.web.already import Place  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.web.keys import Keys  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.web.proxied import proxy_of  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.web.server import Serving  # noqa: PLC0415 - heavy, and `--help` does without

    proxy = proxy_of(settings)
    runs = settings.of(PageOptions).runs or _usual_runs(console)
    prove_place(runs)
    keys = Keys(os.environ, settings.api_key_file, settings.of(PageOptions).account)
    serving = Serving(settings, runs, port, language_in_force(), proxy=proxy)
    if proxy:
        _serve_team(console, serving, keys, proxy.origin)
        return ExitCode.OK
    ways = {key: value for key, value in settings.values.items() if key not in _OF_TALK}
    place = Place(runs, {**ways, "key": keys.given_account}, serving.secret)
    starting = _Starting(console, place, opens=not no_open)
    with ExitStack() as stack:
        starting.alone = stack.enter_context(ExitStack())
        starting.alone.enter_context(place.alone())
        found = place.running()
        if found and port in {0, found.port}:
            starting.show_again(found)
        else:
            stack.callback(starting.end)
            _serve_own(serving, keys, starting)
    return ExitCode.OK


def _install_shortcut(console: Console) -> ExitCode:
    from stopimport.cli.shortcut import given_again, install  # noqa: PLC0415 - only where it is wanted

    made = [str(path) for path in install(["web", *given_again()])]
    console.give({"shortcuts": made})
    for path in made:
        console.say(_("A starter for the page: {path}").format(path=path))
    return ExitCode.OK


@dataclass(slots=True)
class _Starting:
    """What is told and shown of a page that is one person's own."""

    console: Console
    place: Place
    opens: bool
    """Whether a browser is wanted."""
    alone: ExitStack = field(default_factory=ExitStack)
    """Keeps others from starting the same page, until it is ready."""

    def show_again(self, record: Record) -> None:
        """Show a page that runs already."""
        self._tell(record.address, _("The page is already running; this address works once: {address}"))
        if self.opens:
            _open(self._leading(record.process).to(record.address))

    def ready(self, address: str) -> None:
        """Show the page that was started here."""
        self.place.record(address)
        self.alone.close()
        self._tell(address, _("The page is ready; this address works once: {address}\nPress Ctrl-C to close it."))
        if self.opens:
            self.show(address)

    def opened(self, address: str) -> None:
        """Tell the next address."""
        self.place.record(address)
        self.console.say(_("For another browser: {address}").format(address=address))
        self.console.out.flush()

    def show(self, address: str) -> None:
        """Open the page in the person's usual browser, which can take its time to start."""
        threading.Thread(target=_open, args=(self._leading(os.getpid()).to(address),), daemon=True).start()

    def end(self) -> None:
        """Take away what was made of the page."""
        self.place.forget()
        self._leading(os.getpid()).remove()

    def _leading(self, process: int) -> Leading:
        from stopimport.web.server import Leading  # noqa: PLC0415 - heavy, and `--help` does without

        return Leading(self.place.runs, process)

    def _tell(self, address: str, told: str) -> None:
        if self.console.options.json:
            self.console.give({"url": address})
        else:
            # The address is what people and scripts wait for: it is printed even when --quiet.
            click.echo(told.format(address=address), file=self.console.out)
        self.console.out.flush()


def _serve_own(serving: Serving, keys: Keys, starting: _Starting) -> None:
    from stopimport.web.server import serve  # noqa: PLC0415 - heavy, and `--help` does without

    show = starting.show if starting.opens else None
    serve(serving, keys, on_ready=starting.ready, on_opened=starting.opened, show=show)


def _serve_team(console: Console, serving: Serving, keys: Keys, public: str) -> None:
    from stopimport.web.server import serve  # noqa: PLC0415 - heavy, and `--help` does without

    def ready(address: str) -> None:
        if console.options.json:
            console.give({"url": public, "listening": address})
        else:
            told = _("The page is ready for the proxy at {address}; people open {public}\nPress Ctrl-C to close it.")
            click.echo(told.format(address=address, public=public), file=console.out)
        console.out.flush()

    serve(serving, keys, on_ready=ready)


def _usual_runs(console: Console) -> Path:
    """Return where runs lie if nobody says it: in the person's documents, wherever the program is started."""
    documents = userfolders.documents()
    if documents is None:
        return RUNS
    if RUNS.is_dir() and RUNS.resolve() != (documents / RUNS).resolve():
        console.warn(_("There are runs in {folder} here, too. To show those: --runs {folder}").format(folder=RUNS))
    return documents / RUNS


def _open(address: str) -> None:
    import webbrowser  # noqa: PLC0415 - only where it is wanted

    webbrowser.open(address)
