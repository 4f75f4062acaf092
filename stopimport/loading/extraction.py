"""From files as read to the cells of their phone columns: the second half of the load stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.loading.cells import FileRead, Loaded, LoadOptions, SheetRead, Source
from stopimport.loading.columns.names import check_names, keep_names
from stopimport.loading.columns.phone_columns import choose_columns
from stopimport.loading.frame import make_frame
from stopimport.loading.imported_rows import guards, notices, select
from stopimport.loading.row_filters import parse_condition
from stopimport.loading.sheets import EMPTY, NO_PHONE_COLUMN, open_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.columns.phone_columns import ChosenColumns
    from stopimport.loading.imported_rows import Selection
    from stopimport.loading.raw import RawFile
    from stopimport.loading.sheets import OpenFile
    from stopimport.text.language import Sentence


def extract(raws: Sequence[RawFile], told: Sequence[Sentence], options: LoadOptions, judge: Judge) -> Loaded:
    """Return the cells of the phone columns of `raws`; `told` are the notices of reading them.

    Raises:
        StopimportError: as `stage.load`, of the files' contents.
    """
    told = list(told)
    opened = open_files(raws, options)
    tables = [table for file in opened for table in file.tables]
    conditions = [parse_condition(text, tables) for text in options.where]
    told += check_names(opened, options, conditions)
    keep, titles = keep_names(tables, options.keep)
    selections: list[Selection] = []
    sources: list[Source] = []
    extracts = []
    reads = []
    for file in opened:
        chosen = choose_columns(file, options, judge)
        mine = [select(table, choice, options, conditions) for table, choice in chosen.choices]
        for selection in mine:
            extracts.append(selection.extract(options, keep, len(sources), workbook=file.raw.workbook))
            sources += _sources(selection)
        told += [*file.notices, *chosen.notices]
        told += [notice for selection in mine for notice in notices(selection, options, judge)]
        reads.append(_file_read(file, chosen, mine))
        selections += mine
    rows = sum(selection.table.rows for selection in selections)
    return Loaded(
        cells=make_frame(extracts, titles),
        files=tuple(reads),
        sources=tuple(sources),
        rows=rows,
        filtered=rows - sum(int(selection.kept.sum()) for selection in selections),
        keep=titles,
        notices=tuple(told),
        guards=tuple(guards(selections, options, conditions)),
    )


def _sources(selection: Selection) -> list[Source]:
    table, choice = selection.table, selection.choice
    return [Source(table.file, table.sheet.name, table.labels[index], choice.why) for index in choice.indices]


def _file_read(file: OpenFile, chosen: ChosenColumns, selections: Sequence[Selection]) -> FileRead:
    """Say what was read from one file, sheet by sheet."""
    taken = {selection.table.sheet.name: selection for selection in selections}
    skipped = {
        **file.skipped,
        **dict.fromkeys(chosen.empty, EMPTY),
        **dict.fromkeys(chosen.without, NO_PHONE_COLUMN),
    }
    sheets = []
    for sheet in file.raw.sheets:
        selection = taken.get(sheet.name)
        if selection is None:
            sheets.append(SheetRead(sheet.name, skipped=skipped.get(sheet.name)))
        else:
            columns = tuple(selection.table.labels[index] for index in selection.choice.indices)
            sheets.append(SheetRead(sheet.name, selection.table.rows, columns))
    raw = file.raw
    return FileRead(raw.file, raw.sha256, raw.encoding, raw.delimiter, tuple(sheets))
