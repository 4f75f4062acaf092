"""Countries by name."""

from __future__ import annotations

from functools import cache


def region_name(code: str, language: str) -> str:
    """Return the name of a country; '' for none."""
    return region_names(language).get(code, code) if code else ""


@cache
def region_names(language: str) -> dict[str, str]:
    """Return the names of all countries, by their codes."""
    from babel import Locale  # noqa: PLC0415 - slow to import, and wanted by few pages

    return dict(Locale.parse(language).territories)
