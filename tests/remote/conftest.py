"""The stores that the tests use; where a part is missing they are skipped, with the reason."""

from __future__ import annotations

from itertools import count

import pytest

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def moto():
    """Give the address of moto's S3 server."""
    pytest.importorskip("obstore")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}"
    server.stop()


@pytest.fixture
def bucket(moto, program):
    """Give an empty bucket, which the program can reach."""
    from stores import Bucket

    bucket = Bucket(moto, f"exports-{next(_NUMBERS)}")
    program.environment |= bucket.environment
    yield bucket
    bucket.client.close()


@pytest.fixture
def server(program, tmp_path_factory):
    """Give OpenSSH's server, running, and known to the user of the program."""
    pytest.importorskip("asyncssh")
    from stores import SSHD, Account, Server

    if not SSHD:
        pytest.skip("there is no sshd: apt-get install openssh-server")
    server = Server(tmp_path_factory.mktemp("sshd"), Account(program.folder / "home"))
    with server.started():
        yield server
