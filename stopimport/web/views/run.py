"""What the page of a run shows: its question, its progress, or its end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from stopimport.errors import ExitCode
from stopimport.filenames import SUMMARY
from stopimport.reporting import advice
from stopimport.reporting.headline import headline
from stopimport.reporting.messages import about, figure
from stopimport.text.language import N_, _, ngettext
from stopimport.vocabulary import STATUSES, UNDO_STATUSES, State
from stopimport.web.jobs import JobState
from stopimport.web.past_runs import last_by
from stopimport.web.people import is_team
from stopimport.web.views.wording import short_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stopimport.reporting.headline import Clause
    from stopimport.runs.facts import RunFacts, UndoFacts, VerifyFacts
    from stopimport.runs.summary import Summary
    from stopimport.web.past_runs import Download, Elsewhere, Run

_TITLES: Mapping[tuple[str, str], str] = {
    ("send", "starting"): N_("Reading the stop list"),
    ("send", "sending"): N_("Adding numbers to the stop list"),
    ("verify", "starting"): N_("Comparing with the stop list"),
    ("undo", "starting"): N_("Reading the stop list"),
    ("undo", "sending"): N_("Taking numbers off the stop list"),
}
_TONES: Mapping[str, str] = {"added": "good", "already_listed": "known", "removed": "good", "failed": "bad"}


@dataclass(frozen=True, slots=True)
class ProgressPart:
    """How far something is that goes on."""

    done: int
    total: int
    counted: tuple[tuple[str, int, str], ...]
    """What became of the numbers: words, count, tone."""
    per_second: float
    left: str
    """How long it will take, in words; '' where that is not known."""
    hold: str
    """Why nothing goes out just now; '' for nothing."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run: its question, its progress, or its end."""

    template: ClassVar[str] = "run.html"
    part: ClassVar[str] = "run_stage.html"
    title: str
    back: str
    """Where the forms of the frame lead back to."""
    heading: str
    run: Run
    files: str
    """Names of its files."""
    by: str
    """Who works on it, or did so last; '' where the page is one person's own."""
    job: JobState | None
    """A job of this server that goes on with it."""
    going: Elsewhere | None
    """Another program works on it."""
    step: str
    """Names what the page is about, for its script: the focus moves when it changes."""
    news: str
    """What somebody who does not see the page is told now."""
    question: str
    """Below the question: how long it takes."""
    to_type: str
    """What to type to confirm; '' where a click is enough."""
    progress: ProgressPart | None
    clauses: tuple[Clause, ...]
    """Of the headline of a run that is over."""
    facts: RunFacts | None
    """None where nothing of it can be read."""
    rejects: Mapping[str, int]
    """Rejected entries by reason."""
    tone: str
    """How good the news is."""
    sentence: str
    """The state in a sentence, or in a word."""
    new: str
    """How many numbers were new, and how many were there already; '' where that says nothing."""
    why: str
    """Why a run ended as it did; '' where it ended well."""
    files_first: tuple[Download, ...]
    files_more: tuple[Download, ...]
    """What people hardly want."""
    steps: tuple[str, ...]
    """What there is to do, by the means of this page."""
    hint: str
    """What people who use Excel should know."""
    undone: tuple[tuple[str, int], ...]
    """What undo did: words and count."""
    left: str
    """That numbers of it are not on the list yet, in a sentence, for who thinks of deleting it; '' for none."""
    verified: str
    """What the last comparison with the list said; '' if there was none."""


