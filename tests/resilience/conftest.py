"""What the tests under fire share: the command in processes that start at once, and folders for many examples."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from forked import Forked


@pytest.fixture
def forked(program):
    """The command of `program`, in forked processes."""
    return Forked(program)


@pytest.fixture
def afresh(program):
    """Give a folder like `program`'s to each example of a property test."""

    @contextmanager
    def make():
        with tempfile.TemporaryDirectory() as path:
            yield type(program)(Path(path))

    return make
