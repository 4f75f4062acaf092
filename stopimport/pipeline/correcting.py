"""Corrections of rejected entries: what a person wrote, judged like a cell, in the place of what could not be read.

A rejects file that is given back does the same, in a run of its own; here the run itself goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from stopimport.cleaning.duplicates import first_positions
from stopimport.cleaning.stage import clean
from stopimport.errors import ExitCode
from stopimport.loading.cells import KEEP_PREFIX
from stopimport.pipeline.errors import AlreadyUndone, NotResumable
from stopimport.pipeline.finish import finish
from stopimport.pipeline.job import Ended, utc_now
from stopimport.pipeline.opening import opened
from stopimport.pipeline.wishes import EntryPlace, Judged, Reject
from stopimport.reporting.tables import match
from stopimport.runs.corrections import Correction
from stopimport.runs.journal import Journal
from stopimport.settings import Settings
from stopimport.vocabulary import Reason, Repair, State, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from stopimport.cleaning.entries import CleanOptions
    from stopimport.pipeline.job import Context, Job, Result
    from stopimport.pipeline.wishes import Wish
    from stopimport.runs.facts import RunFacts

_PLACE = ["file", "sheet", "row", "column"]
_TEXTS = {"number": "str", "detail": "str", "reason": "str", "repairs": "str", "region": "str", "line": "str"}
_TOLD = ("reason", "detail", "repairs", "region", "line")
_WORDS = ("reason", "repairs", "region", "line")
"""Columns of few different words, as the clean stage makes them."""


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rejected entries of a run, to be looked at piece by piece."""

    keep: tuple[str, ...]
    """Headers of the kept columns."""
    options: CleanOptions
    """By which what is written is judged."""
    frame: pd.DataFrame
    """The entries, with `part`, `corrected` and `aside`."""

    def __len__(self) -> int:
        return len(self.frame)

    def rows(self, start: int, stop: int) -> list[Reject]:
        """Return some of them, in input order."""
        piece = self.frame.iloc[start:stop]
        kept = [[str(text) for text in piece[KEEP_PREFIX + name]] for name in self.keep]
        others = list(zip(*kept, strict=True)) if kept else [()] * len(piece)
        texts = [[str(text) for text in piece[name]] for name in ("input", "reason", "detail", "corrected", "aside")]
        return [
            Reject(_place(row), given, reason, detail, other, corrected, aside)
            for row, other, given, reason, detail, corrected, aside in zip(
                piece.to_dict("records"), others, *texts, strict=True
            )
        ]

    def present(self, places: Collection[EntryPlace]) -> frozenset[EntryPlace]:
        """Return those of the `places` at which there is a reject."""
        near = self.frame[self.frame["row"].isin([place.row for place in places])]
        return frozenset(_place(row) for row in near[[*_PLACE, "part"]].to_dict("records")) & frozenset(places)


def rejects_of(journal: Path, *, corrected: bool = False) -> Rejects:
    """Return the rejected entries of the run with this journal.

    Args:
        journal: the file.
        corrected: with those that were corrected.

    Raises:
        StopimportError: the journal cannot be read.
    """
    with Journal.open(journal) as one:
        entries, outcomes, facts, done = one.entries(), one.outcomes(), one.facts, one.corrections()
    entries["part"] = entries.groupby(_PLACE, observed=True, sort=False).cumcount()
    written = pd.Series("", index=entries.index, dtype="str")
    aside = written.copy()
    for each in done:
        (written if each.kind == "corrected" else aside).iloc[each.entry] = each.written
    open_ones, refused = _open_ones(entries, outcomes)
    entries["reason"] = entries["reason"].astype("str")
    entries.loc[refused, "reason"] = Reason.REFUSED_BY_API.value
    for each in done:
        if each.kind == "corrected":
            entries.loc[each.entry, "reason"] = each.reason
    shown = open_ones | (written != "").to_numpy() if corrected else open_ones
    frame = entries.assign(corrected=written, aside=aside)[shown].reset_index(drop=True)
    return Rejects(facts.keep, options_of(facts), frame)


def options_of(facts: RunFacts) -> CleanOptions:
    """Return the settings by which the numbers of a run are judged."""
    return Settings({name: value for name, value in facts.settings.items() if value is not None}).clean_options()


def judge_texts(texts: Sequence[str], options: CleanOptions) -> list[Judged]:
    """Return what each text is, as in the column ``corrected`` of a rejects file."""
    cells = pd.DataFrame({"input": pd.Series([""] * len(texts), dtype="str"), "row": range(len(texts))})
    cells["corrected"] = pd.Series([text if text.strip() else None for text in texts], dtype="str")
    if cells["corrected"].isna().all():
        return [Judged() for _text in texts]
    found: dict[int, list[Mapping[Any, Any]]] = {}
    for row in clean(cells, options).entries.to_dict("records"):
        found.setdefault(int(row["row"]), []).append(row)
    return [_judged(found.get(row, [])) for row in range(len(texts))]


