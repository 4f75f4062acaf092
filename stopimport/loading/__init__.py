"""Reading: files of any kind in, the cells of their phone columns out.

`load` is the way in; what it returns is described in `cells`.
"""

from typing import TYPE_CHECKING, Any

from stopimport.loading.cells import CELL_COLUMNS, KEEP_PREFIX, FileRead, Loaded, LoadOptions, SheetRead, Source

if TYPE_CHECKING:
    from stopimport.loading.stage import load

__all__ = [
    "CELL_COLUMNS",
    "KEEP_PREFIX",
    "FileRead",
    "LoadOptions",
    "Loaded",
    "SheetRead",
    "Source",
    "load",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as Python calls it
    """Import `load` when it is asked for: who only wants the settings shall not wait for pandas."""
    if name == "load":
        from stopimport.loading.stage import load  # noqa: PLC0415 - see above

        return load
    raise AttributeError(name)
