"""The commands for a run that has ended: `verify`, `undo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stopimport.cli.importing import context_of
from stopimport.cli.program import command, say_error

if TYPE_CHECKING:
    from stopimport.cli.console import Console
    from stopimport.errors import ExitCode
    from stopimport.pipeline.job import Result
    from stopimport.settings import Settings


@command("verify")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
def verify(console: Console, settings: Settings, folder: Path) -> ExitCode:
    """Compare a run with the live stop list: are all of its numbers on it?

    RUN is the run's folder. Missing numbers are listed in its missing.csv, and the exit code is 6.

    \b
    stopimport verify stopimport-runs/2026-11-22T130455Z-export.csv
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.pipeline.verifying import verify as doing  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.reporting.afterwards import verified_line  # noqa: PLC0415 - heavy, and `--help` does without

    with context_of(console, settings) as context:
        result = doing(folder, context)
    verified = result.run.facts.verify
    if result.error is None and verified is not None:
        console.say(verified_line(verified))
    return _end(console, result)


@command("undo")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
def undo(console: Console, settings: Settings, folder: Path) -> ExitCode:
    """Take the numbers that a run added off the stop list.

    RUN is the run's folder. Only numbers that this run added are taken off, never those that were listed before or
    that a later run relies on. The command can be stopped and run again. A run that was undone cannot be resumed.

    \b
    stopimport undo stopimport-runs/2026-11-22T130455Z-export.csv --reason 'wrong export, ticket 4711'
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.pipeline.undoing import undo as doing  # noqa: PLC0415 - heavy, and `--help` does without

    with context_of(console, settings) as context:
        result = doing(folder, context)
    console.undone(result)
    return _end(console, result)


def _end(console: Console, result: Result) -> ExitCode:
    """Print the summary for programs, and the sentence that explains an exit code other than 0."""
    console.give(result.summary)
    if result.error is not None:
        say_error(result.error)
    return result.exit_code
