"""What the page about the nightly job gives to copy is right."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import docs_pages
import pytest

from stopimport import configfile
from stopimport.options import options_of

TEXT = (docs_pages.ROOT / "docs" / "nightly.md").read_text("utf-8")
BINARY = "/usr/local/bin/stopimport"


def blocks(kind):
    """Return the page's blocks of one kind."""
    return docs_pages.blocks(TEXT, kind)


def units():
    """Return the systemd units by name, as lists of sections and settings."""
    names = re.findall(r"`/etc/systemd/system/(stopimport\.\w+)`", TEXT)
    return dict(zip(names, blocks("ini"), strict=True))


def test_the_settings_file_can_be_read(tmp_path):
    """Its keys are settings; so are those of the mail server."""
    path = tmp_path / "shop.toml"
    path.write_text("\n".join(blocks("toml")), "utf-8")
    path.chmod(0o600)
    known = {option.key for option in options_of("inbox")}
    assert "smtp_server" in configfile.read(path)
    assert set(configfile.read(path)) <= known


def test_every_command_has_options_that_exist():
    """Crontab line, unit, Task Scheduler and the bullets: each `--option` is one of `inbox`."""
    known = {f"--{option.name}" for option in options_of("inbox")} | {"--config"}
    commands = [line for line in TEXT.splitlines() if "inbox " in line and "--config" in line]
    assert len(commands) == 5
    for command in commands:
        used = set(re.findall(r"--[a-z-]+", command[command.index("inbox ") :]))
        assert used
        assert used <= known
    bullets = set(re.findall(r"`(--[a-z-]+)", TEXT))
    assert bullets <= known | {"--upgrade"}


def test_the_crontab_line_has_all_fields():
    """Five fields of time and the user, as /etc/cron.d wants it; no % sign, which cron takes for a line break."""
    [line] = blocks("crontab")[0].splitlines()
    fields = line.split()
    assert fields[:7] == ["*/15", "*", "*", "*", "*", "stopimport", BINARY]
    assert "%" not in line
    assert shlex.split(line)[7] == "inbox"


def test_the_units_are_what_the_job_needs():
    """The key by LoadCredential under the name that the program looks for, one start at a time, a hardened process."""
    service, timer = units()["stopimport.service"], units()["stopimport.timer"]
    assert "LoadCredential=smspartner-api-key:" in service
    assert "Type=oneshot" in service
    for setting in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "CapabilityBoundingSet="):
        assert f"\n{setting}\n" in service
    for limit in ("MemoryMax=", "TasksMax=", "TimeoutStartSec="):
        assert f"\n{limit}" in service
    assert "XDG_STATE_HOME" not in service, "a run by hand would look for locks elsewhere"
    assert "OnCalendar=" in timer
    assert "WantedBy=timers.target" in timer


@pytest.mark.process
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not there to ask")
def test_systemd_accepts_the_units(tmp_path):
    """`systemd-analyze verify` has nothing to say."""
    for name, text in units().items():
        (tmp_path / name).write_text(text.replace(BINARY, shutil.which("true")))
    files = [str(tmp_path / name) for name in units()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
