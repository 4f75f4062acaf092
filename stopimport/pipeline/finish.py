"""Writing a run out: results, rejects and summary from the journal, and the balance of all counts."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from stopimport.pipeline.job import Result, utc_now
from stopimport.pipeline.survey import MISSING, REJECTS, RESULTS, Wanted, survey
from stopimport.reporting.page import PageFacts, render
from stopimport.reporting.readme import rejects_readme, results_readme
from stopimport.runs.summary import Summary
from stopimport.runs.whole_files import write_whole
from stopimport.text.language import N_, _, for_page, reading_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from stopimport.pipeline.comparison import Comparison
    from stopimport.pipeline.job import Ended, Job
    from stopimport.pipeline.survey import Survey
    from stopimport.runs.facts import RunFacts

_TABLES = ("results", "rejects")
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
    files, found = _write_tables(job, ended.comparison)
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
    made = write_summary(job, facts, found, files)
    files = {"report.html": job.folder.report, **files, "summary.json": job.folder.summary}
    log.info("Run ended: %s, exit code %d, %s", ended.state, ended.exit_code, found.counts.as_dict())
    return Result(job.folder.path, made, ended.exit_code, ended.error, files)


def amend(job: Job, facts: RunFacts) -> tuple[Summary, Path]:
    """Put `facts` (with what `verify` or `undo` changed) into journal, summary and report of a run that has ended.

    Returns:
        the summary, and its file.
    """
    with reading_page(on=for_page() or facts.from_page):
        made = write_summary(job, facts, survey(job, Wanted()), job.folder.present())
    return made, job.folder.summary


def write_missing(job: Job, comparison: Comparison | None) -> dict[str, Path]:
    """Write the results rows of the missing numbers; without a conclusion take an older comparison's file away."""
    wanted = _wanted(job, comparison)
    return {} if wanted.missing is None else _write_csv(job, wanted, [MISSING])[0]


def _wanted(job: Job, comparison: Comparison | None) -> Wanted:
    """Return which numbers count as missing; where nobody knows, there must be no file of them."""
    missing = comparison.missing if comparison else None
    if missing is None:
        (job.folder.path / MISSING).unlink(missing_ok=True)
    return Wanted(missing=missing)


def write_table(job: Job, path: Path, write: Callable[[Path], object]) -> Path:
    """Write one of the run's tables, and tell where it is if a spreadsheet program holds its name."""
    written = write_whole(path, write, group=job.journal.facts.group)
    if written != path:
        told = _("{file} is open in another program; the new file is {beside}.")
        job.notice(told.format(file=path.name, beside=written.name))
    return written


def write_summary(job: Job, facts: RunFacts, found: Survey, files: Mapping[str, Path]) -> Summary:
    """Write report and summary, then the facts into the journal.

    A journal that says 'complete' so has all its files.

    Args:
        job: the run.
        facts: what is known of it.
        found: what its entries and outcomes say.
        files: its tables, by the names that they should have.
    """
    made = Summary(facts, found.counts, found.by_reason, found.codes)
    _write_report(job, made, found, files)
    write_whole(job.folder.summary, lambda aside: aside.write_bytes(made.as_json()), group=facts.group)
    job.journal.update(facts)
    return made


def _write_report(job: Job, made: Summary, found: Survey, files: Mapping[str, Path]) -> None:
    files = {**files, job.folder.summary.name: job.folder.summary}
    shown = PageFacts(made, files, found.origins, found.sent_at, found.first_rejects, found.rejected)
    page = render(shown).encode("utf-8", "replace")
    write_whole(job.folder.report, lambda aside: aside.write_bytes(page), group=made.facts.group)


def _write_tables(job: Job, comparison: Comparison | None) -> tuple[dict[str, Path], Survey]:
    """Write the tables in the run's format, and take away those of another format from an earlier check."""
    facts = job.journal.facts
    kinds = [kind for kind in ("xlsx", "csv") if facts.format in {kind, "both"}]
    wanted = replace(_wanted(job, comparison), tables="xlsx" in kinds)
    names = [MISSING] if wanted.missing is not None else []
    written, found = _write_csv(job, wanted, [*names, *([REJECTS, RESULTS] if "csv" in kinds else [])])
    for name, table in found.tables.items():
        path = job.folder.path / f"{name}.xlsx"
        written[path.name] = write_table(job, path, partial(_write_workbook, job, table, name, found))
    for name in _TABLES:
        for kind in {"xlsx", "csv"}.difference(kinds):
            (job.folder.path / f"{name}.{kind}").unlink(missing_ok=True)
    files = [*(f"{name}.{kind}" for name in _TABLES for kind in kinds), *names]
    return {name: written[name] for name in files}, found


def _write_csv(job: Job, wanted: Wanted, names: Sequence[str]) -> tuple[dict[str, Path], Survey]:
    """Write the tables with these names, a stretch of all at a time; none appears before all figures balance."""
    if not names:
        return {}, survey(job, wanted)
    first, *others = names
    found: list[tuple[dict[str, Path], Survey]] = []

    def fill(aside: Path) -> None:
        with aside.open("wb") as file:
            found.append(_write_csv(job, replace(wanted, files={**wanted.files, first: file}), others))

    path = write_table(job, job.folder.path / first, fill)
    written, seen = found[-1]
    return {first: path, **written}, seen


class _About(TypedDict):
    run: str
    keep: Sequence[str]
    practice: bool


def _write_workbook(job: Job, table: pa.Table, name: str, found: Survey, path: Path) -> None:
    facts = job.journal.facts
    about: _About = {"run": _name_of(facts), "keep": facts.keep, "practice": facts.sandbox}
    if name == "results":
        title, readme = "Results", results_readme(found.counts, **about)
    else:
        title, readme = "Rejects", rejects_readme(found.counts, found.by_reason, **about)
    from stopimport.reporting.workbook import write_xlsx  # noqa: PLC0415 - openpyxl, which CSV files do without

    write_xlsx(table, path, title=title, readme_rows=readme, tell=lambda told: job.notice(str(told)))


def _name_of(facts: RunFacts) -> str:
    """Return the run's name, marked where it was for practice."""
    return f"{facts.run} ({_(_PRACTICE)})" if facts.sandbox else facts.run
