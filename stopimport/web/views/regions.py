"""Countries by name."""

from __future__ import annotations

from functools import cache


def region_name(code: str, language: str) -> str:
    """Return the name of a country; '' for none."""
    return _names(language).get(code, code) if code else ""


@cache
def _names(language: str) -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - slow to import, and wanted by few pages

    return dict(Locale.parse(language).territories)
