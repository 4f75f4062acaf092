"""Pages that are served for the tests of this folder."""

from __future__ import annotations

import pytest
from browsing import practice_page, visit  # noqa: F401 - fixtures
from served import serving


@pytest.fixture(scope="module")
def shared_program(tmp_path_factory, program_in):
    """The command whose page `shared_page` is."""
    return program_in(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def shared_page(shared_program):
    """A page in practice mode, opened once for all tests of a file that change nothing on it."""
    with serving(shared_program, "--sandbox") as served:
        yield served.enter()


@pytest.fixture
def practising(program):
    """A page in practice mode, opened."""
    with serving(program, "--sandbox") as served:
        yield served.enter()


@pytest.fixture
def page(program, reach):
    """A page with a key, whose account is at the practice API of the test (`reach`), slow enough to be watched."""
    with serving(program, "--rate", "20/s") as served:
        yield served.enter()
