"""The commands that look back: `history`, `find`; and `export`, which writes the stop list to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stopimport.cli.errors import ListPartial
from stopimport.cli.importing import context_of
from stopimport.cli.program import command, say_error
from stopimport.errors import ExitCode
from stopimport.runs.folder import RUNS
from stopimport.text.language import N_, Plural, _, translated

if TYPE_CHECKING:
    from stopimport.cli.console import Console
    from stopimport.settings import Settings

_PLACE = click.argument("place", metavar="[DIR]", type=click.Path(path_type=Path), default=RUNS)


@command("history")
@_PLACE
def history(console: Console, settings: Settings, place: Path) -> ExitCode:  # noqa: ARG001 - each command is given them
    """List the runs in a folder of runs, newest first.

    DIR is the folder, stopimport-runs unless you name one; or the folder of one run.

    \b
    stopimport history
    stopimport history /srv/imports --json
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.reporting import past_runs  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.runs.history import history as runs_in  # noqa: PLC0415 - heavy, and `--help` does without

    found = runs_in(place)
    console.give([run.as_dict() for run in found])
    console.say(past_runs.render_history(found, str(place), width=console.width, encoding=console.encoding))
    return ExitCode.OK


@command("find")
@click.argument("number", metavar="NUMBER")
@_PLACE
def find(console: Console, settings: Settings, number: str, place: Path) -> ExitCode:
    """Show where a number came from: run, file, row, what became of it, and when.

    NUMBER may be in any format; --region gives its country if it has no international prefix. DIR is the folder of
    runs, stopimport-runs unless you name one; or the folder of one run. Rejected entries are not searched, and practice
    runs only with --practice. A number that is in no run is not an error: the exit code is 0.

    \b
    stopimport find '06 39 98 00 01'
    stopimport find +32470000001 /srv/imports --json
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.cleaning.single import read_number  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.reporting import past_runs  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.runs.find import find as search  # noqa: PLC0415 - heavy, and `--help` does without

    found = search(read_number(number, settings.clean_options().region), place, practice=settings["practice"])
    for problem in found.problems:
        console.warn(problem)
    console.give([one.as_dict() for one in found.found])
    console.say(past_runs.render_search(found, str(place), width=console.width, encoding=console.encoding))
    return ExitCode.OK


@command("export")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help=N_("Overwrite FILE if it exists."))
def export(console: Console, settings: Settings, file: Path, *, force: bool) -> ExitCode:
    """Write the account's stop list to FILE, a .csv or .xlsx: stopId, phoneNumber, createdAt.

    If SMS Partner returns only part of the list, that part is written, and the exit code is 3.

    \b
    stopimport export stop-list.csv
    stopimport export stop-list.xlsx --force
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.pipeline.export import export as write  # noqa: PLC0415 - heavy, and `--help` does without

    with context_of(console, settings) as context:
        done = write(file, context, overwrite=force)
    partial = ListPartial(str(done.path), done.entries) if done.partial else None
    exit_code = partial.exit_code if partial else ExitCode.OK
    console.give({"file": str(done.path), "entries": done.entries, "partial": done.partial, "exit_code": exit_code})
    if done.path != file:
        told = _("{file} is open in another program; the new file is {beside}.")
        console.warn(told.format(file=file, beside=done.path))
    if partial:
        say_error(partial)
    else:
        written = Plural("{entries:,} entry written to {file}", "{entries:,} entries written to {file}", by="entries")
        console.say(translated(written, {"entries": done.entries, "file": done.path}))
    return exit_code
