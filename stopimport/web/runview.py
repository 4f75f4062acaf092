"""What the page of a run shows, and that of found numbers: state made ready for the templates."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stopimport.errors import ExitCode
from stopimport.filenames import SUMMARY
from stopimport.reporting import advice
from stopimport.reporting.headline import headline
from stopimport.reporting.messages import duration, figure
from stopimport.runs.facts import facts_of
from stopimport.runs.summary import Counts, Summary
from stopimport.text.language import N_, _
from stopimport.vocabulary import STATUSES, UNDO_STATUSES, State, Status, UndoStatus
from stopimport.web import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stopimport.web.state import Download, Elsewhere, Found, Live, Run, RunLine, Search

_TITLES: Mapping[tuple[str, str], str] = {
    ("send", "starting"): N_("Looking at the stop list"),
    ("send", "sending"): N_("Adding numbers to the stop list"),
    ("verify", "starting"): N_("Comparing with the stop list"),
    ("undo", "starting"): N_("Looking at the stop list"),
    ("undo", "sending"): N_("Taking numbers off the stop list"),
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z-")
_TONES: Mapping[str, str] = {"added": "good", "already_listed": "known", "removed": "good", "failed": "bad"}


def view(run: Run) -> dict[str, Any]:
    """Return what the templates of a run show."""
    live = run.live if run.live and run.live.phase != "ended" else None
    going = run.elsewhere if run.elsewhere and not live else None
    kind = f"{live.job}:{live.phase}" if live else "elsewhere" if going else f"ended:{run.state}"
    title = _title(live) if live else _("Another program works on it") if going else _plain_headline(run)
    percent = _percent(live or going)
    downloads = sorted(run.downloads, key=lambda one: (not one.first, one.opens))
    files = ", ".join(one.name for one in run.inputs) or short(run.name)
    return {
        "title": f"{percent} % – {files}" if percent is not None else f"{title} – {files}",
        "heading": title,
        "run": run,
        "files": files,
        "live": live,
        "going": going,
        "step": kind if not (live and live.mistyped) else f"{kind}:mistyped",
        "news": _news(live or going, title, percent),
        "percent": percent,
        "progress": _progress(live or going),
        "clauses": _clauses(run),
        "state": sentences.state_told(run.state),
        "sentence": _(sentence) if (sentence := State(run.state).sentence) else "",
        "why": _why(run),
        "files_first": [one for one in downloads if not _beside(one.name, downloads)],
        "files_more": [one for one in downloads if _beside(one.name, downloads)],
        "steps": _steps(run),
        "hint": _hint(run),
        "question": _question(live),
        "type": _type(live),
        "undone": _undone(run),
        "verified": _verified(run),
    }


def short(name: str) -> str:
    """Return a run's name without the time that it begins with."""
    return _TIME.sub("", name) or name


def line(run: RunLine) -> str:
    """Return what a run of the list came to, in a few words."""
    if run.counts is None:
        return ""
    counts = run.counts
    parts = [
        (counts["added"], _("added: {count}")),
        (counts["already_listed"], _("already listed: {count}")),
        (counts["rejected"] + counts["refused"], _("rejected: {count}")),
        (counts["failed"] + counts["not_sent"], _("not sent: {count}")),
    ]
    return " · ".join(text.format(count=figure(count)) for count, text in parts if count) or _("no phone numbers")


def found(search: Search) -> dict[str, Any]:
    """Return what the page of found numbers shows."""
    if not search.asked:
        told = ""
    elif search.problem:
        told = str(search.problem.text)
    elif search.found:
        told = _("{number} stands in these places (runs searched: {runs}).").format(
            number=search.number, runs=figure(search.runs)
        )
    else:
        told = _("{number} is in no run (runs searched: {runs}).").format(
            number=search.number, runs=figure(search.runs)
        )
    return {
        "title": _("Where did a number come from?"),
        "search": search,
        "told": told,
        "entries": [(one, _became(one), _undo_became(one)) for one in search.found],
    }


def _became(one: Found) -> str:
    """Return what became of a found entry."""
    if one.status == Status.DUPLICATE:
        return _("The same number as an earlier entry: {place}").format(place=one.duplicate_of)
    term = STATUSES[Status(one.status)]
    told = _(term.title)
    return f"{told} – {one.message}" if one.message else told


def _undo_became(one: Found) -> str:
    if not one.undo:
        return ""
    status = str(one.undo.get("status") or "")
    return _(UNDO_STATUSES[UndoStatus(status)].meaning) if status else _("Undo has not settled it yet.")


def _title(live: Live) -> str:
    if live.phase == "paused":
        return _("Paused")
    if live.phase == "stopping":
        return _("Finishing")
    if live.phase == "asking" and live.send:
        return _number(
            live.send.to_send,
            N_("Add {count} number to the stop list?"),
            N_("Add {count} numbers to the stop list?"),
        )
    if live.phase == "asking" and live.undo:
        return _number(
            live.undo.to_remove,
            N_("Take {count} number off the stop list?"),
            N_("Take {count} numbers off the stop list?"),
        )
    return _(_TITLES.get((live.job, live.phase), _TITLES[live.job, "starting"]))


def _number(count: int, one: str, several: str) -> str:
    return _(one if count == 1 else several).format(count=figure(count))


def _type(live: Live | None) -> str:
    """Return what to type to confirm; '' where a click is enough."""
    if live is None or live.phase != "asking":
        return ""
    if live.send and live.send.typing:
        return _("These are many people. To go on, type how many: {count}").format(count=figure(live.send.to_send))
    if live.undo and live.undo.typing:
        return _("These are many people. To go on, type how many: {count}").format(count=figure(live.undo.to_remove))
    return ""


