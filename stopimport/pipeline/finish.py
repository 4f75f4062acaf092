"""Writing a run out: results, rejects and summary from the journal, and the balance of all counts."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from stopimport.pipeline.comparison import MISSING
from stopimport.pipeline.job import Result, utc_now
from stopimport.reporting.counts import check_balance, codes, count, rejects_by_reason
from stopimport.reporting.csvfile import write_csv
from stopimport.reporting.page import PageFacts, render
from stopimport.reporting.readme import rejects_readme, results_readme
from stopimport.reporting.tables import rejects_table, results_table
from stopimport.reporting.texts import TEXT, plain
from stopimport.runs.summary import Summary
from stopimport.runs.whole_files import write_whole
from stopimport.text.language import N_, _, for_page, reading_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from stopimport.pipeline.comparison import Comparison
    from stopimport.pipeline.job import Ended, Job
    from stopimport.runs.facts import RunFacts
    from stopimport.runs.summary import Counts

_PRACTICE = N_("practice run", N_("practice"))
log = logging.getLogger(__name__)


def finish(job: Job, ended: Ended) -> Result:
    """Write the run's folder as it is now, and return what there is to show.

    Raises:
        CountsUnbalanced: figures that must be equal are not; the journal still has everything.
        FileUnwritable: a file cannot be written.
    """
    with reading_page(on=for_page() or job.journal.facts.from_page):
        return _finish(job, ended)


def _finish(job: Job, ended: Ended) -> Result:
    facts = job.journal.facts
    entries, outcomes = job.entries(), job.journal.outcomes()
    results = results_table(entries, outcomes, keep=facts.keep)
    rejects = rejects_table(entries, outcomes, keep=facts.keep)
    counts = count(facts.read, entries, outcomes)
    check_balance(counts, results_rows=len(results), rejects_rows=len(rejects), inputs=facts.inputs)
    files = _write_tables(job, {"results": results, "rejects": rejects}, counts)
    files |= write_missing(job, ended.comparison, results)
    finished = utc_now()
    facts = replace(
        job.journal.facts,
        state=ended.state,
        exit_code=ended.exit_code,
        finished_at=finished,
        seconds=facts.seconds + time.monotonic() - job.began,
        verify=ended.comparison.facts() if ended.comparison else None,
        why=str(ended.error) if ended.error else "",
    )
    made = write_summary(job, facts, counts, Written(outcomes, rejects, files))
    files = {"report.html": job.folder.report, **files, "summary.json": job.folder.summary}
    log.info("Run ended: %s, exit code %d, %s", ended.state, ended.exit_code, counts.as_dict())
    return Result(job.folder.path, made, ended.exit_code, ended.error, files)


def amend(job: Job, facts: RunFacts) -> tuple[Summary, Path]:
    """Put `facts` (with what `verify` or `undo` changed) into journal, summary and report of a run that has ended.

    Returns:
        the summary, and its file.
    """
    entries, outcomes = job.entries(), job.journal.outcomes()
    counts = count(facts.read, entries, outcomes)
    with reading_page(on=for_page() or facts.from_page):
        rejects = rejects_table(entries, outcomes, keep=facts.keep)
        made = write_summary(job, facts, counts, Written(outcomes, rejects, job.folder.present()))
    return made, job.folder.summary


def write_missing(job: Job, comparison: Comparison | None, results: pa.Table | None = None) -> dict[str, Path]:
    """Write the results rows of the missing numbers; without a conclusion take an older comparison's file away.

    Args:
        job: the run.
        comparison: with the list; None: nobody looked since the results changed.
        results: the run's results; None: made from its journal.
    """
    path = job.folder.path / MISSING
    if comparison is None or comparison.missing is None:
        path.unlink(missing_ok=True)
        return {}
    facts = job.journal.facts
    if results is None:
        results = results_table(job.entries(), job.journal.outcomes(), keep=facts.keep)
    rows = results.filter(pc.is_in(plain(results["phoneNumber"]), pa.array(comparison.missing, TEXT)))
    return {MISSING: write_table(job, path, partial(write_csv, rows, delimiter=facts.delimiter))}


def write_table(job: Job, path: Path, write: Callable[[Path], object]) -> Path:
    """Write one of the run's tables, and tell where it is if a spreadsheet program holds its name."""
    written = write_whole(path, write, group=job.journal.facts.group)
    if written != path:
        told = _("{file} is open in another program; the new file is {beside}.")
        job.notice(told.format(file=path.name, beside=written.name))
    return written


@dataclass(frozen=True, slots=True)
class Written:
    """What the summary and the report are made from, beside the journal's facts."""

    outcomes: pd.DataFrame
    rejects: pa.Table
    files: Mapping[str, Path]
    """The tables, by the names that they should have."""


def write_summary(job: Job, facts: RunFacts, counts: Counts, written: Written) -> Summary:
    """Write report and summary, then the facts into the journal.

    A journal that says 'complete' so has all its files.
    """
    made = Summary(facts, counts, rejects_by_reason(job.entries(), counts.refused), codes(written.outcomes))
    _write_report(job, made, written)
    write_whole(job.folder.summary, lambda aside: aside.write_bytes(made.as_json()), group=facts.group)
    job.journal.update(facts)
    return made


def _write_report(job: Job, made: Summary, written: Written) -> None:
    files = {**written.files, job.folder.summary.name: job.folder.summary}
    page = render(PageFacts(made, files, job.entries(), written.outcomes, written.rejects)).encode("utf-8", "replace")
    write_whole(job.folder.report, lambda aside: aside.write_bytes(page), group=made.facts.group)


def _write_tables(job: Job, tables: dict[str, pa.Table], counts: Counts) -> dict[str, Path]:
    """Write the tables in the run's format, and take away those of another format from an earlier check."""
    facts = job.journal.facts
    files: dict[str, Path] = {}
    for name, table in tables.items():
        for kind in ("xlsx", "csv"):
            path = job.folder.path / f"{name}.{kind}"
            if facts.format not in {kind, "both"}:
                path.unlink(missing_ok=True)
                continue
            write = partial(write_csv, table, delimiter=facts.delimiter)
            if kind == "xlsx":
                write = partial(_write_workbook, job, table, name, counts)
            files[path.name] = write_table(job, path, write)
    return files


class _About(TypedDict):
    run: str
    keep: Sequence[str]
    practice: bool


def _write_workbook(job: Job, table: pa.Table, name: str, counts: Counts, path: Path) -> None:
    facts = job.journal.facts
    about: _About = {"run": _name_of(facts), "keep": facts.keep, "practice": facts.sandbox}
    if name == "results":
        title, readme = "Results", results_readme(counts, **about)
    else:
        by_reason = rejects_by_reason(job.entries(), counts.refused)
        title, readme = "Rejects", rejects_readme(counts, by_reason, **about)
    from stopimport.reporting.workbook import write_xlsx  # noqa: PLC0415 - openpyxl, which CSV files do without

    write_xlsx(table, path, title=title, readme_rows=readme, tell=lambda told: job.notice(str(told)))


def _name_of(facts: RunFacts) -> str:
    """Return the run's name, marked where it was for practice."""
    return f"{facts.run} ({_(_PRACTICE)})" if facts.sandbox else facts.run
