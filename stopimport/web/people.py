"""Who is asking: the one person whose page it is, or, behind a proxy that authenticates, whom it names."""

from __future__ import annotations

from contextvars import ContextVar

from stopimport.pipeline.job import system_user

NAMED: ContextVar[str] = ContextVar("NAMED", default="")
"""Whom the proxy names for the request that is being answered; '' where the page is one person's own. Tasks that are
begun while it is answered keep it."""


def who_asks() -> str:
    """Return the name of the person who asks, for runs, undos, reports and certificates: the ``by`` of the contract."""
    return NAMED.get() or system_user()


def is_team() -> bool:
    """Whether several people use the page, so that it says who does what."""
    return bool(NAMED.get())
