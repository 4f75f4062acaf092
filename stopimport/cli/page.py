"""The command `web`: the web page for people who do not use a terminal."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stopimport.cli.program import command
from stopimport.errors import ExitCode
from stopimport.runs.folder import RUNS, prove_place
from stopimport.text.language import N_, _, language_in_force

if TYPE_CHECKING:
    from stopimport.cli.console import Console
    from stopimport.settings import Settings


@command("web")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help=N_("Port; 0 picks any free one.")
)
@click.option("--no-open", is_flag=True, help=N_("Do not open the browser; only print the address."))
@click.option(
    "--runs",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=RUNS,
    show_default=True,
    help=N_("The folder of runs that the page shows and adds to."),
)
def web(console: Console, settings: Settings, *, port: int, no_open: bool, runs: Path) -> ExitCode:
    """Open the web page for people who do not use a terminal, on this machine.

    The browser opens automatically. The address works once; the page then recognises that browser. Ctrl-C closes
    the page; runs in progress stop cleanly and can be resumed.

    \b
    stopimport web
    stopimport web --sandbox
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.web.keys import Keys  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.web.server import Serving, opener, serve  # noqa: PLC0415 - heavy, and `--help` does without

    prove_place(runs)
    keys = Keys(os.environ, settings.api_key_file)
    with ExitStack() as stack:
        leading = stack.enter_context(opener(runs))

        def ready(address: str) -> None:
            if console.options.json:
                console.give({"url": address})
            else:
                # The address is what people and scripts wait for: it is printed even when --quiet.
                told = _("The page is ready; this address works once: {address}\nPress Ctrl-C to close it.")
                click.echo(told.format(address=address), file=console.out)
            console.out.flush()
            if not no_open:
                # A browser can take its time to start.
                threading.Thread(target=_open, args=(leading(address),), daemon=True).start()

        def opened(address: str) -> None:
            console.say(_("For another browser: {address}").format(address=address))
            console.out.flush()

        serving = Serving(settings, runs, port, language_in_force())
        serve(serving, keys, on_ready=ready, on_opened=opened)
    return ExitCode.OK


def _open(address: str) -> None:
    import webbrowser  # noqa: PLC0415 - only where it is wanted

    webbrowser.open(address)
