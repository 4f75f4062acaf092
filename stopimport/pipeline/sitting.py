"""Sending what a journal still has to send: list, question, calls, look-ups.

One *sitting* is one go at it; a run that is resumed has several.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stopimport.errors import ExitCode
from stopimport.pipeline.accounts import owned
from stopimport.pipeline.errors import AccountStopped, Declined, Interrupted, NumbersLeft, SendingEnded, VendorAway
from stopimport.pipeline.glance import glance_at
from stopimport.pipeline.guards import too_many_numbers
from stopimport.pipeline.job import Ended, utc_now
from stopimport.pipeline.last_look import look_again
from stopimport.pipeline.session import access, in_session
from stopimport.pipeline.sharing import keeper_of
from stopimport.reporting.previews import SendPreview
from stopimport.runs.digits import e164
from stopimport.runs.facts import SittingPace, StopListFetch
from stopimport.sending.errors import AccountRefused, AskedToWait, ListUnavailable, WrongAddress
from stopimport.sending.outcomes import Ending, Outcome
from stopimport.sending.sender import SendPlan, send
from stopimport.sending.turns import Coming, Turn
from stopimport.text.language import N_, _
from stopimport.text.masking import mask_text
from stopimport.vocabulary import Fetched, State, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stopimport.pipeline.job import Job
    from stopimport.pipeline.listed import Listed
    from stopimport.pipeline.session import Session
    from stopimport.runs.journal import Journal
    from stopimport.sending.outcomes import SendResult

_NO_LIST = N_(
    "The stop list could not be fetched, so every number is sent. {why}",
    N_("The stop list could not be fetched, so every number is added anew. {why}"),
)
log = logging.getLogger(__name__)


def sit(job: Job) -> Ended:
    """Send what is left, and return how that ended; every outcome is in the journal then."""
    facts = job.journal.facts
    with access(job) as way:
        if way.name is not None:
            job.journal.update(replace(facts, coordinator=keeper_of(job.context)))
            facts = job.journal.facts
        if not facts.account_proven:
            address = way.address if facts.sandbox else facts.base_url
            owner = owned(facts, job.context)
            job.journal.update(replace(owner, account=way.account, base_url=address, account_refused=False))
        return in_session(job, way, lambda session: _sit(_Sitting(job, session)), adds=True)


async def _sit(sitting: _Sitting) -> Ended:
    ended = await sitting.go()
    journal = sitting.job.journal
    if sitting.session.client.accepted:
        journal.update(replace(journal.facts, account_proven=True))
    elif ended.exit_code is ExitCode.ACCOUNT_REFUSED:
        journal.update(replace(journal.facts, account_refused=True))
    return ended


@dataclass(slots=True)
class _Sitting:
    job: Job
    session: Session
    listed: Listed | None = None

    async def go(self) -> Ended:
        """Do everything in order; whatever ends it early says so."""
        self._note_company()
        left = self._left()
        if left and (ended := await self._fetch(left)):
            return ended
        if self.listed is not None:
            self._settle_listed(self.listed)
            self._keep(self.listed)
            self.listed, left = None, self._left()
        if ended := self._ask(left):
            return ended
        result = await self._send(left)
        comparison = await look_again(self.job, self.session, result.ending)
        ended = self._ended(result)
        return ended if comparison is None else comparison.weighed_with(ended)

    # The account's other senders.

    def _note_company(self) -> None:
        """Write down our place among the account's senders, and whether somebody else came in between."""
        journal, shared = self.job.journal, self.session.shared
        if shared is None or (mark := shared.mark) is None:
            return
        facts = journal.facts
        before = bool(journal.fetches()) and facts.joined != str(mark)
        journal.update(replace(facts, joined=str(mark), company=facts.company or before or not mark.alone))

    def _note_place(self) -> None:
        """Write down our place anew, after a time in which we may have counted as gone."""
        journal, shared = self.job.journal, self.session.shared
        if shared is not None and shared.mark is not None and str(shared.mark) != journal.facts.joined:
            company = journal.facts.company or not shared.mark.alone
            journal.update(replace(journal.facts, joined=str(shared.mark), company=company))

    def _alone(self) -> bool:
        """Say whether nobody else has been adding numbers for the account since the list was first fetched."""
        return not self.job.journal.facts.company and self.session.alone()

    # The stop list, and what it settles.

    async def _fetch(self, left: int) -> Ended | None:
        """Fetch the stop list if it is wanted; that there is none is remembered."""
        if not self.job.context.options.skip_listed:
            return None
        try:
            self.listed = await self.session.fetch()
        except AccountRefused as error:
            self._note_fetch(Fetched.NO)
            return Ended(State.ABORTED, ExitCode.ACCOUNT_REFUSED, error)
        except AskedToWait as error:
            self._note_fetch(Fetched.NO)
            told = VendorAway(error.reason, left, str(self.job.folder.path), error.seconds)
            return Ended(State.INCOMPLETE, ExitCode.INCOMPLETE, told)
        except (WrongAddress, ListUnavailable) as error:
            # A server without this call may still take numbers; if the whole address is wrong, the first add tells.
            self._note_fetch(Fetched.NO)
            if self.session.stopped:
                return self._interrupted()
            why = error.reason if isinstance(error, ListUnavailable) else error
            self.job.notice(_(_NO_LIST).format(why=why))
        return None

    def _keep(self, listed: Listed) -> None:
        """Remember the list; after what it settles, or a kill in between would make it look as if it lacked them."""
        self._note_fetch(Fetched.PARTIAL if listed.partial else Fetched.YES, listed.entries)
        if listed.partial:
            self.job.notice(
                _("{vendor} returned only part of the stop list; it is used to skip numbers, not to draw conclusions.")
            )

    def _note_fetch(self, fetched: Fetched, entries: int = 0) -> None:
        journal = self.job.journal
        journal.note_fetch(fetched, entries)
        # Whoever got the list is accepted; a kill later on must not make that forgotten.
        proven = journal.facts.account_proven or self.session.client.accepted
        journal.update(replace(journal.facts, stop_list=StopListFetch(fetched, entries), account_proven=proven))
        log.info("Stop list fetched: %s, %d entries", fetched, entries)

    def _lacked_them(self) -> bool:
        """Whether a whole list, fetched before anything was sent, lacked the numbers that were sent."""
        return any(fetch.fetched == Fetched.YES for fetch in self.job.journal.fetches())

    def _left(self) -> int:
        """Return how many numbers have no final outcome."""
        counts = self.job.journal.counts()
        return counts.get(Status.NOT_SENT.value, 0) + counts.get(Status.FAILED.value, 0)

    def _settle_listed(self, listed: Listed) -> None:
        """Give numbers that the list has their outcome."""
        journal = self.job.journal
        # The list fetched just now, which was not fetched before these were sent, is not noted yet.
        before = self._lacked_them() and self._alone()
        uncounted = 0  # calls that a kill kept from being counted, and that did their work
        for block in journal.blocks():
            left = journal.open_numbers(block)
            digits = journal.digits(block)[left.positions - block.start]
            on_list = listed.holds(digits)
            known, ours = on_list & ~left.in_doubt, on_list & left.in_doubt
            journal.record_listed(left.positions[known], listed.ids_of(digits[known]))
            if ours.any():
                uncounted += self._settle_ours(block, left.positions[ours], listed.ids_of(digits[ours]), before)
        # Safe before the list counts as fetched before: else a kill would turn what may be ours into what is.
        journal.flush()
        if uncounted:
            self._count_calls(uncounted)

    def _settle_ours(self, block: range, positions: NDArray[np.int64], ids: list[str], before: bool) -> int:  # noqa: FBT001 - a fact of the list
        """Give numbers in doubt that the list has their outcome, and return how many calls nobody has counted.

        Args:
            block: where they are.
            positions: theirs.
            ids: of their entries.
            before: the list was fetched before any was sent, and lacked them.
        """
        outcomes = self.job.journal.outcomes_between(block.start, block.stop)
        uncounted = 0
        for index, stop_id in zip(positions.tolist(), ids, strict=True):
            row = outcomes.iloc[index - block.start]
            sent_at, attempts = None if np.isnan(row["sent_at"]) else float(row["sent_at"]), int(row["attempts"])
            if before:
                message = _("A call for this number was cut off; the stop list shows that it arrived.")
                outcome = Outcome(index, Status.ADDED, 200, stop_id, message, max(attempts, 1), sent_at)
                uncounted += not attempts
            else:
                message = _("A call for this number was cut off; its being on the stop list may be our doing.")
                outcome = Outcome(index, Status.ALREADY_LISTED, 3, stop_id, message, attempts, sent_at)
            self.job.journal.record(outcome)
        return uncounted

    # The question.

    def _ask(self, to_send: int) -> Ended | None:
        """Stop at `--max-numbers`, or because somebody who was asked said no."""
        job, facts = self.job, self.job.journal.facts
        if not facts.requests.sent and (guards := too_many_numbers(to_send, facts.max_numbers)):
            job.journal.update(replace(facts, guard=type(guards[0]).__name__))
            return Ended(State.ABORTED, ExitCode.GUARD, guards[0])
        seconds = to_send * self.session.options.window / self.session.options.rate
        preview = preview_of(job, to_send, sum(job.journal.counts().values()) - to_send, seconds)
        try:
            with job.context.stop.breaking():
                agreed = job.context.watcher.confirm(preview)
        except KeyboardInterrupt:
            if job.context.stop.requested:
                return self._interrupted()
            agreed = False  # the input ended: nobody is there to agree
        return None if agreed else Ended(State.ABORTED, ExitCode.GUARD, Declined(str(job.folder.path)))

    # The calls.

    def _turns(self) -> Iterator[Turn]:
        """Yield what has no final outcome, a block at a time."""
        journal = self.job.journal
        for block in journal.blocks():
            left = journal.open_numbers(block)
            numbers = e164(journal.digits(block)[left.positions - block.start])
            # In doubt even where the list just fetched lacks them: a call can arrive late.
            columns = (left.positions, numbers.to_pylist(), left.attempts.tolist(), left.in_doubt.tolist())
            for index, number, calls, doubt in zip(*columns, strict=True):
                yield Turn(int(index), number, calls, doubt=doubt)

    async def _send(self, left: int) -> SendResult:
        job = self.job
        if self.session.shared is not None:
            # Somebody may have thought about the question for a long time.
            self.session.shared.back()
            self._note_place()
        log.info("Sending %d numbers to %s", left, self.session.client.base_url)
        self._note_pace()
        with job.context.watcher.progress(left) as progress:
            around = replace(self.session.around, progress=progress)
            result = await send(
                Coming(self._turns(), left),
                self.session.client,
                options=self.session.options,
                recorder=job.journal,
                plan=SendPlan(self._lacked_them(), self._alone),
                around=around,
            )
        job.journal.flush()
        self._note_place()
        options = self.session.options
        # Each call takes up its share of the rate, the last one too: a short sending was no faster than the limit.
        seconds = max(result.seconds, result.sent * options.window / options.rate)
        self._count_calls(result.sent, result.retried, seconds)
        log.info("Sending ended: %s, %d calls, %d retried", result.ending, result.sent, result.retried)
        return result

    def _count_calls(self, sent: int, retried: int = 0, seconds: float = 0.0) -> None:
        facts = self.job.journal.facts
        self.job.journal.update(replace(facts, requests=facts.requests.plus(sent, retried, seconds)))

    def _note_pace(self) -> None:
        """Remember from when on which rate limit held, for the report."""
        options, journal = self.session.options, self.job.journal
        pace = SittingPace(utc_now().timestamp(), options.rate, options.window)
        journal.update(replace(journal.facts, sittings=(*journal.facts.sittings, pace)))

    # The end.

    def _ended(self, result: SendResult) -> Ended:
        counts = self.job.journal.counts()
        failed, not_sent = (counts.get(status.value, 0) for status in (Status.FAILED, Status.NOT_SENT))
        journal, folder, why = self.job.journal, str(self.job.folder.path), str(result.why or "")
        if result.ending is Ending.ACCOUNT_REFUSED:
            return Ended(State.ABORTED, ExitCode.ACCOUNT_REFUSED, AccountStopped(why, folder))
        if not failed and not not_sent:
            return Ended(State.COMPLETE, ExitCode.OK)
        if result.ending is Ending.STOPPED:
            return self._interrupted()
        if result.ending is Ending.OUTAGE:
            away = VendorAway(why, failed + not_sent, folder, result.asked)
            return Ended(State.INCOMPLETE, ExitCode.INCOMPLETE, away)
        if result.ending is Ending.ABORTED:
            return Ended(State.ABORTED, ExitCode.INCOMPLETE, SendingEnded(why, failed + not_sent, folder))
        return Ended(State.INCOMPLETE, ExitCode.INCOMPLETE, NumbersLeft(failed, _cause(journal), not_sent, folder))

    def _interrupted(self) -> Ended:
        code = self.job.context.stop.exit_code
        return Ended(State.INTERRUPTED, code, Interrupted(str(self.job.folder.path)))


_CAUSES = 2
"""Causes of failures that are named, the most frequent ones."""


def _cause(journal: Journal) -> str:
    """Return why numbers failed, in brackets: the API's words or ours, the code where there is one; '' for none."""
    causes: Counter[str] = Counter()
    for code, message, count in journal.failures():
        words = mask_text(message).rstrip(".")
        causes[words if code is None else ", ".join(filter(None, (_("code {code}").format(code=code), words)))] += count
    named = [cause for cause, _count in causes.most_common(_CAUSES) if cause]
    return f" ({'; '.join(named)})" if named else ""


def preview_of(job: Job, to_send: int, already_listed: int, seconds: float) -> SendPreview:
    """Return what the person who confirms should know, examples masked."""
    facts, glance = job.journal.facts, glance_at(job.journal, job.frame)
    return SendPreview(
        to_send,
        already_listed,
        facts.read.rows,
        facts.read.entries,
        glance.by_reason,
        seconds,
        facts.base_url,
        facts.account or "",
        facts.sandbox,
        facts.sources,
        glance.examples,
    )
