"""When calls arrive at a server of the tests: by the kernel's time stamps, so that no load of the machine counts."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress


def _epoch():
    """Return what the wall clock showed when the monotonic one began, as looked at by the least disturbed of many."""
    looks = []
    for _ in range(50):
        before, wall, after = time.monotonic(), time.time(), time.monotonic()
        looks.append((after - before, wall - (before + after) / 2))
    return min(looks)[1]


_EPOCH = _epoch()
_STAMPS = getattr(socket, "SO_TIMESTAMPNS", 35)


class StampedSocket(socket.socket):
    """A connection that knows when its bytes arrived: by the kernel, where that tells (Linux), whatever else runs."""

    arrived = None
    """`time.monotonic()` of the arrival of what was read last; None: the kernel does not tell."""

    def recv(self, size, flags=0):
        """Read as a socket does, and note when the bytes arrived."""
        data, told, _flags, _address = self.recvmsg(size, 64, flags)
        for level, kind, content in told:
            if (level, kind) == (socket.SOL_SOCKET, _STAMPS):
                seconds, nanoseconds = struct.unpack("qq", content)
                self.arrived = seconds + nanoseconds / 1e9 - _EPOCH
        return data


class StampingSocket(socket.socket):
    """A listening socket whose connections know when their bytes arrived."""

    def accept(self):
        """Accept as a socket does."""
        accepted, address = super().accept()
        return StampedSocket(fileno=accepted.detach()), address


def listening():
    """Return a socket that listens on a free port of this machine."""
    kind = StampingSocket if struct.calcsize("l") == 8 and hasattr(socket.socket, "recvmsg") else socket.socket
    made = kind(socket.AF_INET, socket.SOCK_STREAM)
    with suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)  # connections inherit it
    made.bind(("127.0.0.1", 0))
    return made


def arrival(writer):
    """Return when the last bytes of a connection arrived."""
    stamped = getattr(writer.get_extra_info("socket"), "_sock", None)
    return getattr(stamped, "arrived", None) or time.monotonic()
