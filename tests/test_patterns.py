"""Every pattern of the package takes a time that grows with its text, not with its square or beyond."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import re
import time
from itertools import product
from statistics import median

import pytest
from effort import EXHAUSTIVE, UNMEASURED

import stopimport

SIZES = (16, 20, 24, 28, 32, 64, 96, 128, 160, 192, 512, 4096)
NOTICED = 0.01
"""Seconds of processor time that a text of these sizes may take before its growth is looked at."""
STEEPEST = 1.3
BOUNDED = dict.fromkeys((f"stopimport.loading.columns.status_{name}" for name in ("answers", "grammar", "words")), 200)
"""Characters at most that the patterns of a module ever see: headers are cut to that."""
RAW_XML = "stopimport.loading.workbooks.scan"
"""Looks into packages whose parts it bounds itself."""
USUAL = (
    " ", "\t", "\n", "0", "12", "a", "A", "x", "_", "-", ".", ",", ";", "/", "=", ":", "+", "(", ")", '"', "'", "@",
    "<", ">", "é", "%", "*", "[", "<!---->", "0 ", "a ", "- ", " x", "1,", "0.", "ou ", "a@", "a.", "=a ", '""',
    "<a ", "= ",
)  # fmt: skip
LEADS = ("", "0", "a")
END = "\x00!"
"""What nearly no pattern takes, so that all ways are tried."""


def patterns():
    """Return every pattern that a module of the package holds, by its name."""
    found = {}
    for info in pkgutil.walk_packages(stopimport.__path__, "stopimport."):
        if info.name.endswith("__main__") or info.name.startswith(RAW_XML):
            continue
        for name, value in vars(importlib.import_module(info.name)).items():
            held = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
            for place, one in enumerate(held):
                if isinstance(one, re.Pattern):
                    found.setdefault(one, f"{info.name}:{name}[{place}]")
    return {name: pattern for pattern, name in found.items()}


PATTERNS = patterns()


def own_signs(pattern):
    """Return the literal words of a pattern, which lead deeper into it than any others."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    return tuple(sorted(set(re.findall(r"(?<!\\)[A-Za-z:/<@#]{1,12}", text)))[:6])


def ways(name):
    """Return how the package uses a pattern: `search` also stands for all that looks at every place of a text."""
    module, _, held = name.partition(":")
    source = inspect.getsource(importlib.import_module(module))
    used = set(
        re.findall(rf"\b{held.partition('[')[0]}\.(search|match|fullmatch|finditer|findall|sub|split)\(", source)
    )
    return [way if way in {"match", "fullmatch"} else "search" for way in sorted(used)] or ["search"]


def seconds(pattern, text, used):
    """Return the processor time that the ways to use a pattern take on one text."""
    started = time.process_time()
    for way in used:
        getattr(pattern, way)(text)
    return time.process_time() - started


def steepness(pattern, used, lead, pump, longest):
    """Return how steeply the time grows with the text where it is long enough to be noticed; 0 if it never is."""
    before = None
    for size in SIZES:
        if size > longest:
            break
        text = lead + pump * max(1, size // len(pump)) + END
        text = text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text
        taken = seconds(pattern, text, used)
        if taken > NOTICED and before:
            shorter = before
            again = [seconds(pattern, text, used) / max(seconds(pattern, shorter, used), 1e-6) for _ in range(3)]
            return math.log(median(again)) / math.log(len(text) / len(shorter))
        before = text
    return 0.0


@EXHAUSTIVE
@UNMEASURED
@pytest.mark.parametrize("name", PATTERNS)
def test_the_time_of_a_pattern_grows_with_its_text(name):
    """Generated worst cases: usual signs, and words of the pattern itself, many times over, and an end that fails."""
    pattern, used = PATTERNS[name], ways(name)
    longest = BOUNDED.get(name.partition(":")[0], SIZES[-1])
    pumps = (*USUAL, *own_signs(pattern))
    leads = (*LEADS, *own_signs(pattern)[:2])
    steep = {
        (lead, pump): found
        for lead, pump in product(leads, pumps)
        if (found := steepness(pattern, used, lead, pump, longest)) > STEEPEST
    }
    assert steep == {}


@pytest.mark.parametrize(
    ("pattern", "used", "pump"),
    [
        (r"\s*(<!--.*?-->\s*)*<html\b", ["match"], "<!---->"),
        (r"(?<=[^\s@])[^\s@]+(?=@)", ["search"], "a"),
        (r"(a+)+$", ["fullmatch"], "a"),
    ],
)
def test_a_steep_pattern_would_be_found(pattern, used, pump):
    """Patterns whose time doubles with each sign, or grows with the square, are told from others."""
    assert steepness(re.compile(pattern, re.DOTALL), used, "", pump, SIZES[-1]) > STEEPEST
