"""Sentences that can be shown in any language: the child that makes them does not know who will read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from stopimport.text.language import LANGUAGES, _, language_in_force, speaking
from stopimport.web.errors import BUG

if TYPE_CHECKING:
    from stopimport.errors import StopimportError


class Text(msgspec.Struct, frozen=True):
    """A sentence in every language; ``str()``, and so ``{{ text }}`` in a template, gives it in the one in force."""

    by_language: dict[str, str]

    def __str__(self) -> str:
        return self.by_language.get(language_in_force()) or self.by_language.get("en", "")


def in_every_language(thing: object) -> Text:
    """Return what `thing` says in each language; a marked text is translated, any other stays as it is."""
    by_language = {}
    for language in LANGUAGES:
        with speaking(language):
            by_language[language] = _(thing) if isinstance(thing, str) else str(thing)
    return Text(by_language)


def on_page(error: StopimportError) -> Text:
    """Return what an error says on the page in each language."""
    by_language = {}
    for language in LANGUAGES:
        with speaking(language):
            by_language[language] = error.on_page()
    return Text(by_language)


class Problem(msgspec.Struct, frozen=True):
    """Something that went wrong, in plain words."""

    kind: str
    """Name of the error's class, such as ``NoPhoneColumn``; ``Bug`` for what should not happen."""
    text: Text


def problem_of(error: StopimportError) -> Problem:
    """Return an error as the page shows it."""
    return Problem(type(error).__name__, on_page(error))


def bug() -> Problem:
    """Return the problem of something that should not happen."""
    return Problem("Bug", in_every_language(BUG))
