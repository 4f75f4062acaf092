"""What schedulers are given to copy is right: commands, options, exit codes and folders are those of the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import pytest
import yaml
from docs_pages import ROOT
from effort import EXHAUSTIVE

from stopimport.errors import ExitCode
from stopimport.options import OPTIONS, options_of
from stopimport.vocabulary import EXIT_CODES

DEPLOY = ROOT / "docs" / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
LATER = {3, 7, 130, 143}
SOMEBODY = {1, 2, 4, 5, 6}


def instructions():
    """Return the Dockerfile's instructions as pairs of word and rest."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def cronjob():
    """Return the CronJob."""
    return yaml.safe_load((DEPLOY / "cronjob.yaml").read_text("utf-8"))


def container():
    """Return its one container."""
    (only,) = cronjob()["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return only


def variables(names):
    """Assert that variables are settings of the inbox, or the one of the state folder."""
    known = {option.variable for option in options_of("inbox")}
    assert {name for name in names if name.startswith("STOPIMPORT_")} <= known


def options(words, command="inbox"):
    """Assert that the options among words are the command's."""
    assert words[0] == command
    known = {f"--{option.name}" for option in options_of(command)}
    assert {word for word in words if word.startswith("--")} <= known


def test_each_exit_code_has_its_place():
    """The two sets are all there are, beside success."""
    assert LATER | SOMEBODY | {0} == {int(code) for code in ExitCode} == {int(code) for code in EXIT_CODES}


def test_the_dockerfile_copies_what_there_is():
    """What the build needs: each source exists, and the extra is one."""
    copied = [words.split()[:-1] for word, words in instructions() if word == "COPY" and "--from" not in words]
    assert all((ROOT / name).exists() for names in copied for name in names)
    extras = re.search(r'"/source\[(.+?)\]"', DOCKERFILE)[1].split(",")
    assert set(extras) <= set(re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE))


def test_the_container_is_nobodys_root_and_hears_signals():
    """A numbered user, the exec form, a state folder in the volume, and variables that are settings."""
    given = dict(instructions())
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", given["USER"])
    assert json.loads(given["ENTRYPOINT"]) == ["stopimport"]
    assert json.loads(given["CMD"]) == ["--help"]
    assert given["STOPSIGNAL"] == "SIGTERM"
    environment = dict(pair.split("=", 1) for pair in given["ENV"].split())
    variables(environment)
    (volume,) = json.loads(given["VOLUME"])
    assert environment["XDG_STATE_HOME"].startswith(f"{volume}/")
    assert environment["STOPIMPORT_RUNS"].startswith(f"{volume}/")
    shown = re.search(r"stopimport (inbox .*)", DOCKERFILE)[1]
    options(shown.split())


@EXHAUSTIVE
def test_what_the_dockerfile_copies_makes_the_wheel(tmp_path):
    """The build needs no other file of the project."""
    for word, words in instructions():
        if word == "COPY" and "--from" not in words:
            for name in words.split()[:-1]:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, tmp_path / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "out"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert list((tmp_path / "out").glob("stopimport-*.whl"))


