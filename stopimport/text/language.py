"""The language of what people read: sentences are written in English and translated when shown.

``_()`` translates now, ``N_()`` only marks a text for translation later, and a `Sentence` carries its facts
with it until somebody reads it, so that no stage needs to know the reader's language. Where a count decides between
singular and plural, ``ngettext()`` chooses now and a `Plural` later, by the rule of the language in force. The
translations are the catalogues below ``locale/``; `tests/catalogue.py` keeps them complete.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
import shlex
import string
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport import vendor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LANGUAGES = ("en", "fr")
_NAMES = {"en": "en", "english": "en", "fr": "fr", "french": "fr"}
"""How locales name the languages: by ISO code, on Windows in English."""
_CATALOGUES = Path(__file__).parent.parent / "locale"
_VENDOR = {"{vendor}": vendor.NAME, "{vendor_url}": vendor.URL, "{key_variable}": vendor.KEY_VARIABLE}
"""What texts say of the vendor: they are the same whoever it is."""
_current: ContextVar[gettext.NullTranslations | None] = ContextVar("stopimport_language", default=None)
_reading_page: ContextVar[bool] = ContextVar("stopimport_reading_page", default=False)
_page_texts: dict[str, str] = {}
"""By texts that speak of a terminal: what those who use the page read instead. `N_` fills it."""


def _(text: str) -> str:
    """Return `text` in the language in force (English without one), the vendor named in it."""
    translations = _current.get()
    if _reading_page.get():
        text = _page_texts.get(text, text)
    # To gettext the empty text means the catalogue's header.
    return _named(translations.gettext(text) if translations and text else text)


def _named(text: str) -> str:
    """Return `text` with the vendor's name, address and variable in it."""
    for mark, name in _VENDOR.items():
        text = text.replace(mark, name)
    return text


def N_(text: str, page: str | None = None) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark `text` for translation and return it as it is.

    Args:
        text: in English.
        page: what is said instead to those who use the page, where `text` speaks of a terminal.
    """
    if page is not None:
        _page_texts[text] = page
    return text


def ngettext(one: str, many: str, count: int) -> str:
    """Return the text for `count` things in the language in force: English has its plural for 0, French from 2 on."""
    translations = _current.get() or gettext.NullTranslations()
    return _named(translations.ngettext(one, many, count))


@dataclass(frozen=True, slots=True)
class Plural:
    """A text marked for translation later, whose singular or plural a count decides."""

    one: str
    many: str
    by: str = "count"
    """Name of the fact that is counted."""
    page: Template | None = None
    """What is said instead to those who use the page, where it speaks of a terminal."""

    def chosen(self, facts: Mapping[str, object]) -> str:
        """Return the form that fits the `facts`, in the language in force.

        Raises:
            KeyError: the fact that is counted is missing.
        """
        if self.page is not None and _reading_page.get():
            return self.page.chosen(facts) if isinstance(self.page, Plural) else _(self.page)
        count = facts[self.by]
        assert isinstance(count, int), f"{self.by} is counted"  # noqa: S101 - for the type checker, and for tests
        return ngettext(self.one, self.many, count)


Template = str | Plural
"""A text in English with braces for facts."""


def language_in_force() -> str:
    """Return the language that `_` gives: ``en`` where there is no catalogue."""
    translations = _current.get()
    return translations.info().get("language", "en") if translations else "en"


def preferred_language(environ: Mapping[str, str] | None = None) -> str:
    """Return the language that the environment asks for: ``fr`` or, for everything else, ``en``.

    Args:
        environ: the variables, None for the process' own: ``LC_ALL``, ``LC_MESSAGES``, ``LANG`` in this order, and
            ``LANGUAGE``, the list that goes before them unless they ask for no language at all (``C``), as the GNU
            gettext manual says ("The LANGUAGE variable"). Without any of them (Windows) the system's locale counts.
    """
    variables = os.environ if environ is None else environ
    names = (variables.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    if _language_of(wanted) in {"c", "posix"}:
        return "en"
    listed = [*variables.get("LANGUAGE", "").split(":"), wanted]
    return next((_NAMES[name] for name in map(_language_of, listed) if name in _NAMES), "en")


def _language_of(name: str) -> str:
    """Return the language of a locale's name: ``fr`` of ``fr_FR.UTF-8``, ``french`` of ``French_France.1252``."""
    return re.split(r"[_.@-]", name, maxsplit=1)[0].lower()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Show texts in `language` (one of `LANGUAGES`) inside the ``with`` block."""
    token = _current.set(gettext.translation("stopimport", _CATALOGUES, [language], fallback=True))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def reading_page(*, on: bool = True) -> Iterator[None]:
    """Show texts for people who use the page, without a word of a terminal, inside the ``with`` block.

    Args:
        on: whether to; False shows those for a terminal.
    """
    token = _reading_page.set(on)
    try:
        yield
    finally:
        _reading_page.reset(token)


def for_page() -> bool:
    """Whether texts are shown to people who use the page."""
    return _reading_page.get()


def figures(text: str) -> str:
    """Return figures as Python writes them (``1,204.5``, ``12.5%``) with the signs of the language in force."""
    # The catalogue translates the signs alone: French sets a no-break space, a comma, a space before the per cent.
    signs = {",": _(","), ".": _("."), "%": _("%")}
    return "".join(signs.get(sign, sign) for sign in text)


def quoted(names: Iterable[str]) -> str:
    """Return names one after the other, each in the quotes of the language in force."""
    return ", ".join(_("'{name}'").format(name=name) for name in names)


def translated(template: Template, facts: Mapping[str, object]) -> str:
    """Return an English `template` in the language in force, its braces filled as `fill` does.

    Raises:
        KeyError: a fact is missing.
    """
    chosen = template.chosen(facts) if isinstance(template, Plural) else _(template)
    return fill(chosen, facts)


def fill(template: str, facts: Mapping[str, object]) -> str:
    """Return a translated `template` with its braces filled: ``{count:,}`` and ``{share:.1%}`` as `figures` has them.

    ``{folder!q}`` is part of a command and is quoted where a shell needs it, so that the command can be copied.

    Raises:
        KeyError: a fact is missing.
    """
    return _Filling().vformat(template, (), facts)


class _Filling(string.Formatter):
    def convert_field(self, value: object, conversion: str | None) -> object:
        return shlex.quote(str(value)) if conversion == "q" else super().convert_field(value, conversion)

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec and isinstance(value, int | float):
            return figures(format(value, format_spec))
        # A figure that is text has been written for people already.
        return format(value, "" if isinstance(value, str) else format_spec)


class Sentence:
    """One sentence for people: an English template and the facts that fill its braces.

    ``str()`` gives it in the language in force at that moment.
    """

    __slots__ = ("facts", "template")

    def __init__(self, template: Template, **facts: object) -> None:
        self.template = template
        self.facts = facts

    def __str__(self) -> str:
        return translated(self.template, self.facts)

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"
