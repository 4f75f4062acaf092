"""A second way to count the rows of an xls sheet, where calamine and the scan say different things.

xlrd is several times slower, so nothing else goes this way.
"""

from __future__ import annotations

import io

from stopimport.loading.errors import DamagedFile
from stopimport.text.language import N_, Sentence

NOT_OPENED = N_("it does not contain a readable spreadsheet")


def count_rows(data: bytes, index: int, file: str) -> int:
    """Return how many rows a sheet has, up to the last one that holds anything.

    Raises `DamagedFile` where that cannot be told.
    """
    import xlrd  # noqa: PLC0415 - seldom needed

    try:
        with xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True) as workbook:
            sheet = workbook.sheet_by_index(index)
            for row in range(sheet.nrows, 0, -1):
                if any(value != "" for value in sheet.row_values(row - 1)):
                    return int(row)
    except Exception:  # noqa: BLE001 - xlrd checks little: broken records raise whatever they lead to
        raise DamagedFile(file, Sentence(NOT_OPENED)) from None
    return 0
