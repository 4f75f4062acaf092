"""What the values of one column say of the people: subscribed, gone, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from stopimport.loading.columns import status_words as said_in
from stopimport.loading.columns.status_grammar import Reading, read
from stopimport.loading.columns.words import fold, split_words

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

_LEGEND = re.compile(r"\b(?P<sign>\w{1,5}) ?[=:] ?(?P<word>[^\W\d_][\w -]*)")
_LEGEND_BEHIND = re.compile(r"(?P<word>[^\W\d_][\w -]*?) ?[(=:] ?(?P<sign>\w)\b(?! ?[/|])")
"""What a header says about its signs: `Statut (1=abonné, 0=désabonné)`, `abonné (1) / désabonné (0)`."""
_DASHES = re.compile(r"[-–—./_\s]*|\\+N", re.IGNORECASE)
_PLAIN = frozenset({"left", "barred", "revoked", "stopped", "joined", "reachable"})
"""Words that need no header to be understood."""
_MATTER = frozenset({"channel", "verb", "joined", "agreed", "reachable", "marketing", "left", "barred", "privacy"})
"""Words of a header by which refusals and permissions below it are about contact."""
_OF_A_MESSAGE = frozenset(("accepted", "rejected", "refused", "refuse", "accepte", "ok", "ko", "valid", "valide"))
"""What the state of an SMS may be, too."""
_LOW = "baja"
"""Of much else it says that it is low: `Prioridad`."""
_NEVER_CAME = re.compile(r"(?:not|non) (?:subscribed|subscriber|subscribers)")
_NUMBERED = re.compile(r"^\d{1,2} (?=[^\W\d]{2})")
"""Lists of choices come with numbers: `1 - Oui`."""
_LONGEST = 200
_UNKNOWN = "?"
"""A longer text is no answer."""
_IN_WORDS = frozenset(("oui", "non", "yes", "no", "ja", "nein", "si", "on", "off"))
_YES_FIRST = frozenset(("oui", "yes", "ja", "si", "true", "vrai", "x"))
_NO_FIRST = frozenset(("non", "no", "nein"))


@dataclass(frozen=True, slots=True)
class Sides:
    """Values of one column by what they say; those in neither side say nothing."""

    subscribed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    """States of messages, or sorts of people, beside somebody who left."""
    unmarked: bool = False
    """Whether the subscribed are only known by an empty cell."""
    dated: bool = False
    """Whether those who left are known by dates or counts, of which tomorrow's file has others."""


@dataclass(frozen=True)
class _Value:
    """One value; not slotted, so that what is asked for often can be kept."""

    text: str
    words: str
    """As words apart, by the header's legend where it has one; '' where nothing is written."""
    count: int

    @cached_property
    def reading(self) -> Reading:
        return read(self.words)

    @property
    def plain(self) -> int:
        """The side that the value names whatever stands above it: 1, -1 or 0."""
        kinds = self.reading.kinds
        if said_in.STOP_SIGN.fullmatch(self.words):
            return -1
        told = kinds & _PLAIN or "to do" in kinds or (self.reading.negated and kinds & {"verb", "calls", "channel"})
        return self.loose if told and self.reading.sure else 0

    @property
    def loose(self) -> int:
        """The side that it names where contact is the matter."""
        told = self.reading
        came = "never" not in told.kinds or "verb" in told.kinds
        return told.sign if came and not told.unknown and not told.elsewhere else 0

    @property
    def bare(self) -> int:
        """1 for what may be done where it is asked what may not, and the other way round: `Send`."""
        done = bool(self.reading.kinds & {"verb", "calls"})
        return int(done and " " not in self.words and not self.reading.unknown and not self.reading.negated)

    @property
    def never_came(self) -> bool:
        """Whether it is of somebody who is not on the list, and may never have been: `Non abonné`."""
        kinds = self.reading.kinds
        not_on_it = self.reading.negated and self.loose < 0 and kinds & {"joined", "agreed"}
        return bool(not_on_it) and "no more" not in kinds

    @cached_property
    def answer(self) -> int:
        """Yes is 1, no -1."""
        words = self.reading.words or self.words
        first, _, rest = words.partition(" ")
        if said_in.YES.fullmatch(words) or (first in _YES_FIRST and not read(rest).unknown and not read(rest).sign):
            return 1
        refused = said_in.NO.fullmatch(words) or (first in _NO_FIRST and said_in.DATE.fullmatch(rest))
        first, _, rest = self.words.partition(" ")
        return -1 if refused or (first in _NO_FIRST and _Value(rest, rest, 0).plain < 0) else 0

    @property
    def date(self) -> bool:
        return _is_date(self.words)

    @property
    def mark(self) -> bool:
        """Whether it is a sign that somebody put there and no word, or a date."""
        return self.date or (self.words != "?" and said_in.SIGN.fullmatch(self.words) is not None)