def run_page(run: Run) -> RunPage:
    """Return what the page of a run shows."""
    job = run.job if run.job and not run.job.over else None
    going = run.elsewhere if run.elsewhere and not job else None
    moving = job or going
    clauses = headline(run.past.summary) if run.past.summary else ()
    kind = f"{job.command}:{job.phase}" if job else "elsewhere" if going else f"ended:{run.state}"
    heading = (
        _job_title(job)
        if job
        else _("Another program is working on it")
        if going
        else _plain_headline(clauses, run.state)
    )
    percent = _percent(moving)
    downloads = sorted(run.downloads, key=lambda one: (not one.first, one.opens))
    facts = run.past.summary.facts if run.past.summary else None
    files = ", ".join(one.file for one in facts.inputs) if facts else ""
    files = files or short_name(run.past.run)
    return RunPage(
        title=f"{percent} % – {files}" if percent is not None else f"{heading} – {files}",
        back=f"/runs/{run.past.run}",
        heading=heading,
        run=run,
        files=files,
        by=_by(run) if is_team() else "",
        job=job,
        going=going,
        step=kind if not (job and job.mistyped) else f"{kind}:mistyped",
        news=_news(moving, heading, percent),
        question=_question(job),
        to_type=_to_type(job),
        progress=_progress(moving),
        clauses=clauses,
        facts=facts,
        rejects=run.past.summary.rejects_by_reason if run.past.summary else {},
        tone=run.state.tone,
        sentence=_(run.state.sentence or run.state.word),
        new=_new(run.past.summary),
        why=_why(run),
        files_first=tuple(one for one in downloads if not _beside(one.name, downloads)),
        files_more=tuple(one for one in downloads if _beside(one.name, downloads)),
        steps=tuple(_steps(run)),
        hint=_hint(run),
        undone=_undone(facts.undo if facts else None),
        left=_left(run),
        verified=_verified(facts.verify if facts else None),
    )


def _by(run: Run) -> str:
    return run.job.by if run.job and not run.job.over else last_by(run.past)


def _job_title(job: JobState) -> str:
    if job.phase == "paused":
        return _("Paused")
    if job.phase == "stopping":
        return _("Finishing")
    if job.phase == "asking" and job.send:
        question = ngettext("Add {count} number to the stop list?", "Add {count} numbers to the stop list?", job.asked)
        return question.format(count=figure(job.asked))
    if job.phase == "asking" and job.undo:
        question = ngettext(
            "Take {count} number off the stop list?", "Take {count} numbers off the stop list?", job.asked
        )
        return question.format(count=figure(job.asked))
    return _(_TITLES.get((job.command, job.phase), _TITLES[job.command, "starting"]))


def _to_type(job: JobState | None) -> str:
    if job is None or job.phase != "asking" or not job.typing:
        return ""
    return _("That is a lot of numbers. Type the number to confirm: {count}").format(count=figure(job.asked))


def _question(job: JobState | None) -> str:
    if job is None or job.phase != "asking":
        return ""
    preview = job.send or job.undo
    if preview is None or not job.asked:
        return _("Nothing is left to do.")
    return _("This takes {time}. You can pause or stop at any time.").format(time=about(preview.seconds))


def _percent(moving: JobState | Elsewhere | None) -> int | None:
    return moving.done * 100 // moving.total if moving and moving.total else None


