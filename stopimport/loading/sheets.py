"""Which sheets of the inputs are read, and where their headers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.loading.columns.blocks import divided
from stopimport.loading.columns.header import make_table
from stopimport.loading.errors import UnknownSheet
from stopimport.loading.table import shortened
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.raw import RawFile, RawSheet
    from stopimport.loading.table import Table

HIDDEN = N_("hidden")
NOT_NAMED = N_("not selected")
EMPTY = N_("empty")
NO_PHONE_COLUMN = N_("no phone column")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One input, with the tables in it: those of one sheet stand beside each other, from above."""

    raw: RawFile
    tables: tuple[Table, ...]
    skipped: Mapping[str, str]
    """By name of the sheet: why it is no table here (see `cells.SheetRead.skipped`)."""
    notices: tuple[Sentence, ...] = ()

    @property
    def own(self) -> bool:
        """Whether we wrote this file: what its other sheets hold is no data."""
        return any(table.own for table in self.tables)


def open_files(raws: Sequence[RawFile], options: LoadOptions, judge: Judge) -> list[OpenFile]:
    """Find the tables in all inputs; `judge` says which cells hold numbers, and so are no headers.

    Raises:
        UnknownSheet: `--sheet` names a sheet that no workbook has.
        HeaderRowMissing: `--header` names a row that a sheet does not have.
    """
    _check_sheets(raws, options.sheet)
    return [_open(raw, options, judge) for raw in raws]


def is_named(name: str, sheets: tuple[str, ...]) -> bool:
    """Whether `--sheet` names this sheet."""
    return _plain(name) in set(map(_plain, sheets))


def _plain(name: str) -> str:
    return name.strip().casefold()


def _check_sheets(raws: Sequence[RawFile], named: tuple[str, ...]) -> None:
    there = [sheet.name for raw in raws if raw.workbook for sheet in raw.sheets]
    known = set(map(_plain, there))
    for name in named:
        if _plain(name) not in known:
            raise UnknownSheet(name, shortened(there))


def _open(raw: RawFile, options: LoadOptions, judge: Judge) -> OpenFile:
    tables: list[Table] = []
    skipped: dict[str, str] = {}
    hidden = []
    for sheet in raw.sheets:
        unnamed = raw.workbook and options.sheet and not is_named(sheet.name, options.sheet)
        if unnamed or (raw.file, sheet.name) in options.left_out:
            skipped[sheet.name] = NOT_NAMED
        elif sheet.skipped:
            skipped[sheet.name] = sheet.skipped
            hidden.append(sheet.name)
        elif not sheet.rows or _ends_above_header(sheet, raw, options.header):
            skipped[sheet.name] = EMPTY
        else:
            tables += divided(make_table(raw.file, sheet, options, judge), options, judge)
    notices = []
    if hidden:
        text = N_(
            "{file}: hidden sheets were skipped: {sheets}. Name them with --sheet to import them.",
            N_("{file}: hidden sheets were skipped: {sheets}. Show them in the workbook if they should be imported."),
        )
        notices.append(Sentence(text, file=raw.file, sheets=shortened(hidden)))
    if skipped and set(skipped.values()) == {NOT_NAMED} and not tables:
        text = N_(
            "{file} has none of the sheets named with --sheet, so nothing was read from it. Its sheets are: {sheets}.",
            N_("{file} has none of the sheets chosen, so nothing was read from it. Its sheets are: {sheets}."),
        )
        notices.append(Sentence(text, file=raw.file, sheets=shortened(list(skipped))))
    return OpenFile(raw, tuple(tables), skipped, tuple(notices))


def _ends_above_header(sheet: RawSheet, raw: RawFile, header: int | None) -> bool:
    """Whether a sheet is too short for `--header`, while another one of the file is not."""
    return header is not None and sheet.rows < header <= max(other.rows for other in raw.sheets)
