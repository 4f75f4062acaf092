"""The sample files show what the program can do: every repair, nearly every reject reason, and no guard stops them."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stopimport.vocabulary import Reason, Repair, Status

SAMPLES = Path(__file__).parent.parent / "sample_data"


def stopimport(command, out, *options):
    """Run a command on the sample files with CSV output, and return the folder that it wrote."""
    arguments = [sys.executable, "-m", "stopimport", command, SAMPLES, "--out", out, "--format", "csv", *options]
    subprocess.run(arguments, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return out


def table(run, name):
    """Return the rows of one of a run's CSV files."""
    with (run / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a run over all sample files, sent to a practice API; it ended with exit code 0."""
    folder = tmp_path_factory.mktemp("samples") / "run"
    return stopimport("run", folder, "--yes", "--sandbox", "--rate", "1000/s")


@pytest.fixture(scope="module")
def inputs(run):
    """Return what the summary says about each file, by its name."""
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    assert "complete" == summary["state"]
    return {Path(item["file"]).name: item for item in summary["inputs"]}


def test_every_repair_is_shown(run):
    """Between them the samples need every repair that the program knows, but for what a person did."""
    assert set(Repair) - {Repair.CORRECTED} == {
        word for row in table(run, "results") for word in row["repairs"].split()
    }


def test_nearly_every_reason_is_shown(run):
    """All reasons appear, but for the one that needs --countries and the one that only the API can give."""
    shown = {row["reason"] for row in table(run, "rejects")}
    assert set(Reason) - {Reason.COUNTRY_NOT_ALLOWED, Reason.REFUSED_BY_API} == shown


def test_countries_can_be_shown(tmp_path):
    """With --countries, the foreign numbers of the samples are rejected as not allowed."""
    rejects = table(stopimport("check", tmp_path / "run", "--countries", "FR", "--max-rejects", "100%"), "rejects")
    foreign = {row["input"].lstrip("'")[:3] for row in rejects if row["reason"] == Reason.COUNTRY_NOT_ALLOWED}
    assert {"+32", "+41", "+49"} <= foreign


def test_the_same_person_in_two_files_counts_once(run):
    """Some numbers are in several files in other writings, and are found to be duplicates across them."""
    duplicates = [row for row in table(run, "results") if row["status"] == Status.DUPLICATE]
    assert any(row["duplicateOf"].split(":")[0] != row["file"] for row in duplicates)


def test_kinds_of_files(inputs):
    """There are a Windows-1252 file with semicolons, a UTF-8 one with commas, two workbooks and a plain list."""
    found = {name: (item["encoding"], item["delimiter"]) for name, item in inputs.items()}
    assert {
        "boutique.csv": ("utf-8", ","),
        "centre-appels.xlsx": (None, None),
        "export-crm.csv": ("windows-1252", ";"),
        "formulaire-web.xlsx": (None, None),
        "liste-stop.txt": ("utf-8", None),
    } == found


def test_sheets_of_the_workbook(inputs):
    """One workbook has two sheets to import, one without phone numbers, and one that is hidden."""
    sheets = {sheet["name"]: sheet for sheet in inputs["centre-appels.xlsx"]["sheets"]}
    assert {"Toulouse", "Lille"} == {name for name, sheet in sheets.items() if not sheet["skipped"]}
    skipped = {name: sheet["skipped"] for name, sheet in sheets.items() if sheet["skipped"]}
    assert {"Consignes": "no phone column", "Oppositions": "hidden"} == skipped


@pytest.mark.parametrize("name", ["boutique.csv", "export-crm.csv", "liste-stop.txt"])
def test_the_people_are_made_up(name):
    """E-mail addresses are in the domains that are reserved for examples."""
    text = (SAMPLES / name).read_text(encoding="cp1252" if name == "export-crm.csv" else "utf-8-sig")
    assert {"example.com", "example.org"} >= set(re.findall(r"@([\w.-]+)", text))
