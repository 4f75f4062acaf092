"""The vendor's Python sample in a loop: `requests.post`, one number after the other.

`requests` is no dependency of the package, so this takes the copy of it that pip carries in every virtual environment.
"""

from __future__ import annotations

import json
import sys
import time

from pip._vendor import requests


def main(url: str, key: str, calls: str) -> None:
    """Make the calls and write how many there were and the seconds they took to standard output."""
    started = time.perf_counter()
    for n in range(int(calls)):
        reply = requests.post(
            f"{url}/stop-sms/add", data=json.dumps({"apiKey": key, "phoneNumber": f"+336100{n:05}"}), timeout=60
        )
        if reply.json().get("success") is not True:
            raise RuntimeError(reply.text)
    seconds = time.perf_counter() - started
    sys.stdout.write(json.dumps({"calls": int(calls), "seconds": seconds, "cpu": time.process_time()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
