"""The practice API's settings as they are written, and the sentences for those that cannot be."""

from __future__ import annotations

import pytest

from stopimport.errors import BadOption
from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import FaultRule, SandboxOptions, parse_fault, parse_latency, parse_share


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("0.08", 0.08), ("2s", 2), ("80ms", 0.08), (" 80 ms ", 0.08)])
def test_latency(text, seconds):
    """A latency is written in seconds or milliseconds."""
    assert parse_latency(text) == seconds


@pytest.mark.parametrize(("text", "share"), [("0", 0), ("0.05", 0.05), ("5%", 0.05), ("100%", 1), ("1", 1)])
def test_share(text, share):
    """A share is written as a fraction or a percentage."""
    assert parse_share("--error-rate", text) == share


@pytest.mark.parametrize("text", ["", "x", "-1", "80m", "1,5", "nan", "inf"])
def test_bad_latency_is_told(text):
    """Anything else is refused with the two ways to write it."""
    with pytest.raises(BadOption, match="80ms"):
        parse_latency(text)


@pytest.mark.parametrize("text", ["", "x", "-1", "1.1", "101%", "nan"])
def test_bad_share_is_told(text):
    """A share outside 0 to 1 is refused, naming the option."""
    with pytest.raises(BadOption, match="--drop-rate"):
        parse_share("--drop-rate", text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("html=5%", FaultRule("html", 0.05)),
        ("slow=0.5:3", FaultRule("slow", 0.5, amount=3)),
        ("list/slow=1:0.2", FaultRule("slow", 1, amount=0.2, endpoint="list")),
        ("blocked=1:20@500", FaultRule("blocked", 1, amount=20, first=500)),
        ("add/drop-after=1@10-20", FaultRule("drop-after", 1, endpoint="add", first=10, last=20)),
    ],
)
def test_fault_rules(text, rule):
    """A rule is a name and a share, and may say how much, where and when."""
    assert parse_fault(text, FAULTS) == rule


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("html", "html=5%"),
        ("=1", "html=5%"),
        ("html=1@", "html=5%"),
        ("html=2", "5%"),
        ("flames=1", ", ".join(sorted(FAULTS))),
        ("send/html=1", "add, list, delete"),
    ],
)
def test_bad_fault_rules_are_told(text, hint):
    """A rule that cannot be understood is refused with the form, the names or the endpoints that there are."""
    with pytest.raises(BadOption) as error:
        parse_fault(text, FAULTS)
    assert hint in str(error.value)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"port": -1}, "--port"),
        ({"port": 65536}, "--port"),
        ({"key": ""}, "--key"),
        ({"latency": -1.0}, "--latency"),
        ({"rate_limit": 0}, "--rate-limit"),
        ({"error_rate": 1.5}, "--error-rate"),
        ({"drop_rate": -0.1}, "--drop-rate"),
    ],
)
def test_options_out_of_bounds(options, name):
    """Every option outside its bounds is refused by name."""
    with pytest.raises(BadOption, match=name):
        SandboxOptions(**options)