def _question(live: Live | None) -> str:
    """Return how long it takes, below the question."""
    if live is None or live.phase != "asking":
        return ""
    asked = live.send or live.undo
    if asked is None or not (live.send.to_send if live.send else live.undo and live.undo.to_remove):
        return _("Nothing is left to do.")
    return _("This takes about {time}. You can pause or stop at any time.").format(time=duration(max(asked.seconds, 1)))


def _percent(moving: Live | Elsewhere | None) -> int | None:
    return moving.done * 100 // moving.total if moving and moving.total else None


def _news(moving: Live | Elsewhere | None, title: str, percent: int | None) -> str:
    """Return what somebody who does not see the page is told: each tenth of the way, not each number."""
    if moving is None or percent is None or (getattr(moving, "phase", "sending") != "sending"):
        return title
    if hold := getattr(moving, "hold", None):
        return str(hold)
    return _("{percent} % done").format(percent=percent // 10 * 10) if percent >= 10 else title


def _progress(moving: Live | Elsewhere | None) -> dict[str, Any] | None:
    """Return the figures of something that goes on; None where nothing does."""
    if moving is None or not moving.total:
        return None
    left = moving.seconds_left
    titles = {str(one): term.title for terms in (STATUSES, UNDO_STATUSES) for one, term in terms.items()}
    return {
        "done": moving.done,
        "total": moving.total,
        "counted": [
            (_(title), count, _TONES.get(status, "same"))
            for status, title in titles.items()
            if (count := moving.by_status.get(status, 0))
        ],
        "pace": moving.per_second,
        "left": _("about {time} left").format(time=duration(left)) if left is not None else "",
        "hold": _hold(moving),
    }


def _hold(moving: Live | Elsewhere) -> str:
    hold, seconds = getattr(moving, "hold", None), getattr(moving, "hold_seconds", 0.0)
    if not hold:
        return ""
    told = _("Waiting: {reason} It goes on by itself in about {time}.")
    return told.format(reason=hold, time=duration(max(seconds, 1)))


def _clauses(run: Run) -> tuple[Any, ...]:
    """Return the headline of the report's kind."""
    if run.counts is None:
        return ()
    known = {"run": run.name, "started_at": run.started_at, "exit_code": run.exit_code, "sandbox": run.sandbox}
    facts = facts_of(known | {"state": run.state, "verify": run.verify, "undo": run.undo})
    return headline(Summary(facts, Counts(**run.counts)))


def _plain_headline(run: Run) -> str:
    clauses = _clauses(run)
    if not clauses:
        return sentences.state_told(run.state)[0]
    return _("; ").join(f"{clause.before}{clause.count}{clause.after}" for clause in clauses)


def _why(run: Run) -> str:
    """Return why a run ended as it did; '' where it ended well."""
    if run.live and run.live.problem:
        return str(run.live.problem.text)
    return run.damaged or run.why


def _beside(name: str, downloads: Sequence[Download]) -> bool:
    """Say whether people hardly want a file: the figures, and a text that is there as a workbook, too."""
    stem, _dot, ending = name.rpartition(".")
    return name == SUMMARY or (ending == "csv" and any(one.name == f"{stem}.xlsx" for one in downloads))


def _steps(run: Run) -> list[str]:
    """Return what there is to do after a run, by the means of this page."""
    if run.counts is None:
        return []
    counts, names = run.counts, {download.name for download in run.downloads}
    steps = []
    if "resume" in run.actions:
        if run.exit_code == ExitCode.ACCOUNT_REFUSED:
            steps.append(_("Check the key and the account, then send the rest."))
        elif run.state == "checked":
            steps.append(_("Go on to sending when you are ready."))
        elif counts["failed"] + counts["not_sent"]:
            steps.append(_("Send the rest: numbers that were sent are not sent again."))
    if run.verify and run.verify.get("missing") and not run.undo and "missing.csv" in names:
        steps.append(_("Drop the file of missing numbers on the start page: that adds them."))
    if counts["rejected"] + counts["refused"] and any(name.startswith("rejects") for name in names):
        steps.append(
            _(
                "Write the right numbers into the column 'corrected' of the rejects file, save it, and drop it on the "
                "start page."
            )
        )
    return steps


def _hint(run: Run) -> str:
    """Return what people who use Excel should know, if there are files that it would spoil."""
    names = {download.name for download in run.downloads}
    if "results.csv" in names and "results.xlsx" not in names:
        return _("With Excel, take care: it makes numbers such as 2,62E+11 of a .csv when it saves.")
    return advice.excel_hint({name: Path(name) for name in names}) if "results.xlsx" in names else ""


def _undone(run: Run) -> list[tuple[str, int]]:
    if not run.undo:
        return []
    figures = [(status, run.undo.get(str(status))) for status in UNDO_STATUSES]
    return [(_(UNDO_STATUSES[status].title), count) for status, count in figures if isinstance(count, int) and count]


def _verified(run: Run) -> str:
    """Return what the last comparison with the list said; '' if there was none."""
    if not run.verify:
        return ""
    missing, checked = run.verify.get("missing"), run.verify.get("checked")
    if not isinstance(missing, int) or not isinstance(checked, int):
        return _("It could not be made. Try again later.")
    if not missing:
        return _("All {count} numbers are on the stop list.").format(count=figure(checked))
    return _("{missing} of {count} numbers are not on the stop list.").format(
        missing=figure(missing), count=figure(checked)
    )
