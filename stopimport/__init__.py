"""Bring opt-outs from CSV and Excel exports onto SMS Partner's stop list.

For scripts and notebooks: `load` and `clean` give DataFrames, `run` and `check` do the whole job, and
`StopListClient` talks to the API. The names are imported when first used, so that the command line starts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stopimport.version import __version__

if TYPE_CHECKING:
    from stopimport.api import check, clean, load, run
    from stopimport.errors import StopimportError
    from stopimport.smspartner.client import StopListClient

__all__ = ["StopListClient", "StopimportError", "__version__", "check", "clean", "load", "run"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - functions and a class
    """Import a public name when it is first used."""
    if name == "StopimportError":
        from stopimport.errors import StopimportError  # noqa: PLC0415 - the point of this function

        return StopimportError
    if name == "StopListClient":
        from stopimport.smspartner.client import StopListClient  # noqa: PLC0415 - the point of this function

        return StopListClient
    if name in __all__:
        from stopimport import api  # noqa: PLC0415 - the point of this function

        return getattr(api, name)
    raise AttributeError(name)
