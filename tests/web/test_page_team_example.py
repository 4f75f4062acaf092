"""The example of a team's page: it can be read, its options exist, and what it says of the page is true of the page."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import yaml
from effort import EXHAUSTIVE
from served import end, words

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "docs" / "deploy" / "team"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
PAGE, PROXY = (COMPOSE["services"][name] for name in ("page", "proxy"))


def options(service):
    """Return the options of a service's command."""
    return dict(word.removeprefix("--").split("=", 1) for word in service["command"] if "=" in word)


def test_what_is_named_is_there():
    """Secrets and volumes are declared, the folder that is built is the repository, ports and paths fit together."""
    for service in (PAGE, PROXY):
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        for volume in service["volumes"]:
            name = volume.partition(":")[0]
            assert name.startswith("./") or name in COMPOSE["volumes"]
    assert ROOT == (FOLDER / PAGE["build"]["context"]).resolve()
    image = (ROOT / PAGE["build"]["dockerfile"]).read_text("utf-8")
    assert "STOPIMPORT_API_KEY_FILE=/run/secrets/api-key" in image
    assert f'VOLUME ["{PAGE["volumes"][0].partition(":")[2]}"]' in image
    assert "service:page" == PROXY["network_mode"]
    assert f"http://127.0.0.1:{options(PAGE)['port']}/" == options(PROXY)["upstream"]
    assert options(PROXY)["redirect-url"].startswith(options(PAGE)["public-url"] + "/")
    [(outside, inside)] = [port.split(":") for port in PAGE["ports"]]
    assert ("443", f":{inside}") == (outside, options(PROXY)["https-address"])


@EXHAUSTIVE
@pytest.mark.process
def test_the_page_starts_so(program):
    """With the options of the example it serves whom the proxy names, and nobody else; the key is a file's."""
    program.write("secrets/api-key", "practice-key")
    (program.folder / "secrets/api-key").chmod(0o600)
    command = [word for word in PAGE["command"] if not word.startswith("--port")]
    image = {"STOPIMPORT_RUNS": "runs", "STOPIMPORT_API_KEY_FILE": str(program.folder / "secrets/api-key")}
    process = program.start(*command, "--json", **image)
    try:
        told = json.loads(process.stdout.readline())
        host = told["url"].removeprefix("https://")
        named = {"Host": host, options(PAGE)["trust-header"]: "marie@example.com"}
        answers = [httpx.get(told["listening"], headers=one, trust_env=False) for one in (named, {"Host": host})]
    finally:
        end(process)

    assert [200, 401] == [answer.status_code for answer in answers]
    assert "You are marie@example.com" in words(answers[0].text)
    assert "It was provided by whoever set up this program" in words(answers[0].text)
