"""Whose run it is: an account is called by its name where it has one, else by its key's hash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.pipeline.job import Context
    from stopimport.runs.facts import RunFacts

from stopimport.pipeline.errors import OtherAccount


def account_of(facts: RunFacts, context: Context) -> str | None:
    """Return the name of the account that a run belongs to, or shall belong to; None: it has none."""
    return facts.account_name or context.options.account


def refuse_other_account(facts: RunFacts, context: Context, folder: Path) -> None:
    """Refuse to go on with another account's key.

    The same key is the same account, unless it is called differently. Another key is so if it bears the run's name, or
    if `--new-key` says that the account has been given a new one.

    Raises:
        OtherAccount: it is another one's.
    """
    key, name = context.key, context.options.account
    if facts.account_name and name and name != facts.account_name:
        raise OtherAccount(str(folder), facts.account_name)
    # A key that the API refused has put nothing anywhere; whether any other one has, nobody knows for sure.
    bound = facts.account_proven or not facts.account_refused
    if not (key and facts.account and bound) or key.account in {facts.account, *facts.keys}:
        return
    if not context.options.new_key and not (facts.account_name and name):
        raise OtherAccount(str(folder), facts.account_name or facts.account)


def owned(facts: RunFacts, context: Context) -> RunFacts:
    """Return the facts of a run with the account in force: its name, the key's hash, and all keys that it had."""
    key = context.key
    if key is None or facts.sandbox:
        return facts
    before = (*facts.keys, *([facts.account] if facts.account and not facts.account_refused else []))
    keys = tuple(dict.fromkeys((*before, key.account)))
    return replace(facts, account=key.account, account_name=account_of(facts, context), keys=keys)


def same_account(one: RunFacts, other: RunFacts) -> bool:
    """Say whether two runs belong to one account."""
    if one.account_name and other.account_name:
        return one.account_name == other.account_name
    return bool(_keys(one) & _keys(other))


def _keys(facts: RunFacts) -> set[str]:
    return {*facts.keys, *([facts.account] if facts.account else [])}
