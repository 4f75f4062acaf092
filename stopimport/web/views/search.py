"""What the page shows at the complaint desk: the history of a number, whether it is listed now, its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from stopimport.reporting.messages import figure
from stopimport.text.language import _, ngettext
from stopimport.vocabulary import STATUSES, UNDO_STATUSES, Status, UndoStatus
from stopimport.web.views.moments import zoned
from stopimport.web.views.wording import FIND_TITLE

if TYPE_CHECKING:
    from datetime import datetime

    from stopimport.runs.find import Search
    from stopimport.web.desk import Look, Trace
    from stopimport.web.texts import Problem

_ANSWERED = frozenset({Status.ADDED, Status.ALREADY_LISTED, Status.REFUSED, Status.FAILED, Status.DUPLICATE})
"""Of what the API, or its list, has said something; what was never sent proves nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """One entry with the number."""

    run: str
    practice: bool
    place: str
    input: str
    became: str
    facts: tuple[tuple[str, str], ...]
    """Names and values, for the proof."""


@dataclass(frozen=True, slots=True)
class NowPart:
    """Whether a number is on the stop list now."""

    text: str
    detail: str
    tone: str
    looking: bool
    can_look: bool
    can_add: bool
    needs_key: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Looking for a number in all runs, and on the list."""

    template: ClassVar[str] = "find.html"
    part: ClassVar[str] = "find_now.html"
    title: str
    back: str
    asked: str
    """As typed; '' before anything is looked for."""
    number: str
    """E.164; '' where there is none."""
    answer: str
    """What came of it, in a sentence; '' before that."""
    refused: str
    """Why it was not added; '' if nobody asked for that."""
    now: NowPart | None
    """None where there is no number."""
    entries: tuple[Found, ...]
    problems: tuple[str, ...]
    """What could not be searched, and why."""
    passed: str
    """How many practice imports were passed over; '' for none."""


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """What is known of a number, to be printed."""

    template: ClassVar[str] = "certificate.html"
    title: str
    back: str
    number: str
    practice: bool
    entries: tuple[Found, ...]
    issued: tuple[tuple[str, str], ...]
    """Names and values: by whom, when, from what."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search is about."""

    text: str
    search: Search | None = None
    """None: nothing was looked for."""
    traces: tuple[Trace, ...] = ()
    look: Look | None = None
    problem: Problem | None = None
    """Why nothing could be looked for."""
    refused: str = ""
    practice: bool = False
    key: bool = False
    """Whether there is an API key."""


def search_page(asked: Asked) -> SearchPage:
    """Return what the page of a search shows."""
    search = asked.search
    return SearchPage(
        title=_(FIND_TITLE),
        back="/",
        asked=asked.text,
        number=search.number if search else "",
        answer=str(asked.problem.text) if asked.problem else _answer(search) if search else "",
        refused=asked.refused,
        now=_now(asked) if search else None,
        entries=tuple(map(_found, asked.traces)),
        problems=search.problems if search else (),
        passed=_passed(search.practice) if search and search.practice else "",
    )


def certificate_page(search: Search, traces: tuple[Trace, ...], look: Look | None, by: str, at: datetime, *,
                     practice: bool) -> CertificatePage:  # fmt: skip
    """Return the proof of what happened to a number."""
    proving = [one for one in traces if one.entry.status in _ANSWERED]
    issued = [(_("Issued"), zoned(at)), (_("Issued by"), by), (_("Imports searched"), figure(search.runs))]
    if look and look.over and look.answer:
        issued.append((_("On the stop list now"), f"{_now_text(look)} ({_looked(look)})"))
    return CertificatePage(
        title=_("Certificate for {number}").format(number=search.number),
        back="/",
        number=search.number,
        practice=practice or any(one.entry.sandbox for one in proving),
        entries=tuple(map(_found, proving)),
        issued=tuple(issued),
    )


def _answer(search: Search) -> str:
    if search.found:
        told = _("{number} was found here (imports searched: {runs}).")
    else:
        told = _("{number} is in no import (imports searched: {runs}).")
    return told.format(number=search.number, runs=figure(search.runs))


def _passed(count: int) -> str:
    told = ngettext(
        "{count} practice import was passed over: it proves nothing.",
        "{count} practice imports were passed over: they prove nothing.",
        count,
    )
    return told.format(count=figure(count))


