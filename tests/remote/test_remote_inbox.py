"""An inbox in an object store: each object once, by whoever claims it first."""

from __future__ import annotations

import json
import os
import signal
import time

import httpx
import pytest
from effort import EXHAUSTIVE
from remote_helping import Night, export, sharing

from stopimport.nightly.remote import claims

pytestmark = [EXHAUSTIVE, pytest.mark.process]
HOW_MANY = int(os.environ.get("STOPIMPORT_TEST_OBJECTS", "12"))
"""Objects that three machines share; by hand more, for each of them costs a run."""


@pytest.fixture
def night(program, bucket, reach):
    """Give an inbox in a bucket, emptied by commands in this process."""
    program.alone = False
    night = Night(program, f"s3://{bucket.name}/in/")
    night.bucket, night.api = bucket, reach
    return night


def records(bucket):
    """Return all records, by the names of their objects."""
    found = [json.loads(bucket.get(key)) for key in bucket.keys("in/.stopimport/")]
    return {record["key"].rpartition("/")[2]: record for record in found}


def test_each_object_is_imported_once_and_stays(night):
    """What is done is written down beside the objects: hash, run, exit code; what failed, with the reason."""
    night.bucket.put("in/a.csv", export(1, 2))
    night.bucket.put("in/bad.csv", "Nom\nDupont\n")
    for aside in ("in/.hidden.csv", "in/b.csv.part", "in/sub/c.csv", "other/d.csv"):
        night.bucket.put(aside, export(99))
    code, told, err = night()
    assert code == 2, err
    assert {run["file"]: run["action"] for run in told["runs"]} == {"a.csv": "done", "bad.csv": "failed"}
    assert told["inbox"] == night.address.rstrip("/")
    assert told["counts"]["added"] == 2
    done = records(night.bucket)
    assert done["a.csv"]["state"] == "done"
    assert done["a.csv"]["run"] == told["runs"][0]["run"]
    assert len(done["a.csv"]["sha256"]) == 64
    assert done["bad.csv"]["state"] == "failed"
    assert "phone" in done["bad.csv"]["why"]
    before = night.bucket.keys()
    assert night.fates() == {}
    assert before == night.bucket.keys()
    assert night.bucket.get("in/a.csv") == export(1, 2).encode()
    assert not [key for key in before if "probe" in key or "clock" in key]


def test_written_anew_it_is_imported_again(night):
    """Other content under the same name is a new file; the same content once more is told from what failed."""
    night.bucket.put("in/a.csv", export(1))
    assert night.fates() == {"a.csv": "done"}
    night.bucket.put("in/a.csv", export(1, 2))
    assert night.fates() == {"a.csv": "done"}
    assert {entry.number for entry in night.api.entries()} >= {"+33600000001", "+33600000002"}
    while time.time() % 1 > 0.1:
        # The store's times are whole seconds.
        pass
    time.sleep(1)
    night.bucket.put("in/a.csv", export(1, 2))
    assert night.fates() == {"a.csv": "already_imported"}
    assert night.fates() == {}


def test_a_half_upload_is_not_seen(night):
    """Parts of an upload that nobody has completed are no object."""
    begun = night.bucket.client.post("/in/big.csv", params={"uploads": ""}).raise_for_status().text
    upload = begun.partition("<UploadId>")[2].partition("</UploadId>")[0]
    part = {"partNumber": "1", "uploadId": upload}
    night.bucket.client.put("/in/big.csv", params=part, content=export(1).encode()).raise_for_status()
    assert night.fates() == {}
    assert not night.api.entries()


def test_with_move_what_is_done_with_is_moved(night):
    """Imported objects go to done/, others to failed/ with an explanation; a kill before the end is made good."""
    night.bucket.put("in/a.csv", export(1))
    night.bucket.put("in/bad.csv", "Nom\nDupont\n")
    code, told, err = night("--move")
    assert code == 2, err
    keys = [key.split("/", 1)[1] for key in night.bucket.keys("in/") if ".stopimport" not in key]
    assert [key.rpartition("/")[2] for key in keys] == ["a.csv", "bad.csv", "bad.csv.why.txt"]
    assert [key.partition("/")[0] for key in keys] == ["done", "failed", "failed"]
    assert told["runs"][0]["moved_to"].startswith(f"{night.address}done/")
    # Imported, but not moved yet, by a pass that was killed then.
    night.bucket.put("in/b.csv", export(2))
    assert night.fates() == {"b.csv": "done"}
    assert night.fates("--move") == {}
    assert [key for key in night.bucket.keys("in/done/") if key.endswith("/b.csv")]
    assert night.bucket.get("in/b.csv") is None


def test_an_unfinished_run_is_gone_on_with(night, program):
    """What is left of a run is finished by the next pass on the same machine; other machines wait for a lease."""
    night.bucket.put("in/a.csv", export(*range(1000, 1200)))
    process = night.start("--rate", "40/s")
    while night.api.calls.by_endpoint["add"] < 5 and process.poll() is None:
        pass
    process.terminate()
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
    assert records(night.bucket)["a.csv"]["state"] == "waiting"
    other = Night(program, night.address, "there")
    other.runs = program.folder / "other-runs"
    code, told, _err = other()
    assert (code, told["runs"], told["files"]["waiting"]) == (0, [], 1)
    assert night.fates() == {"a.csv": "done"}
    assert night.api.calls.by_endpoint["add"] == 200
    assert len(night.summaries()) == 1


