"""Where settings come from, as a run meets them: command line, environment, file, default."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from stopimport.cleaning.entries import CleanOptions
from stopimport.cli.console import ConsoleOptions
from stopimport.loading.cells import LoadOptions
from stopimport.nightly.delivery import MailOptions
from stopimport.nightly.places import InboxOptions
from stopimport.nightly.watch import WatchOptions
from stopimport.options import OPTIONS
from stopimport.pipeline.job import Context, RunOptions
from stopimport.pipeline.undoing import UndoOptions
from stopimport.sending.outcomes import SendOptions
from stopimport.settings import Settings
from stopimport.values import RejectLimit
from stopimport.web.proxied import ProxyOptions

EXPORT = "Mobile;Fixe\n0470 00 00 01;01 23 45 67 89\n06 00 00 10 01;01 23 45 67 88\n"


@pytest.fixture
def export(quick):
    """A file with a Belgian and a French number."""
    return quick.write("export.csv", EXPORT)


def home_file(quick, text, folder="home/.config"):
    """Write the user's settings file."""
    path = quick.folder / quick.write(f"{folder}/stopimport/stopimport.toml", text)
    path.chmod(0o600)
    return path


def region(quick, *args, **variables):
    """Return for which country a check takes numbers, as it finds Belgian or French ones."""
    done = quick("check", "export.csv", "--out", "r", *args, **variables)
    assert done.returncode == 0, done.stderr
    return {"+32470000001": "BE", "+33600001001": "FR"}[quick.rows("r")[0]["phoneNumber"]]


@pytest.mark.usefixtures("export")
def test_the_command_line_goes_first(quick):
    """Command line, then environment, then file, then default."""
    assert region(quick) == "FR"
    home_file(quick, 'region = "BE"')
    assert region(quick) == "BE"
    assert region(quick, STOPIMPORT_REGION="FR") == "FR"
    assert region(quick, "--region", "BE", STOPIMPORT_REGION="FR") == "BE"


@pytest.mark.usefixtures("export")
def test_the_file_given_replaces_the_users(quick):
    """--config, or its variable, names the one file that is read."""
    home_file(quick, 'region = "BE"')
    other = quick.folder / quick.write("other.toml", "attempts = 2")
    other.chmod(0o600)
    assert region(quick, "--config", other) == "FR"
    assert region(quick, STOPIMPORT_CONFIG=str(other)) == "FR"
    assert quick("check", "export.csv", "--config", "missing.toml").returncode == 2


@pytest.mark.usefixtures("export")
def test_the_users_folder_is_the_systems_idea_of_it(quick):
    """The file is in $XDG_CONFIG_HOME where that is set."""
    home_file(quick, 'region = "BE"', folder="elsewhere")
    assert region(quick) == "FR"
    assert region(quick, XDG_CONFIG_HOME=str(quick.folder / "elsewhere")) == "BE"


@pytest.mark.usefixtures("export")
def test_the_working_directory_is_never_looked_at(quick):
    """A file dropped where somebody works, or beside the input, sets nothing."""
    for name in ("stopimport.toml", "stopimport/stopimport.toml", ".stopimport.toml", ".config/stopimport.toml"):
        quick.write(name, 'region = "BE"')
    assert region(quick) == "FR"


def test_several_values_stand_one_a_line(quick, export):
    """A repeatable option's variable holds one value a line; its key in the file holds a list, or one value."""
    args = ("check", export, "--line-types", "any", "--out", "r")
    assert quick(*args, STOPIMPORT_COLUMN="Fixe\n\n Mobile \n").returncode == 0
    assert {row["column"] for row in quick.rows("r")} == {"Fixe", "Mobile"}
    home_file(quick, 'column = ["Fixe", "Mobile"]')
    assert quick(*args).returncode == 0
    assert {row["column"] for row in quick.rows("r")} == {"Fixe", "Mobile"}
    home_file(quick, 'column = "Fixe"')
    assert quick(*args).returncode == 0
    assert {row["column"] for row in quick.rows("r")} == {"Fixe"}


@pytest.mark.usefixtures("export")
@pytest.mark.parametrize("key", ["max-rejects", "max_rejects"])
def test_keys_are_the_names_of_the_options(quick, key):
    """A key of the file is the option's name; an underscore does for a dash."""
    home_file(quick, f'{key} = "0"')
    assert quick("check", "export.csv").returncode == 5


@pytest.mark.usefixtures("export")
def test_unknown_variables_are_warned_about(quick):
    """A misspelt variable is named, with the one that was meant; the command goes on."""
    done = quick("check", "export.csv", STOPIMPORT_REGOIN="BE")
    assert done.returncode == 0
    assert "STOPIMPORT_REGOIN" in done.stderr
    assert "STOPIMPORT_REGION" in done.stderr


