"""One account, several machines: senders that share nothing but Redis keep to one rate, whatever becomes of Redis."""

from __future__ import annotations

import asyncio
import json
import threading
import time

from effort import EXHAUSTIVE
from rawserver import ADDED, http
from redisserver import NEEDS_REDIS
from senders import fullest, sender, served

from stopimport.sending.gate import Patience
from stopimport.sending.outcomes import Ending, SendOptions

pytestmark = [EXHAUSTIVE, NEEDS_REDIS]
NOTHING = http(200, {"success": True, "code": 200, "nbData": 0, "data": []})


def until(condition, seconds=60):
    """Wait for a condition, and say whether it came true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


class Listing:
    """A vendor that keeps a list, and tells it."""

    def __init__(self):
        self.entries = {}

    def __call__(self, call, _n):
        """Answer a call."""
        if call.method == "POST":
            if call.number in self.entries:
                return http(200, {"success": False, "code": 3, "message": "listed"})
            self.entries[call.number] = len(self.entries) + 1
            return http(200, {"success": True, "code": 200, "stopId": self.entries[call.number]})
        data = [{"id": stop, "phoneNumber": number, "createdAt": ""} for number, stop in self.entries.items()]
        return http(200, {"success": True, "code": 200, "nbData": len(data), "data": data})


def test_four_machines_keep_to_one_rate(program, redis):
    """Four programs with four state folders: no second holds more calls than the rate."""
    vendor = Listing()
    with served(vendor) as server:
        program.environment |= {
            "SMSPARTNER_API_KEY": "key",
            "STOPIMPORT_BASE_URL": server.url,
            "STOPIMPORT_COORDINATOR": redis.url,
        }
        processes = []
        for machine in range(4):
            rows = "".join(f"06 00 0{machine} 00 {n:02}\n" for n in range(60))
            program.write(f"{machine}.csv", "Mobile\n" + rows)
            state = {"XDG_STATE_HOME": str(program.folder / f"state{machine}")}
            processes.append(
                program.start("run", f"{machine}.csv", "--out", f"r{machine}", "--rate", "40/s", "--yes", **state)
            )
        for process in processes:
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors.decode()
            assert redis.url not in (output + errors).decode()
    times = sorted(call.at for call in server.calls)
    assert fullest(times, 1.0) <= 40
    assert len(vendor.entries) == 240


def test_a_killed_coordinator_stops_all_calls(redis, tmp_path):
    """None leaves more than a moment after it has gone; once it is back they go on, and no window holds too many."""
    with served(lambda _call, _n: ADDED) as server:
        both = [sender(server.url, SendOptions(50), 150, tmp_path / name, redis.url) for name in "ab"]
        assert until(lambda: len(server.calls) > 60)
        redis.kill()
        killed = time.monotonic()
        assert not until(lambda: server.calls[-1].at > killed + 0.5, 3)
        redis.start()
        started = time.monotonic()
        for thread, _ in both:
            thread.join(60)
    times = [call.at for call in server.calls]
    assert len(times) == 300
    assert not [at for at in times if killed + 0.25 < at < started + 1.0]
    assert fullest(times, 1.0) <= 50
    assert all(book.statuses() == ["added"] * 150 for _, book in both)


def test_a_stopped_coordinator_stops_all_calls(redis, tmp_path):
    """As above, where it hangs and then goes on with what it knew; what is in flight gets its answer."""
    late = threading.Event()

    async def slowly(_call, writer):
        await asyncio.get_running_loop().run_in_executor(None, late.wait)
        writer.write(ADDED)
        await writer.drain()
        await asyncio.Event().wait()

    with served(lambda _call, n: slowly if n == 60 else ADDED) as server:
        both = [sender(server.url, SendOptions(50), 100, tmp_path / name, redis.url) for name in "ab"]
        assert until(lambda: len(server.calls) > 61)
        redis.stop()
        stopped = time.monotonic()
        before = sum(len(book.outcomes) for _, book in both)
        late.set()
        assert until(lambda: sum(len(book.outcomes) for _, book in both) > before, 5)
        assert not until(lambda: server.calls[-1].at > stopped + 0.5, 2)
        redis.go_on()
        again = time.monotonic()
        for thread, _ in both:
            thread.join(60)
    times = [call.at for call in server.calls]
    assert not [at for at in times if stopped + 0.25 < at < again]
    assert fullest(times, 1.0) <= 50
    assert all(book.statuses() == ["added"] * 100 for _, book in both)


def test_a_flush_grants_nothing_for_a_window(redis, tmp_path):
    """Whoever emptied the server made everybody wait, and nobody faster."""
    with served(lambda _call, _n: ADDED) as server:
        both = [sender(server.url, SendOptions(50), 100, tmp_path / name, redis.url) for name in "ab"]
        assert until(lambda: len(server.calls) > 60)
        redis.ask("FLUSHALL")
        flushed = time.monotonic()
        for thread, _ in both:
            thread.join(60)
    times = [call.at for call in server.calls]
    assert not [at for at in times if flushed + 0.15 < at < flushed + 1.0]
    assert fullest(times, 1.0) <= 50


def test_a_coordinator_that_stays_away_ends_the_run(redis, tmp_path):
    """After as long as an outage lasts; why is told."""
    with served(lambda _call, _n: ADDED) as server:
        patience = Patience(outage=4.0)
        thread, book = sender(server.url, SendOptions(50), 1000, tmp_path, redis.url, patience)
        assert until(lambda: len(server.calls) > 10)
        redis.kill()
        thread.join(60)
    assert book.result.ending is Ending.OUTAGE
    assert "does not answer" in str(book.result.why)
    assert "does not answer" in book.holds[0][0]


def test_a_wait_that_one_is_asked_for_holds_all(redis, tmp_path):
    """A Retry-After that one machine was given: another one makes no call in it."""

    def script(_call, n):
        return http(503, Retry_After="3600") if n == 10 else ADDED

    with served(script) as server:
        both = [sender(server.url, SendOptions(50), 5_000, tmp_path / name, redis.url) for name in "ab"]
        for thread, _ in both:
            thread.join(60)
        calls = len(server.calls)
        third, book = sender(server.url, SendOptions(50), 5, tmp_path / "c", redis.url)
        third.join(60)
        assert len(server.calls) == calls < 25
    assert {each.result.ending for each in (both[0][1], both[1][1], book)} == {Ending.OUTAGE}


def test_a_number_gets_its_turn_beside_a_long_run(program, redis):
    """Tonight's one number on another machine is added at once, while a long import sends; it is its own."""
    vendor = Listing()
    with served(vendor) as server:
        program.environment |= {
            "SMSPARTNER_API_KEY": "key",
            "STOPIMPORT_BASE_URL": server.url,
            "STOPIMPORT_COORDINATOR": redis.url,
        }
        program.write("long.csv", "Mobile\n" + "".join(f"06 00 01 {n // 100:02} {n % 100:02}\n" for n in range(200)))
        program.write("short.csv", "Mobile\n06 00 00 99 01\n")
        process = program.start("run", "long.csv", "--out", "long", "--rate", "20/s", "--yes")
        assert until(lambda: len(vendor.entries) > 5)
        other = {"XDG_STATE_HOME": str(program.folder / "elsewhere")}
        done = program("run", "short.csv", "--out", "short", "--rate", "20/s", "--yes", **other)
        assert done.returncode == 0, done.stderr.decode()
        assert len(vendor.entries) < 201, "the long one is still sending"
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert fullest([call.at for call in server.calls], 1.0) <= 20
    # Somebody else was about, so the list fetched before proves nothing of what is in doubt; here nothing was.
    assert {row["status"] for row in program.rows("short")} == {"added"}


