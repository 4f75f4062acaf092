"""The vendor's sample clients, run by the real programs where this machine has them.

`test_sandbox_clients` sends the same requests everywhere; here a missing program is a skip that says so.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent / "clients"
PRINTED_URL = "https://api.smspartner.fr/v1"
KEYS = ("YOUR API KEY", "YOUR_API_KEY", "VOTRE_API_KEY", "MY API KEY", '"xxxxx"')
NUMBERS = ("+336xxxxxxxx", "+336XXXXXXXX", '"xxxx"')
CLIENTS = {
    "add.sh": (["sh"], '"success": true'),
    "add.php": (["php"], '{"success": true, "code": 200, "stopId": 1}'),
    "add.js": (["node"], "success: true"),
    "Add.java": (["java"], "Stop SMS request successful"),
    "add.go": (["go", "run"], "Response status code: 200"),
    "add.python": ([sys.executable], "'success': True"),
}
NEEDS = {"add.sh": "curl"}


def adapted(sample, practice):
    """Return the sample with address, key and number put in; Node's with `http` for `https`."""
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    host, port = practice.url.removeprefix("http://").removesuffix("/v1").split(":")
    text = text.replace("require('https')", "require('http')")
    text = text.replace("hostname: 'api.smspartner.fr'", f"hostname: '{host}', port: {port}")
    text = text.replace(PRINTED_URL, practice.url)
    for printed in (*KEYS, *NUMBERS):
        value = practice.key if printed in KEYS else "+33612345678"
        text = text.replace(printed, f'"{value}"' if printed.startswith('"') else value)
    return text


@pytest.mark.process
@pytest.mark.parametrize("sample", CLIENTS)
def test_sample_client_adds_its_number(caller, tmp_path, sample):
    """Each sample, with address and key changed, adds its number and says so."""
    command, printed = CLIENTS[sample]
    program = NEEDS.get(sample, command[0])
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not on this machine; its recorded request is tested all the same")
    if sample == "add.python" and importlib.util.find_spec("requests") is None:
        pytest.skip("requests is not installed; its recorded request is tested all the same")
    (tmp_path / sample).write_text(adapted(sample, caller.practice), encoding="utf-8")

    done = subprocess.run(
        [*command, tmp_path / sample], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )

    assert printed in done.stdout
    assert caller.numbers() == ["+33612345678"]