def judged(counts: Counter[str], header: str) -> Sides:
    """Sort the values of a column by what they say under its `header`."""
    asked = read(header)
    legend = _legend(header)
    values = [
        _Value(text, legend.get(words, words), count) for text, count in counts.items() for words in [_as_words(text)]
    ]
    if asked.unknown and not asked.kinds & {"status", *_MATTER}:
        values = [value for value in values if value.words != _LOW]
    side = asks(asked)
    # A legend of words that speak for themselves leaves nothing to be asked: `Statut (0=actif, 1=désabonné)`.
    if side and not any(_Value(word, word, 0).plain for word in legend.values()):
        return _answered(values, asked, side)
    return _spoken(values, asked)


def asks(asked: Reading) -> int:
    """Return what a header asks with yes and no: 1 whether somebody is subscribed, -1 whether gone, 0 neither."""
    if asked.elsewhere or "detail" in asked.kinds:
        return 0
    side = asked.sign if asked.sure or asked.kinds & {"channel", "adverts"} else 0
    if asked.beside and not asked.kinds & {"left", "barred", "channel"}:
        return 0
    # When somebody came is history, and says nothing of whether he left since.
    return 0 if side > 0 and asked.kinds & {"when", "count"} else side


def _legend(header: str) -> dict[str, str]:
    """Return what a header says that signs mean."""
    legend: dict[str, str] = {}
    for pattern in (_LEGEND, _LEGEND_BEHIND):
        for found in pattern.finditer(fold(said_in.GENDER.sub("", header))):
            word = split_words(found["word"])
            if _Value(word, word, 0).plain or said_in.YES.fullmatch(word) or said_in.NO.fullmatch(word):
                legend.setdefault(found["sign"], word)
    return legend


def _as_words(text: str) -> str:
    """Return a value as words apart; '' where nothing is written."""
    if len(text) > _LONGEST:
        return _UNKNOWN
    if _DASHES.fullmatch(text.strip()):
        return ""
    words = _NUMBERED.sub("", split_words(said_in.GENDER.sub("", text))) or text.strip()
    no_date = _is_date(words) and not re.search("[1-9]", words)
    return "" if words in said_in.NO_VALUE or no_date else words


def _is_date(words: str) -> bool:
    return len(words) > 3 and any(map(str.isdigit, words)) and said_in.DATE.fullmatch(words) is not None


def _answered(values: list[_Value], asked: Reading, side: int) -> Sides:
    """Sort the answers under a header that asks whether somebody subscribed (`side` is 1) or is gone (-1)."""
    gone, here = _by_answer(values, asked, side)
    blank = [value for value in values if not value.words]
    if not _answer_it(values, gone, here, asked):
        plainly = asked.kinds & {"left", "barred"} and not asked.unknown
        return Sides(_texts(blank), unmarked=True) if side < 0 and plainly and blank else Sides()
    unmarked = side < 0 and bool(gone) and not here and bool(blank)
    dated = "count" in asked.kinds or any(value.date for value in gone)
    return Sides(_texts(blank if unmarked else here), _texts(gone), (), unmarked, dated)


def _by_answer(values: list[_Value], asked: Reading, side: int) -> tuple[list[_Value], list[_Value]]:
    """Return the values of people who are gone, and of those who are subscribed."""
    counted = side < 0 and _counted(values, asked)
    left = side < 0 and any(value.plain < 0 for value in values)
    said = {
        value: value.plain
        or _of_number(value, counted=counted)
        # Beside 'Désabonné', 'actif' is no yes to `Statut désabonnement`.
        or (left and "running" in value.reading.kinds and value.loose)
        or value.answer * side
        or value.loose
        or value.bare
        # A mark at those who left.
        or -int(side < 0 and value.mark)
        for value in values
    }
    gone = [value for value in values if said[value] < 0 and not _NEVER_CAME.fullmatch(value.words)]
    surely = [value for value in gone if not value.never_came]
    gone = surely if any(value.plain < 0 for value in surely) else gone
    return gone, [value for value in values if said[value] > 0]


