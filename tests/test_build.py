"""What is built from the repository: one version, the French catalogue in the wheel, a source archive that is whole."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from gettext import GNUTranslations
from pathlib import Path

import catalogue
import pytest

from stopimport import __version__

ROOT = Path(__file__).parent.parent
MO = "stopimport/locale/fr/LC_MESSAGES/stopimport.mo"


def build(target, tree, out):
    """Build a target as pip does, without fetching anything, and return its file."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", out]
    subprocess.run(command, cwd=tree, check=True, capture_output=True, timeout=120)
    (file,) = out.glob({"sdist": "*.tar.gz", "wheel": "*.whl"}[target])
    return file


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The source archive's folder, unpacked."""
    out = tmp_path_factory.mktemp("source")
    with tarfile.open(build("sdist", ROOT, out)) as archive:
        archive.extractall(out, filter="data")
    return out / f"stopimport-{__version__}"


def test_the_source_archive_has_what_work_on_it_needs(source):
    """Whoever unpacks it can read, install, test and build; what a build makes is not in it."""
    for name in ("docs/reference.md", "constraints.txt", "Makefile", "hatch_build.py", "tests/catalogue.py", "LICENSE"):
        assert (source / name).is_file()
    assert not (source / MO).exists()


def test_the_wheel_speaks_french(source, tmp_path):
    """A wheel made of the source archive has the package alone, and the catalogue compiled of the texts beside it."""
    wheel = build("wheel", source, tmp_path)
    assert wheel.name == f"stopimport-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} == {
            "stopimport",
            f"stopimport-{__version__}.dist-info",
        }
        with archive.open(MO) as file:
            compiled = GNUTranslations(file)
    texts = [entry for entry in catalogue.catalogue() if entry.id]
    assert texts
    assert [] == [entry.id for entry in texts if catalogue.compiled_forms(entry, compiled) != entry.string]


def test_the_version_has_one_source():
    """The project takes it from the package, and the changelog knows it, below what is not released yet."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" in project["dynamic"]
    assert "version" not in project
    versions = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert ["Unreleased", __version__] == versions[:2]


def test_the_version_is_told_alike(program):
    """`--version` and a run's summary."""
    program.write("a.csv", "Mobile\n+33600001001\n")
    assert program("check", "a.csv", "--out", "r").returncode == 0
    assert program.summary("r")["version"] == __version__
    assert program("--version").stdout.decode().split()[-1] == __version__


def test_commits_are_checked_as_make_lint_does():
    """pre-commit's hooks are the commands of `make lint`."""
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1]
    hooks = re.findall(r"^ +entry: (.*)$", (ROOT / ".pre-commit-config.yaml").read_text("utf-8"), re.MULTILINE)
    assert [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe.splitlines()] == hooks
