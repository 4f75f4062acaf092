"""The commands that import: `run`, `check`, `resume`."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stopimport.cli.program import command, say_error, tell
from stopimport.pipeline.stop_request import StopRequest
from stopimport.runlog import logging_to
from stopimport.secrets import find_key
from stopimport.text.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from stopimport.cli.console import Console
    from stopimport.errors import ExitCode
    from stopimport.pipeline.job import Context, Result
    from stopimport.settings import Settings


@command("run")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
def run(console: Console, settings: Settings, files: Sequence[str]) -> ExitCode:
    """Read, clean and send files: every valid opt-out ends up on the stop list.

    FILE is a CSV, text or Excel file, a folder, a glob pattern, or - for standard input.

    \b
    stopimport run export.csv
    stopimport run crm.xlsx shop.csv --column Mobile --where 'Statut=STOP' --rate 20/s
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.pipeline.running import run as doing  # noqa: PLC0415 - heavy, and `--help` does without

    with context_of(console, settings) as context:
        return show(console, doing(files, context, stdin=_stdin()))


@command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
def check(console: Console, settings: Settings, files: Sequence[str]) -> ExitCode:
    """Read and clean files and show what a run would do; nothing is sent.

    \b
    stopimport check export.csv
    stopimport check exports/ --out look-at-this
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.pipeline.running import check as doing  # noqa: PLC0415 - heavy, and `--help` does without

    with context_of(console, settings, sends=False) as context:
        return show(console, doing(files, context, stdin=_stdin()))


@command("resume")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
def resume(console: Console, settings: Settings, folder: Path) -> ExitCode:
    """Finish a run that was interrupted, is incomplete, or was only checked.

    RUN is the run's folder. The input files are no longer needed.

    \b
    stopimport resume stopimport-runs/2026-11-22T130455Z-export.csv
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.pipeline.running import resume as doing  # noqa: PLC0415 - heavy, and `--help` does without

    with context_of(console, settings) as context:
        return show(console, doing(folder, context))


def show(console: Console, result: Result) -> ExitCode:
    """Print how a run ended: its summary, and the sentence that explains an exit code other than 0."""
    facts = result.run.facts
    if result.error is not None and not facts.requests.sent and facts.verify is None:
        return tell(result.error, result.exit_code, as_json=console.options.json)
    console.summary(result)
    if result.error is not None:
        say_error(result.error)
    return result.exit_code


@contextmanager
def context_of(console: Console, settings: Settings, *, sends: bool = True) -> Iterator[Context]:
    """Give what surrounds a command; a signal outside the sending ends it with its own exit code.

    Whatever `sends` nothing does not ask the system's keyring for the key.
    """
    from stopimport.pipeline.job import Context  # noqa: PLC0415 - heavy, and `--help` does without

    with ExitStack() as stack:
        stop = StopRequest()
        stack.enter_context(stop.on_signals())
        if console.options.verbose:
            stack.enter_context(logging_to(console.err, console.options.log_format))
        try:
            key = find_key(os.environ, settings.api_key_file, keyring=sends)
            yield Context(settings, key, console, stop)
        except KeyboardInterrupt:
            tell(_("Interrupted before anything was sent or changed."), stop.exit_code, as_json=console.options.json)
            raise click.exceptions.Exit(stop.exit_code) from None


def _stdin() -> BinaryIO:
    return sys.stdin.buffer
