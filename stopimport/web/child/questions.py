"""The guards as questions: what a person decides before anything is sent."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, ClassVar

import msgspec

from stopimport.loading.columns.words import fold
from stopimport.loading.errors import (
    AmbiguousColumn,
    HiddenRows,
    NumbersAboveHeader,
    StillSubscribed,
    WhereKeepsNothing,
)
from stopimport.loading.preview import FilterValue
from stopimport.pipeline.errors import CountriesMatter, NothingValid, TooManyNumbers, TooManyRejects
from stopimport.reporting.previews import CountryFit, RejectedEntry
from stopimport.text.language import N_, Plural, Sentence, Template
from stopimport.web.texts import Text, in_every_language

if TYPE_CHECKING:
    from stopimport.errors import StopimportError
    from stopimport.loading.preview import Meaning
    from stopimport.pipeline.rejecting import Rejected


class AskedQuestion(msgspec.Struct, frozen=True, tag_field="kind"):
    """What all questions have; their kinds are the names of the guards."""

    heading: ClassVar[str]
    sentence: ClassVar[Template]
    """The whole question in plain words; its facts are those of the guard."""
    text: Text
    """The sentence with its facts."""

    @property
    def kind(self) -> str:
        """The name of the guard."""
        return str(self.__struct_config__.tag)


class StatusQuestion(AskedQuestion, frozen=True, tag=StillSubscribed.__name__):
    """A status column says that some people are still subscribed."""

    heading: ClassVar[str] = N_("Who should be added?")
    sentence: ClassVar[Template] = N_(
        "The column '{column}' shows that some of these people are still subscribed. Tick the values of "
        "those who unsubscribed."
    )
    place: Text
    column: str
    values: tuple[FilterValue, ...]
    """Those that mean 'gone' are chosen beforehand."""


class HiddenRowsQuestion(AskedQuestion, frozen=True, tag=HiddenRows.__name__):
    """There are hidden rows, and nobody has said what to do with them."""

    heading: ClassVar[str] = N_("Should hidden rows be imported?")
    sentence: ClassVar[Template] = Plural(
        "{rows:,} row is hidden, by a filter or by hand. Should its number be added to the stop list too?",
        "{rows:,} rows are hidden, by a filter or by hand. Should their numbers be added to the stop list too?",
        by="rows",
    )
    places: tuple[tuple[Text, int], ...]
    """Hidden rows by sheet."""


class ColumnQuestion(AskedQuestion, frozen=True, tag=AmbiguousColumn.__name__):
    """Several columns could be the phone column; they are marked in the preview."""

    heading: ClassVar[str] = N_("Which column holds the phone numbers?")
    sentence: ClassVar[Template] = N_("Several columns could be the phone column. Tick the one to import, or several.")


class AboveQuestion(AskedQuestion, frozen=True, tag=NumbersAboveHeader.__name__):
    """Mobile numbers are above a header, and may be data or title lines."""

    heading: ClassVar[str] = N_("Should the numbers above the headers be left out?")
    sentence: ClassVar[Template] = N_(
        "{place}: there are mobile numbers above the headers of row {header}, in rows {rows}. They may be "
        "a contact, or people to import: in that case move them below the headers, and choose the file "
        "again."
    )
    header: int


class CountryQuestion(AskedQuestion, frozen=True, tag=CountriesMatter.__name__):
    """A column names countries, and would change what comes out."""

    heading: ClassVar[str] = N_("Which countries are these numbers from?")
    sentence: ClassVar[Template] = Plural(
        "{place}: the column '{column}' names countries, which would change how {changed:,} phone number is read.",
        "{place}: the column '{column}' names countries, which would change how {changed:,} phone numbers are read.",
        by="changed",
    )
    column: str


class NoRowQuestion(AskedQuestion, frozen=True, tag=WhereKeepsNothing.__name__):
    """The choice of rows keeps none."""

    heading: ClassVar[str] = N_("No row is left. Is that right?")
    sentence: ClassVar[Template] = N_(
        "None of the rows matches your choice of rows. Choose other values below, or continue with none."
    )


class RejectsQuestion(AskedQuestion, frozen=True, tag=TooManyRejects.__name__):
    """Many entries are no valid number; which, and why, is shown before anybody agrees."""

    heading: ClassVar[str] = N_("Are these the right numbers?")
    sentence: ClassVar[Template] = Plural(
        "{place}: {rejected:,} of {entries:,} phone numbers is not valid.",
        "{place}: {rejected:,} of {entries:,} phone numbers are not valid.",
        by="rejected",
    )
    likely: str
    """The reason (`vocabulary.Reason`) of most rejects."""
    rejects: dict[str, int] = {}
    """Rejected entries by reason."""
    samples: dict[str, tuple[RejectedEntry, ...]] = {}
    """A few of each."""
    countries: tuple[CountryFit, ...] = ()
    """Countries whose numbers they may be."""
    sheet: tuple[str, str] = ("", "")
    """File and sheet that it is about; '' where it is about all."""


class NothingValidQuestion(AskedQuestion, frozen=True, tag=NothingValid.__name__):
    """No entry is a valid number; there is no way out but to choose something else."""

    heading: ClassVar[str] = N_("Is this the phone column?")
    sentence: ClassVar[Template] = Plural(
        "{place}: the {entries:,} entry in the column '{column}' is not a valid phone number.",
        "{place}: none of the {entries:,} entries in the column '{column}' is a valid phone number.",
        by="entries",
    )
    likely: str
    rejects: dict[str, int] = {}
    samples: dict[str, tuple[RejectedEntry, ...]] = {}
    countries: tuple[CountryFit, ...] = ()
    sheet: tuple[str, str] = ("", "")
    """All as of `RejectsQuestion`."""


class AmountQuestion(AskedQuestion, frozen=True, tag=TooManyNumbers.__name__):
    """There are more numbers than the settings allow."""

    heading: ClassVar[str] = N_("That many numbers?")
    sentence: ClassVar[Template] = Plural(
        "{numbers:,} number would be added; this program is set up to ask above {most:,}.",
        "{numbers:,} numbers would be added; this program is set up to ask above {most:,}.",
        by="numbers",
    )
    numbers: int


Question = (
    StatusQuestion
    | HiddenRowsQuestion
    | ColumnQuestion
    | AboveQuestion
    | CountryQuestion
    | NoRowQuestion
    | RejectsQuestion
    | NothingValidQuestion
    | AmountQuestion
)


def question_of(guard: StopimportError, found: Rejected | None = None, sheet: tuple[str, str] = ("", "")) -> Question:
    """Return a guard as a question.

    Args:
        guard: what speaks against sending.
        found: where it is about rejects, what is known of these.
        sheet: file and sheet that it is about, likewise.

    Raises:
        NotImplementedError: there is no question for this guard.
    """
    facts = {field.name: getattr(guard, field.name) for field in fields(guard)}

    def text(of: type[AskedQuestion]) -> Text:
        return in_every_language(Sentence(of.sentence, **facts))

    question: Question
    match guard:
        case StillSubscribed():
            values = _merged(guard)
            question = StatusQuestion(text(StatusQuestion), in_every_language(guard.place), guard.column, values)
        case HiddenRows():
            places = tuple((in_every_language(place), rows) for place, rows in guard.by_place)
            question = HiddenRowsQuestion(text(HiddenRowsQuestion), places)
        case AmbiguousColumn():
            question = ColumnQuestion(text(ColumnQuestion))
        case NumbersAboveHeader():
            question = AboveQuestion(text(AboveQuestion), guard.header)
        case CountriesMatter():
            question = CountryQuestion(text(CountryQuestion), guard.column)
        case WhereKeepsNothing():
            question = NoRowQuestion(text(NoRowQuestion))
        case NothingValid() | TooManyRejects():
            of = NothingValidQuestion if isinstance(guard, NothingValid) else RejectsQuestion
            known = (found.reasons, found.samples, found.countries) if found else ({}, {}, ())
            question = of(text(of), guard.mostly, *known, sheet)
        case TooManyNumbers():
            question = AmountQuestion(text(AmountQuestion), guard.numbers)
        case _:
            raise NotImplementedError(type(guard).__name__)
    return question


def _merged(guard: StillSubscribed) -> tuple[FilterValue, ...]:
    """Return values with their counts, those that only differ in case or blanks as one; the most frequent first."""
    said: dict[str, Meaning] = dict.fromkeys(map(fold, guard.subscribed), "subscribed")
    said |= dict.fromkeys(map(fold, guard.gone), "gone")
    found: dict[str, FilterValue] = {}
    for value, count in sorted(guard.counts.items(), key=lambda item: -item[1]):
        means = said.get(fold(value), "")
        first = found.get(fold(value)) or FilterValue(" ".join(value.split()), 0, chosen=means == "gone", means=means)
        found[fold(value)] = replace(first, count=first.count + count)
    told: Meaning = "" if guard.texts else "gone"
    others = [FilterValue("", guard.marked, chosen=bool(told), means=told, others=True)] if guard.marked else []
    return tuple(sorted([*found.values(), *others], key=lambda one: -one.count))