@pytest.mark.usefixtures("export")
@pytest.mark.parametrize("command", [("check", "export.csv"), ("history",), ("config", "show")])
def test_unknown_keys_are_refused(quick, command):
    """A misspelt key of the file is exit code 2, with the one that was meant, whatever the command."""
    path = home_file(quick, 'regoin = "BE"')
    done = quick(*command, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["exit_code"] == 2
    for word in (str(path), "regoin", "region"):
        assert word in done.stderr


@pytest.mark.usefixtures("export")
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_refused(quick, mode):
    """Whoever can write the settings could send the numbers elsewhere."""
    home_file(quick, 'region = "BE"').chmod(mode)
    done = quick("check", "export.csv")
    assert done.returncode == 2
    assert "chmod go-w" in done.stderr


@pytest.mark.usefixtures("export")
def test_a_folder_that_others_drop_files_in_holds_no_settings(quick):
    """Where anybody can put another file in its place nobody knows whose settings they are; sticky folders are safe."""
    path = home_file(quick, 'region = "BE"', folder="drop")
    path.parent.chmod(0o777)
    done = quick("check", "export.csv", "--config", path)
    assert done.returncode == 2
    assert f"chmod go-w {path.parent}" in done.stderr
    path.parent.chmod(0o1777)
    assert region(quick, "--config", path) == "BE"


@pytest.mark.usefixtures("export")
@pytest.mark.parametrize(
    "text",
    [
        *("region = ", "[", "rate = 'x'", "attempts = 'many'", "hidden = 'perhaps'", "\0", "region = ["),
        *("header = true", "attempts = 5.5", "wait = nan", "yes = 2", "rate = ['5/s']", "column = [['a']]"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(quick, text):
    """No TOML, or a value that the option cannot have: exit code 2 before anything is read."""
    home_file(quick, text)
    done = quick("check", "export.csv", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["exit_code"] == 2


@pytest.mark.usefixtures("export")
@pytest.mark.parametrize("text", ["yes = 1", "yes = true", "attempts = '3'", "rate = 10", "column = 2\nregion = 'FR'"])
def test_a_value_is_taken_as_if_it_were_text(quick, text):
    """What the environment may say the file may say too, with quotes or without."""
    home_file(quick, text)
    done = quick("check", "export.csv", "--line-types", "any", "--out", "r")
    assert done.returncode == 0, done.stderr


def test_what_is_wrong_with_the_file_is_told_in_french(quick):
    """The place, not the library's English."""
    home_file(quick, 'lang = "fr"\nrate = \n')
    told = quick("check", "export.csv", "--lang", "fr").stderr
    assert "la ligne 2, colonne 8" in told
    assert "Invalid" not in told


@pytest.mark.parametrize("told", [{"STOPIMPORT_JSON": "1"}, {}])
def test_json_may_be_a_setting(quick, told):
    """Wrong usage is told as JSON too, wherever JSON is asked for."""
    if not told:
        home_file(quick, "json = true")
    for args in (("run", "--no-such-option"), ("run",), ("no-such-command",)):
        assert json.loads(quick(*args, **told).stdout)["exit_code"] == 2


STAGES = [
    *(LoadOptions, CleanOptions, SendOptions, RunOptions, UndoOptions),
    *(InboxOptions, WatchOptions, MailOptions, ConsoleOptions, ProxyOptions),
]


def test_every_option_reaches_a_stage_under_its_name():
    """The stages' settings are the options of the table, and no option but those for the whole program is left over."""
    found = {field.name for stage in STAGES for field in fields(stage)}
    known = {option.key for option in OPTIONS}
    assert found - known == {"picked", "left_out", "careful", "lone", "ranged", "no_country", "window", "address_given"}
    assert known - found == {"api_key_file", "practice", "report_numbers"}


def test_settings_come_out_as_values_of_their_kind():
    """Texts as the settings file has them are made into what a stage works with, and defaults likewise."""
    given = Settings({"countries": "fr, be", "where_none": "ok", "rate": "30/min", "max_rejects": "7", "out": "here"})
    assert given.clean_options() == CleanOptions("FR", ("FR", "BE"))
    assert given.load_options() == LoadOptions(where_none=True)
    assert given.send_options() == SendOptions(30, 60.0)
    options = Context(given).options
    assert (options.out, options.max_rejects, options.address_given) == (Path("here"), RejectLimit(number=7), False)
    assert Settings().of(ConsoleOptions).json is False
