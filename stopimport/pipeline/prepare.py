"""Reading and cleaning: from files to a journal that knows everything there is to send."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stopimport.loading.stage import load, load_read
from stopimport.pipeline.equality import cleaning_facts
from stopimport.pipeline.guards import too_many_numbers, too_many_rejects
from stopimport.remote.fetching import brought
from stopimport.runs.facts import Reading, RunFacts
from stopimport.text.language import for_page
from stopimport.version import __version__
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

    import pandas as pd
    from numpy.typing import NDArray

    from stopimport.errors import GuardError
    from stopimport.loading.cells import Loaded
    from stopimport.loading.kept import ReadFiles
    from stopimport.pipeline.entries import Entries
    from stopimport.pipeline.job import Context, RunOptions

WORKBOOK_ROWS = 50_000
"""Up to so many rows, results of workbooks are a workbook."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read and cleaned, and what speaks against sending it."""

    loaded: Loaded
    entries: Entries
    guards: tuple[GuardError, ...]


def prepare(
    files: Sequence[str | Path],
    context: Context,
    *,
    stdin: BinaryIO | None = None,
    ready: ReadFiles | None = None,
    executor: Executor | None = None,
) -> Prepared:
    """Read and clean `files`.

    Args:
        files: what to read.
        context: what surrounds it.
        stdin: read for the file ``-``.
        ready: the same files, where they were read already.
        executor: who cleans large inputs; None: threads of this process.

    Raises:
        StopimportError: an option or a file cannot be used; nothing has been written.
    """
    settings, limit = context.settings, context.options.max_rejects
    options = settings.clean_options()
    settings.send_options()  # a bad --rate is told before a long file is read

    def judge_phones(inputs: pd.Series[str], countries: pd.Series[str] | None) -> NDArray[Any]:
        from stopimport.cleaning.stage import judge  # noqa: PLC0415 - pandas, which is imported beside the reading

        return judge(inputs, countries, options)

    # The readers leave the interpreter free for much of their time, and these imports take a third of a second.
    with ThreadPoolExecutor(1) as importer:
        importer.submit(import_ahead)
        how = replace(settings.load_options(), ranged=executor is not None)
        if ready is None:
            with brought(files, how.max_file_size) as here:
                loaded = load(here, how, judge=judge_phones, stdin=stdin)
        else:
            loaded = load_read(ready.raws, ready.told, how, judge=judge_phones)
    from stopimport.pipeline.countries import countries_matter  # noqa: PLC0415 - imports cleaning, which is there by now
    from stopimport.pipeline.entries import clean_parts, put_together  # noqa: PLC0415 - imports cleaning, too

    cleaned = clean_parts(loaded, options, context.portion, executor)
    if cleaned.told:
        context.watcher.warn(str(cleaned.told))
    guards = [*loaded.guards, *countries_matter(loaded, options)]
    # What was read is packed by now; the texts themselves need not stay beside what comes.
    loaded = replace(loaded, extracts=(), country_columns=())
    entries = put_together(cleaned)
    return Prepared(loaded, entries, (*guards, *too_many_rejects(loaded, entries.rejects, limit)))


def import_ahead() -> None:
    """Import what the steps after reading need; what cannot be imported is told where it is needed."""
    import jinja2  # noqa: F401, PLC0415 - the report's templates, a tenth of a second

    import stopimport.cleaning.stage  # noqa: PLC0415 - phonenumbers, and pandas with it
    import stopimport.loading.extraction  # noqa: F401, PLC0415 - pandas, half of all that there is to import


def guards_of_a_check(prepared: Prepared, options: RunOptions) -> list[GuardError]:
    """Return all that speaks against sending, for a command that does not know the stop list."""
    return [*prepared.guards, *too_many_numbers(prepared.entries.numbers, options.max_numbers)]


def facts_of(prepared: Prepared, context: Context, *, command: str, run: str, started: datetime) -> RunFacts:
    """Return what a run's journal remembers beside entries and outcomes."""
    loaded, entries, options = prepared.loaded, prepared.entries, context.options
    return RunFacts(
        run=run,
        version=__version__,
        command=command,
        settings=context.settings.in_force("run"),
        state=State.RUNNING,
        started_at=started,
        inputs=loaded.files,
        sources=loaded.sources,
        read=Reading(loaded.rows, loaded.filtered, entries.cells, entries.blank, entries.split),
        keep=loaded.keep,
        format=options.format or _format(loaded),
        delimiter=_delimiter(loaded),
        group=options.group,
        cleaning=cleaning_facts(context.settings),
        base_url=options.base_url,
        sandbox=options.sandbox,
        account_name=None if options.sandbox else options.account,
        by=context.by,
        from_page=for_page(),
        max_numbers=options.max_numbers,
        notices=tuple(map(str, loaded.notices)),
    )


def _format(loaded: Loaded) -> str:
    workbooks = bool(loaded.files) and all(file.workbook for file in loaded.files)
    return "xlsx" if workbooks and loaded.rows <= WORKBOOK_ROWS else "csv"


def _delimiter(loaded: Loaded) -> str:
    found = {file.delimiter for file in loaded.files if not file.workbook and file.delimiter}
    return found.pop() if len(found) == 1 else ";"
