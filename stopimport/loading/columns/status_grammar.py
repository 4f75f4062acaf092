"""What a header asks, or a value answers, of being on a list: read word by word.

A text has a sign: on the list, off it, or neither. Each refusal in it (`non`, `kein`, `do not`) turns the sign round,
so that `Non désinscrit` is on the list, and some words only count where texting is the matter: `Accepte SMS`, but not
`Accepte les chèques`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from stopimport.loading.columns import status_words as said_in
from stopimport.loading.columns.words import split_words

_PLURAL = re.compile(r"\b[A-Z]{2,}s\b")
"""`STOPs`, which is no camel's hump."""
_SHORTEST_JOINED = 6
_LONGEST_JOINED = 40
_SHORTEST_PHONE = 9
_GONE = frozenset(("left", "barred", "stopped", "revoked"))
_NOT_BARE = frozenset(("count", "detail", "status", "reply", "when", "report"))
"""What headers that name a channel ask besides whether it may be used."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says."""

    sign: int = 0
    """1: on the list; -1: off it; 0: neither."""
    sure: bool = False
    """Whether the words mean nothing else, whatever stands around them."""
    negated: bool = False
    """Whether a refusal turned the sign round."""
    kinds: frozenset[str] = frozenset()
    """The parts that its words have (`status_words.KINDS`)."""
    words: str = ""
    """The text as it was read: words apart, one for what several say together."""
    unknown: int = 0
    """Words that have no part."""
    both: bool = False
    """Whether it names the two sides, as `Opt-in/Opt-out` does, and leaves the answer to the values."""
    of_sms: bool = False
    elsewhere: bool = False
    """Whether it is about another channel."""
    beside: bool = False
    """Whether it may be about something else that people agree to or refuse."""


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Read a header or a value."""
    words = _apart(split_words(_PLURAL.sub(lambda found: found[0].lower(), said_in.GENDER.sub("", text))))
    tokens = words.split()
    found = [_kinds(token) for token in tokens]
    kinds = frozenset().union(*found, _together(tokens))
    unknown = sum(not each and not _is_figure(token) for token, each in zip(tokens, found, strict=True))
    of_sms = said_in.OF_SMS.search(words) is not None
    elsewhere = not of_sms and said_in.OTHER_CHANNEL.search(words) is not None
    beside = said_in.OTHER_MATTER.search(words) is not None
    both = "opt" in tokens or ("joined" in kinds and bool(kinds & {"left", "stopped"}) and "barred" not in kinds)
    refused = _refusals(found) % 2 == 1
    # 'Never contact', but not 'Never contacted' or 'Never subscribed'.
    refused ^= "never" in kinds and "verb" in kinds and not kinds & {"joined", "left", "agreed"}
    sign, sure = (0, False) if both else _sign(kinds, unknown, refused=refused)
    return Reading(
        -sign if refused else sign, sure, refused, kinds, words, unknown + beside, both, of_sms, elsewhere, beside
    )


@lru_cache(maxsize=4096)
def _kinds(token: str) -> frozenset[str]:
    return frozenset(name for name, pattern in said_in.KINDS.items() if pattern.fullmatch(token))


def _is_figure(token: str) -> bool:
    """Whether a word is a figure, part of a date or a short number, and no phone number."""
    return token.isdigit() and len(token) < _SHORTEST_PHONE


def _refusals(found: list[frozenset[str]]) -> int:
    """Count the refusals that turn the sign round.

    'Non délivré' refuses nothing, and who writes 'STOP, je ne veux plus de SMS' does not take the STOP back.
    """
    told = next((place for place, kinds in enumerate(found) if kinds & _GONE), len(found))
    pairs = zip(found[:told], [*found[1:], frozenset[str]()], strict=False)
    return sum("not" in kinds and "report" not in after for kinds, after in pairs)


def _together(tokens: list[str]) -> set[str]:
    """Return the parts that words only have by their place."""
    pairs = pairwise(tokens)
    found = {"to do" for one, two in pairs if said_in.TO_DO.fullmatch(one) and said_in.VERBS.fullmatch(two)}
    if len(tokens) > 1 and tokens[-1] in said_in.LAST:
        found.add(said_in.LAST[tokens[-1]])
    return found


def _sign(kinds: frozenset[str], unknown: int, *, refused: bool) -> tuple[int, bool]:
    """Return which side the words name before a refusal turns it round, and whether that is sure."""
    taken_back = kinds & {"stopped", "revoked", "backed out", "blocked", "ended"}
    if kinds & {"left", "barred"}:
        return -1, True
    if kinds & {"joined", "agreed", "reachable"}:
        # An idle subscriber is one, or was.
        return (-1 if taken_back else 0 if "idle" in kinds else 1), True
    texting = bool(kinds & {"channel", "marketing"})
    if taken_back or "idle" in kinds:
        return -1, texting or "verb" in kinds or not (unknown or kinds & {"ended", "idle"})
    return _permitted(kinds, unknown, texting=texting, refused=refused)


def _permitted(kinds: frozenset[str], unknown: int, *, texting: bool, refused: bool) -> tuple[int, bool]:
    """Return the same of words that only say what may be done."""
    permission = kinds & {"allowed", "running", "wants", "ok"}
    if refused and (kinds & {"verb", "calls"} or (texting and not permission)):
        return 1, True
    if "done" in kinds and "wants" in kinds:
        return 1, True
    reached = "reached" in kinds and "channel" in kinds and not refused
    if reached or ("verb" in kinds and kinds & {"channel", "allowed", "ok", "wants", "to do"}):
        return 1, True
    if permission:
        return 1, texting or ("allowed" in kinds and ("line" in kinds or not unknown))
    bare = kinds & {"channel", "adverts"} and not unknown and not kinds & _NOT_BARE
    return int(bool(bare)), False


def _apart(words: str) -> str:
    """Return words with those apart that are written as one, and one word for what several say together."""
    words = " ".join(map(_parted, words.split()))
    for pattern, word in said_in.PHRASES:
        words = " ".join(pattern.sub(word, words).split())
    return words


@lru_cache(maxsize=4096)
def _parted(word: str) -> str:
    """Return a word as the words that it is made of, the fewest; itself if it is made of others."""
    whole = len(word) > _LONGEST_JOINED or said_in.PARTS.fullmatch(word)
    # 'nein' is not 'ne' and 'in'; but 'consentwithdrawn' is more than a form of 'consent'.
    if whole or (len(word) < _SHORTEST_JOINED and _kinds(word)):
        return word
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start, before in enumerate(best[:end]):
            part = word[start:end]
            shorter = before is not None and (best[end] is None or len(before) + 1 < len(best[end] or ()))
            if shorter and said_in.PARTS.fullmatch(part):
                best[end] = (*(before or ()), part)
    if best[-1] or said_in.REACHABLE.fullmatch(word):
        return " ".join(best[-1] or (word,))
    return word.replace("sms", " sms ")
