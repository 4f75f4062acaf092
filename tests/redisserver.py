"""A Redis (or Valkey) server of the test's own, on a free port, which can be killed, stopped and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress

import pytest

from stopimport.runs.redis_script import Address, connect

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
NEEDS_REDIS = pytest.mark.skipif(PROGRAM is None, reason="there is no redis-server: sudo apt-get install redis-server")


class RedisServer:
    """The server, on this machine; it keeps nothing on the disk."""

    def __init__(self, folder, *options, tls=False):
        self._folder, self._options, self._tls = folder, options, tls
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"{'rediss' if tls else 'redis'}://127.0.0.1:{self.port}/0"
        self.process = None
        self.start()

    def start(self):
        """Start it, and wait until it answers."""
        ports = ["--port", "0", "--tls-port"] if self._tls else ["--port"]
        command = [PROGRAM, *ports, str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self.process = subprocess.Popen([*command, *self._options], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not self._answers():
            assert self.process.poll() is None, "the server has ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.02)

    def _answers(self):
        if self._tls:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            return False
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as asking:
                asking.sendall(b"PING\r\n")
                return asking.recv(10)[:1] in {b"+", b"-"}
        except OSError:
            return False

    def kill(self):
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Let it do nothing until `go_on`."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        """Let it go on."""
        os.kill(self.process.pid, signal.SIGCONT)

    def ask(self, *words):
        """Return what it answers to a command."""
        import redis

        with redis.Redis("127.0.0.1", self.port, protocol=2) as client:
            return client.execute_command(*words)

    def script(self):
        """Return what runs the script there."""
        return connect(Address.parse(self.url))


@pytest.fixture
def redis(tmp_path):
    """A server of the test's own."""
    made = RedisServer(tmp_path)
    yield made
    if made.process.poll() is None:
        made.go_on()
        made.kill()
