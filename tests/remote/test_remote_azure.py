"""Azure's containers, with azurite where it is installed (`npm install --global azurite`)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime

import httpx
import pytest
from effort import EXHAUSTIVE
from remote_helping import Night, export
from stores import free_port

pytestmark = [EXHAUSTIVE, pytest.mark.process]
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The emulator's, the same everywhere: https://learn.microsoft.com/azure/storage/common/storage-use-azurite"""


class Container:
    """A container of azurite's, filled and looked at by plain HTTP."""

    def __init__(self, url, name):
        self.name, self.url = name, f"{url}/{ACCOUNT}"
        self._ask("PUT", "", {"restype": "container"}).raise_for_status()

    def put(self, path, text):
        """Write a blob."""
        self._ask("PUT", f"/{path}", {}, text.encode(), {"x-ms-blob-type": "BlockBlob"}).raise_for_status()

    def names(self):
        """Return the names of all blobs."""
        found = self._ask("GET", "", {"comp": "list", "restype": "container"}).raise_for_status().text
        return [part.partition("</Name>")[0] for part in found.split("<Name>")[1:]]

    def _ask(self, method, path, query, content=b"", more=None):
        """Sign as https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key says."""
        date = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"x-ms-date": date, "x-ms-version": "2021-08-06", **(more or {})}
        told = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        asked = "".join(f"\n{name}:{value}" for name, value in sorted(query.items()))
        resource = f"/{ACCOUNT}/{ACCOUNT}/{self.name}{path}{asked}"
        text = f"{method}\n\n\n{len(content) or ''}\n\n\n\n\n\n\n\n\n{told}{resource}"
        signed = base64.b64encode(hmac.digest(base64.b64decode(KEY), text.encode(), hashlib.sha256)).decode()
        headers["Authorization"] = f"SharedKey {ACCOUNT}:{signed}"
        with httpx.Client(trust_env=False) as client:
            url = f"{self.url}/{self.name}{path}"
            return client.request(method, url, params=query, headers=headers, content=content)


@pytest.fixture
def container(program, tmp_path):
    """Give an empty container, which the program can reach."""
    pytest.importorskip("obstore")
    command = shutil.which("azurite-blob")
    if not command:
        pytest.skip("there is no azurite: npm install --global azurite")
    port = free_port()
    process = subprocess.Popen(
        [command, "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--blobPort", str(port)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert process.poll() is None, "azurite does not start"
            time.sleep(0.05)
    url = f"http://127.0.0.1:{port}"
    program.environment |= {
        "AZURE_STORAGE_CONNECTION_STRING": f"AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={url}/{ACCOUNT}",
        "NO_PROXY": "127.0.0.1",
    }
    yield Container(url, "exports")
    process.terminate()
    process.wait()


def test_a_container_is_read_and_is_an_inbox(program, container, reach):
    """A file, a pattern, an inbox whose objects are claimed by conditional requests, and moved."""
    program.alone = False
    container.put("in/a.csv", export(1, 2))
    done = program("check", "az://exports/in/*.csv", "--out", "run")
    assert done.returncode == 0, done.stderr
    assert len(program.rows("run")) == 2
    night = Night(program, "az://exports/in/")
    code, told, err = night()
    assert (code, told["warnings"]) == (0, []), err
    assert [run["action"] for run in told["runs"]] == ["done"]
    assert night.fates() == {}
    assert night.fates("--move") == {}
    [moved, _record] = sorted(container.names(), key=lambda name: ".stopimport" in name)
    assert moved.startswith("in/done/")
    assert len(reach.entries()) == 2
    done = program("check", "az://none-such/a.csv")
    assert done.returncode == 2
    assert KEY not in done.stderr.decode()
