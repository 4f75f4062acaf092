"""Help for the tests of reading: write a file, load it, look at the cells."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.stage import judge
from stopimport.loading.cells import Loaded, LoadOptions
from stopimport.loading.stage import load

if TYPE_CHECKING:
    from pathlib import Path

JUDGE = partial(judge, options=CleanOptions())


def write(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    """Write one input file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def load_text(folder: Path, content: str | bytes, **options) -> Loaded:
    """Write one text file and load it."""
    return load([write(folder, content)], LoadOptions(**options), judge=JUDGE)


def cells(loaded: Loaded) -> list[tuple[int, str]]:
    """Return row and text of all cells."""
    return list(zip(loaded.cells["row"], loaded.cells["input"], strict=True))


def inputs(loaded: Loaded) -> list[str]:
    """Return the text of all cells."""
    return list(loaded.cells["input"])


def told(loaded: Loaded) -> str:
    """Return all notices as one text."""
    return "\n".join(map(str, loaded.notices))
