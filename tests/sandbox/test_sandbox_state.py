"""The list in a state file outlives the server, however it ends."""

from __future__ import annotations

import sqlite3
import stat
import threading

import httpx
import pytest

from stopimport.sandbox.errors import SandboxStateBusy, SandboxStateUnusable
from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import running


def add(url, number):
    """Call `add` and return its stopId."""
    body = {"apiKey": "practice-key", "phoneNumber": number}
    return httpx.post(f"{url}/stop-sms/add", json=body, trust_env=False).json()["stopId"]


def listed(url):
    """Return the list as {number: id}."""
    answer = httpx.get(f"{url}/stop-sms/list", params={"apiKey": "practice-key"}, trust_env=False).json()
    return {entry["phoneNumber"]: entry["id"] for entry in answer["data"]}


def test_list_outlives_a_clean_stop(start, tmp_path):
    """A second practice API over the same file has the numbers of the first, and goes on counting."""
    state = tmp_path / "list.sqlite3"
    with running(SandboxOptions(state=state)) as practice:
        add(practice.url, "+33612345678")
        add(practice.url, "+33612345679")
        httpx.get(f"{practice.url}/stop-sms/delete", params={"apiKey": practice.key, "id": 2}, trust_env=False)

    caller = start(state=state)

    assert caller.numbers() == ["+33612345678"]
    assert caller.add("+33612345670").json()["stopId"] == 3


def test_clean_stop_leaves_one_file_for_the_owner(tmp_path):
    """After a clean stop the state is one file, readable by its owner only."""
    state = tmp_path / "list.sqlite3"
    with running(SandboxOptions(state=state)) as practice:
        add(practice.url, "+33612345678")

    assert [path.name for path in tmp_path.iterdir()] == ["list.sqlite3"]
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_without_state_the_list_is_forgotten(start):
    """Without a state file every practice API starts empty."""
    start().add("+33612345678")

    assert start().numbers() == []


@pytest.mark.kill
@pytest.mark.parametrize("moment", [1, 40, 200])
def test_every_answered_number_survives_a_kill(spawn, tmp_path, moment):
    """Killed at any moment, the list holds every number that was answered, with its id, and none that was not sent."""
    state = tmp_path / "list.sqlite3"
    process, url = spawn(state)
    answered, sent, reached = {}, set(), threading.Event()

    def send(first):
        with httpx.Client(trust_env=False) as client:
            for tail in range(first, 100_000_000, 4):
                number = f"+336{tail:08}"
                sent.add(number)
                body = {"apiKey": "practice-key", "phoneNumber": number}
                try:
                    answer = client.post(f"{url}/stop-sms/add", json=body).json()
                except httpx.TransportError:
                    return
                answered[number] = answer["stopId"]
                if len(answered) >= moment:
                    reached.set()

    senders = [threading.Thread(target=send, args=(12_000_000 + first,)) for first in range(4)]
    for sender in senders:
        sender.start()
    assert reached.wait(60)
    process.kill()
    for sender in senders:
        sender.join()
    process.wait()

    _, again = spawn(state)
    found = listed(again)
    assert answered.items() <= found.items()
    assert set(found) <= sent


def test_full_disk_is_code_500(spawn, tmp_path):
    """When the list cannot be written the answer is code 500, and what was answered before is kept."""
    state = tmp_path / "list.sqlite3"
    process, url = spawn(state, 100_000)
    answered = []
    with httpx.Client(trust_env=False) as client:
        for tail in range(12_000_000, 12_010_000):
            number = f"+336{tail:08}"
            body = {"apiKey": "practice-key", "phoneNumber": number}
            code = client.post(f"{url}/stop-sms/add", json=body).json()["code"]
            if code == 500:
                break
            answered.append(number)
    process.terminate()

    assert code == 500
    assert process.wait(30) == 0
    assert list(listed(spawn(state)[1])) == answered


def test_state_file_belongs_to_one_practice_api(spawn, tmp_path):
    """A second practice API over a state file in use is refused, naming the file."""
    state = tmp_path / "list.sqlite3"
    spawn(state)

    with pytest.raises(SandboxStateBusy, match=r"list\.sqlite3"), running(SandboxOptions(state=state)):
        pass


def test_file_of_another_kind_is_refused_and_kept(tmp_path):
    """A file that is no database is refused and stays as it is."""
    state = tmp_path / "notes.txt"
    state.write_text("not a database, but long enough to be looked at" * 100)
    before = state.read_bytes()

    with pytest.raises(SandboxStateUnusable, match=r"notes\.txt"), running(SandboxOptions(state=state)):
        pass
    assert state.read_bytes() == before


def test_database_of_another_program_is_refused(tmp_path):
    """Another program's database is never written to."""
    state = tmp_path / "other.sqlite3"
    other = sqlite3.connect(state)
    other.execute("create table customers (name)")
    other.close()
    before = state.read_bytes()

    with pytest.raises(SandboxStateUnusable, match="another program"), running(SandboxOptions(state=state)):
        pass
    assert state.read_bytes() == before


def test_folder_that_does_not_exist_is_told(tmp_path):
    """A state file in a missing folder is refused with the system's reason."""
    with (
        pytest.raises(SandboxStateUnusable, match="No such file"),
        running(SandboxOptions(state=tmp_path / "missing" / "list.sqlite3")),
    ):
        pass
