"""What can be wrong with countries and single numbers."""

from __future__ import annotations

from stopimport.errors import StopimportError
from stopimport.text.language import N_


class UnknownCountry(StopimportError):
    """An option names a country that does not exist, or that has no phone numbers."""

    option: str
    value: str
    template = N_("{option}: '{value}' is not a known country. Use two-letter ISO codes, such as FR, BE or RE.")
    page_template = N_("'{value}' is not a known country. Use two-letter ISO codes, such as FR, BE or RE.")


class NoNumber(StopimportError):
    """What should be one phone number is none, or several."""

    text: str
    why: str
    template = N_(
        "'{text}' cannot be read as one phone number: {why}. Write it with + and its calling code, "
        "or name its country with --region."
    )
    page_template = N_(
        "'{text}' cannot be read as one phone number: {why}. Write it with + and its country code, such as "
        "+33 6 00 00 10 01."
    )


class TooManyInCells(StopimportError):
    """Cells hold so many numbers that files, which show the whole cell with each, would grow out of proportion."""

    times: int
    template = N_(
        "The cells hold so many numbers each that the results, which show the whole cell beside every number, would be "
        "{times} times as large as the column. Put the numbers into rows of their own, then import again."
    )


class TooOdd(StopimportError):
    """Too many cells are none of the forms in which many cells are written, so that each has to be read by itself."""

    template = N_(
        "The phone column has too many cells in forms of their own (remarks, dates, amounts, several numbers each): "
        "reading them would take far longer than a file of this size explains. Put the numbers into a column of their "
        "own, then import again."
    )