def _now(asked: Asked) -> NowPart:
    look = asked.look
    added = any(one.entry.status in {Status.ADDED, Status.ALREADY_LISTED} for one in asked.traces)
    if asked.practice:
        told = _("In practice mode there is no account whose list could be read.")
        return NowPart(told, "", "look", looking=False, can_look=False, can_add=not added, needs_key=False)
    if look is None:
        told = _("To see whether it is on the stop list now, enter the API key.") if not asked.key else ""
        return NowPart(told, "", "look", looking=False, can_look=asked.key, can_add=False, needs_key=not asked.key)
    if not look.over:
        told = _("Reading the stop list")
        return NowPart(told, "", "look", looking=True, can_look=False, can_add=False, needs_key=False)
    absent = look.answer is not None and not look.answer.listed
    tone = "bad" if look.problem else "look" if absent else "good"
    return NowPart(_now_text(look), _looked(look), tone, looking=False, can_look=True, can_add=absent, needs_key=False)


def _now_text(look: Look) -> str:
    if look.answer is None:
        return str(look.problem.text) if look.problem else _("The stop list could not be read.")
    if look.answer.listed:
        return _("It is on the stop list now.")
    if look.answer.partial:
        return _("It is not in the part of the stop list that {vendor} gave.")
    return _("It is not on the stop list now.")


def _looked(look: Look) -> str:
    """Return the details of a look: id, since when, when it was made."""
    parts = []
    if look.answer and look.answer.stop_id:
        parts.append(_("Entry {id}").format(id=look.answer.stop_id))
    if look.answer and look.answer.created_at:
        parts.append(_("there since {time}, according to {vendor}").format(time=look.answer.created_at))
    if look.at:
        parts.append(_("looked up at {time}").format(time=zoned(look.at)))
    return "; ".join(parts)


def _found(trace: Trace) -> Found:
    entry = trace.entry
    place = " › ".join(part for part in (entry.file, entry.sheet) if part)
    where = _("{place}, row {row}, column {column}")
    return Found(
        run=entry.run,
        practice=entry.sandbox,
        place=where.format(place=place, row=figure(entry.row), column=entry.column),
        input=entry.input,
        became=_became(trace),
        facts=tuple((name, value) for name, value in _facts(trace) if value),
    )


def _facts(trace: Trace) -> list[tuple[str, str]]:
    """Return all that proves what became of an entry; without value what is not known."""
    entry, facts = trace.entry, trace.facts
    answer = [_("code {code}").format(code=entry.code) if entry.code is not None else ""]
    answer += [_("entry {id}").format(id=entry.stopId) if entry.stopId else "", entry.message]
    account = [facts.account_name or "", facts.account or ""] if facts else []
    told = [
        (_("Time"), zoned(entry.sentAt) or (_("not sent; import of {time}").format(time=zoned(entry.startedAt)))),
        (
            _("Answer of the practice API") if entry.sandbox else _("Answer of {vendor}"),
            ", ".join(filter(None, answer)),
        ),
        (_("Account"), ", ".join(dict.fromkeys(filter(None, account)))),
        (_("Address"), facts.base_url if facts else ""),
        (_("Imported by"), (facts.by or "") if facts else ""),
        (_("Import"), entry.run),
    ]
    told += [(_("SHA-256 of {file}").format(file=one.file), one.sha256) for one in (facts.inputs if facts else ())]
    if trace.correction:
        one = trace.correction
        told.append((_("Corrected by {name}").format(name=one.by), f"{one.input or _('(empty)')} → {one.written}"))
    return told + _undo_facts(trace)


def _undo_facts(trace: Trace) -> list[tuple[str, str]]:
    undone = trace.entry.undo
    if undone is None:
        return []
    meaning = _(UNDO_STATUSES[UndoStatus(undone.status)].meaning) if undone.status else ""
    undo = trace.facts.undo if trace.facts else None
    return [
        (_("Undo"), meaning or _("Undo has not dealt with it yet.")),
        (_("Taken off"), zoned(undone.removedAt)),
        (_("Reason for undoing"), undo.reason if undo else ""),
        (_("Undone by"), (undo.by or "") if undo else ""),
    ]


def _became(trace: Trace) -> str:
    """Return what became of a found entry."""
    one = trace.entry
    if one.status == Status.DUPLICATE:
        return _("The same number as an earlier entry: {place}").format(place=one.duplicateOf)
    return _(STATUSES[Status(one.status)].title)
