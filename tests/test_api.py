"""The public Python API: every example in its documentation is run."""

from __future__ import annotations

import doctest
from pathlib import Path

import pandas as pd
import pytest

import stopimport
from stopimport import api
from stopimport.errors import GuardError, UnknownKeyword
from stopimport.smspartner import client

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("documented", [api.load, api.clean, api.run, api.check, client.StopListClient])
def test_the_examples_are_true(documented, monkeypatch, practice):
    """Each public function and class has an example, and it does what it says."""
    monkeypatch.chdir(ROOT)
    tests = [
        test
        for test in doctest.DocTestFinder(recurse=False).find(documented, globs={"practice": practice})
        if test.examples
    ]
    assert tests, f"{documented.__name__} has no example"
    runner = doctest.DocTestRunner()
    for test in tests:
        assert runner.run(test).failed == 0


def test_public_names_are_there_after_everything_was_imported():
    """`stopimport.load` is the function, whatever has been imported before."""
    for name in stopimport.__all__:
        assert getattr(stopimport, name) is not None
    assert callable(stopimport.load)
    assert callable(stopimport.clean)


def test_an_unknown_setting_names_the_nearest():
    """A misspelt keyword is told, with the name that was probably meant."""
    with pytest.raises(UnknownKeyword, match="country_column"):
        stopimport.clean(pd.DataFrame({"input": ["06"]}), country_colum="Pays")


def test_load_raises_what_a_run_would_stop_at(tmp_path):
    """A guard on what was read is an exception for scripts."""
    path = tmp_path / "status.csv"
    path.write_text("Mobile;Statut\n06 00 00 10 01;désinscrit\n06 00 00 10 02;abonné\n", "utf-8")
    with pytest.raises(GuardError, match="Statut"):
        stopimport.load(path)
    assert len(stopimport.load(path, where=["Statut=désinscrit"])) == 1
