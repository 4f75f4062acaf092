"""What forked processes find done already: what the program derives anew in each process, and always the same.

One command is enough for the usual part of it: tables of writings, templates, the language's data.
"""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

from inside import inside

SAMPLE = Path(__file__).parents[1] / "sample_data" / "boutique.csv"

with tempfile.TemporaryDirectory() as _folder:
    _environment = {"PATH": os.environ["PATH"], "HOME": _folder, "LANG": "C.UTF-8"}
    _ended = inside(_folder, _environment, ["check", str(SAMPLE), "--out", "r"])
assert _ended[0] == 0, _ended
assert threading.enumerate() == [threading.main_thread()], "what is forked has no other threads"
