"""`config show`, `init`, `path`: the settings in force, and a file to start with."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from stopimport import configfile
from stopimport.errors import BadConfigFile
from stopimport.options import OPTIONS

KEY = "5f7b2d0c9e4a1836d2c4b5a69788f0e1d2c3b4a5"


def shown(quick, *args, **variables):
    """Return what `config show --json` tells."""
    done = quick("config", "show", *args, "--json", **variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def private(quick, name, text):
    """Write a settings file that only its owner can write."""
    path = quick.folder / quick.write(name, text)
    path.chmod(0o600)
    return path


def test_every_setting_is_shown_with_its_source(quick):
    """Each option is there once; without any file or variable all are defaults."""
    settings = shown(quick)["settings"]
    assert list(settings) == [option.name for option in OPTIONS]
    assert {row["source"] for name, row in settings.items() if name != "json"} == {"default"}
    assert settings["rate"]["value"] == "10/s"
    assert settings["region"]["value"] == "FR"
    assert settings["json"] == {"value": True, "source": "command line"}


def test_sources_are_named(quick):
    """Command line, environment variable by name, file by path: the first that has a value counts."""
    path = private(quick, "own.toml", 'rate = "5/s"\nregion = "BE"\nattempts = 3\n')
    settings = shown(quick, "--config", path, "--rate", "20/s", STOPIMPORT_REGION="LU")["settings"]
    assert settings["rate"] == {"value": "20/s", "source": "command line"}
    assert settings["region"] == {"value": "LU", "source": "environment variable STOPIMPORT_REGION"}
    assert settings["attempts"] == {"value": 3, "source": f"file {path}"}


def test_people_read_the_same(quick):
    """The printed form has a line for each setting."""
    text = quick("config", "show", STOPIMPORT_COLUMN="Mobile\nTél").stdout
    assert "Mobile, Tél  [environment variable STOPIMPORT_COLUMN]" in text
    assert "API key: not set" in text


def test_a_setting_without_flag_has_its_source_too(quick):
    """The key's file is set by environment or file alone."""
    key = private(quick, "key", KEY)
    path = private(quick, "own.toml", 'api-key-file = "key"\n')
    of_file = shown(quick, "--config", path)
    assert of_file["settings"]["api-key-file"] == {"value": str(key), "source": f"file {path}"}
    of_variable = shown(quick, STOPIMPORT_API_KEY_FILE="key")
    assert of_variable["settings"]["api-key-file"]["source"] == "environment variable STOPIMPORT_API_KEY_FILE"
    assert of_file["api_key"] == {"set": True, "source": str(key), "problem": None}


def test_the_key_is_never_shown(quick):
    """Of the key only its source is told."""
    private(quick, "key", KEY)
    for variables in ({"SMSPARTNER_API_KEY": KEY}, {"STOPIMPORT_API_KEY_FILE": "key"}):
        for args in ((), ("--json",), ("--verbose",)):
            done = quick("config", "show", *args, **variables)
            assert done.returncode == 0
            assert KEY not in done.stdout + done.stderr
    assert "set (from SMSPARTNER_API_KEY)" in quick("config", "show", SMSPARTNER_API_KEY=KEY).stdout


def test_a_key_that_cannot_be_used_is_told(quick):
    """A file with the key that others can write is named, and the settings are shown all the same."""
    (quick.folder / quick.write("key", KEY)).chmod(0o666)
    facts = shown(quick, STOPIMPORT_API_KEY_FILE="key")
    assert facts["api_key"]["set"] is False
    assert "chmod go-w" in facts["api_key"]["problem"]
    assert len(facts["settings"]) == len(OPTIONS)


def test_init_makes_a_file_that_changes_nothing(quick):
    """The file is the owner's alone, in a folder made for it, and every setting in it is commented out."""
    done = quick("config", "init")
    assert done.returncode == 0, done.stderr
    path = quick.folder / "home/.config/stopimport/stopimport.toml"
    assert str(path) in done.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(line.startswith("#") for line in path.read_text("utf-8").splitlines() if line)
    facts = shown(quick)
    assert facts["file"] == str(path)
    assert {row["source"] for name, row in facts["settings"].items() if name != "json"} == {"default"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_line_of_it_can_be_uncommented(quick, language):
    """With all comment signs of settings taken away it is a valid file that sets every option, defaults as they are."""
    quick("config", "init", "--config", "own.toml", "--lang", language)
    path = quick.folder / "own.toml"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line.removeprefix("#") if not line.startswith("# ") else line for line in lines), "utf-8")
    settings = shown(quick, "--config", path)["settings"]
    assert {row["source"] for name, row in settings.items() if name != "json"} == {f"file {path}"}
    defaults = {option.name: option.default for option in OPTIONS if option.default is not None}
    assert {name: settings[name]["value"] for name in defaults} == defaults


def test_no_line_of_it_destroys_anything(quick):
    """Whoever only takes the signs away deletes no run's data and stops no run."""
    quick("config", "init", "--config", "own.toml")
    text = (quick.folder / "own.toml").read_text("utf-8")
    assert "#keep-days = 90" in text
    assert "#max-numbers = 20000" in text


def test_init_leaves_a_file_alone(quick):
    """A settings file that is there is not overwritten."""
    path = private(quick, "own.toml", 'rate = "5/s"\n')
    done = quick("config", "init", "--config", path)
    assert done.returncode == 2
    assert str(path) in done.stderr
    assert path.read_text() == 'rate = "5/s"\n'


def test_init_tells_where_it_cannot_write(quick):
    """A place where no file can be made is exit code 2."""
    quick.write("file", "")
    done = quick("config", "init", "--config", "file/stopimport.toml", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["exit_code"] == 2


def test_path_tells_which_file_counts(quick):
    """The file given, else the user's; also when it is not there, or cannot be read."""
    usual = quick.folder / "home/.config/stopimport/stopimport.toml"
    done = quick("config", "path")
    assert done.stdout == f"{usual}\n"
    assert "config init" in done.stderr
    quick("config", "init")
    assert json.loads(quick("config", "path", "--json").stdout) == {"file": str(usual), "exists": True}
    usual.write_text("rubbish")
    assert quick("config", "path").stdout == f"{usual}\n"
    assert quick("config", "path", "--config", "own.toml").stdout == "own.toml\n"
    assert quick("config", "path", STOPIMPORT_CONFIG="own.toml").stdout == "own.toml\n"


def test_a_home_that_cannot_be_looked_into(monkeypatch, tmp_path):
    """Whether there are settings cannot be seen: that is told in a sentence."""
    genuine = Path.is_file

    def refused(path):
        if path.is_relative_to(tmp_path):
            raise PermissionError(13, "Permission denied")
        return genuine(path)

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(Path, "is_file", refused)
    with pytest.raises(BadConfigFile, match="Permission denied"):
        configfile.find(None)