def _answer_it(values: list[_Value], gone: list[_Value], here: list[_Value], asked: Reading) -> bool:
    """Whether the values answer what the header asks, and are not of another kind but for one or the other."""
    if any(value.plain < 0 for value in gone) or (asked.sure and any(len(value.words) > 1 for value in here)):
        return True
    return 2 * sum(value.count for value in (*gone, *here)) >= sum(value.count for value in values if value.words)


def _counted(values: Iterable[_Value], asked: Reading) -> bool:
    """Whether the column counts how often somebody left."""
    numbers = [int(value.words) for value in values if value.words.isdecimal() and len(value.words) < 5]
    whole = len(numbers) == sum(bool(value.words) for value in values)
    return whole and bool(numbers) and ("count" in asked.kinds or (0 in numbers and max(numbers) > 1))


def _of_number(value: _Value, *, counted: bool) -> int:
    return (-1 if int(value.words) else 1) if counted and value.words else 0


def _spoken(values: list[_Value], asked: Reading) -> Sides:
    """Sort values by their own words, under a header that asks nothing."""
    gone = [value for value in values if value.plain < 0 and not _NEVER_CAME.fullmatch(value.words)]
    gone = [value for value in gone if not value.never_came] or gone
    here = [value for value in values if value.plain > 0]
    if asked.both:
        gone += [value for value in values if value.words in {"out", "off"}]
        here += [value for value in values if value.words in {"in", "on"}]
    status, detail = "status" in asked.kinds, "detail" in asked.kinds
    if status and "channel" in asked.kinds and not (gone or here):
        # No message is in the state 'oui'.
        here = [value for value in values if value.answer > 0 and value.words in _IN_WORDS]
        gone = [value for value in values if value.answer < 0 and value.words in _IN_WORDS]
    # 'Abonné' alone may be a sort of customer; beside 'Désabonné', or as a status, it is meant.
    if not (gone or status or asked.both or (asked.kinds & _MATTER and not detail)):
        here = []
    blank = [value for value in values if not value.words]
    if gone and not here and blank and asked.kinds & {"reply", "error"} and not asked.kinds & {"left", "barred"}:
        return Sides(_texts(blank), _texts(gone), unmarked=True)
    if detail:
        return Sides(_texts(here), _texts(gone))
    weak_gone, weak_here = _weak(values, asked)
    weak_gone = [value for value in weak_gone if not (gone and value.never_came)]
    if (gone or weak_gone) and (here or weak_here):
        gone, here = gone + weak_gone, here + weak_here
    if gone:
        # Beside 'Désabonné' or 'STOP', words such as 'actif' and 'ok' say who did not leave.
        here += [value for value in values if value not in (*gone, *here) and _active(value)]
    states = [value for value in values if gone and value not in (*gone, *here) and _is_state(value)]
    return Sides(_texts(here), _texts(gone), _texts(states))


def _weak(values: list[_Value], asked: Reading) -> tuple[list[_Value], list[_Value]]:
    """Return values that mean gone or subscribed where the header makes contact the matter."""
    matter = bool(asked.kinds & _MATTER)
    if not matter and ("status" not in asked.kinds or asked.unknown):
        return [], []
    unclear = _OF_A_MESSAGE if "status" in asked.kinds else frozenset()
    loose = [value for value in values if value.loose and not value.plain and value.words not in unclear]
    loose = [value for value in loose if not said_in.DELIVERED.fullmatch(value.words)]
    gone = [value for value in loose if value.loose < 0 and (matter or "blocked" in value.reading.kinds)]
    return gone, [value for value in loose if value.loose > 0]


def _active(value: _Value) -> bool:
    return value.loose > 0 or value.bare > 0 or (value.answer > 0 and len(value.words) > 1)


def _is_state(value: _Value) -> bool:
    return bool(said_in.DELIVERED.fullmatch(value.words) or said_in.PEOPLE.fullmatch(value.words))


def _texts(values: Iterable[_Value]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.text for value in values))
