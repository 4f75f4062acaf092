"""`run` and `check` of what lies elsewhere: addresses, folders and patterns, as on disk."""

from __future__ import annotations

import errno
import io
import json
import os
from pathlib import Path

import httpx
import pytest
from effort import EXHAUSTIVE

pytestmark = [EXHAUSTIVE, pytest.mark.process]


def export(*numbers):
    """Return an export with French mobile numbers."""
    return "Mobile\n" + "".join(f"06 00 00 {number // 100:02} {number % 100:02}\n" for number in numbers)


@pytest.fixture(autouse=True)
def _inside(program):
    """Run the commands in this process: what matters here is what the stores do."""
    program.alone = False


@pytest.fixture(params=["s3", "sftp"])
def place(request):
    """Give a place to write files to, and their addresses."""
    return Place(request.getfixturevalue("bucket" if request.param == "s3" else "server"), request.param)


class Place:
    """A folder in a store of either kind."""

    def __init__(self, store, kind):
        self.store, self.kind = store, kind

    def put(self, name, text):
        """Write a file."""
        if self.kind == "s3":
            self.store.put(f"crm/{name}", text)
            return
        path = self.store.folder / "crm" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def at(self, name=""):
        """Return an address."""
        return f"s3://{self.store.name}/crm/{name}" if self.kind == "s3" else self.store.at(f"crm/{name}")


def files_of(program, done, out="run"):
    """Return the names of the files that a check has read."""
    assert done.returncode == 0, done.stderr
    return [each["file"] for each in json.loads((program.folder / out / "summary.json").read_text())["inputs"]]


def test_files_folders_and_patterns_are_taken_as_on_disk(program, place):
    """One file; a folder, sorted, without hidden files, lock files, other endings and folders; patterns; each once."""
    for name in ("b.csv", "a.csv", ".hidden.csv", "~$lock.csv", "notes.md", "sub/c.csv", "été [1] 100%.csv"):
        place.put(name, export(len(name)))
    assert files_of(program, program("check", place.at("a.csv"), "--out", "one"), "one") == ["a.csv"]
    inside = ["a.csv", "b.csv", "été [1] 100%.csv"]
    assert files_of(program, program("check", place.at(), "--out", "all"), "all") == inside
    assert files_of(program, program("check", place.at()[:-1], "--out", "bare"), "bare") == inside
    for pattern, names in (
        ("?.csv", ["a.csv", "b.csv"]),
        ("[!b].csv", ["a.csv"]),
        ("*/*.csv", ["c.csv"]),
        ("**/?.csv", ["a.csv", "b.csv", "c.csv"]),
        ("été [1] 100%.csv", ["été [1] 100%.csv"]),
    ):
        out = f"by-{len(pattern)}"
        assert files_of(program, program("check", place.at(pattern), "--out", out), out) == names, pattern
    done = program("check", place.at("b.csv"), place.at("?.csv"), place.at("b.csv"), "--out", "once")
    assert files_of(program, done, "once") == ["b.csv", "a.csv"]


def test_names_are_told_apart_as_those_of_files_on_disk(program, place):
    """Two files of the same name are shown with as much of their addresses as tells them apart."""
    place.put("a.csv", export(1))
    place.put("sub/a.csv", export(2))
    program.write("crm/a.csv", export(3))
    done = program("check", place.at("a.csv"), place.at("sub/a.csv"), "--out", "run")
    assert files_of(program, done) == ["crm/a.csv", "sub/a.csv"]
    done = program("check", place.at("sub/a.csv"), "crm/a.csv", "--out", "both")
    assert files_of(program, done, "both") == ["sub/a.csv", "crm/a.csv"]


def test_a_run_is_as_one_of_the_same_file_on_disk(program, place):
    """Results, rejects and counts are the same, archives and workbooks too; nothing is left in the temporary folder."""
    text = export(1, 2, 2) + "bonjour\n06 12 34\n"
    place.put("liste.csv", text)
    program.write("liste.csv", text)
    scratch = program.folder / "scratch"
    scratch.mkdir()
    for out, file in (("far", place.at("liste.csv")), ("near", "liste.csv")):
        done = program("run", file, "--out", out, "--sandbox", "--yes", "--rate", "1000/s", TMPDIR=str(scratch))
        assert done.returncode == 0, done.stderr
    far, near = (json.loads((program.folder / out / "summary.json").read_text()) for out in ("far", "near"))
    for key in ("inputs", "counts", "rejects_by_reason"):
        assert near[key] == far[key]
    times = {"sentAt": ""}
    assert [row | times for row in program.rows("near")] == [row | times for row in program.rows("far")]
    assert not list(scratch.iterdir())


def test_all_or_nothing(program, place):
    """What is missing ends the matter with one sentence, before anything is sent or written."""
    place.put("a.csv", export(1))
    for file, told in (
        (place.at("none.csv"), "does not exist"),
        (place.at("none/"), "does not exist"),
        (place.at("*.xlsx"), "No file matches"),
    ):
        done = program("run", place.at("a.csv"), file, "--sandbox", "--yes", "--out", "run")
        assert done.returncode == 2, done.stderr
        assert told in done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()
        assert not (program.folder / "run").exists()


def test_the_limit_of_size_holds(program, place):
    """A file that is larger than --max-file-size is refused before it is brought."""
    place.put("a.csv", export(*range(200)))
    done = program("check", place.at("a.csv"), "--max-file-size", "1000")
    assert done.returncode == 2
    assert "a.csv is larger than" in done.stderr.decode()


