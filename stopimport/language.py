"""The language of what people read: sentences are written in English and translated when shown.

``_()`` translates now, ``N_()`` only marks a text for translation later, and a `Sentence` carries its facts
with it until somebody wants to read it, so that no stage needs to know the reader's language.
"""

from __future__ import annotations

import gettext
import locale
import os
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("en", "fr")
_CATALOGUES = Path(__file__).parent / "locale"
_current: ContextVar[gettext.NullTranslations | None] = ContextVar("stopimport_language", default=None)


def _(text: str) -> str:
    """Return `text` in the language in force (English without one)."""
    translations = _current.get()
    return translations.gettext(text) if translations else text


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark `text` for translation and return it as it is."""
    return text


def preferred_language() -> str:
    """Return the language that the environment asks for: ``fr`` or, for everything else, ``en``."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    wanted = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return "fr" if wanted.lower().startswith("fr") else "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Show texts in `language` (one of `LANGUAGES`) inside the ``with`` block."""
    token = _current.set(gettext.translation("stopimport", _CATALOGUES, [language], fallback=True))
    try:
        yield
    finally:
        _current.reset(token)


class Sentence:
    """One sentence for people: an English template and the facts that fill its braces.

    ``str()`` gives it in the language in force at that moment.
    """

    __slots__ = ("facts", "template")

    def __init__(self, template: str, **facts: object) -> None:
        self.template = template
        self.facts = facts

    def __str__(self) -> str:
        return _(self.template).format(**self.facts)

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"
