"""What sending asks of a vendor: three calls, and their answers judged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

from stopimport.sending.errors import AccountRefused, ListUnavailable, WrongAddress
from stopimport.text.language import _

if TYPE_CHECKING:
    from types import TracebackType

    from stopimport.errors import StopimportError
    from stopimport.sending.pace import Pacing
    from stopimport.sending.stop_list import ListFetched, ListTaker


class Judgement(StrEnum):
    """What an answer, or its absence, means for the call."""

    DONE = "done"
    LISTED = "listed"
    """`add`: the number was on the list."""
    REFUSED = "refused"
    """`add`: no valid number."""
    ABSENT = "absent"
    """`delete`: the entry was gone already."""
    FAILED = "failed"
    """A code that says nothing about the number: not tried again in this run."""
    RETRY = "retry"
    """No usable answer: tried again."""
    THROTTLED = "throttled"
    """HTTP 429: tried again, and no attempt used up."""
    DENIED = "denied"
    """HTTP 401 or 403 without a code: the account, or a passing matter of a firewall; the sender decides."""
    ACCOUNT = "account"
    """The account is refused: no further call can succeed."""
    MISPLACED = "misplaced"
    """A redirect or a 4xx without a code: the address is wrong, the run stops."""


USABLE = frozenset(
    {Judgement.DONE, Judgement.LISTED, Judgement.REFUSED, Judgement.ABSENT, Judgement.FAILED, Judgement.ACCOUNT}
)
"""Answers that show that the API is at work."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One call's answer, judged."""

    judgement: Judgement
    http: int = 0
    """The HTTP status; 0 without an answer."""
    code: int | None = None
    stop_id: str = ""
    message: str = ""
    """The API's words, else ours; free of the key and of control characters, at most 300 long."""
    retry_after: float | None = None
    """Seconds that the server asks to wait."""
    doubt: bool = False
    """Whether the call may have done its work, and the answer does not say."""
    sent: bool = True
    """Whether a connection came about; without one the request never left."""
    missed: bool = False
    """It never left because its slot had passed: that is nobody's fault, and no try."""


@dataclass(slots=True)
class Hold:
    """Until when nothing may go out, by the clock's monotonic time: whatever is called next, the list or a number."""

    until: float = -math.inf


class Client(Protocol):
    """The stop list of one account at a vendor, open for calls inside its ``async with`` block.

    No call raises for a failure of the network: it is a reply, because what it means for a number is the caller's
    business. The caller has taken the pace's slot.
    """

    base_url: str
    """The address that is called, without the key."""
    pace: Pacing | None
    """The rate, shared with whoever else calls."""
    hold: Hold
    """What the server asked for in one go at its calls holds in the next, too."""
    accepted: bool
    """Whether the vendor has shown that it accepts the account."""
    answered: bool
    """Whether any answer has come."""

    async def __aenter__(self) -> Self:
        """Open the connections."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""

    async def add_now(self, number: str) -> Reply:
        """Put one number, in E.164 form, on the stop list."""

    async def delete_now(self, stop_id: str) -> Reply:
        """Take the entry with this id off the stop list."""

    async def list_now(self, taker: ListTaker | None = None) -> tuple[Reply, ListFetched | None]:
        """Fetch the stop list and give its entries to `taker`; None where the reply is none that has it."""


def list_error(reply: Reply) -> StopimportError:
    """Return the error for a list that could not be fetched."""
    if reply.judgement in {Judgement.ACCOUNT, Judgement.DENIED}:
        return AccountRefused(refusal(reply))
    if reply.judgement is Judgement.MISPLACED:
        return WrongAddress(reply.message)
    return ListUnavailable(unavailable(reply))


def unavailable(reply: Reply) -> str:
    """Return why there is no list, as a whole sentence."""
    return (reply.message or refusal(reply)).rstrip(".") + "."


def refusal(reply: Reply) -> str:
    """Return what a reply refuses with, in words."""
    if reply.code is None:
        return _("HTTP {http}").format(http=reply.http)
    words = _("code {code}").format(code=reply.code)
    return f"{words}, {reply.message.rstrip('.')}" if reply.message else words
