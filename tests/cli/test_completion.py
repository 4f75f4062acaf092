"""Completion in bash, zsh and fish, and commands that explain themselves."""

from __future__ import annotations

import shlex
import subprocess

import pytest


def completed(program, shell, words, last):
    """Return what the program offers a shell for a command line whose last word is begun."""
    variables = {
        "_STOPIMPORT_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words if shell != "fish" else words.rpartition(" ")[0],
        "COMP_CWORD": str(len(words.split()) - 1) if shell != "fish" else last,
    }
    return program(**variables).stdout.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_options_and_files_are_completed(program, shell):
    """Each shell is offered commands, options and their values, and asked to complete file names itself."""
    assert "resume" in completed(program, shell, "stopimport re", "re")
    assert "--format" in completed(program, shell, "stopimport run --form", "--form")
    assert "file" in completed(program, shell, "stopimport run exp", "exp")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_each_shell_is_printed(program, shell):
    """`_STOPIMPORT_COMPLETE=bash_source stopimport` prints what the shell needs, and nothing goes wrong."""
    done = program(_STOPIMPORT_COMPLETE=f"{shell}_source")
    assert b"_stopimport_completion" in done.stdout
    assert done.stderr == b""


@pytest.mark.process
def test_bash_takes_the_script(program):
    """Bash loads the script and completes a command with it."""
    command = program.folder / program.write(
        "bin/stopimport", f'#!/bin/sh\nexec {shlex.join(program.command())} "$@"\n'
    )
    command.chmod(0o755)
    asked = """
    eval "$(_STOPIMPORT_COMPLETE=bash_source stopimport)"
    COMP_WORDS=(stopimport hist) COMP_CWORD=1
    _stopimport_completion stopimport
    echo "${COMPREPLY[@]}"
    """
    environment = program.environment | {"PATH": f"{command.parent}:{program.environment['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", asked], cwd=program.folder, env=environment, capture_output=True, check=False, timeout=60
    )
    assert done.stdout.decode().split() == ["history"], done.stderr.decode()


def test_the_bare_program_explains_itself(program):
    """Without a command it shows the commands and how to begin."""
    done = program()
    assert done.returncode == 2
    for word in ("Try it without an account", "check", "run", "history"):
        assert word in done.stderr.decode()


@pytest.mark.parametrize(("command", "told"), [("run", "'exports/*.csv'"), ("check", "- for standard input")])
def test_a_command_without_file_says_what_a_file_can_be(program, command, told):
    """`stopimport run` alone says what FILE is, and gives an example to copy."""
    done = program(command)
    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert f"For example: stopimport {command} export.csv" in done.stderr.decode()


@pytest.mark.parametrize("command", ["resume", "verify", "undo"])
def test_a_command_without_run_says_what_a_run_is(program, command):
    """`stopimport resume` alone says what RUN is, and where to find one."""
    done = program(command)
    assert done.returncode == 2
    assert "stopimport history" in done.stderr.decode()
    assert f"For example: stopimport {command} stopimport-runs/" in done.stderr.decode()
