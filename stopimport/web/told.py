"""What the child says, as JSON has it: sentences in every language, errors and guards with their facts."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from stopimport.loading.columns.words import fold
from stopimport.loading.errors import HiddenRows, StillSubscribed
from stopimport.pipeline.errors import NothingValid, TooManyNumbers, TooManyRejects
from stopimport.text.language import LANGUAGES, Sentence, _, speaking

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stopimport.errors import StopimportError

Told = dict[str, str]
"""A sentence by language."""


def told(thing: object) -> Told:
    """Return what `thing` says in each language; a text of ours is translated, any other stays as it is."""
    by_language = {}
    for language in LANGUAGES:
        with speaking(language):
            by_language[language] = _(thing) if isinstance(thing, str) else str(thing)
    return by_language


def problem(error: StopimportError) -> dict[str, Any]:
    """Return what `state.Problem` holds."""
    facts = {field.name: getattr(error, field.name) for field in fields(error)}
    return {
        "kind": type(error).__name__,
        "text": on_page(error),
        "exit_code": int(error.exit_code),
        "facts": {name: _fact(value) for name, value in facts.items() if isinstance(value, str | int | Sentence)},
    }


def on_page(error: StopimportError) -> Told:
    """Return what the page says of an error in each language."""
    by_language = {}
    for language in LANGUAGES:
        with speaking(language):
            by_language[language] = error.on_page()
    return by_language


def _fact(value: str | int | Sentence) -> int | Told:
    return value if isinstance(value, int) else told(value)


def question(guard: StopimportError) -> dict[str, Any]:
    """Return what a `state.Question` is made of; values get their ids from the page's filters."""
    asked: dict[str, Any] = {"kind": type(guard).__name__, "text": told(guard)}
    match guard:
        case StillSubscribed():
            values = _merged(guard.counts.items(), frozenset(map(fold, guard.subscribed)))
            asked |= {"place": told(guard.place), "column": guard.column, "values": values}
        case HiddenRows():
            asked |= {"rows": guard.rows, "places": [(told(place), rows) for place, rows in guard.by_place]}
        case NothingValid():
            asked |= {"place": told(guard.place), "column": guard.column, "likely": guard.mostly}
            asked |= {"rejected": guard.entries, "entries": guard.entries}
        case TooManyRejects():
            asked |= {"place": told(guard.place), "likely": guard.mostly}
            asked |= {"rejected": guard.rejected, "entries": guard.entries}
        case TooManyNumbers():
            asked |= {"numbers": guard.numbers, "most": guard.most}
    return asked


def _merged(counts: Iterable[tuple[str, int]], subscribed: frozenset[str]) -> list[dict[str, Any]]:
    """Return values with their counts, those that only differ in case or blanks as one; the most frequent first."""
    found: dict[str, dict[str, Any]] = {}
    for value, count in sorted(counts, key=lambda item: -item[1]):
        means = "subscribed" if fold(value) in subscribed else "gone"
        one = found.setdefault(fold(value), {"text": " ".join(value.split()), "count": 0, "means": means})
        one["count"] += count
    return sorted(found.values(), key=lambda one: -int(one["count"]))
