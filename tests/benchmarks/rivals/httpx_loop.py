"""A bare loop of httpx on aiohttp's transport: workers that post one number after the other and do nothing else."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

import httpx
from httpx_aiohttp import AiohttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterator


async def worker(client: httpx.AsyncClient, url: str, key: str, numbers: Iterator[int]) -> None:
    """Post numbers until there are none left."""
    for n in numbers:
        reply = await client.post(url, json={"apiKey": key, "phoneNumber": f"+336100{n:05}"})
        if reply.json().get("success") is not True:
            raise RuntimeError(reply.text)


async def loop(url: str, key: str, calls: int, concurrency: int) -> tuple[float, float]:
    """Make the calls and return wall and CPU seconds, without those of starting up."""
    numbers = iter(range(calls))
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    async with httpx.AsyncClient(transport=AiohttpTransport(limits=limits)) as client:
        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(worker(client, f"{url}/stop-sms/add", key, numbers) for _ in range(concurrency)))
        return time.perf_counter() - started, time.process_time() - cpu


def main(url: str, key: str, calls: str, concurrency: str) -> None:
    """Write the number of calls and the seconds they took to standard output."""
    seconds, cpu = asyncio.run(loop(url, key, int(calls), int(concurrency)))
    sys.stdout.write(json.dumps({"calls": int(calls), "seconds": seconds, "cpu": cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
