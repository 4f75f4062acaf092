"""From files as read to the cells of their phone columns: the second half of the load stage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stopimport.loading.cells import FileRead, Loaded, LoadOptions, SheetRead, Source
from stopimport.loading.columns.country import CountryColumn, country_columns
from stopimport.loading.columns.names import check_names, keep_names
from stopimport.loading.columns.phone_columns import choose_columns
from stopimport.loading.imported_rows import guards, notices, select
from stopimport.loading.row_filters import parse_condition
from stopimport.loading.sheets import EMPTY, NO_PHONE_COLUMN, open_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stopimport.errors import GuardError
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
    opened = open_files(raws, options, judge)
    tables = [table for file in opened for table in file.tables]
    conditions = [parse_condition(text, tables) for text in options.where]
    told += check_names(opened, options, conditions)
    keep, titles = keep_names(tables, options.keep)
    selections: list[Selection] = []
    sources: list[Source] = []
    extracts = []
    reads = []
    doubts: list[GuardError] = []
    for file in opened:
        chosen = choose_columns(file, options, judge)
        mine = [select(table, choice, options, conditions) for table, choice in chosen.choices]
        for selection in mine:
            places = tuple(_place_of(source, sources) for source in _sources(selection))
            extracts.append(selection.extract(options, keep, places, workbook=file.raw.workbook))
        told += [*file.notices, *chosen.notices]
        told += [notice for selection in mine for notice in notices(selection, options, judge)]
        reads.append(_file_read(file, chosen, mine))
        selections += mine
        doubts += chosen.guards
    rows = sum(selection.table.lead + selection.table.rows for selection in selections)
    return Loaded(
        extracts=tuple(extract.narrowed() for extract in extracts),
        files=tuple(reads),
        sources=tuple(sources),
        rows=rows,
        filtered=rows - sum(int(selection.kept.sum()) for selection in selections),
        keep=titles,
        notices=tuple(told),
        country_columns=tuple(_countries(selections, options)),
        guards=(*doubts, *guards(selections, options, conditions)),
    )


def _countries(selections: Sequence[Selection], options: LoadOptions) -> Iterator[CountryColumn]:
    if options.country_column is None and not options.no_country:
        for one in selections:
            yield from country_columns(one.table, one.choice.indices, one.kept)


def _place_of(source: Source, sources: list[Source]) -> int:
    """Return where `source` stands among the `sources`, and put it there if it is new.

    Columns of one name in tables below one another are one phone column.
    """
    same = [place for place, other in enumerate(sources) if replace(other, why="") == replace(source, why="")]
    if not same:
        sources.append(source)
    return same[0] if same else len(sources) - 1


def _sources(selection: Selection) -> list[Source]:
    table, choice = selection.table, selection.choice
    return [Source(table.file, table.sheet.name, table.labels[index], choice.why) for index in choice.indices]


def _file_read(file: OpenFile, chosen: ChosenColumns, selections: Sequence[Selection]) -> FileRead:
    """Say what was read from one file, sheet by sheet."""
    taken: dict[str, list[Selection]] = {}
    for selection in selections:
        taken.setdefault(selection.table.sheet.name, []).append(selection)
    skipped = {
        **file.skipped,
        **dict.fromkeys(chosen.empty, EMPTY),
        **dict.fromkeys(chosen.without, NO_PHONE_COLUMN),
    }
    sheets = []
    for sheet in file.raw.sheets:
        mine = taken.get(sheet.name)
        if mine is None:
            sheets.append(SheetRead(sheet.name, skipped=skipped.get(sheet.name)))
        else:
            columns = dict.fromkeys(one.table.labels[index] for one in mine for index in one.choice.indices)
            rows = sum(one.table.lead + one.table.rows for one in mine)
            sheets.append(SheetRead(sheet.name, rows, tuple(columns)))
    raw = file.raw
    return FileRead(raw.file, raw.sha256, raw.encoding, raw.delimiter, tuple(sheets))
