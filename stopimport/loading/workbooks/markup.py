"""XML of workbooks by a tokenizer that knows comments, CDATA and entities, streamed, in time linear in its size."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

from stopimport.loading.errors import DamagedFile, ForeignXml
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.parsers.expat import XMLParserType

    from stopimport.loading.workbooks.limits import Budget

_LONGEST_TOKEN = 32 << 20
"""Bytes of one tag or comment: no program writes such a one, and it has to be held whole."""
_BUFFER = 1 << 16
_DEEPEST = 256
BAD_XML = N_("its XML is broken")
SPACE = " "
"""Between an element's namespace and its name."""


class Unreasonable(Exception):
    """XML such as no program writes."""


class Handler:
    """What is done with the elements of one part; a class of its own for each kind of part fills it in.

    Text, be it in CDATA or not, is put into `pieces` without a call; `start` and `end` take it out.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element, called by its namespace, a blank and its name."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Take the end of an element."""
        raise NotImplementedError

    @property
    def wants_text(self) -> bool:
        """Whether the text in `pieces` is still needed between two pieces of the part."""
        return False

    def deeper(self) -> None:
        """Count an element inside of others; raises `Unreasonable` where they are nested without end."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unreasonable


def parse(stream: Iterable[bytes], handler: Handler, budget: Budget) -> None:
    """Hand all elements and texts of the XML in `stream` to `handler`.

    Raises `ForeignXml` for a document type, `TooLarge` for too many elements or too long a text, and `DamagedFile` for
    what is no XML, nested without end, or has a tag of many megabytes.
    """
    parser = ParserCreate(None, SPACE)
    parser.buffer_text = True
    parser.buffer_size = _BUFFER

    def refuse(*_declared: object) -> None:
        raise ForeignXml(budget.file)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.pieces.append
    try:
        _feed(parser, _counted(stream, handler, budget))
    except (ExpatError, LookupError, Unreasonable):
        raise DamagedFile(budget.file, Sentence(BAD_XML)) from None


def _counted(stream: Iterable[bytes], handler: Handler, budget: Budget) -> Iterable[bytes]:
    """Yield the pieces of `stream`, of whose elements and texts there may not be too many."""
    for piece in stream:
        budget.take_elements(piece.count(b"<") // 2)
        yield piece
        if handler.wants_text:
            budget.check_one_text(sum(map(len, handler.pieces)))
        else:
            handler.pieces.clear()


def _feed(parser: XMLParserType, stream: Iterable[bytes]) -> None:
    """Feed the parser; where a token is cut off, only with as much again as it has read of it.

    Each time it gets more, it reads the token from its beginning: in equal pieces that would be quadratic.
    """
    held: list[bytes] = []
    size = fed = wanted = 0
    for piece in stream:
        held.append(piece)
        size += len(piece)
        if size < wanted:
            continue
        parser.Parse(b"".join(held), False)  # noqa: FBT003 - it takes no keywords
        fed += size
        held, size = [], 0
        wanted = fed - parser.CurrentByteIndex
        if wanted > _LONGEST_TOKEN:
            raise Unreasonable
    parser.Parse(b"".join(held), True)  # noqa: FBT003 - it takes no keywords
