"""Templates of HTML pages: the report's and the web page's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from pathlib import Path


def environment_of(templates: Path) -> jinja2.Environment:
    """Return what renders the HTML templates of a folder: all text escaped, nothing that is missing passed over."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
