"""Judging the API's answers, in the order of the contract's 'How the API's answers are taken'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from stopimport.sending.calls import Judgement
from stopimport.smspartner.codes import ACCOUNT_CODES
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.smspartner.replies import Body


ACCEPTED = frozenset({Judgement.DONE, Judgement.LISTED, Judgement.REFUSED, Judgement.ABSENT})
"""Answers that show that the account is accepted."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of the API."""

    path: str
    codes: Mapping[int, Judgement]
    """What its codes mean; every other one is `FAILED`."""
    names: tuple[str, ...]
    """What the entries of its positional XML form mean."""
    largest: int = 1_000_000
    """Bytes that its answer's body may have."""


_SHARED = {500: Judgement.RETRY, **dict.fromkeys(ACCOUNT_CODES, Judgement.ACCOUNT)}
ADD = Endpoint(
    "/stop-sms/add",
    {200: Judgement.DONE, 3: Judgement.LISTED, 9: Judgement.REFUSED, **_SHARED},
    ("success", "code", "stopId"),
)
LIST = Endpoint(
    "/stop-sms/list", {200: Judgement.DONE, **_SHARED}, ("success", "code", "nbData", "data"), largest=512_000_000
)
DELETE = Endpoint(
    "/stop-sms/delete", {200: Judgement.DONE, 4: Judgement.ABSENT, **_SHARED}, ("success", "code", "message")
)

_UNREADABLE = N_("The answer could not be read (HTTP {http}).")
_NO_CODE = N_("The server answered HTTP {http}.")
_GATEWAY = frozenset({502, 504})
"""A gateway lost the API's answer: the call may have done its work."""


def judge(endpoint: Endpoint, http: int, body: Body | None) -> tuple[Judgement, bool]:
    """Return what an answer means, and whether it leaves in doubt if the call did its work.

    Args:
        endpoint: the call.
        http: the answer's HTTP status.
        body: what its body says; None if it could not be read.
    """
    if http == 429:
        return Judgement.THROTTLED, False
    if http == 408 or http >= 500:
        return Judgement.RETRY, http in _GATEWAY
    contradiction = body is not None and (body.contradicts_itself or (body.code == 200 and not 200 <= http < 300))
    if body is not None and not contradiction:
        return endpoint.codes.get(body.code, Judgement.FAILED), False
    if http in {401, 403}:
        return Judgement.DENIED, False
    if 300 <= http < 400 or (http >= 400 and not contradiction):
        return Judgement.MISPLACED, False
    return Judgement.RETRY, True


def unreadable(http: int) -> Sentence:
    """Return the words for an answer without a code."""
    return Sentence(_UNREADABLE if http < 300 else _NO_CODE, http=http)


_SECONDS = re.compile(r"\s*\+?([0-9]+)(?:\.[0-9]*)?\s*")
_LONGEST = 10.0**9
"""Seconds (32 years) that stand for all longer ones."""


def retry_after(value: str | None, date: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait; None without a readable one.

    A date is measured against the answer's own `Date`, because the two machines' clocks may differ; `now` (Unix
    time) stands in where there is none. Of several numbers (proxies join headers by commas) the longest counts.
    """
    if value is None:
        return None
    if all(numbers := [_SECONDS.fullmatch(part) for part in value.split(",")]):
        return max(min(float(number[1]), _LONGEST) for number in numbers if number)
    until = _http_date(value)
    if until is None:
        return None
    start = (date and _http_date(date)) or datetime.fromtimestamp(now, UTC)
    return min(max((until - start).total_seconds(), 0.0), _LONGEST)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
