"""`stopimport web --install-shortcut`: a starter on the desktop and in the menu, in the way of each system."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import time

import pytest
from effort import EXHAUSTIVE

from stopimport.cli import shortcut
from stopimport.cli.errors import NoPowerShell, ShortcutUnwritable

ODD = ["plain", "two words", 'a "quote"', "dollar $HOME", "back\\slash", "50 %", "`tick`", "été", "--runs=/x y"]
RECORD = "import json, sys; json.dump(sys.argv[2:], open(sys.argv[1] + '.part', 'w'))"
RECORD += "; __import__('os').rename(sys.argv[1] + '.part', sys.argv[1])"
POWERSHELL = """#!/bin/sh
printf '%s\\n' "$SHORTCUT_TARGET" "$SHORTCUT_ARGUMENTS" "$SHORTCUT_COMMENT" > "{place}/told"
printf '%s\\n' "$@" > "{place}/asked"
printf 'C:\\\\Desktop\\\\stopimport.lnk\\r\\nC:\\\\Menu\\\\stopimport.lnk\\r\\n'
"""


def test_the_starter_is_on_the_desktop_and_in_the_menu(program):
    """It starts the page with the options that are given now; paths lead where they lead from here."""
    (program.folder / "home" / "Desktop").mkdir(parents=True)
    options = ["--sandbox", "--runs", "my runs", "--keep", "A", "--keep", "B", "--no-skip-listed", "--lang", "fr"]
    done = program("web", "--install-shortcut", "--json", *options)
    menu, desktop = json.loads(done.stdout)["shortcuts"]

    assert f"{program.folder}/home/.local/share/applications/stopimport.desktop" == menu
    assert f"{program.folder}/home/Desktop/stopimport.desktop" == desktop
    lines = (program.folder / "home/Desktop/stopimport.desktop").read_text("utf-8").splitlines()
    [command] = [line.removeprefix("Exec=") for line in lines if line.startswith("Exec=")]
    assert "Terminal=false" in lines
    assert "Comment[fr]=Ajoutez à la liste STOP tous ceux qui ont répondu STOP" in [
        line.replace("\u00a0", " ") for line in lines
    ]
    assert [sys.executable, "-P", "-m", "stopimport", "web"] == shlex.split(command)[:5]
    kept = ["--keep", "A", "--keep", "B", "--no-skip-listed", "--sandbox", "--lang", "fr"]
    assert sorted([*kept, "--runs", f"{program.folder}/my runs"]) == sorted(shlex.split(command)[5:])
    assert (program.folder / "home/.local/share/icons/hicolor/scalable/apps/stopimport.svg").exists()


def test_a_machine_without_a_desktop_gets_the_menu_alone(program):
    """No folder is made that nobody would look into; a second time changes nothing."""
    told = [program("web", "--install-shortcut") for _ in range(2)]
    assert (0, told[0].stdout) == (told[1].returncode, told[1].stdout)
    assert 1 == told[0].stdout.decode().count("stopimport.desktop")
    assert not (program.folder / "home" / "Desktop").exists()


def test_a_starter_that_cannot_be_written_is_told(program):
    """In a sentence, with the place."""
    program.write("home/.local/share/applications", "a file")
    done = program("web", "--install-shortcut")
    assert 2 == done.returncode
    assert "cannot be written: " in done.stderr.decode()


@EXHAUSTIVE
@pytest.mark.process
@pytest.mark.skipif(not shutil.which("gio"), reason="only where GLib's own launcher is")
def test_desktops_understand_the_entry(tmp_path):
    """GLib, which GNOME, Xfce and others start programs with, gives the program exactly these arguments."""
    entry = tmp_path / "stopimport.desktop"
    entry.write_text(shortcut.entry([sys.executable, "-c", RECORD, str(tmp_path / "given"), *ODD]), "utf-8")
    subprocess.run(["gio", "launch", entry], check=True, timeout=60, capture_output=True)
    until = time.monotonic() + 60
    while not (tmp_path / "given").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    assert json.loads((tmp_path / "given").read_text()) == ODD


@pytest.mark.process
def test_a_mac_runs_the_file(tmp_path):
    """A double click runs it with the shell, which gives the program exactly these arguments."""
    made = shortcut.mac([sys.executable, "-c", RECORD, str(tmp_path / "given"), *ODD], tmp_path)
    assert [tmp_path / "Desktop/stopimport.command", tmp_path / "Applications/stopimport.command"] == made
    subprocess.run([made[0]], check=True, timeout=60)
    assert json.loads((tmp_path / "given").read_text()) == ODD


@pytest.mark.process
def test_windows_lets_powershell_make_it(tmp_path, monkeypatch):
    """What is not fixed goes through the environment; the places are those that PowerShell tells."""
    powershell = tmp_path / "powershell"
    powershell.write_text(POWERSHELL.format(place=tmp_path))
    powershell.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    made = shortcut.windows([r"C:\Program Files\stopimport\stopimport.exe", "web", "--runs", r"C:\my runs"])

    assert [r"C:\Desktop\stopimport.lnk", r"C:\Menu\stopimport.lnk"] == [str(path) for path in made]
    target, arguments, comment = (tmp_path / "told").read_text("utf-8").splitlines()
    assert r"C:\Program Files\stopimport\stopimport.exe" == target
    assert r'web --runs "C:\my runs"' == arguments
    assert comment
    asked = (tmp_path / "asked").read_text("utf-8")
    assert "WScript.Shell" in asked
    assert "Program Files" not in asked


def test_a_windows_without_powershell_is_told_so(tmp_path, monkeypatch):
    """So is one whose PowerShell refuses."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPowerShell):
        shortcut.windows(["stopimport.exe", "web"])
    powershell = tmp_path / "powershell"
    powershell.write_text("#!/bin/sh\necho 'It is forbidden here.' >&2\nexit 1\n")
    powershell.chmod(0o700)
    with pytest.raises(ShortcutUnwritable, match="It is forbidden here"):
        shortcut.windows(["stopimport.exe", "web"])
