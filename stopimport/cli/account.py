"""The commands about the account: `account set`, `account check`, `account forget`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from stopimport.cli.importing import context_of
from stopimport.cli.program import command, program
from stopimport.errors import ExitCode
from stopimport.secrets import ApiKey, find_key, forget_key, need_keyring, store_key
from stopimport.text.language import Plural, _, translated

if TYPE_CHECKING:
    from stopimport.cli.console import Console
    from stopimport.settings import Settings


@program.group("account")
def account() -> None:
    """Store the API key in the system keyring, or check that the account works.

    \b
    stopimport account set
    stopimport account check
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped


@command("set", account)
def set_key(console: Console, settings: Settings) -> ExitCode:
    """Store the API key in the system keyring.

    The key is prompted for, or read from standard input, and never shown.

    \b
    stopimport account set
    stopimport account set < key-file
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    need_keyring()
    if sys.stdin.isatty():
        typed = click.prompt(_("API key (not shown)"), hide_input=True, err=True, prompt_suffix=_(": "))
        source = _("your input")
    else:
        typed, source = sys.stdin.read(), _("standard input")
    key = ApiKey(typed, source)
    store_key(key)
    console.give({"stored": True, "account": key.account})
    console.say(_("The API key is in the system keyring. To check that it works: stopimport account check"))
    used = find_key(os.environ, settings.api_key_file)
    if used is not None and used.reveal() != key.reveal():
        console.warn(_("Another key takes precedence: the one from {source}.").format(source=used.source))
    return ExitCode.OK


@command("check", account)
def check(console: Console, settings: Settings) -> ExitCode:
    """Check that the account works.

    The stop list is fetched once. The exit code is 0 if the account works, 4 if the key is missing or refused, 3 if
    there was no usable answer.

    \b
    stopimport account check
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    from stopimport.pipeline.fetching import fetch_into  # noqa: PLC0415 - heavy, and `--help` does without

    with context_of(console, settings) as context:
        fetched = fetch_into(None, context)
    assert context.key is not None, "without a key there is no list"  # noqa: S101 - for the type checker
    entries = fetched.entries
    console.give(
        {
            "works": True,
            "account": context.key.account,
            "source": context.key.source,
            "base_url": context.options.base_url,
            "entries": entries,
            "partial": fetched.partial,
        }
    )
    works = Plural(
        "The account works (key from {source}); its stop list has {entries:,} entry.",
        "The account works (key from {source}); its stop list has {entries:,} entries.",
        by="entries",
    )
    console.say(translated(works, {"source": context.key.source, "entries": entries}))
    if fetched.partial:
        console.warn(_("{vendor} returned only part of the stop list."))
    return ExitCode.OK


@command("forget", account)
def forget(console: Console, settings: Settings) -> ExitCode:  # noqa: ARG001 - each command is given them
    """Remove the API key from the system keyring.

    \b
    stopimport account forget
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    forgotten = forget_key()
    console.give({"forgotten": forgotten})
    if forgotten:
        console.say(_("The API key was removed from the system keyring."))
    else:
        console.say(_("There was no API key in the system keyring."))
    return ExitCode.OK
