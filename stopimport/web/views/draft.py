"""What the page of a draft shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from stopimport.loading.columns.words import fold
from stopimport.reporting.messages import figure
from stopimport.text.language import N_, _, language_in_force, ngettext
from stopimport.web.choices import column_id, sheet_id
from stopimport.web.views.moments import zoned
from stopimport.web.views.regions import region_names
from stopimport.web.views.wording import likely_cause

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stopimport.loading.preview import FilePreview, Filter, SheetPreview
    from stopimport.reporting.previews import CountryFit
    from stopimport.runs.summary import Counts
    from stopimport.web.child.questions import Question
    from stopimport.web.drafts import Draft
    from stopimport.web.past_runs import EarlierImport

ENCODINGS = ("utf-8", "windows-1252", "iso-8859-15", "mac-roman", "utf-16")
DELIMITERS: Mapping[str, str] = {
    ";": N_("semicolon ;"),
    ",": N_("comma ,"),
    "tab": N_("tab"),
    "|": N_("pipe |"),
    "none": N_("none"),
}
HEADER_ROWS = 20
"""So many rows can be chosen as the headers'."""
_WHY: Mapping[str, str] = {
    "picked": N_("chosen by you"),
    "header": N_("recognised by its header"),
    "content": N_("recognised by its content"),
    "rejects file": N_("corrected numbers of a rejects file"),
}
_SKIPPED: Mapping[str, str] = {
    "hidden": N_("a hidden sheet, left out"),
    "no phone column": N_("no phone column, left out"),
    "not selected": N_("not chosen, left out"),
    "empty": N_("empty"),
}
_ADJUSTABLE = frozenset(
    {"NoPhoneColumn", "InputWithoutColumn", "Undecodable", "TooManyColumns", "HeaderRowMissing", "BadOption"}
)
"""Problems that another way of reading may solve."""
_NAMED_SIGNS = {"\t": "tab", "": "none"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column to choose from."""

    id: str
    label: str
    place: str
    """File and sheet, where there are several."""
    sample: str
    """Its first cells."""


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """A question in words."""

    question: Question
    heading: str
    likely: str
    """The probable cause; '' for none."""
    candidates: tuple[Candidate, ...]
    """The columns to choose from, where the question is about that."""
    countries: tuple[tuple[str, str], ...]
    """Countries that answer it by a click: code, and what would come of it in words."""
    sheet: str
    """Id of the sheet that can be left out as an answer; '' for none."""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet as it was understood."""

    file_number: int
    sheet_number: int
    place: str
    """File and sheet."""
    sheet: SheetPreview
    encoding: str
    delimiter: str
    """Its name."""
    why: str
    """Why this column was taken, in words."""
    skipped: str
    """Why nothing is read from it, in words."""
    others: tuple[str, ...]
    """Ids of columns chosen in other sheets, which stay when one of this sheet is chosen."""
    id: str
    """See `choices.sheet_id`."""
    can_go: bool
    """Whether it can be left out: another one is read."""
    is_out: bool
    """Whether it was left out."""

    @property
    def key(self) -> str:
        """What names the sheet's elements on the page."""
        return f"{self.file_number}-{self.sheet_number}"


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """A name of sheets to choose from."""

    name: str
    rows: int
    read: bool


@dataclass(frozen=True, slots=True)
class EarlierPart:
    """An import of the same content."""

    run: str
    text: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft: what was understood, and what would happen."""

    template: ClassVar[str] = "draft.html"
    part: ClassVar[str] = "draft_stage.html"
    title: str
    back: str
    """Where the forms of the frame lead back to."""
    heading: str
    names: str
    """Of the files."""
    draft: Draft
    step: str
    """Names what the page is about, for its script: the focus moves when it changes."""
    news: str
    """What somebody who does not see the page is told now."""
    adjustable: bool
    """Whether another way of reading may solve the problem."""
    questions: tuple[QuestionPart, ...]
    sheets: tuple[SheetPart, ...]
    sheet_choices: tuple[SheetChoice, ...]
    """None where there is no choice."""
    filters: tuple[Filter, ...]
    """Columns to choose rows by, the ones in use and those that speak of subscriptions first."""
    counts: Counts | None
    """What would come out; None: not known."""
    earlier: tuple[EarlierPart, ...]
    """Imports of the same content."""
    to_add: str
    """How many numbers are to be added."""
    encodings: tuple[str, ...]
    delimiters: tuple[tuple[str, str], ...]
    """Sign and name."""
    header_rows: tuple[str, ...]
    regions: tuple[tuple[str, str], ...]
    """Code and name of the countries that have phone numbers."""
    country_columns: tuple[str, ...]
    """Names of the columns that may be said to name the country of each row."""


def draft_page(draft: Draft, earlier: Sequence[EarlierImport] = ()) -> DraftPage:
    """Return what the page of a draft shows; `earlier` are imports of the same content."""
    names = ", ".join(file.name for file in draft.files)
    heading, preview = _heading(draft), draft.preview
    questions = tuple(_question(draft, question) for question in draft.questions) if draft.phase == "asking" else ()
    filters = preview.filters if preview else ()
    return DraftPage(
        title=f"{heading} – {names}",
        back=f"/drafts/{draft.id}",
        heading=heading,
        names=names,
        draft=draft,
        step=_step(draft, questions),
        news=_news(draft, questions),
        adjustable=draft.phase == "refused" and draft.problem is not None and draft.problem.kind in _ADJUSTABLE,
        questions=questions,
        sheets=tuple(_sheets(draft)),
        sheet_choices=_sheet_choices(draft),
        filters=tuple(sorted(filters, key=lambda one: (not one.active, not any(value.means for value in one.values)))),
        counts=draft.checked.counts if draft.checked else None,
        earlier=tuple(map(_earlier, earlier)),
        to_add=_to_add(draft),
        encodings=ENCODINGS,
        delimiters=tuple((sign, _(name)) for sign, name in DELIMITERS.items()),
        header_rows=tuple(str(row) for row in range(1, HEADER_ROWS + 1)),
        regions=_regions(language_in_force()),
        country_columns=tuple(dict.fromkeys(_country_columns(draft))),
    )


def _earlier(one: EarlierImport) -> EarlierPart:
    told = _("{file} was imported on {time} by {name}.") if one.by else _("{file} was imported on {time}.")
    return EarlierPart(one.run, told.format(file=one.file, time=zoned(one.at), name=one.by))


def _heading(draft: Draft) -> str:
    if draft.phase == "refused":
        return _("This file cannot be imported as it is")
    if draft.phase == "asking":
        return _("One question before you continue")
    if draft.phase == "reading" and draft.preview is None:
        return _("Reading your files")
    return _("Check before adding")


def _step(draft: Draft, questions: tuple[QuestionPart, ...]) -> str:
    if draft.phase == "reading" and draft.preview is not None:
        return "rereading"
    return f"{draft.phase}:{','.join(one.question.kind for one in questions)}"


def _news(draft: Draft, questions: tuple[QuestionPart, ...]) -> str:
    if draft.phase == "reading":
        return _("Reading …")
    if questions:
        return questions[0].heading
    if draft.phase == "ready" and draft.checked:
        return _counts_told(draft.checked.counts)
    return ""


def _to_add(draft: Draft) -> str:
    numbers = draft.checked.counts.numbers if draft.checked else 0
    if not numbers:
        return _("These files contain no number to add.")
    return ngettext("{count} number to add", "{count} numbers to add", numbers).format(count=figure(numbers))


def _counts_told(counts: Counts) -> str:
    """Return the counts that matter in one sentence."""
    told = _("Numbers to add: {numbers}; duplicates: {duplicates}; rejected: {rejected}.")
    return told.format(
        numbers=figure(counts.numbers), duplicates=figure(counts.duplicate), rejected=figure(counts.rejected)
    )


def _places(draft: Draft) -> Iterator[tuple[int, int, FilePreview, SheetPreview]]:
    """Yield every sheet with its numbers and its file."""
    for number, file in enumerate(draft.preview.files if draft.preview else ()):
        for place, sheet in enumerate(file.sheets):
            yield number, place, file, sheet


def _place(file: FilePreview, sheet: SheetPreview) -> str:
    name = f"{file.name} › {sheet.name}" if sheet.name else file.name
    return _("{place}, from row {row}").format(place=name, row=figure(sheet.begin)) if sheet.part else name


def _sheets(draft: Draft) -> Iterator[SheetPart]:
    read = {(file.name, sheet.name) for _number, _place, file, sheet in _places(draft) if not sheet.skipped}
    for number, place, file, sheet in _places(draft):
        is_out = (file.name, sheet.name) in draft.choices.left_out
        own = {column_id(number, place, index) for index in range(len(sheet.columns))}
        yield SheetPart(
            file_number=number,
            sheet_number=place,
            place=_place(file, sheet),
            sheet=sheet,
            encoding=file.encoding,
            delimiter="" if file.workbook else _(DELIMITERS[_NAMED_SIGNS.get(file.delimiter, file.delimiter)]),
            why=_(_WHY[sheet.why]) if sheet.why in _WHY else "",
            skipped=_(_SKIPPED.get(sheet.skipped, sheet.skipped)),
            others=tuple(one for one in draft.choices.columns if one not in own),
            id=sheet_id(file.name, sheet.name),
            can_go=bool(sheet.name) and not sheet.skipped and len(read) > 1,
            is_out=is_out,
        )


def _sheet_choices(draft: Draft) -> tuple[SheetChoice, ...]:
    sheets = [sheet for _number, _index, _file, sheet in _places(draft) if sheet.name]
    names = dict.fromkeys(sheet.name for sheet in sheets)
    if len(names) < 2:
        return ()
    return tuple(
        SheetChoice(
            name,
            sum(sheet.rows for sheet in sheets if sheet.name == name),
            any(sheet.name == name and not sheet.skipped for sheet in sheets),
        )
        for name in names
    )


def _question(draft: Draft, question: Question) -> QuestionPart:
    candidates = tuple(_candidates(draft)) if question.kind == "AmbiguousColumn" else ()
    return QuestionPart(
        question,
        _(question.heading),
        likely_cause(getattr(question, "likely", "")),
        candidates,
        countries=tuple((one.region, _fit(one)) for one in getattr(question, "countries", ())),
        sheet=_sheet_to_go(draft, getattr(question, "sheet", ("", ""))),
    )


def _fit(one: CountryFit) -> str:
    """Return what would come of reading numbers as those of a country."""
    told = _("Read as numbers from {country} ({fit} of {cells} fit)")
    name = dict(_regions(language_in_force())).get(one.region, one.region)
    return told.format(country=name, fit=figure(one.fit), cells=figure(one.cells))


def _sheet_to_go(draft: Draft, sheet: tuple[str, str]) -> str:
    """Return the id of a sheet that a question is about; '' if it is the only one, or none."""
    return next((one.id for one in _sheets(draft) if one.can_go and one.id == sheet_id(*sheet)), "")


def _country_columns(draft: Draft) -> Iterator[str]:
    for _number, _index, _file, sheet in _places(draft):
        yield from (column.label for column in sheet.columns if not column.phone)


def _candidates(draft: Draft) -> Iterator[Candidate]:
    several = len(list(_places(draft))) > 1
    for number, place, file, sheet in _places(draft):
        for index, column in enumerate(sheet.columns):
            if column.candidate:
                yield Candidate(
                    column_id(number, place, index),
                    column.label,
                    _place(file, sheet) if several else "",
                    _sample(sheet, index),
                )


def _sample(sheet: SheetPreview, index: int) -> str:
    """Return the first few cells of a column."""
    cells = [row.cells[index] for row in sheet.head if row.kind == "data" and row.cells[index].strip()]
    return ", ".join(cells[:3])


@cache
def _regions(language: str) -> tuple[tuple[str, str], ...]:
    """Return the countries that have phone numbers, by name."""
    import phonenumbers  # noqa: PLC0415 - slow to import, and wanted by this list alone

    names = region_names(language)
    known = [(code, names.get(code, code)) for code in phonenumbers.SUPPORTED_REGIONS]
    return tuple(sorted(known, key=lambda pair: fold(pair[1])))
