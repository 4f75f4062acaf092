"""Nothing but calamine's reading of a workbook's first sheet into Python lists."""

from __future__ import annotations

import sys

from python_calamine import CalamineWorkbook


def main(source: str) -> None:
    """Read every cell, and write how many rows there were to standard output."""
    rows = CalamineWorkbook.from_path(source).get_sheet_by_index(0).to_python(skip_empty_area=False)
    sys.stdout.write(str(len(rows)))


if __name__ == "__main__":
    main(*sys.argv[1:])