def test_a_full_disk_is_told_as_what_it_is(program, place, monkeypatch):
    """No room for a copy: exit code 2, and the folder; it is not taken for trouble with the store."""
    place.put("a.csv", export(1))
    usual = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *args, **more: Full() if "xb" in args else usual(path, *args, **more)
    )
    done = program("check", place.at("a.csv"))
    assert done.returncode == 2
    assert "No space left on device" in " ".join(done.stderr.decode().split())


class Full(io.BytesIO):
    """A file on a full disk."""

    def write(self, _data):
        """Find no room."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def writelines(self, pieces):
        """Find no room for the first."""
        self.write(next(iter(pieces)))


def test_no_credential_is_shown(program, bucket):
    """Whatever goes wrong, neither keys nor what is signed appears."""
    done = program("check", f"s3://{bucket.name}-none/a.csv", "--verbose")
    assert done.returncode == 2
    said = (done.stdout + done.stderr).decode()
    assert f"{bucket.name}-none" in said
    for secret in ("made-up-secret", "AKIAMADEUPKEY", "Signature", "http://127"):
        assert secret not in said


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"AWS_PROFILE": "nobody"}, "there is no profile nobody"),
    ],
)
def test_trouble_with_a_store_is_one_sentence(program, bucket, variables, told):
    """No connection, no such profile: exit code 2, and what is to be done."""
    done = program("check", f"s3://{bucket.name}/a.csv", **variables)
    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) <= 4


def test_a_profile_is_used(program, bucket):
    """Keys, region and endpoint come from ~/.aws as for the cloud's own tools."""
    bucket.put("a.csv", export(1))
    folder = program.folder / "home" / ".aws"
    folder.mkdir(parents=True)
    (folder / "credentials").write_text("[shop]\naws_access_key_id = AKIA1\naws_secret_access_key = s%3\n")
    (folder / "config").write_text(f"[profile shop]\nregion = eu-west-3\nendpoint_url = {bucket.url}\n")
    for name in bucket.environment:
        if name.startswith("AWS_"):
            program.environment.pop(name)
    assert program("check", f"s3://{bucket.name}/a.csv", AWS_PROFILE="shop").returncode == 0


def test_an_unknown_host_key_is_refused(program, server):
    """Without the server's key in known_hosts, or with another one, nothing is exchanged; one sentence says it."""
    (server.folder / "a.csv").write_text(export(1))
    known = program.folder / "home" / ".ssh" / "known_hosts"
    import asyncssh

    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    for text in (None, f"[127.0.0.1]:{server.port} {other}"):
        known.unlink()
        if text:
            known.write_text(text)
        done = program("check", server.at("a.csv"))
        assert done.returncode == 2
        said = " ".join(done.stderr.decode().split())
        assert f"ssh-keyscan -p {server.port} 127.0.0.1" in said
        known.touch()


@pytest.mark.parametrize("hosts", ["none", "/dev/null", "~/.ssh/mine", None])
def test_known_hosts_are_where_the_configuration_says(program, server, hosts):
    """A file of the user's own choice is used; no file at all does not mean that every server is trusted."""
    (server.folder / "a.csv").write_text(export(1))
    folder = program.folder / "home" / ".ssh"
    if hosts:
        (folder / "known_hosts").rename(folder / "mine")
        (folder / "config").write_text(f"Host *\n  StrictHostKeyChecking no\n  UserKnownHostsFile {hosts}\n")
    done = program("check", server.at("a.csv"), "--out", "run")
    assert done.returncode == (0 if hosts in {"~/.ssh/mine", None} else 2), done.stderr
    assert not done.returncode or b"known_hosts" in done.stderr


def test_a_key_that_the_server_does_not_know_is_refused(program, server):
    """Without a key that the server takes it is exit code 2."""
    (program.folder / "home" / ".ssh" / "id_ed25519").unlink()
    done = program("check", server.at("a.csv"))
    assert done.returncode == 2
    assert "is refused" in done.stderr.decode()


def test_names_and_ports_come_from_the_configuration(program, server):
    """A host is called as ~/.ssh/config calls it; a link is followed as on disk; ~ is the user's home."""
    (server.folder / "real.csv").write_text(export(1))
    (server.folder / "in").mkdir()
    (server.folder / "in" / "link.csv").symlink_to(server.folder / "real.csv")
    config = program.folder / "home" / ".ssh" / "config"
    user = server.address.partition("//")[2].partition("@")[0]
    config.write_text(f"Host crm\n  HostName 127.0.0.1\n  Port {server.port}\n  User {user}\n")
    done = program("check", f"sftp://crm{server.folder}/in/", "--out", "run")
    assert files_of(program, done) == ["link.csv"]


def test_google_is_read_by_the_interface_that_it_shares_with_s3(program, bucket):
    """There is no server of Google's to test with: moto's stands for it, for listing and reading as XML."""
    from gateways import Gateway

    for name in ("b.csv", "a.csv", "sub/c.csv"):
        bucket.put(f"crm/{name}", export(len(name)))
    signed = bucket.client.headers["Authorization"]

    def sign(request):
        request.headers["Authorization"] = signed

    with Gateway(bucket.url, sign, httpx.Client(trust_env=False)) as url:
        program.environment["STORAGE_EMULATOR_HOST"] = url
        place = f"gs://{bucket.name}/crm"
        assert files_of(program, program("check", place, "--out", "all"), "all") == ["a.csv", "b.csv"]
        assert files_of(program, program("check", f"{place}/*/*.csv", "--out", "sub"), "sub") == ["c.csv"]
        assert b"does not exist" in program("check", f"{place}/none.csv").stderr
        assert b"There is no gs://none-such" in program("check", "gs://none-such/x/").stderr
