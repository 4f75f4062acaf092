"""Small helpers of the commands' tests."""

from __future__ import annotations

import subprocess
from contextlib import suppress

import httpx


def take_off(api, stop_id):
    """Take an entry off a practice API's list, as somebody else would."""
    query = {"apiKey": api.key, "id": str(stop_id)}
    answer = httpx.get(f"{api.url}/stop-sms/delete", params=query, trust_env=False)
    assert answer.json()["code"] == 200


def put_on(api, number):
    """Put a number on a practice API's list, as somebody else would; return its id."""
    body = {"apiKey": api.key, "phoneNumber": number}
    return httpx.post(f"{api.url}/stop-sms/add", json=body, trust_env=False).json()["stopId"]


def until(process, happened):
    """Wait until something has happened while `process` runs, which must not end before."""
    while not happened():
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(process.wait(0.01), *process.communicate())
