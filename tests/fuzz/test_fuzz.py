"""Whatever a file holds: it is read or refused in plain words, and what was read balances."""

from __future__ import annotations

import os

from effort import EXHAUSTIVE, UNMEASURED
from fuzz_files import fuzz


def test_twisted_files_of_a_known_seed(tmp_path):
    """A few files, the same ones every day."""
    assert {} == fuzz(6, 1, tmp_path)


@EXHAUSTIVE
@UNMEASURED
def test_twisted_files(tmp_path):
    """Three hundred files, other ones each time; the seed says how to make them again."""
    seed = int.from_bytes(os.urandom(4))
    assert {} == fuzz(300, seed, tmp_path), f"seed {seed}"