@pytest.mark.kill
def test_a_machine_that_slept_has_lost_its_claim(program, night, monkeypatch):
    """Taken for dead, and its file imported by another, it ends when it wakes, and overwrites nothing."""
    night.bucket.put("in/a.csv", export(*range(1000, 1200)))
    process = night.start("--rate", "20/s", lease=2)
    while night.api.calls.by_endpoint["add"] < 5 and process.poll() is None:
        pass
    process.send_signal(signal.SIGSTOP)
    other = Night(program, night.address, "there")
    other.runs = program.folder / "other-runs"
    monkeypatch.setattr(claims, "LEASE", 2.0)
    while not (told := other()[1])["runs"]:
        pass
    assert [run["action"] for run in told["runs"]] == ["done"]
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert json.loads(out)["runs"][0]["action"] == "waiting"
    assert records(night.bucket)["a.csv"]["run"] == told["runs"][0]["run"]
    assert night.fates() == {}
    assert len(night.api.entries()) == 200


@pytest.mark.kill
def test_three_machines_share_the_files_and_one_is_killed(program, night, monkeypatch):
    """Of all objects none is lost and none imported twice, whoever dies: its claim runs out, and another goes on."""
    for number in range(HOW_MANY):
        night.bucket.put(f"in/{number:03}.csv", export(number))
    nights = [Night(program, night.address, machine) for machine in ("one", "two", "three")]
    sharing(nights, lambda: len(night.api.entries()), HOW_MANY, monkeypatch)
    assert len(night.api.entries()) == HOW_MANY
    done = records(night.bucket)
    assert {record["state"] for record in done.values()} == {"done"}
    assert len(done) == HOW_MANY
    finished = [summary for summary in night.summaries() if summary["state"] == "complete"]
    assert sorted(summary["inputs"][0]["file"] for summary in finished) == sorted(done)
    # One number more at most: the one that was under way when the first was killed.
    assert night.api.calls.by_endpoint["add"] <= HOW_MANY + 1


def test_a_store_that_cannot_be_written_is_served_from_a_ledger(program, bucket, reach):
    """Without the right to write, what is done is kept beside the runs; one pass works at a time, and says so."""
    program.alone = False
    bucket.put("in/a.csv", export(1))
    with gateway(bucket.url, lambda request: (403, b"") if request.method == "PUT" else None) as url:
        program.environment["AWS_ENDPOINT_URL"] = url
        night = Night(program, f"s3://{bucket.name}/in/")
        code, told, _err = night()
        assert (code, [run["file"] for run in told["runs"]]) == (0, ["a.csv"])
        assert "one machine at a time" in told["warnings"][0]
        assert night.fates() == {}
        bucket.put("in/a.csv", export(1, 2))
        assert night.fates() == {"a.csv": "done"}
    assert bucket.keys() == ["in/a.csv"]


def test_a_store_that_ignores_conditions_is_not_relied_on(program, bucket, reach):
    """Where two creations of one object both succeed, one machine at a time is said, and the ledger is used."""
    program.alone = False
    bucket.put("in/a.csv", export(1))

    def forget(request):
        request.headers.pop("if-none-match", None)

    with gateway(bucket.url, forget) as url:
        program.environment["AWS_ENDPOINT_URL"] = url
        night = Night(program, f"s3://{bucket.name}/in/")
        code, told, _err = night()
    assert (code, [run["action"] for run in told["runs"]]) == (0, ["done"])
    assert "ignores conditions" in told["warnings"][0]


def test_changed_while_it_is_read_it_waits_for_the_next_pass(program, bucket, reach):
    """The content is asked for by its etag: another one is left alone, and nothing of it is imported."""
    program.alone = False
    bucket.put("in/a.csv", export(1))
    changes = [export(1, 2), None]

    def change(request):
        if request.method == "GET" and request.url.path.endswith("/a.csv") and changes[0]:
            bucket.put("in/a.csv", changes.pop(0))

    with gateway(bucket.url, change) as url:
        program.environment["AWS_ENDPOINT_URL"] = url
        night = Night(program, f"s3://{bucket.name}/in/")
        code, told, _err = night()
        assert (code, [run["action"] for run in told["runs"]]) == (0, ["waiting"])
        assert not reach.entries()
        assert night.fates() == {"a.csv": "done"}
    assert len(reach.entries()) == 2


def test_trouble_ends_a_pass_with_one_sentence(program, night):
    """No bucket, no connection: exit code 2, told on standard error, and nothing is imported."""
    for address, variables, word in (
        (f"s3://{night.bucket.name}-none/in/", {}, "There is no s3://"),
        (night.address, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "cannot be reached"),
    ):
        done = program("inbox", address, "--runs", night.runs, **variables)
        assert done.returncode == 2
        assert word in done.stderr.decode()
        assert "made-up-secret" not in done.stderr.decode()


def gateway(url, change):
    """Give the address of a server before another: `change` sees each request, may change it, or answers itself."""
    from gateways import Gateway

    return Gateway(url, change, httpx.Client(trust_env=False))
