"""A server 80 ms away that notes when each call reaches it: ``python -m benchmarks.slow_server MILLISECONDS FILE``.

It answers every `add` with success and every `list` with an empty list. Each arrival is a line of FILE, in seconds.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from arrivals import arrival, listening

if TYPE_CHECKING:
    from typing import TextIO

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ADDED = b'{"success": true, "code": 200, "stopId": 300}'
_LIST = b'{"success": true, "code": 200, "nbData": 0, "data": []}'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latency: float, notes: TextIO) -> None:
    """Answer the calls of one connection, one after the other."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            await reader.readexactly(int(length.group(1)) if length else 0)
            adding = head.startswith(b"POST")
            notes.write(f"{arrival(writer)}\n")
            await asyncio.sleep(latency)
            body = _ADDED if adding else _LIST
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def serve(latency: float, notes: TextIO) -> None:
    """Serve on a free port until the process is ended."""
    server = await asyncio.start_server(lambda reader, writer: answer(reader, writer, latency, notes), sock=listening())
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1\n")
    sys.stdout.flush()
    await server.serve_forever()


def main(milliseconds: str, file: str) -> None:
    """Serve; each line of the notes is written at once."""
    with Path(file).open("w", encoding="utf-8", buffering=1) as notes:
        asyncio.run(serve(int(milliseconds) / 1000, notes))


if __name__ == "__main__":
    main(*sys.argv[1:])
