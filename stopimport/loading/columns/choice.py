"""Which columns of a table hold the phone numbers: by option, by header, by content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.loading.columns.cell_bytes import some_of, spread
from stopimport.loading.columns.contents import MOBILE, VALID, Judged
from stopimport.loading.columns.header import MIN_DIGITS
from stopimport.loading.columns.words import ColumnKind, begins_as_number, read_header
from stopimport.loading.errors import AmbiguousColumn
from stopimport.loading.own_files import OwnFile
from stopimport.loading.table import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stopimport.loading.table import Table

_GLANCE = 300
_MOSTLY = 0.5
"""A column whose header does not speak of phone numbers holds them if at least this share of its cells does."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The phone columns of a table."""

    indices: tuple[int, ...]
    why: str
    """As in `cells.Source`."""
    lower: tuple[int, ...] = ()
    """Columns of a lower class, which may hold mobile numbers that are nowhere else."""


def choose(table: Table, names: tuple[str, ...], judged: Judged) -> Choice | None:
    """Return the phone columns of `table`; None if there are none.

    Raises:
        AmbiguousColumn: several columns have an equal claim.
    """
    by_name = sorted({index for name in names for index in table.named(name)})
    if by_name:
        return Choice(tuple(by_name), "option")
    if table.own is not None:
        name = "corrected" if table.own is OwnFile.REJECTS else "phoneNumber"
        return Choice((table.headers.index(name),), "rejects file" if table.own is OwnFile.REJECTS else "header")
    if names:
        return None
    return _Chooser(table, judged).choose()


def picked(table: Table, places: Iterable[tuple[str, str, int, Sequence[int]]]) -> Choice | None:
    """Return the phone columns that somebody pointed at in this very table (see `cells.LoadOptions.picked`)."""
    columns = range(len(table.headers))
    for file, sheet, part, indices in places:
        found = sorted({index for index in indices if index in columns})
        if (file, sheet, part) == (table.file, table.sheet.name, table.part) and found:
            return Choice(tuple(found), "picked")
    return None


class _Chooser:
    """Finds the phone column of one table."""

    def __init__(self, table: Table, judged: Judged) -> None:
        self._table = table
        self._judged = judged
        claims = [read_header(header) for header in table.headers]
        self._about = [claim.about for claim in claims]
        self._kinds = [claim.kind for claim in claims]
        for index, claim in enumerate(claims):
            if claim.sms and claim.kind is ColumnKind.NONE and self._holds_numbers(index):
                self._kinds[index] = ColumnKind.MOBILE
        self._telling = [
            index
            for index, kind in enumerate(self._kinds)
            if kind > ColumnKind.NONE
            and not judged.mostly_strange(index)
            and (not self._about[index] or judged.plain_share(index) >= _MOSTLY)
        ]

    def choose(self) -> Choice | None:
        if not self._telling:
            return self._by_content()
        best = self._judged.best
        levels = (MOBILE, VALID) if len(self._telling) > 1 else ()
        for level in levels:
            for kind in (ColumnKind.MOBILE, ColumnKind.PHONE, ColumnKind.LANDLINE):
                fitting = [index for index in self._of(kind) if best(index) >= level]
                if fitting:
                    return self._by_header(fitting, kind)
        return self._without_numbers()

    def _of(self, kind: ColumnKind) -> list[int]:
        return [index for index in self._telling if self._kinds[index] is kind]

    def _by_header(self, fitting: list[int], kind: ColumnKind) -> Choice:
        lower = tuple(index for index in self._telling if self._kinds[index] < kind)
        rivals = tuple(self._rivals())
        if kind is ColumnKind.LANDLINE or all(self._about[index] for index in fitting):
            # Landlines, or `Commentaire mobile`, against a column of mobile numbers with another name.
            fitting = sorted({*fitting, *rivals})
        return Choice((self._only(fitting),), "header", tuple(sorted({*lower, *rivals})))

    def _rivals(self) -> Iterator[int]:
        """Yield the columns of mobile numbers whose headers do not speak of phone numbers."""
        for index, kind in enumerate(self._kinds):
            if kind is ColumnKind.NONE and self._holds_numbers(index) and self._judged.best(index) == MOBILE:
                yield index

    def _holds_numbers(self, index: int) -> bool:
        """Whether most cells of a column are phone numbers, by what they hold."""
        some = self._glance(index)
        return (
            2 * sum(map(begins_as_number, some)) > len(some)
            and self._judged.plain_share(index) > _MOSTLY
            and not self._judged.looks_like_identifier(index)
        )

    def _without_numbers(self) -> Choice | None:
        """Choose where there is one telling column, or none of them has a valid number."""
        if len(self._telling) == 1 and (self._judged.share(self._telling[0]) or self._table.rows == 0):
            return self._by_header(self._telling, self._kinds[self._telling[0]])
        filled = [index for index in self._telling if self._judged.best(index) >= 0]
        if not filled:
            top = max(self._kinds[index] for index in self._telling)
            return Choice((self._of(top)[0],), "header")
        if all(self._judged.best(index) < VALID for index in filled):
            # What the header promises is not there; the numbers may be in a column that promises nothing.
            others = self._by_content()
            if others:
                return others
        top = max(self._kinds[index] for index in filled)
        return self._by_header([index for index in filled if self._kinds[index] is top], top)

    def _by_content(self) -> Choice | None:
        if not self._table.rows:
            return None
        candidates = [
            index for index, kind in enumerate(self._kinds) if kind is not ColumnKind.FAX and index not in self._telling
        ]
        shares = {index: self._judged.share(index) for index in candidates if self._worth_judging(index)}
        holding = [
            index for index, share in shares.items() if share > 0 and not self._judged.looks_like_identifier(index)
        ]
        mostly = [index for index in holding if shares[index] > _MOSTLY]
        # Where most numbers are wrong ones, they are numbers still; prices and identifiers have none that is right.
        mostly = mostly or [index for index in holding if self._judged.written_share(index) > _MOSTLY]
        fitting = [index for index in mostly if self._judged.best(index) == MOBILE] or mostly
        return Choice((self._only(fitting),), "content") if fitting else None

    def _worth_judging(self, index: int) -> bool:
        return any(sum(map(str.isdigit, cell)) >= MIN_DIGITS for cell in self._glance(index))

    def _glance(self, index: int) -> list[str]:
        """Return some cells of a column that hold anything."""
        rows = spread(self._table.rows, _GLANCE)
        return [cell for cell in some_of(self._table.stored(index), rows).to_pylist() if cell.strip()]

    def _only(self, fitting: Iterable[int]) -> int:
        fitting = list(fitting)
        if len(fitting) > 1:
            labels = [self._table.labels[index] for index in fitting]
            options = " ".join(f"--column {_quoted(label)}" for label in labels)
            raise AmbiguousColumn(self._table.place, shortened(labels), options, tuple(fitting))
        return fitting[0]


def _quoted(label: str) -> str:
    return f'"{label}"' if " " in label or not label.isalnum() else label