def test_a_run_keeps_its_coordinator(quick, redis):
    """What was begun through it is not continued beside it, unless somebody says that nobody else is there."""
    quick.write("a.csv", "Mobile\n06 00 00 10 01\n")
    with served(Listing()) as server:
        way = {"STOPIMPORT_BASE_URL": server.url, "SMSPARTNER_API_KEY": "key"}
        url = redis.url.replace("//", "//default:@")
        done = quick("run", "a.csv", "--out", "r", "--yes", "--coordinator", url, **way)
        assert done.returncode == 0, done.stderr
        calls = len(server.calls)
        for command in (["verify", "r"], ["undo", "r", "--reason", "wrong", "--yes"]):
            told = quick(*command, **way)
            assert (told.returncode, redis.url in told.stderr) == (2, True), told.stderr
            assert len(server.calls) == calls
        assert quick("verify", "r", STOPIMPORT_COORDINATOR=redis.url, **way).returncode == 0
        assert quick("verify", "r", "--coordinator", "none", **way).returncode == 0


def test_nothing_is_sent_uncoordinated(quick, redis):
    """A coordinator that is not there, or is none: exit 2, one sentence, no call, and no password anywhere."""
    quick.write("a.csv", "Mobile\n06 00 00 10 01\n")
    redis.kill()
    with served(Listing()) as server:
        way = {"STOPIMPORT_BASE_URL": server.url, "SMSPARTNER_API_KEY": "key"}
        for url in (redis.url.replace("//", "//me:s3cret@"), "redis//me:s3cret@localhost"):
            told = quick("run", "a.csv", "--out", "r", "--yes", "--verbose", "--coordinator", url, **way)
            assert told.returncode == 2, told.stderr
            assert "oordinator" in told.stderr
            assert "s3cret" not in told.stderr + told.stdout
        assert not server.calls
        shown = quick("config", "show", "--json", STOPIMPORT_COORDINATOR="redis://me:s3cret@host")
        assert json.loads(shown.stdout)["settings"]["coordinator"]["value"] == "redis://***@host"
    files = [path for path in quick.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if b"s3cret" in path.read_bytes()]
