"""The account's stop list, written to a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.judging import NumberJudge
from stopimport.errors import BadOption
from stopimport.pipeline.errors import ExportExists, ExportUnwritable
from stopimport.pipeline.fetching import fetch_into
from stopimport.reporting.csvfile import write_csv
from stopimport.reporting.messages import figure
from stopimport.reporting.workbook import write_xlsx
from stopimport.runs.digits import e164
from stopimport.runs.errors import FileUnwritable
from stopimport.runs.whole_files import write_whole
from stopimport.sending.stop_list import Entries
from stopimport.text.language import N_, _

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.pipeline.job import Context

COLUMNS = {
    "stopId": N_("The id of the entry on the stop list."),
    "phoneNumber": N_("The number in international form (E.164); as {vendor} gives it if it is not a valid number."),
    "createdAt": N_("When it was put on the list, according to {vendor}."),
}
_ANY = CleanOptions(region="FR", line_types="any", validity="possible")
"""National numbers on the list are French (the API's page); what is on it is on it, whatever the line."""
_DELIMITER = ";"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    """The file really written (see `report.files.write_whole`)."""
    entries: int
    partial: bool
    """Whether the API returned only part of the list."""


def export(path: Path, context: Context, *, overwrite: bool = False) -> Exported:
    """Write the account's stop list to `path`, a CSV file or a workbook by its ending.

    Raises:
        BadOption: the ending is another one.
        ExportExists: there is such a file, and it is not to be overwritten.
        ExportUnwritable: the file cannot be written.
        StopimportError: there is no key, or the list cannot be fetched; nothing was written.
    """
    write = {".csv": _write_csv, ".xlsx": _write_workbook}.get(path.suffix.lower())
    if write is None:
        raise BadOption("FILE", str(path), _("a name that ends in .csv or .xlsx"))
    if path.exists() and not overwrite:
        raise ExportExists(str(path))
    _prove_writable(path)
    entries = Entries()
    fetched = fetch_into(entries, context)
    try:
        written = write_whole(path, partial(write, _table(entries)))
    except FileUnwritable as error:
        raise ExportUnwritable(error.file, error.problem) from error
    return Exported(written, fetched.entries, fetched.partial)


def _table(entries: Entries) -> pa.Table:
    """Return the list as text, its numbers in E.164 form where they are valid ones."""
    judge, types = NumberJudge.of(_ANY), [pa.large_string()] * len(COLUMNS)
    schema = pa.schema(dict(zip(COLUMNS, types, strict=True)))
    columns = [[part.stop_ids, _written(part.numbers, judge), part.created_at] for part in entries.parts]
    return pa.Table.from_batches([pa.record_batch(each, schema=schema) for each in columns], schema)


def _written(given: pa.Array, judge: NumberJudge) -> pa.Array:
    judged = judge.cells(given, None)
    # An entry that holds no number, or several, is left as it is.
    valid = judged.numbers > 0
    cells = np.repeat(np.arange(len(given)), judged.counts)[valid]
    single = np.bincount(cells, minlength=len(given)) == 1
    numbers = np.zeros(len(given), np.int64)
    numbers[cells] = judged.numbers[valid]
    return pc.if_else(pa.array(single), e164(numbers), given)


def _write_csv(table: pa.Table, path: Path) -> None:
    write_csv(table, path, delimiter=_DELIMITER)


def _write_workbook(table: pa.Table, path: Path) -> None:
    readme = [
        (_("About this file"),),
        (_("Contents"), _("The stop list of an {vendor} account, one row per entry.")),
        (_("Entries"), figure(table.num_rows)),
        (_("Columns"),),
        *((name, _(meaning)) for name, meaning in COLUMNS.items()),
    ]
    write_xlsx(table, path, title=_("Stop list"), readme_rows=readme)


def _prove_writable(path: Path) -> None:
    """Fail before the first call, not after the list was fetched."""
    probe = path.with_name(f".{path.name}.part")
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise ExportUnwritable(str(path), error.strerror or str(error)) from error
