"""What the tests of cleaning share: one cell in, its entries out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.stage import clean


@pytest.fixture
def entries():
    """Return a function that cleans cells and gives their entries as dictionaries, without what is empty."""

    def read(*inputs: str, country: str | None = None, **options: Any) -> list[dict[str, Any]]:
        cells = pd.DataFrame({"input": pd.Series(inputs, dtype="str")})
        if country is not None:
            cells["country"] = country
        frame = clean(cells, CleanOptions(**options)).entries
        kept = frame[["number", "reason", "repairs", "detail"]].astype(object).fillna("")
        return [{name: value for name, value in row.items() if value} for row in kept.to_dict("records")]

    return read
