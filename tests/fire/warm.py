"""Importing this imports the whole program, and what it imports late: what `forked` forks from."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import stopimport

LATE = ("babel.dates", "jinja2", "keyring", "pyarrow.dataset", "pyarrow.pandas_compat")

for found in walk_packages(stopimport.__path__, "stopimport."):
    if not found.name.endswith("__main__"):
        import_module(found.name)
for name in LATE:
    import_module(name)
