"""Whose turn a file of an inbox is: `Taking` is the seam; a pass alone has them all, `together` shares them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from stopimport.nightly.outcome import FileOutcome


class Taking(Protocol):
    """Says which files, and which contents, are ours for now."""

    @property
    def shared(self) -> bool:
        """Whether other machines work on the same inbox, so that what was seen before may be over."""

    def file(self, name: str, outcomes: Sequence[FileOutcome] = ()) -> AbstractContextManager[bool]:
        """Take all that goes by a file's name inside the ``with`` block, and give whether it is ours.

        At its end whoever asks is told the last of `outcomes`, if there is one more than before.

        Raises:
            CoordinatorError: nobody can say whose it is.
            KeyboardInterrupt: somebody asked to stop while that was waited for.
        """

    def content(self, sha256: str) -> bool:
        """Take a content until the end of the file that it was found in; False if somebody else is at it.

        Raises: as `file`.
        """

    def prove(self) -> None:
        """Prove that what we have taken is ours still: before anything is moved, or said to be over.

        Raises:
            ClaimLost: it is not.
            CoordinatorError, KeyboardInterrupt: as `file`.
        """


class Alone:
    """A pass that keeps others out: everything is its own. See `Taking`."""

    shared = False

    def file(self, name: str, outcomes: Sequence[FileOutcome] = ()) -> AbstractContextManager[bool]:  # noqa: ARG002 - the protocol's names
        """Take it."""
        return nullcontext(enter_result=True)

    def content(self, sha256: str) -> bool:  # noqa: ARG002 - the protocol's name
        """Take it."""
        return True

    def prove(self) -> None:
        """Do nothing."""


ALONE = Alone()
