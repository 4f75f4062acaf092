"""The map of the house shows the house as it is."""

from __future__ import annotations

import re
import tomllib

from docs_pages import ROOT

TEXT = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
NAMED = set(re.findall(r"`((?:stopimport|tests)/[^`\s]*)`", TEXT))


def test_what_it_names_exists():
    """Each file and folder on it is there."""
    assert len(NAMED) > 40
    assert set() == {name for name in NAMED if not (ROOT / name).exists()}


def test_every_room_is_on_it():
    """Each folder of the package that holds modules."""
    rooms = {f"{file.parent.relative_to(ROOT).as_posix()}/" for file in (ROOT / "stopimport").rglob("__init__.py")}
    assert rooms - {"stopimport/", "stopimport/loading/workbooks/scan/"} <= NAMED


def test_no_room_is_outside_the_layers():
    """import-linter looks at each folder and module of the package that others import."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layered = set(re.findall(r"stopimport\.(\w+)", " ".join(contracts[0]["layers"])))
    modules = {path.stem for path in (ROOT / "stopimport").glob("*.py")}
    rooms = {path.parent.name for path in (ROOT / "stopimport").glob("*/__init__.py")}
    assert rooms | modules - {"__init__"} == layered
    named = set(re.findall(r"stopimport\.smspartner\.(\w+)", " ".join(contracts[0]["layers"])))
    assert named == {path.stem for path in (ROOT / "stopimport" / "smspartner").glob("*.py")} - {"__init__"}


def test_the_changes_are_ten():
    """Each with the number of files that it touches."""
    rows = re.findall(r"^\| (.+?) \| (\d+)(?: and a folder)? \|", TEXT[TEXT.index("## Ten changes") :], re.MULTILINE)
    assert len(rows) == 10
