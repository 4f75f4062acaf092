"""Texts that are plainly no phone number (names, codes, remarks), or plainly unwrapped, told by whole columns.

What is said of them is what `split.CellReader` would say one by one, which the tests prove; what is not plain enough is
left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from stopimport.cleaning.forms import DATE
from stopimport.cleaning.numbers import MIN_DIGITS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FEW_DIGITS = rf"^[^0-9]*(?:[0-9][^0-9]*){{0,{MIN_DIGITS - 1}}}$"
_PRINTABLE = r"^[ -~]*$"
_MARKED_OR_EXPONENT = r"^ *[=']|^ *\+?[0-9][0-9 ]*(?:[.,][0-9]+)? ?[eE][+-]?[0-9]+ *$"
_AMOUNT, _WHOLE = r"^(?:0|[1-9][0-9]*)[.,][0-9]{1,5}$", "[.,]0+$"
"""With decimals, too few for a number behind a comma; but zeros are what a spreadsheet program adds."""
_CODE = r"^[A-Za-z0-9_.\-]*(?:[0-9][_.\-]?[A-Za-z]|[A-Za-z][_\-]?[0-9])[A-Za-z0-9_.\-]*$"
"""One word with digits glued to letters."""
_EXPONENT = "[eE][+-]?[0-9]+"
_WRAPPED = rf"[^ -~]|^ | $|^[=']|^\+?[0-9][0-9 ]*(?:[.,][0-9]+(?: ?{_EXPONENT})?| ?{_EXPONENT})$"
"""Signs that are not plain, blanks around, a text marker, decimals or an exponent; see `forms.spreadsheet_number`."""
_DATE = rf"^(?:{DATE})$"
_PERHAPS_SEVERAL = r"(?i)[0-9_.\-](?:ou|et|or)[0-9_.\-]|www\."


def may_be_wrapped(texts: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - pyarrow has no types
    """Tell which `texts` `split.unwrapped` may change; all others it leaves as they are, without blanks around them."""
    found: NDArray[np.bool_] = pc.match_substring_regex(texts, _WRAPPED).to_numpy(zero_copy_only=False)
    return found


def worthless(texts: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - pyarrow has no types
    """Tell which `texts` (an Arrow array of strings) are plainly no number, and need no repair to see it."""
    few = pc.match_substring_regex(texts, _FEW_DIGITS)
    code = pc.and_not(pc.match_substring_regex(texts, _CODE), pc.match_substring_regex(texts, _PERHAPS_SEVERAL))
    plain = pc.and_not(
        pc.match_substring_regex(texts, _PRINTABLE), pc.match_substring_regex(texts, _MARKED_OR_EXPONENT)
    )
    date = pc.match_substring_regex(texts, _DATE)
    amount = pc.and_not(pc.match_substring_regex(texts, _AMOUNT), pc.match_substring_regex(texts, _WHOLE))
    words = pc.and_(plain, pc.or_(few, code))
    found: NDArray[np.bool_] = pc.or_(pc.or_(date, amount), words).to_numpy(zero_copy_only=False)
    return found
