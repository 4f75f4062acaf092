"""The scan of ods workbooks: patterns over the streamed `content.xml`, with its repeated rows and cells.

It also corrects what calamine reads wrongly: text in a cell without value type is taken for nothing, and tabs and line
breaks between two numbers vanish, which would make one number of them.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

from stopimport.loading.errors import DamagedFile, ForeignXml, TooSpread
from stopimport.loading.workbooks.scan.package import BAD_XML, whole_rows
from stopimport.loading.workbooks.scan.shape import SheetScan
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.loading.workbooks.scan.package import Package

_CONTENT = "content.xml"
_INSIDE = rb"""((?:[^>"']|"[^"]*"|'[^']*')*?)"""
_START = re.compile(rb"<table:table(-row)?(?=[\s/>])" + _INSIDE + rb"(/?)>")
_START_OR_END = re.compile(_START.pattern + rb"|(?P<end></table:table\s*>)")
"""Ten times as slow as `_START`, for two beginnings leave nothing to search for quickly."""
_CELL = re.compile(rb"<table:(?:covered-)?table-cell(?=[\s/>])" + _INSIDE + rb"(/?)>")
_REPEATED_CELL = re.compile(rb"""<table:(?:covered-)?table-cell\s[^>]*?table:number-columns-repeated=["'](\d+)""")
_UNTYPED = re.compile(rb"(<table:(?:covered-)?table-cell(?![^>]*office:value-type)[^>]*(?<!/))(>\s*<text:p)")
_LOST_SPACE = re.compile(rb"<text:(tab|line-break)\b[^>]*?(?:/>|></text:(?:tab|line-break)>)")
_SOME_TEXT = re.compile(rb"<text:p>[^<]")
_TEXT = re.compile(rb"\s*<text:p[^>]*?(?:/>|>(.*?)</text:p>)", re.DOTALL)
_MARKUP = re.compile(rb"<[^>]*>")
_ERROR = re.compile(r"#|Err:\d+$")
_ROW_START, _ROW_END = b"<table:table-row", b"</table:table-row>"
_MOST_UNREADABLE = 100_000
"""Error values in one repeated cell; more is no table."""
_HIDDEN = ("collapse", "filter")


class OdsScan:
    """The scan of one ods workbook."""

    def __init__(self, package: Package) -> None:
        """Scan all sheets, which are one part; raises `DamagedFile`, `ForeignXml` or `TooSpread`."""
        package.measure_others({_CONTENT})
        self._file = package.file
        reader = _OdsReader(package.file)
        self._sheets = reader.read(package.stream(_CONTENT))
        for name, found in self._sheets:
            if found.is_sparse:
                raise TooSpread(package.file, name)
        self.data = _mended(package) if reader.is_misread else package.data

    def sheet(self, index: int) -> SheetScan:
        """Return the scan of one sheet."""
        if index >= len(self._sheets):
            raise DamagedFile(self._file, Sentence(BAD_XML))
        return self._sheets[index][1]


def _mended(package: Package) -> bytes:
    """Return the workbook with value types, tabs and line breaks written so that calamine understands them."""
    content = _UNTYPED.sub(rb'\1 office:value-type="string"\2', package.read(_CONTENT))
    content = _LOST_SPACE.sub(lambda tag: b"\t" if tag.group(1) == b"tab" else b"\n", content)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for part in ("mimetype", "meta-inf/manifest.xml"):
            if info := package.parts.get(part):
                archive.writestr(info.filename, package.read(part))
        archive.writestr(_CONTENT, content)
    return whole.getvalue()


@dataclass(slots=True)
class _OdsReader:
    """Where the scan is: the sheet, and the row that comes next."""

    file: str
    sheets: list[tuple[str, SheetScan]] = field(default_factory=list)
    is_misread: bool = False
    """Whether something is written as calamine does not understand it."""
    inside: int = 0
    row: int = 0

    def read(self, stream: Iterator[bytes]) -> list[tuple[str, SheetScan]]:
        """Take in the whole part."""
        for xml in whole_rows(_well_formed(stream, self.file), _ROW_START, self.file):
            self._take(xml)
        return self.sheets

    def _take(self, xml: bytes) -> None:
        """Note what a number of whole rows holds."""
        self.is_misread = self.is_misread or _is_misread(xml)
        tags = _START_OR_END if b"</table:table>" in xml else _START
        for tag in tags.finditer(xml):
            if tag.lastgroup == "end":
                self.inside -= 1
                continue
            row, attributes, closed = tag.groups()[:3]
            if not row:
                self._start_sheet(attributes, is_closed=bool(closed))
            elif self.inside == 1:
                start = tag.end()
                self._row(attributes, b"" if closed else xml[start : xml.find(_ROW_END, start)])

    def _start_sheet(self, attributes: bytes, *, is_closed: bool) -> None:
        """Begin a sheet, or pass over a table inside a cell."""
        if not self.inside:
            self.sheets.append((_attribute(attributes, "table:name"), SheetScan()))
            self.row = 0
        self.inside += not is_closed

    def _row(self, attributes: bytes, cells: bytes) -> None:
        """Note one row, which may stand for many equal ones."""
        found = self.sheets[-1][1]
        first = self.row
        self.row += _number(attributes, "table:number-rows-repeated")
        if b"visibility" in attributes and _attribute(attributes, "table:visibility") in _HIDDEN:
            found.hidden.append((first, self.row))
        last = max(cells.rfind(b"<table:"), 0)
        if not _holds(cells, last):
            cells = cells[:last]
        if not _holds(cells, 0):
            return
        columns = cells.count(b"table-cell ") + cells.count(b"table-cell>") + cells.count(b"table-cell/>")
        columns -= cells.count(b"</table:")
        found.cells += columns
        if b"columns-repeated" in cells:
            columns += sum(int(times) - 1 for times in _REPEATED_CELL.findall(cells))
        found.rows, found.columns = self.row, max(found.columns, columns)
        if b'office:value="' in cells or _SOME_TEXT.search(cells):
            found.sure_rows = self.row
        if b"table:formula" in cells or b'calcext:value-type="error"' in cells:
            self._note_unreadable(range(first, self.row), cells)

    def _note_unreadable(self, rows: range, cells: bytes) -> None:
        """Note error values and formulas without result in a row that may stand for many."""
        sheet, found = self.sheets[-1]
        column = 0
        for cell in _CELL.finditer(cells):
            attributes, closed = cell.groups()
            width = _number(attributes, "table:number-columns-repeated")
            text = _unreadable_text(attributes, "" if closed else _text(cells, cell.end()))
            if text is not None:
                if width * len(rows) > _MOST_UNREADABLE:
                    raise TooSpread(self.file, sheet)
                for row, place in product(rows, range(column, column + width)):
                    found.found_unreadable(row, place, text)
            column += width


def _well_formed(stream: Iterator[bytes], file: str) -> Iterator[bytes]:
    """Yield the pieces of `stream` while they are well-formed XML, in which calamine would otherwise loop for ever.

    Raises `DamagedFile`, and `ForeignXml` for a document type.
    """
    parser = ParserCreate()

    def refuse(*_declared: object) -> None:
        raise ForeignXml(file)

    parser.StartDoctypeDeclHandler = refuse
    try:
        for piece in stream:
            parser.Parse(piece, False)  # noqa: FBT003 - it takes no keywords
            yield piece
        parser.Parse(b"", True)  # noqa: FBT003 - as above
    except ExpatError:
        raise DamagedFile(file, Sentence(BAD_XML)) from None


def _is_misread(xml: bytes) -> bool:
    """Whether calamine would lose something of these rows; the counts spare most files the costly pattern."""
    if b"<text:tab" in xml or b"<text:line-break" in xml:
        return True
    filled = xml.count(b"</table:table-cell>") + xml.count(b"</table:covered-table-cell>")
    return filled != xml.count(b" office:value-type=") and _UNTYPED.search(xml) is not None


def _holds(cells: bytes, start: int) -> bool:
    """Whether the cells from `start` on may hold something."""
    return any(cells.find(mark, start) >= 0 for mark in (b"office:value-type", b"<text:p", b"table:formula"))


def _unreadable_text(attributes: bytes, shown: str) -> str | None:
    """Return the text of an error value or of a formula without result, None for any other cell.

    Newer files mark error values; older ones have them as what the formula's cell shows.
    """
    if b'calcext:value-type="error"' in attributes:
        return shown
    if b"table:formula" not in attributes:
        return None
    if _ERROR.match(shown):
        return shown
    if shown or b"office:value-type" in attributes:
        return None
    return "=" + _attribute(attributes, "table:formula").partition("=")[2]


def _attribute(attributes: bytes, name: str) -> str:
    found = re.search(name.encode() + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""", attributes)
    return html.unescape((found.group(1) or found.group(2) or b"").decode("utf-8", "replace")) if found else ""


def _number(attributes: bytes, name: str) -> int:
    if b"-repeated" not in attributes:
        return 1
    times = _attribute(attributes, name)
    return int(times) if times.isdecimal() else 1


def _text(xml: bytes, start: int) -> str:
    """Return the text of the first paragraph that is at `start`, without mark-up."""
    found = _TEXT.match(xml, start)
    return html.unescape(_MARKUP.sub(b"", found.group(1) or b"").decode("utf-8", "replace")) if found else ""