def _news(moving: JobState | Elsewhere | None, heading: str, percent: int | None) -> str:
    """Return what somebody who does not see the page is told: each tenth of the way, not each number."""
    if percent is None or (isinstance(moving, JobState) and moving.phase != "sending"):
        return heading
    if isinstance(moving, JobState) and moving.hold and moving.hold.seconds:
        return str(moving.hold.reason)
    return _("{percent} % done").format(percent=percent // 10 * 10) if percent >= 10 else heading


def _progress(moving: JobState | Elsewhere | None) -> ProgressPart | None:
    if moving is None or not moving.total:
        return None
    left = moving.seconds_left
    titles = {str(one): term.title for terms in (STATUSES, UNDO_STATUSES) for one, term in terms.items()}
    return ProgressPart(
        done=moving.done,
        total=moving.total,
        counted=tuple(
            (_(title), count, _TONES.get(status, "same"))
            for status, title in titles.items()
            if (count := moving.by_status.get(status, 0))
        ),
        per_second=moving.per_second,
        left=_("{time} left").format(time=about(left)) if left is not None else "",
        hold=_hold(moving) if isinstance(moving, JobState) else "",
    )


def _hold(job: JobState) -> str:
    seconds = job.hold.seconds if job.hold else 0.0
    if not job.hold or not seconds:
        return ""
    told = _("Waiting: {reason} It resumes automatically in {time}.")
    return told.format(reason=job.hold.reason, time=about(seconds))


def _plain_headline(clauses: tuple[Clause, ...], state: State) -> str:
    if not clauses:
        return _(state.word)
    return _("; ").join(f"{clause.before}{clause.count}{clause.after}" for clause in clauses)


def _new(summary: Summary | None) -> str:
    if summary is None or summary.facts.undo or not (summary.counts.added or summary.counts.already_listed):
        return ""
    added, there = summary.counts.added, summary.counts.already_listed
    new = ngettext("{count} number added", "{count} numbers added", added).format(count=figure(added))
    old = ngettext("{count} was already there", "{count} were already there", there).format(count=figure(there))
    return f"{new}, {old}." if there else f"{new}."


def _why(run: Run) -> str:
    """Return why a run ended as it did: what its last job here said goes before what was written down."""
    if run.job and run.job.problem:
        return str(run.job.problem.text)
    facts = run.past.summary.facts if run.past.summary else None
    return run.past.problem or (facts.why if facts and facts.state is not State.RUNNING else "")


def _beside(name: str, downloads: Sequence[Download]) -> bool:
    """Whether people hardly want a file: the figures, and a text that is there as a workbook, too."""
    stem, _dot, ending = name.rpartition(".")
    return name == SUMMARY or (ending == "csv" and any(one.name == f"{stem}.xlsx" for one in downloads))


def _steps(run: Run) -> Iterator[str]:
    """Yield what there is to do after a run, by the means of this page."""
    summary, names = run.past.summary, {download.name for download in run.downloads}
    if summary is None:
        return
    facts, counts = summary.facts, summary.counts
    if "resume" in run.actions:
        if facts.exit_code is ExitCode.ACCOUNT_REFUSED:
            yield _("Check the key and the account, then add the rest.")
        elif run.state is State.CHECKED:
            yield _("Add the numbers when you are ready.")
        elif counts.left:
            yield _("Add the rest: numbers already added are not added again.")
    if facts.missing and not facts.undo and "missing.csv" in names:
        yield _("Drop the file of missing numbers on the start page: that adds them.")
    if counts.to_correct and any(name.startswith("rejects") for name in names):
        if "correct" in run.actions:
            yield _(
                "Correct the rejected numbers here, further down; or in the 'corrected' column of the rejects file, "
                "and drop that on the start page."
            )
        else:
            yield _(
                "Write the right numbers in the 'corrected' column of the rejects file, save it, and drop it "
                "on the start page."
            )


def _hint(run: Run) -> str:
    """Return what people who use Excel should know, if there are files that it would spoil."""
    names = {download.name for download in run.downloads}
    if "results.csv" in names and "results.xlsx" not in names:
        return _("With Excel, take care: when it saves a .csv, it turns numbers into 2,62E+11.")
    return advice.excel_hint({name: Path(name) for name in names}) if "results.xlsx" in names else ""


def _undone(undo: UndoFacts | None) -> tuple[tuple[str, int], ...]:
    if undo is None:
        return ()
    counts = {status: int(getattr(undo, status.value)) for status in UNDO_STATUSES}
    return tuple((_(UNDO_STATUSES[status].title), count) for status, count in counts.items() if count)


def _left(run: Run) -> str:
    count = run.past.summary.counts.left if run.past.summary else 0
    if not count:
        return ""
    told = ngettext(
        "{count} number of this import is not on the stop list yet.",
        "{count} numbers of this import are not on the stop list yet.",
        count,
    )
    return told.format(count=figure(count))


def _verified(verify: VerifyFacts | None) -> str:
    if verify is None:
        return ""
    if verify.missing is None:
        return _("The comparison could not be made. Try again later.")
    if not verify.missing:
        return ngettext(
            "{count} number was looked up, and is on the stop list.",
            "All {count} numbers are on the stop list.",
            verify.checked,
        ).format(count=figure(verify.checked))
    return ngettext(
        "{missing} of {count} numbers is not on the stop list.",
        "{missing} of {count} numbers are not on the stop list.",
        verify.missing,
    ).format(missing=figure(verify.missing), count=figure(verify.checked))
