"""The zip that an xlsx, xlsb or ods workbook is: its parts, measured as they are unpacked."""

from __future__ import annotations

import posixpath
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree

from stopimport.loading.errors import DamagedFile, ForeignXml
from stopimport.loading.files import archives
from stopimport.loading.workbooks.limits import MOST_UNPACKED, UNPACKED_RATIO
from stopimport.loading.workbooks.markup import BAD_XML
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_LONGEST_ROW = 256 << 20
_LARGEST_TREE = 16 << 20
"""Bytes of a part that only lists others; as a tree it takes some ten times as much."""
_NOT_READ = ("vbaproject.bin", "printersettings1.bin")
_ROOT_RELATIONS = "_rels/.rels"
TWO_PARTS = N_("two parts of it have the same name")
MISSING_PART = N_("part of it is missing")


@dataclass(frozen=True, slots=True)
class Package:
    """One workbook's parts, by lower-case name."""

    data: bytes
    parts: dict[str, zipfile.ZipInfo]
    allowance: archives.Allowance

    @classmethod
    def open(cls, data: bytes, file: str) -> Package:
        """Read the directory of the zip in `data`; raises `DamagedFile`, for two parts of one name too.

        Which of those two counts, two readers may answer differently.
        """
        entries = archives.directory(data, file)
        parts = {info.filename.replace("\\", "/").lower(): info for info in entries}
        if len(parts) < len(entries):
            raise DamagedFile(file, Sentence(TWO_PARTS))
        most = max(MOST_UNPACKED, UNPACKED_RATIO * len(data))
        return cls(data, parts, archives.Allowance(file, len(data), most=min(most, archives.MOST)))

    @property
    def file(self) -> str:
        """The name for people."""
        return self.allowance.file

    def stream(self, part: str) -> Iterator[bytes]:
        """Yield a part's content in pieces; raises `DamagedFile`, `EncryptedFile` or `UnpacksTooFar`."""
        info = self.parts.get(part.lower())
        if info is None:
            raise DamagedFile(self.file, Sentence(MISSING_PART))
        return archives.unpack(self.data, info, self.allowance)

    def read(self, part: str) -> bytes:
        """Return a part's content."""
        return b"".join(self.stream(part))

    def tree(self, part: str) -> Element:
        """Return a small part as an element tree.

        Raises `ForeignXml` for a DTD, `DamagedFile` for broken XML, or for so much that it would fill the memory.
        """
        try:
            tree: Element = ElementTree.fromstring(self._small(part), forbid_dtd=True)
        except DefusedXmlException:
            raise ForeignXml(self.file) from None
        except (ParseError, ValueError, LookupError):
            raise DamagedFile(self.file, Sentence(BAD_XML)) from None
        return tree

    def _small(self, part: str) -> bytes:
        pieces, size = [], 0
        for piece in self.stream(part):
            pieces.append(piece)
            size += len(piece)
            if size > _LARGEST_TREE:
                raise DamagedFile(self.file, Sentence(BAD_XML))
        return b"".join(pieces)

    def measure_others(self, scanned: set[str]) -> None:
        """Unpack the parts that a reader would open and no scan goes through, and refuse bombs and DTDs in them."""
        for name in self.parts:
            if name.endswith((".xml", ".rels", ".bin")) and not name.endswith(_NOT_READ) and name not in scanned:
                for number, piece in enumerate(self.stream(name)):
                    if number == 0:
                        refuse_dtd(piece, self.file)

    def workbook(self, usual: str) -> str:
        """Return the part that the package's own relations name as its document: nearly always the `usual` one."""
        if _ROOT_RELATIONS not in self.parts:
            return usual
        documents = [element.get("Target", "") for element in self.tree(_ROOT_RELATIONS) if _is_document(element)]
        return documents[0].lstrip("/") if documents else usual

    def targets(self, workbook: str) -> dict[str, str]:
        """Return the parts that a workbook's relations name, by id."""
        return {name: target for name, (target, _kind) in self.relations(workbook).items()}

    def relations(self, workbook: str) -> dict[str, tuple[str, str]]:
        """Return the parts that a workbook's relations name, and the type of each, by id."""
        folder, name = posixpath.split(workbook)
        relations = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {
            relation.get("Id", ""): (_within(folder, relation.get("Target", "")), relation.get("Type", ""))
            for relation in relations
        }


def _within(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _is_document(relation: Element) -> bool:
    return relation.get("Type", "").endswith("/officeDocument")


def relation_of(sheet: Element) -> str:
    """Return the id by which a workbook's sheet element names its part."""
    return sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or ""


def local_name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def refuse_dtd(start: bytes, file: str) -> None:
    """Raise `ForeignXml` if the start of a part declares a document type or entities."""
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise ForeignXml(file)


def ahead(stream: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces of `stream`, the next one being unpacked while the one before is scanned."""
    with ThreadPoolExecutor(1) as unpacker:
        following = unpacker.submit(next, stream, None)
        while (piece := following.result()) is not None:
            following = unpacker.submit(next, stream, None)
            yield piece


def whole_rows(stream: Iterable[bytes], row_start: bytes, file: str) -> Iterator[bytes]:
    """Yield the pieces of `stream` cut anew, each before the beginning of a row, so that none is torn.

    Raises `DamagedFile` where a row never ends.
    """
    held: list[bytes] = []
    size = 0
    for piece in stream:
        cut = piece.rfind(row_start)
        if cut < 0:
            held.append(piece)
            size += len(piece)
            if size > _LONGEST_ROW:
                raise DamagedFile(file, Sentence(BAD_XML))
        else:
            yield b"".join([*held, piece[:cut]])
            held, size = [piece[cut:]], len(piece) - cut
    yield b"".join(held)
