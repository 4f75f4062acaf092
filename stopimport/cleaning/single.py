"""One number that a person typed, read as a cell would be, without what whole columns need (pandas, Arrow)."""

from __future__ import annotations

from stopimport.cleaning.countries import parse_region
from stopimport.cleaning.errors import NoNumber
from stopimport.cleaning.numbers import Acceptance, judge_digits
from stopimport.cleaning.split import CellReader
from stopimport.text.language import _
from stopimport.vocabulary import REASONS, Reason

_ANY = Acceptance(any_line=True, possible=True)


def read_number(text: str, region: str) -> str:
    """Return the E.164 form of the one number in `text`, of whatever line.

    Args:
        text: the number in any writing.
        region: ISO code of the country of numbers without international prefix.

    Raises:
        UnknownCountry: there is no such region.
        NoNumber: `text` holds no number, or several.
    """
    home = parse_region("--region", region)
    found = CellReader(lambda digits: judge_digits(digits, home, _ANY)).read(text) if text.strip() else ()
    if len(found) == 1 and found[0].number:
        return found[0].number
    if len(found) > 1:
        why = _("it holds several numbers")
    else:
        reason = found[0].reason if found else None
        why = _(REASONS[reason or Reason.NOT_A_PHONE_NUMBER].title).lower()
        why += f" ({found[0].detail})" if found and found[0].detail.startswith("+") else ""
    raise NoNumber(text, why)
