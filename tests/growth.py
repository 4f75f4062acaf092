"""How the work of reading and cleaning grows with what comes in, door by door: the exponent of processor time.

`make bench ONLY=growth` prints the exponents, a test holds each below `STEEPEST`. 1 is proportional, 2 is the square.
"""

from __future__ import annotations

import gzip
import io
import math
import time
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl import Workbook

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.stage import clean, judge
from stopimport.errors import StopimportError
from stopimport.loading.cells import LoadOptions
from stopimport.loading.stage import load
from stopimport.smspartner.replies import read_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEEPEST = 1.3
TIMES = 16
"""Wide enough apart that caches and pages, which cost more from some size on, do not look like growth."""
TRIES = 3
_JUDGE = partial(judge, options=CleanOptions())
_ENTRY = b'{"stopId":"1","phoneNumber":"+33600001001"}'
_NUMBERS = "0600001001\n" * 3


def exponents(scratch: Path) -> Iterator[tuple[str, float]]:
    """Yield the steepest exponent of each door, and the worst case that has it."""
    for door in DOORS:
        yield steepest(door, scratch)


def steepest(door: str, scratch: Path) -> tuple[str, float]:
    """Return a door with its worst case, and how steep that is."""
    steep = {name: _exponent(work, size) for name, (work, size) in _doors(scratch)[door].items()}
    worst = max(steep, key=lambda name: steep[name])
    return f"{door} ({worst})", steep[worst]


def _exponent(work: Callable[[int], object], size: int) -> float:
    """Return how steeply `work` grows from `size` to many times that, by the least processor time of some tries.

    What else the machine does only adds to a time: once the large one shows that it is not too steep, that is so.
    """
    _seconds(work, size)
    least = min(_seconds(work, size) for _try in range(TRIES))
    found = math.inf
    for _try in range(TRIES):
        found = min(found, math.log(_seconds(work, size * TIMES) / least) / math.log(TIMES))
        if found < STEEPEST:
            break
    return found


def _seconds(work: Callable[[int], object], size: int) -> float:
    started = time.process_time()
    with suppress(StopimportError):  # a clear word is an answer, too
        work(size)
    return max(time.process_time() - started, 1e-4)


def _doors(scratch: Path) -> dict[str, dict[str, tuple[Callable[[int], object], int]]]:
    """Return the worst cases by door: what works on a case of some size, and the first size."""

    def read(make: Callable[[int], str | bytes], name: str = "list.csv") -> Callable[[int], object]:
        def work(size: int) -> object:
            data = make(size)
            path = scratch / name
            path.write_bytes(data.encode() if isinstance(data, str) else data)
            return clean(load([path], LoadOptions(), judge=_JUDGE).cells)

        return work

    def cells(pump: str) -> Callable[[int], object]:
        """Clean some cells of one length: a cell alone is cut where a spreadsheet's ends."""

        def work(size: int) -> object:
            texts = [f"{place} 06{pump * (size // len(pump))}!" for place in range(4)]
            return clean(pd.DataFrame({"input": pd.Series(texts, dtype="str")}))

        return work

    pumps = (" ", "0", "a@", "06 00 00 10 01 ", "0600001001;", "-", "x ", "e\u0301\u0323", ":::", "<!---->", "1,")
    return {
        "cell": {repr(pump): (cells(pump), 2000) for pump in pumps},
        "line": {
            repr(sign): (read(lambda size, sign=sign: f"Mobile\n{_NUMBERS}{sign * size}\n"), 1 << 19)
            for sign in ("x", '"', ";", "0 ")
        },
        "row": {
            "short": (read(lambda size: f"Nom;Mobile\n{'a;0600001001' + chr(10)}" + "a\n" * size), 10_000),
            "quotes": (read(lambda size: "Nom;Mobile\n" + '"a;0600001001\n' * size), 2000),
            "wide": (read(lambda size: "a;b\n" * size + ";x" * size), 2000),
        },
        "column": {"regular": (read(lambda size: ("x;" * size + "0600001001\n") * 50), 500)},
        "sheet": {"rows": (read(_workbook, "book.xlsx"), 500)},
        "header": {
            "words": (read(lambda size: f"Mobile {'x ' * size};b\n0600001001;\n"), 100_000),
            "legend": (read(lambda size: f"Mobile;Statut {'a=b, ' * size}\n0600001001;1\n"), 50_000),
            "marks": (read(lambda size: f"Mobile {chr(0x301) * size};b\n0600001001;\n"), 100_000),
        },
        "name": {"member": (read(lambda size: _zipped({f"{'a' * size}.csv": _NUMBERS}), "list.zip"), 4000)},
        "archive": {
            "members": (
                read(lambda size: _zipped({f"{place}.csv": _NUMBERS for place in range(size)}), "list.zip"),
                50,
            ),
            "gz": (read(lambda size: gzip.compress(b"Mobile\n" + b"0600001001\n" * size, 1), "list.csv.gz"), 20_000),
        },
        "list": {
            "entries": (
                lambda size: read_body(
                    b'{"code":200,"list":[' + b",".join([_ENTRY] * size) + b"]}",
                    (),
                ),
                40_000,
            )
        },
    }  # fmt: skip


def _zipped(members: dict[str, str]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return whole.getvalue()


def _workbook(rows: int) -> bytes:
    book, whole = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("a")
    sheet.append(["Nom", "Mobile"])
    for row in range(rows):
        sheet.append([f"a{row}", f"06{row:08}"])
    book.save(whole)
    return whole.getvalue()


DOORS = tuple(_doors(Path()))