def test_the_cronjob_runs_one_pass_at_a_time():
    """With time to end in good order, as the image's user, and with volumes that are declared."""
    made = cronjob()
    assert (made["apiVersion"], made["kind"]) == ("batch/v1", "CronJob")
    assert made["spec"]["concurrencyPolicy"] == "Forbid"
    pod = made["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["restartPolicy"] == "Never"  # what a podFailurePolicy needs
    assert pod["terminationGracePeriodSeconds"] >= 30
    user = dict(instructions())["USER"].split(":")[0]
    assert (pod["securityContext"]["runAsNonRoot"], str(pod["securityContext"]["runAsUser"])) == (True, user)
    assert {each["name"] for each in container()["volumeMounts"]} == {each["name"] for each in pod["volumes"]}


def test_the_cronjob_says_what_the_program_understands():
    """Command, variables, and where image and cluster must mean the same place."""
    options(container()["args"])
    names = {each["name"]: each for each in container()["env"]}
    variables(names)
    places = {each["mountPath"] for each in container()["volumeMounts"]}
    environment = dict(pair.split("=", 1) for pair in dict(instructions())["ENV"].split())
    assert environment["XDG_STATE_HOME"].rpartition("/")[0] in places
    assert environment["STOPIMPORT_API_KEY_FILE"].rpartition("/")[0] in places
    assert container()["args"][1] in places


def test_the_cronjob_tries_again_where_that_makes_sense():
    """Each exit code but 0 has exactly one rule."""
    spec = cronjob()["spec"]["jobTemplate"]["spec"]
    rules = [rule for rule in spec["podFailurePolicy"]["rules"] if "onExitCodes" in rule]
    assert all(rule["onExitCodes"]["containerName"] == container()["name"] for rule in rules)
    codes = {rule["action"]: set(rule["onExitCodes"]["values"]) for rule in rules}
    assert codes == {"FailJob": SOMEBODY, "Ignore": {130, 143}, "Count": {3, 7}}


# The two schedulers are not installed here: their few names stand in for them, and all else is the file as it is.


class Failed(Exception):
    """What a scheduler's errors are made of."""

    def __init__(self, *told, **facts):
        super().__init__(*told)
        self.facts = facts


class Again(Failed):
    """Ends a try; another one follows."""


class Final(Failed):
    """Ends a task."""


def airflow(monkeypatch):
    """Return the DAG's task."""
    tasks = []

    def task(function):
        tasks.append(function)
        return lambda: None

    sdk, errors = ModuleType("airflow.sdk"), ModuleType("airflow.exceptions")
    sdk.task, sdk.dag = task, lambda **_facts: lambda function: function
    errors.AirflowException, errors.AirflowFailException = Again, Final
    for name, module in (("airflow", ModuleType("airflow")), ("airflow.sdk", sdk), ("airflow.exceptions", errors)):
        monkeypatch.setitem(sys.modules, name, module)
    return load("airflow_dag.py"), lambda _globals: tasks[0]()


def dagster(monkeypatch):
    """Return the asset."""
    made = ModuleType("dagster")
    made.asset = lambda **_facts: lambda function: function
    made.RetryRequested, made.Failure = Again, Final
    made.MaterializeResult = SimpleNamespace
    made.ScheduleDefinition = made.Definitions = SimpleNamespace
    monkeypatch.setitem(sys.modules, "dagster", made)
    return load("dagster_asset.py"), lambda given: given["stop_list"]().metadata


def load(name):
    """Return what a file defines."""
    given = {"__name__": name}
    exec(compile((DEPLOY / name).read_text("utf-8"), name, "exec"), given)  # noqa: S102 - the file that is tested
    return given


@pytest.fixture(params=[airflow, dagster], ids=["airflow", "dagster"])
def scheduled(request, monkeypatch):
    """What a file defines, and what makes one pass by it."""
    given, make = request.param(monkeypatch)
    options(given["COMMAND"][1:])
    assert given["LATER"] == LATER
    return given, lambda: make(given)


@EXHAUSTIVE
def test_a_scheduler_gets_the_counts(scheduled, tmp_path, program):
    """A pass by the real program: what it prints is understood, and holds no number."""
    given, make = scheduled
    program.write("inbox/a.csv", "Mobile\n06 00 00 10 01\n")
    given["COMMAND"][:] = [
        *(sys.executable, "-m", "stopimport", "inbox", str(program.folder / "inbox")),
        *("--sandbox", "--settle", "0", "--json"),
    ]
    made = make()
    assert "600001001" not in str(made)
    assert (made.get("counts") or made)["added"] == 1


@pytest.mark.parametrize("code", sorted(LATER | SOMEBODY))
def test_a_scheduler_knows_the_exit_codes(scheduled, code):
    """It tries again, or tells somebody, with what the program said."""
    given, make = scheduled
    given["COMMAND"][:] = ["sh", "-c", f"""echo '{{"error": "so", "exit_code": {code}}}'; exit {code}"""]
    with pytest.raises(Again if code in LATER else Final) as caught:
        make()
    assert code in LATER or "so" in str(caught.value)


def test_the_recipe_moves_and_imports(tmp_path):
    """With stand-ins that say what they are called with; where rclone fails the pass is made all the same."""
    text = (DEPLOY / "rclone.sh").read_text("utf-8")
    options(re.search(r"exec stopimport (inbox .*)", text)[1].split())
    for name, ending in (("rclone", "exit 3"), ("stopimport", "exit 6")):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} "$@"\n{ending}\n')
        program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["sh", DEPLOY / "rclone.sh", "drive:Opt-outs", "/srv/inbox"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 6
    first, second = done.stdout.splitlines()
    assert first.startswith("rclone move drive:Opt-outs /srv/inbox ")
    assert second == "stopimport inbox /srv/inbox --json"
    assert "could not fetch" in done.stderr
    assert not {option.variable for option in OPTIONS} & set(re.findall(r"\bSTOPIMPORT_\w+", text))


@EXHAUSTIVE
@pytest.mark.skipif(not shutil.which("rclone"), reason="there is no rclone")
def test_rclone_knows_the_recipes_options(tmp_path):
    """The real one, between two folders."""
    text = (DEPLOY / "rclone.sh").read_text("utf-8")
    flags = re.search(r'rclone move "\$remote" "\$inbox" (.*?) \|\|', text)[1].split()
    flags[flags.index("--min-age") + 1] = "0s"
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "a.csv").write_text("Mobile\n")
    subprocess.run(["rclone", "move", tmp_path / "from", tmp_path / "to", *flags], check=True, timeout=60)
    assert (tmp_path / "to" / "a.csv").exists()
