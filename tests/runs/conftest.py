"""What the journal's tests share: made-up entries and an open journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from made_up import FACTS

from stopimport.runs.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def make_entries() -> Callable[[int], pd.DataFrame]:
    """Return a maker of entries: `count` numbers, and after each third a duplicate and a reject."""

    def make(count: int) -> pd.DataFrame:
        numbers: list[str | None] = []
        duplicate_of = []
        for index in range(count):
            first = len(numbers)
            numbers.append(f"+33639{index:06d}")
            duplicate_of.append(-1)
            if index % 3 == 2:
                numbers += [numbers[first], None]
                duplicate_of += [first, -1]
        rows = len(numbers)
        rejected = [number is None for number in numbers]
        return pd.DataFrame(
            {
                "source": np.zeros(rows, np.int32),
                "file": pd.Categorical(["désabonnés.csv"] * rows),
                "sheet": pd.Categorical([""] * rows),
                "row": np.arange(2, rows + 2, dtype=np.int64),
                "column": pd.Categorical(["Téléphone"] * rows),
                "input": pd.Series([f"0{number[3:]}" if number else "néant" for number in numbers], dtype="str"),
                "number": pd.Series(numbers, dtype="str"),
                "reason": pd.Categorical(["not_a_phone_number" if bad else "" for bad in rejected]),
                "repairs": pd.Categorical([""] * rows),
                "detail": pd.Series([""] * rows, dtype="str"),
                "region": pd.Categorical(["" if bad else "FR" for bad in rejected]),
                "duplicate_of": np.array(duplicate_of, np.int64),
                "keep:Client": pd.Series([f"C-{row}" for row in range(rows)], dtype="str"),
            }
        )

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a run's journal is."""
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def journal(path: Path, make_entries: Callable[[int], pd.DataFrame]) -> Iterator[Journal]:
    """Return the open journal of a run of 30 numbers."""
    with Journal.create(path, FACTS, make_entries(30)) as opened:
        yield opened
