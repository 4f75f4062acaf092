"""Where all commands come together: whoever imports this has declared them."""

from stopimport.cli import account, afterwards, archive, configuring, importing, nightly, page, practice
from stopimport.cli.program import main

__all__ = ["account", "afterwards", "archive", "configuring", "importing", "main", "nightly", "page", "practice"]
