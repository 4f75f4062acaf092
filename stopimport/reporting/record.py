"""The audit trail of a run for its report: when, where to, with which settings, from which files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stopimport.reporting.messages import COUNTS, decimal, duration, figure
from stopimport.settings import OPTIONS
from stopimport.text.language import N_, Plural, Template, _, quoted, translated

if TYPE_CHECKING:
    from collections.abc import Mapping

Pairs = tuple[tuple[str, str], ...]

_FETCHED: Mapping[str, Template] = {
    "yes": Plural("fetched, {entries:,} entry", "fetched, {entries:,} entries", by="entries"),
    "partial": Plural(
        "only part of it could be fetched, {entries:,} entry",
        "only part of it could be fetched, {entries:,} entries",
        by="entries",
    ),
    "no": N_("not fetched"),
}


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
    """Somebody set it, so that it is not the default."""


def moment(when: datetime) -> str:
    """Return a time in the reader's zone, which is that of the machine, with its distance from UTC."""
    local = when.astimezone()
    return f"{local.strftime(_('%Y-%m-%d %H:%M:%S'))} (UTC{local.isoformat()[-6:]})"


def at(iso: str) -> datetime:
    """Return a time of the summary."""
    return datetime.fromisoformat(iso)


def hour(seconds: float) -> str:
    """Return the time of day of a Unix time, in the reader's zone."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone():%H:%M:%S}"


def about(summary: Mapping[str, Any], meta: Mapping[str, Any]) -> Pairs:
    """Return what happened when and where, as pairs of label and text."""
    requests, listed = summary["requests"], summary["stop_list"]
    calls = _("{sent}, {again} of them repeated; {rate} per second").format(
        sent=figure(requests["sent"]), again=figure(requests["retried"]), rate=decimal(requests["per_second"])
    )
    address = _("a practice API inside the program") if meta["sandbox"] else summary["base_url"]
    pairs = [
        (_("Run"), summary["run"]),
        (_("Command"), f"stopimport {summary['command']}"),
        (_("Started"), moment(at(summary["started_at"]))),
        (_("Finished"), moment(at(summary["finished_at"]))),
        (_("Duration"), duration(summary["seconds"])),
        (_("State, exit code"), f"{summary['state']}, {summary['exit_code']}"),
        (_("Sent to"), address),
        (_("Account (fingerprint of its key)"), summary["account"] or "–"),
        (_("Stop list before sending"), translated(_FETCHED[listed["fetched"]], {"entries": listed["entries"] or 0})),
        (_("Calls"), calls if requests["sent"] else "0"),
        (_("Version of stopimport"), summary["version"]),
    ]
    return (*pairs, *_afterwards(summary))


def _afterwards(summary: Mapping[str, Any]) -> Pairs:
    """Return what `verify` and `undo` found and did."""
    pairs = []
    if verify := summary.get("verify"):
        if verify["missing"] is None:
            words: Template = N_("{when}: nothing could be concluded")
        else:
            words = Plural(
                "{when}: {checked:,} number looked up, {missing:,} missing",
                "{when}: {checked:,} numbers looked up, {missing:,} missing",
                by="checked",
            )
        facts = verify | {"when": moment(at(verify["at"]))}
        pairs.append((_("Compared with the stop list"), translated(words, facts)))
    if undo := summary.get("undo"):
        done = N_("{when}: {removed:,} removed, {absent:,} absent, {left:,} kept, {failed:,} failed. Reason: {reason}")
        facts = undo | {"when": moment(at(undo["finished_at"] or undo["started_at"]))}
        pairs.append((_("Undone"), translated(done, facts)))
    return tuple(pairs)


def counted(summary: Mapping[str, Any]) -> Pairs:
    """Return all counts of the run with their names."""
    return tuple((_(COUNTS[name]), figure(number)) for name, number in summary["counts"].items())


def inputs(summary: Mapping[str, Any]) -> tuple[FileRecord, ...]:
    """Return the input files with what was read from them."""
    return tuple(
        FileRecord(
            file["file"],
            file["sha256"],
            ", ".join(part for part in (file["encoding"] or "", _delimiter(file["delimiter"])) if part),
            tuple(_sheet(sheet) for sheet in file["sheets"]),
        )
        for file in summary["inputs"]
    )


def _delimiter(sign: str | None) -> str:
    return _("delimiter {sign}").format(sign=_("tab") if sign == "\t" else quoted([sign])) if sign else ""


def _sheet(sheet: Mapping[str, Any]) -> SheetRecord:
    if sheet["skipped"] is not None:
        return SheetRecord(sheet["name"], _("skipped: {why}").format(why=_(sheet["skipped"])))
    names = quoted(sheet["columns"])
    told = _("rows: {rows}; phone column: {names}") if names else _("rows: {rows}")
    return SheetRecord(sheet["name"], told.format(rows=figure(sheet["rows"]), names=names))


def settings(meta: Mapping[str, Any]) -> tuple[SettingRecord, ...]:
    """Return the settings of the run, those that somebody set first."""
    held = meta.get("settings") or {}
    known = [option for option in OPTIONS if option.key in held]
    records = []
    for option in known:
        value = held[option.key]
        given = value not in (option.default, None, []) and not (option.multiple and not value)
        text = _shown(value) if given or value is not None else _(option.shown_default or "–")
        records.append(SettingRecord(f"--{option.name}", text or _(option.shown_default or "–"), given))
    return tuple(sorted(records, key=lambda record: not record.given))


def _shown(value: Any) -> str:  # noqa: ANN401 - the settings hold values of many types
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
