"""What the buttons under a question set: the settings with which the files are read again."""

from __future__ import annotations

import pytest

from stopimport.web.choices import Choices, changed


@pytest.mark.parametrize(
    ("form", "setting"),
    [
        ({"set": ["country_column"], "country_column": ["Code pays"]}, {"country_column": "Code pays"}),
        ({"set": ["country_column"], "country_column": ["none"]}, {"country_column": "none"}),
        ({"set": ["header"], "header": ["3"]}, {"header": 3}),
        ({"set": ["country_column"]}, {}),
    ],
)
def test_an_answer_is_a_setting(form, setting):
    """As somebody on a terminal would give it; without an answer the question stays."""
    before, after = Choices().settings({}), changed(Choices(), form, None).settings({})
    assert setting == {name: value for name, value in after.items() if before.get(name) != value}
