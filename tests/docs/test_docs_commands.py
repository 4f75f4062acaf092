"""What the pages show is true: tables come from the code, commands and options exist, examples do what is said."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import click
import pytest
from docs_pages import LISEZMOI, PAGES, README, ROOT, blocks, commands, to_try
from docs_tables import filled, tables

from stopimport.cli.commands import main as _  # noqa: F401 - all commands are declared
from stopimport.cli.program import program as declared
from stopimport.options import OPTIONS

TEXTS = {page.name: page.read_text("utf-8") for page in PAGES}
ALL = "\n".join(TEXTS.values())
REFERENCE, GUIDE = TEXTS["reference.md"], TEXTS["guide.md"]
NOT_OURS = {"import"}
"""Words after the program's name that are no command: of `import stopimport`."""
PIPS = {"--upgrade"}
"""Options of another program's."""
CALL = re.compile(r"(?:^|[ \\/\"])stopimport(?:\.exe)?[\"']? ([a-z][^|`]*)")


def resolved(words):
    """Return the click command that words after the program's name call."""
    command = declared
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.commands[word]
    return command


def options_of(command):
    """Return the options of a command as they are typed."""
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}


def calls():
    """Return each call of the program in a block, or between backquotes, as its page and what follows its name."""
    shown = [(page, line) for page, text in TEXTS.items() for line in commands(text)]
    shown += [(page, quoted) for page, text in TEXTS.items() for quoted in re.findall(r"`(stopimport [^`\n]+)`", text)]
    found = [(page, re.sub(r"\s#.*", "", call[1]).split()) for page, line in shown for call in CALL.finditer(line)]
    return [(page, words) for page, words in found if words[0] not in NOT_OURS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_are_those_of_the_code(page):
    """`python tests/docs/docs_tables.py` would change nothing."""
    text = page.read_text("utf-8")
    assert filled(text) == text


@pytest.mark.parametrize("name", tables())
def test_every_table_is_there(name):
    """Each table has its one place."""
    assert ALL.count(f"<!-- table: {name} -->") == 1


@pytest.mark.parametrize("name", sorted(declared.commands))
def test_every_command_is_explained(name):
    """The pages show each command outside the table of commands, too."""
    assert f"stopimport {name}" in ALL.replace(REFERENCE, "")


def test_every_command_shown_exists():
    """No command and no option is shown that there is not."""
    found = calls()
    assert len(found) > 40
    for page, words in found:
        try:
            command = resolved([word.strip(",.;:\"'") for word in words if not word.startswith("-")])
        except KeyError as missing:
            pytest.fail(f"{page}: stopimport {' '.join(words)}: there is no command {missing}")
        used = {word.partition("=")[0].rstrip(".,") for word in words if re.match(r"--[a-z]", word)}
        assert used <= options_of(command) | options_of(declared), (page, words)


def test_every_option_named_exists():
    """Options between backquotes are ones of some command; so are variables of the environment."""
    known = {f"--{name}" for option in OPTIONS for name in (option.name, option.off) if name}
    known |= options_of(declared).union(*(options_of(command) for command in declared.commands.values()))
    assert set(re.findall(r"`(--[a-z][a-z-]*)", ALL)) <= known | PIPS
    settings = {f"STOPIMPORT_{option.key.upper()}" for option in OPTIONS}
    assert set(re.findall(r"\b(STOPIMPORT_(?!COMPLETE\b)[A-Z_]+)", ALL)) <= settings


@pytest.mark.parametrize("page", [README, LISEZMOI], ids=lambda page: page.name)
def test_what_make_does_exists(page):
    """The Makefile has each target that is shown."""
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z-]+)", "\n".join(commands(page.read_text("utf-8"))), re.MULTILINE)) <= targets


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_output_shown_is_what_the_command_prints(program, language):
    """The README's example of a run prints just that, in its language."""
    text = (README if language == "en" else LISEZMOI).read_text("utf-8")
    [shown] = blocks(text, "")
    (program.folder / "sample_data").symlink_to(ROOT / "sample_data")
    options = ["--sandbox", "--yes", "--rate", "1000/s", "--out", "r", "--lang", language]
    printed = program("run", "sample_data/", *options, COLUMNS="80").stdout.decode()
    for part in shown.split("…\n"):
        assert part in printed


@pytest.fixture
def reader(program):
    """One who has installed the program and follows the README; returns the three things to try, and the program."""
    (program.folder / "sample_data").symlink_to(ROOT / "sample_data")
    program.write("bin/stopimport", f'#!/bin/sh\nexec {sys.executable} -m stopimport "$@"\n')
    (program.folder / "bin" / "stopimport").chmod(0o755)
    program.environment |= {
        "PATH": f"{program.folder / 'bin'}{os.pathsep}{program.environment['PATH']}",
        "STOPIMPORT_RATE": "1000/s",
        "BROWSER": "true",
    }
    return program


def typed(reader, script):
    """Return the arguments that start what a page asks to type."""
    return {"args": ["sh", "-ec", script], "cwd": reader.folder, "env": reader.environment, "stdout": subprocess.PIPE}


def test_the_page_opens(reader):
    """The README's first way: the command says where the page is, and ends when it is told to."""
    with subprocess.Popen(**typed(reader, f"exec {to_try(TEXTS['README.md'])[0]}")) as process:
        said = process.stdout.readline().decode()
        process.terminate()
    assert re.search(r"http://127\.0\.0\.1:\d+", said)
    assert process.returncode == 0


def test_the_terminal_leads_to_reports(reader):
    """The README's second way: a look and an import, each with its folder."""
    subprocess.run(**typed(reader, to_try(TEXTS["README.md"])[1]), check=True, timeout=120)
    assert len(list(reader.folder.glob("stopimport-runs/*/report.html"))) == 2


def test_the_nightly_job_imports_a_file(reader):
    """The README's third way: the file goes where the README says, and so does its run."""
    subprocess.run(**typed(reader, to_try(TEXTS["README.md"])[2]), check=True, timeout=120)
    assert [file.name for file in reader.folder.glob("inbox/done/*/*")] == ["boutique.csv"]
    assert len(list(reader.folder.glob("inbox/runs/*/report.html"))) == 1


def test_scripts_do_what_they_say(program, practice):
    """The guide's examples in Python run, the client's against a practice API."""
    (program.folder / "sample_data").symlink_to(ROOT / "sample_data")
    whole, client = blocks(GUIDE, "python")
    client = client.replace('"your key"', f'"{practice.key}", base_url="{practice.url}"')
    assert printed_by(whole, program) == "27"
    assert "done" in printed_by(client, program)


def printed_by(script, program):
    """Return what a script in Python prints."""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=program.folder, env=program.environment, capture_output=True, check=True)
    return done.stdout.decode().strip()
