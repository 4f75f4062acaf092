"""The audit trail of a run for its report: when, where to, with which settings, from which files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stopimport.options import OPTIONS
from stopimport.reporting.messages import COUNTS, decimal, duration, figure
from stopimport.text.language import N_, Plural, Template, _, for_page, quoted, translated
from stopimport.vocabulary import Fetched, UndoStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.loading.cells import SheetRead
    from stopimport.options import Option
    from stopimport.runs.facts import RunFacts
    from stopimport.runs.summary import Counts
    from stopimport.settings import SettingValue

Pairs = tuple[tuple[str, str], ...]

_FETCHED: Mapping[Fetched, Template] = {
    Fetched.YES: Plural("fetched, {entries:,} entry", "fetched, {entries:,} entries", by="entries"),
    Fetched.PARTIAL: Plural(
        "only part of it could be fetched, {entries:,} entry",
        "only part of it could be fetched, {entries:,} entries",
        by="entries",
    ),
    Fetched.NO: N_("not fetched"),
}

RUN = N_("Run", N_("Import"))
PRACTICE = N_("Practice run: nothing reached {vendor}.", N_("Practice: nothing reached {vendor}."))
_SENT_TO = N_("Sent to", N_("Goes to"))
_STATE = N_("State, exit code", N_("State"))


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """One sheet that was read or passed over."""

    name: str
    told: str
    """Its rows and phone columns, or why it was passed over."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One input file."""

    name: str
    sha256: str
    kind: str
    """Encoding and delimiter; '' for a workbook."""
    sheets: tuple[SheetRecord, ...]


@dataclass(frozen=True, slots=True)
class SettingRecord:
    """One setting in force."""

    name: str
    value: str
    given: bool
    """Whether somebody set it, so that it is not the default."""


def moment(when: datetime) -> str:
    """Return a time in the reader's zone, which is that of the machine, with its distance from UTC."""
    local = when.astimezone()
    return f"{local.strftime(_('%Y-%m-%d %H:%M:%S'))} (UTC{local.isoformat()[-6:]})"


def hour(seconds: float) -> str:
    """Return the time of day of a Unix time, in the reader's zone."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone():%H:%M:%S}"


def about(facts: RunFacts) -> Pairs:
    """Return what happened when and where, as pairs of label and text."""
    requests, listed = facts.requests, facts.stop_list
    calls = _("{sent}, {again} of them repeated; {rate} per second").format(
        sent=figure(requests.sent), again=figure(requests.retried), rate=decimal(requests.per_second)
    )
    address = _("a practice API inside the program") if facts.sandbox else facts.base_url
    pairs = [
        (_(RUN), facts.run),
        *([] if for_page() else [(_("Command"), f"stopimport {facts.command}")]),
        (_("Started"), moment(facts.started_at)),
        (_("Finished"), moment(facts.finished_at) if facts.finished_at else "–"),
        (_("Duration"), duration(facts.seconds)),
        (_(_STATE), _(facts.state.word) if for_page() else f"{facts.state}, {facts.exit_code}"),
        (_(_SENT_TO), address),
        *([(_("Account"), facts.account_name)] if facts.account_name else []),
        (_("Account (fingerprint of its key)"), facts.account or "–"),
        *([(_("Started by"), facts.by)] if facts.by else []),
        *([(_("Resumed by"), ", ".join(dict.fromkeys(facts.resumed_by)))] if facts.resumed_by else []),
        (_("Stop list before sending"), translated(_FETCHED[listed.fetched], {"entries": listed.entries or 0})),
        (_("Calls"), calls if requests.sent else "0"),
        (_("Version of stopimport"), facts.version),
    ]
    gone = [(_("Personal data deleted"), _told_by(facts.deleted.at, facts.deleted.by))] if facts.deleted else []
    return (*pairs, *_afterwards(facts), *gone)


def _told_by(when: datetime, by: str) -> str:
    return f"{moment(when)} ({by})" if by else moment(when)


def _afterwards(facts: RunFacts) -> Pairs:
    """Return what `verify` and `undo` found and did."""
    pairs = []
    if verify := facts.verify:
        if verify.missing is None:
            words: Template = N_("{when}: nothing could be concluded")
        else:
            words = Plural(
                "{when}: {checked:,} number looked up, {missing:,} missing",
                "{when}: {checked:,} numbers looked up, {missing:,} missing",
                by="checked",
            )
        found = {"when": moment(verify.at), "checked": verify.checked, "missing": verify.missing or 0}
        pairs.append((_("Compared with the stop list"), translated(words, found)))
    if undo := facts.undo:
        words = N_("{when}: {removed:,} removed, {absent:,} absent, {left:,} kept, {failed:,} failed. Reason: {reason}")
        done = {status.value: getattr(undo, status.value) for status in UndoStatus}
        when = _told_by(undo.finished_at or undo.started_at, undo.by or "")
        pairs.append((_("Undone"), translated(words, {"when": when, "reason": undo.reason, **done})))
    return tuple(pairs)


def counted(counts: Counts) -> Pairs:
    """Return all counts of the run with their names."""
    return tuple((_(COUNTS[name]), figure(number)) for name, number in counts.as_dict().items())


def inputs(facts: RunFacts) -> tuple[FileRecord, ...]:
    """Return the input files with what was read from them."""
    return tuple(
        FileRecord(
            file.file,
            file.sha256,
            ", ".join(part for part in (file.encoding or "", _delimiter(file.delimiter)) if part),
            tuple(_sheet(sheet) for sheet in file.sheets),
        )
        for file in facts.inputs
    )


def _delimiter(sign: str | None) -> str:
    return _("delimiter {sign}").format(sign=_("tab") if sign == "\t" else quoted([sign])) if sign else ""


def _sheet(sheet: SheetRead) -> SheetRecord:
    if sheet.skipped is not None:
        return SheetRecord(sheet.name, _("skipped: {why}").format(why=_(sheet.skipped)))
    names = quoted(sheet.columns)
    told = _("rows: {rows}; phone column: {names}") if names else _("rows: {rows}")
    return SheetRecord(sheet.name, told.format(rows=figure(sheet.rows), names=names))


def settings(held: Mapping[str, SettingValue]) -> tuple[SettingRecord, ...]:
    """Return the settings of the run, those that somebody set first."""
    known = [option for option in OPTIONS if option.key in held]
    records = []
    for option in known:
        value = held[option.key]
        given = value not in (option.default, None, ()) and not (option.multiple and not value)
        text = _shown(value) if given or value is not None else _(option.shown_default or "–")
        records.append(SettingRecord(_name_of(option), text or _(option.shown_default or "–"), given))
    return tuple(sorted(records, key=lambda record: not record.given))


def _name_of(option: Option) -> str:
    """Return what a setting is called: by its option, on the page by what it says."""
    return _(option.help).rstrip(".") if for_page() else f"--{option.name}"


def _shown(value: SettingValue) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)