def correct(path: Path, wishes: Sequence[Wish], context: Context) -> Result | None:
    """Put what people wrote in the place of rejected entries of the run in the folder `path`; nothing is sent.

    What is no valid number, and what is no reject (any more), stays as it is.

    Returns:
        the run as it is now; None where its files stay as they are.

    Raises:
        StopimportError: it is not a run, belongs to another account, is in use, or cannot be gone on with.
    """
    with opened(path, context, changing=False) as job:
        facts = job.journal.facts
        if facts.undo:
            raise AlreadyUndone(str(path))
        if facts.guard:
            raise NotResumable(str(path))
        before = job.journal.outcomes()
        entries, done = _corrected(job, before, wishes)
        if not done:
            return None
        ended = _ended(facts, before, done)
        # In one step: a kill must not leave a run that says it is complete with numbers that nobody has sent.
        job.journal.correct(entries, done, replace(facts, state=ended.state, exit_code=ended.exit_code))
        if all(one.kind == "set_aside" for one in done):
            return None
        job.frame = entries
        return finish(job, ended)


def _ended(facts: RunFacts, outcomes: pd.DataFrame, done: Sequence[Correction]) -> Ended:
    """Say how the run stands: one that was complete is no longer, if there is something to send."""
    known = set(outcomes["number"])
    if facts.state is State.COMPLETE and any(one.number and one.number not in known for one in done):
        return Ended(State.INCOMPLETE, ExitCode.INCOMPLETE)
    return Ended(facts.state, facts.exit_code or ExitCode.OK)


def _corrected(job: Job, outcomes: pd.DataFrame, wishes: Sequence[Wish]) -> tuple[pd.DataFrame, list[Correction]]:
    """Return the entries as they are wanted, and what has changed."""
    entries = job.entries().copy()
    open_ones, refused = _open_ones(entries, outcomes)
    parts = entries.groupby(_PLACE, observed=True, sort=False).cumcount()
    rejects = np.flatnonzero(open_ones)
    places = {
        _place(row): int(at)
        for at, row in zip(rejects, entries.assign(part=parts).iloc[rejects].to_dict("records"), strict=True)
    }
    mine = [(places[wish.place], wish) for wish in wishes if wish.place in places]
    judged = judge_texts([wish.text for _at, wish in mine], options_of(job.journal.facts))
    now, by = utc_now().timestamp(), job.context.by
    entries = entries.astype(_TEXTS)
    done: list[Correction] = []
    found: dict[int, Judged] = {}
    rows = entries.iloc[[at for at, _wish in mine]].to_dict("records")
    for (at, wish), verdict, row in zip(mine, judged, rows, strict=True):
        gone = str(row["number"]) if refused[at] else ""
        reason = Reason.REFUSED_BY_API.value if gone else str(row["reason"])
        if verdict.number and verdict.number != gone:
            found[at] = verdict
            told = (wish.text, verdict.number, by, now)
            done.append(Correction(at, "corrected", str(row["input"]), reason, gone, *told))
        elif wish.aside is not None:
            done.append(Correction(at, "set_aside", str(row["input"]), reason, gone, wish.aside, "", by, now))
    return _exchanged(entries, found), done


def _exchanged(entries: pd.DataFrame, found: Mapping[int, Judged]) -> pd.DataFrame:
    """Return the entries with what was `found` at some places, and duplicates as they are then."""
    at = list(found)
    columns = {name: [getattr(one, name) for one in found.values()] for name in ("number", "repairs", "region", "line")}
    split = entries["repairs"].iloc[at].str.contains(Repair.SPLIT_CELL.value).tolist()
    columns["repairs"] = [_with_split(repairs, cut) for repairs, cut in zip(columns["repairs"], split, strict=True)]
    columns |= {"reason": [""] * len(at), "detail": [""] * len(at)}
    for name, values in columns.items():
        column = entries[name].to_numpy(dtype=object)
        column[at] = values
        entries[name] = pd.Series(column, index=entries.index, dtype="str")
    digits = pa.array(entries["number"]).to_pandas().str.lstrip("+").fillna("0").astype("int64").to_numpy()
    entries["duplicate_of"] = first_positions(digits)
    return entries.astype(dict.fromkeys(_WORDS, "category"))


def _with_split(repairs: str, cut: bool) -> str:  # noqa: FBT001 - one fact of the cell
    """Return the repairs of what was written for one of the numbers of a cell, which it stays."""
    words = {*repairs.split(), *([Repair.SPLIT_CELL.value] if cut else [])}
    return " ".join(repair for repair in Repair if repair in words)


def _open_ones(entries: pd.DataFrame, outcomes: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each entry whether it is in the rejects, and whether that is because the API refused it."""
    matched = match(entries, outcomes)
    of_number = (outcomes["status"] == Status.REFUSED.value).to_numpy(dtype=bool)
    refused = np.zeros(len(entries), dtype=bool)
    refused[np.flatnonzero(matched.first)[of_number]] = True
    return ~matched.valid | refused, refused


def _judged(entries: Sequence[Mapping[Any, Any]]) -> Judged:
    if len(entries) != 1:
        return Judged(several=len(entries) > 1)
    (row,) = entries
    number = "" if row["reason"] else str(row["number"])
    reason, detail, repairs, region, line = (str(row[name]) for name in _TOLD)
    return Judged(number, reason, detail, repairs=repairs, region=region, line=line)


def _place(row: Mapping[Any, Any]) -> EntryPlace:
    file, sheet, number, column = (row[name] for name in _PLACE)
    return EntryPlace(str(file), str(sheet), int(number), str(column), int(row["part"]))
