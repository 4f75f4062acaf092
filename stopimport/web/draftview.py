"""What the page of a draft shows: state made ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from stopimport.loading.columns.words import fold
from stopimport.reporting.messages import figure
from stopimport.text.language import N_, _, language_in_force
from stopimport.web import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.web.state import Column, Draft, Filter, Question, Sheet

ENCODINGS = ("utf-8", "windows-1252", "iso-8859-15", "mac-roman", "utf-16")
DELIMITERS: Mapping[str, str] = {
    ";": N_("semicolon ;"),
    ",": N_("comma ,"),
    "tab": N_("tab"),
    "|": N_("bar |"),
    "none": N_("none"),
}
HEADER_ROWS = 20
"""So many rows can be chosen as the headers'."""
_WHY: Mapping[str, str] = {
    "picked": N_("chosen by you"),
    "header": N_("found by its header"),
    "content": N_("found by its content"),
    "rejects file": N_("corrected numbers of a rejects file"),
}
_SKIPPED: Mapping[str, str] = {
    "hidden": N_("a hidden sheet, left out"),
    "no phone column": N_("no phone column, left out"),
    "not selected": N_("not chosen, left out"),
    "empty": N_("empty"),
}
_MENDABLE = frozenset(
    {"NoPhoneColumn", "InputWithoutColumn", "Undecodable", "TooManyColumns", "HeaderRowMissing", "BadOption"}
)
"""Problems that another way of reading may solve."""
_NAMED_SIGNS = {"\t": "tab", "": "none"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words."""

    question: Question
    heading: str
    told: str
    likely: str
    candidates: tuple[tuple[Column, str, str], ...]
    """Columns to choose from: where each is, and what stands in it."""
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One sheet as it was understood."""

    place: str
    sheet: Sheet
    encoding: str
    delimiter: str
    why: str
    skipped: str
    others: tuple[str, ...]
    """Columns chosen in other sheets, which stay when one of this sheet is chosen."""
    key: str
    """Names the sheet's elements on the page."""


def view(draft: Draft) -> dict[str, Any]:
    """Return what the templates of a draft show."""
    names = ", ".join(file.name for file in draft.files)
    shown = _shown(draft)
    questions = tuple(_asked(draft, question) for question in draft.questions) if draft.phase == "asking" else ()
    return {
        "title": f"{_title(draft)} – {names}",
        "heading": _title(draft),
        "names": names,
        "draft": draft,
        "step": f"{draft.phase}:{','.join(one.question.kind for one in questions)}"
        if draft.phase != "reading" or draft.look is None
        else "rereading",
        "news": _news(draft, questions),
        "told": str(draft.problem.text) if draft.problem else "",
        "mendable": draft.phase == "refused" and draft.problem is not None and draft.problem.kind in _MENDABLE,
        "questions": questions,
        "shown": shown,
        "sheets": _sheets(draft),
        "filters": _filters(draft),
        "sum": _sum(draft),
        "counts": draft.checked.counts if draft.checked else None,
        "encodings": ENCODINGS,
        "delimiters": [(sign, _(name)) for sign, name in DELIMITERS.items()],
        "header_rows": [str(row) for row in range(1, HEADER_ROWS + 1)],
        "regions": _regions(language_in_force()),
    }


def _title(draft: Draft) -> str:
    if draft.phase == "refused":
        return _("This cannot be used yet")
    if draft.phase == "asking":
        return _("Please decide first")
    return _("Reading your files") if draft.phase == "reading" and draft.look is None else _("Is this what you meant?")


def _news(draft: Draft, questions: tuple[Asked, ...]) -> str:
    """Return what somebody who does not see the page is told now."""
    if draft.phase == "reading":
        return _("Reading …")
    if questions:
        return questions[0].heading
    if draft.phase == "ready" and draft.checked:
        return _counts_told(draft.checked.counts)
    return ""


def _sum(draft: Draft) -> str:
    """Return how many numbers are to be added."""
    numbers = draft.checked.counts["numbers"] if draft.checked else 0
    if not numbers:
        return _("There is no number to add in these files.")
    return (_("{count} number to add") if numbers == 1 else _("{count} numbers to add")).format(count=figure(numbers))


def _counts_told(counts: Mapping[str, int]) -> str:
    """Return the counts that matter in one sentence."""
    told = _("Numbers to add: {numbers}; duplicates: {duplicates}; rejected: {rejected}.")
    return told.format(
        numbers=figure(counts["numbers"]), duplicates=figure(counts["duplicate"]), rejected=figure(counts["rejected"])
    )


def _shown(draft: Draft) -> tuple[Shown, ...]:
    if draft.look is None:
        return ()
    found = []
    for number, file in enumerate(draft.look.files):
        for index, sheet in enumerate(file.sheets):
            own = {column.id for column in sheet.columns}
            found.append(
                Shown(
                    place=f"{file.name} › {sheet.name}" if sheet.name else file.name,
                    sheet=sheet,
                    encoding=file.encoding,
                    delimiter="" if file.workbook else _(DELIMITERS[_NAMED_SIGNS.get(file.delimiter, file.delimiter)]),
                    why=_(_WHY[sheet.why]) if sheet.why in _WHY else "",
                    skipped=_(_SKIPPED.get(sheet.skipped, sheet.skipped)),
                    others=tuple(one for one in draft.options.columns if one not in own),
                    key=f"{number}-{index}",
                )
            )
    return tuple(found)


def _sheets(draft: Draft) -> list[tuple[str, int, bool]]:
    """Return the sheets to choose from: name, rows, whether it is read; none where there is no choice."""
    if draft.look is None:
        return []
    sheets = [sheet for file in draft.look.files for sheet in file.sheets if sheet.name]
    names = dict.fromkeys(sheet.name for sheet in sheets)
    if len(names) < 2:
        return []
    return [
        (
            name,
            sum(sheet.rows for sheet in sheets if sheet.name == name),
            any(sheet.name == name and not sheet.skipped for sheet in sheets),
        )
        for name in names
    ]


def _filters(draft: Draft) -> list[Filter]:
    """Return the columns to choose rows by, the ones in use and those that speak of subscriptions first."""
    if draft.look is None:
        return []
    return sorted(draft.look.filters, key=lambda one: (not one.active, not any(value.means for value in one.values)))


def _asked(draft: Draft, question: Question) -> Asked:
    heading, told = sentences.question_told(question)
    candidates: tuple[tuple[Column, str, str], ...] = ()
    if question.kind == "AmbiguousColumn" and draft.look is not None:
        several = sum(len(file.sheets) for file in draft.look.files) > 1
        candidates = tuple(
            (
                column,
                (f"{file.name} › {sheet.name}" if sheet.name else file.name) if several else "",
                _sample(sheet, index),
            )
            for file in draft.look.files
            for sheet in file.sheets
            for index, column in enumerate(sheet.columns)
            if column.candidate
        )
    return Asked(question, heading, told, sentences.likely_told(question.likely), candidates, question.values)


def _sample(sheet: Sheet, index: int) -> str:
    """Return the first few cells of a column."""
    cells = [row.cells[index] for row in sheet.head if row.kind == "data" and row.cells[index].strip()]
    return ", ".join(cells[:3])


@cache
def _regions(language: str) -> list[tuple[str, str]]:
    """Return the countries that have phone numbers, by name."""
    import phonenumbers  # noqa: PLC0415 - slow to import, and wanted by this list alone
    from babel import Locale  # noqa: PLC0415 - as above

    names = Locale.parse(language).territories
    known = [(code, names.get(code, code)) for code in phonenumbers.SUPPORTED_REGIONS]
    return sorted(known, key=lambda pair: fold(pair[1]))
