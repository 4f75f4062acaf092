"""What programs read on a terminal does not steer it."""

from __future__ import annotations

import json

import pytest

from stopimport.text.printable import json_text


@pytest.mark.parametrize("sign", ["\u009b", "\u0085", "\u007f", "\u202e", "\u2028", "\ud800", "\u001b", "\n"])
def test_json_holds_no_sign_that_a_terminal_obeys(sign):
    """Such a sign is written as an escape, in names and values alike, and reads back as it was."""
    data = {f"a{sign}": [f"{sign}31m é +33", sign]}
    written = json_text(data)
    assert sign not in written
    assert written.encode()
    assert json.loads(written) == data


def test_json_stays_readable():
    """Letters of any language and no-break spaces are left as they are."""
    assert json_text({"é": "日本 \u00a0"}, 2) == '{\n  "é": "日本 \u00a0"\n}'
