"""What to do after a run, for the terminal and the report: which file to open, which command comes next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.text.language import N_, _, for_page
from stopimport.vocabulary import EXIT_CODES, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.runs.summary import Summary

FILES: Mapping[str, str] = {
    "report": N_("Report"),
    "results": N_("Results, one row per valid entry"),
    "rejects": N_("Rejects, to be corrected"),
    "missing": N_("Missing numbers"),
    "undo": N_("What was taken off"),
    "summary": N_("Figures, for programs"),
}
"""What the files of a run are, by their names without extension."""

_EXCEL_BOOK = N_("With Excel, open the .xlsx file: when Excel saves a .csv, it turns numbers into 2,62E+11.")
_EXCEL_TEXT = N_(
    "With Excel, take care: when it saves a .csv, it turns numbers into 2,62E+11. Next time, --format xlsx "
    "(or both) gives you a workbook.",
    N_("With Excel, take care: when it saves a .csv, it turns numbers into 2,62E+11."),
)

_TAKE_OFF = N_("Take off the rest:", N_("Undo this import again on the page: it continues where it stopped."))
_SEND = N_("Send what was checked:", N_("Add the numbers on the page of this import when you are ready."))
_FINISH = N_(
    "Finish the run:", N_("Add the rest on the page of this import: numbers already added are not added again.")
)
_ADD_MISSING = N_(
    "Add the missing numbers to the stop list:",
    N_("Drop the file of missing numbers on the start page: that adds them."),
)
_CORRECT = N_(
    "Write the right numbers in the 'corrected' column of the rejects file, save it, then:",
    N_(
        "Write the right numbers in the 'corrected' column of the rejects file, save it, and drop it on the start page."
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: in words, and the command for it ('' for none)."""

    words: str
    command: str = ""


def what_it_is(name: str) -> str:
    """Return what one of a run's files is."""
    what = FILES.get(name.partition(".")[0])
    return _(what) if what else name


def next_steps(summary: Summary, files: Mapping[str, Path]) -> list[Step]:
    """Return what there is to do after a run.

    Args:
        summary: the run.
        files: the files written, by the names that they should have.
    """
    facts, counts, code = summary.facts, summary.counts, summary.facts.exit_code
    steps: list[Step] = []
    if code in {ExitCode.ACCOUNT_REFUSED, ExitCode.GUARD}:
        steps.append(Step(_(EXIT_CODES[code].remedy)))
    folder = next((path.parent for path in files.values()), Path(facts.run))
    resume = f"stopimport resume {shlex.quote(str(folder))}"
    if undo := facts.undo:
        if undo.failed:
            again = f"stopimport undo {shlex.quote(str(folder))} --reason {shlex.quote(undo.reason)}"
            steps.append(_step(_TAKE_OFF, again))
    elif facts.state is State.CHECKED and counts.not_sent:
        steps.append(_step(_SEND, resume))
    elif code != ExitCode.GUARD and counts.left:
        steps.append(_step(_FINISH, resume))
    if "missing.csv" in files and facts.missing and not counts.failed:
        steps.append(_step(_ADD_MISSING, f"stopimport run {shlex.quote(str(files['missing.csv']))}"))
    rejects = to_correct(files)
    if rejects is not None and summary.rejects_by_reason:
        steps.append(_step(_CORRECT, f"stopimport run {shlex.quote(str(rejects))}"))
    return steps


def _step(words: str, command: str) -> Step:
    """Return one thing to do; on the page there are no commands."""
    return Step(_(words), "" if for_page() else command)


def to_correct(files: Mapping[str, Path]) -> Path | None:
    """Return the rejects file that people should fill in: the workbook where there is one."""
    return files.get("rejects.xlsx", files.get("rejects.csv"))


def excel_hint(files: Mapping[str, Path]) -> str:
    """Return what people who use Excel should know about these files; '' if nothing."""
    kinds = {name.rpartition(".")[2] for name in files if name.partition(".")[0] in {"results", "rejects"}}
    if "csv" not in kinds:
        return ""
    return _(_EXCEL_BOOK) if "xlsx" in kinds else _(_EXCEL_TEXT)
