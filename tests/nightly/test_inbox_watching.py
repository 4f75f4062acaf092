"""How the nightly job is watched: one line, JSON, the log, metrics, pings and warnings; no number and no key in any."""

from __future__ import annotations

import json
import re
import time

from nightly_helping import same_inbox, web_server

KEY = "practice-key"


def test_one_line_a_pass(night):
    """On standard output there is one line with the counts; --quiet prints none."""
    night.drop("a.csv", 1001)
    code, out, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert "1 done" in out
    assert "1 added" in out
    assert not err
    assert night.run("inbox", "inbox", "--quiet")[1:] == ("", "")


def test_json_is_an_object_with_the_runs_and_counts(night):
    """--json: each run with its file, state, counts and folder; the sums; what was set aside."""
    night.drop("a.csv", text="Mobile\n06 00 00 10 01\nnéant\n")
    night.drop("b.csv", text="")
    told = night().told
    assert told["exit_code"] == 2
    first, second = told["runs"]
    assert (first["file"], first["state"], first["exit_code"]) == ("a.csv", "complete", 0)
    assert first["counts"] == night.summaries()[0]["counts"]
    assert first["folder"] == str(night.run_folders()[0])
    assert (second["file"], second["run"], second["exit_code"]) == ("b.csv", None, 2)
    assert "0 bytes" in second["why"]
    assert told["counts"]["added"] == told["counts"]["rejected"] == 1
    assert told["files"] == {"done": 1, "failed": 1, "already_imported": 0, "set_aside": 0, "waiting": 0}


def test_the_json_log_is_nothing_but_json(night):
    """--log-format json: each line on standard error is an object, errors included."""
    night.drop("a.csv", 1001)
    night.drop("b.csv", text="Nom\nDupont\n")
    (night.folder / "link").symlink_to("nowhere")
    _, out, err = night.run("inbox", "inbox", "--settle", "0", "--log-format", "json", "--metrics-file", "no/where")
    lines = [json.loads(line) for line in err.splitlines()]
    assert {"info", "warning", "error"} == {line["level"] for line in lines}
    assert any("b.csv" in line["message"] for line in lines if line["level"] == "error")
    assert out.strip() in {line["message"] for line in lines}
    code, _, err = night.run("inbox", "nowhere", "--log-format", "json", "--json")
    assert code == 2
    assert [json.loads(line)["level"] for line in err.splitlines()] == ["error"]


def read_metrics(path):
    """Return the values of a metrics file by name and result."""
    found = re.findall(r'^(\w+)\{inbox="[^"]*"(?:,result="(\w+)")?\} ([\d.e+]+)$', path.read_text(), re.MULTILINE)
    return {name.removeprefix("stopimport_inbox_") + (f" {result}" if result else ""): float(value)
            for name, result, value in found}  # fmt: skip


def test_metrics_are_what_the_collector_reads(night):
    """The figures of the pass, each metric with its help and type, readable by another user, nothing left beside."""
    path = night.program.folder / "metrics" / "stopimport.prom"
    path.parent.mkdir()
    night.drop("a.csv", text="Mobile\n06 00 00 10 01\nnéant\n")
    night("--metrics-file", path)
    found = read_metrics(path)
    assert found["numbers added"] == found["numbers rejected"] == 1
    assert found["numbers failed"] == found["numbers waiting"] == 0
    assert found["files done"] == 1
    assert found["oldest_file_age_seconds"] == 0
    assert 0 < found["pass_duration_seconds"] < 60
    assert abs(found["last_success_timestamp_seconds"] - time.time()) < 60
    assert found["last_exit_code"] == 0
    assert path.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in path.parent.iterdir()] == ["stopimport.prom"]
    lines = path.read_text().splitlines()
    names = {line.split("{")[0] for line in lines if not line.startswith("#")}
    assert names == {line.split()[2] for line in lines if line.startswith("# HELP")}
    assert names == {line.split()[2] for line in lines if line.startswith("# TYPE") and line.endswith(" gauge")}


def test_metrics_keep_the_last_success(inbox, faulty):
    """A pass that fails says how many numbers wait, how old the oldest file is, and when the last success was."""
    path = inbox.program.folder / "stopimport.prom"
    with faulty("add/code-500=1@3-9"):
        assert inbox("--metrics-file", path).code == 0
        success = read_metrics(path)["last_success_timestamp_seconds"]
        inbox.drop("a.csv", 1001, 1002)
        assert inbox("--metrics-file", path, "--attempts", "1", "--concurrency", "1").code == 3
    found = read_metrics(path)
    assert found["last_success_timestamp_seconds"] == success
    assert found["last_exit_code"] == 3
    assert (found["numbers added"], found["numbers failed"]) == (1, 1)
    assert found["files waiting"] == 1
    assert found["oldest_file_age_seconds"] > 0
    assert inbox("--metrics-file", path, SMSPARTNER_API_KEY="").code == 4


def test_only_what_goes_on_is_counted_as_waiting(inbox):
    """The numbers of a file that a guard stopped wait for nothing: somebody must look at it; those without a key do."""
    path = inbox.program.folder / "stopimport.prom"
    inbox.drop("a.csv", text="Mobile;Statut\n0600001006;abonné\n0600001007;STOP\n")
    assert inbox("--metrics-file", path).code == 5
    assert read_metrics(path)["numbers waiting"] == 0
    inbox.drop("b.csv", 1003, 1004)
    assert inbox("--metrics-file", path).code == 4
    assert read_metrics(path)["numbers waiting"] == 2


def test_a_first_pass_that_fails_knows_no_success(inbox):
    """Where there was none, no time is made up."""
    path = inbox.program.folder / "stopimport.prom"
    inbox.drop("a.csv", 1001)
    assert inbox("--metrics-file", path).code == 4
    assert "last_success_timestamp_seconds" not in read_metrics(path)


def test_a_metrics_file_that_cannot_be_written_fails_nothing(night):
    """It is told, and that is all."""
    night.drop("a.csv", 1001)
    done = night("--metrics-file", "no/such/folder/x.prom")
    assert done.code == 0
    assert "x.prom" in done.err
    assert "x.prom" in done.told["warnings"][0]


def test_pings_tell_start_and_success(night):
    """URL/start when the pass begins, URL when it has succeeded; a query stays in its place."""
    heard = []
    night.drop("a.csv", 1001)
    with web_server(lambda *call: heard.append(call) or (200, "OK")) as url:
        assert night("--ping", f"{url}/ping/uuid?create=1").code == 0
    assert heard == [("GET", "/ping/uuid/start?create=1", ""), ("GET", "/ping/uuid?create=1", "")]


def test_a_failed_pass_pings_its_exit_code(night):
    """URL/fail gets the exit code and the pass's figures; also when nothing could be done."""
    heard = []
    night.drop("a.csv", text="")
    with web_server(lambda *call: heard.append(call) or (200, "OK")) as url:
        assert night("--ping", f"{url}/uuid/").code == 2
        assert night.run("inbox", "nowhere", "--ping", f"{url}/uuid")[0] == 2
    assert [call[:2] for call in heard] == [("GET", "/uuid/start"), ("POST", "/uuid/fail"), ("POST", "/uuid/fail")]
    assert heard[1][2].startswith("exit code 2\n")
    assert "1 failed" in heard[1][2]


def test_an_overlapping_start_pings_nobody(night):
    """The pass that is going on tells about itself."""
    heard = []
    with web_server(lambda *call: heard.append(call) or (200, "OK")) as url, same_inbox(night):
        assert night.run("inbox", "inbox", "--ping", url)[0] == 7
    assert heard == []


def test_a_failing_ping_never_fails_the_job(night):
    """No server, an error, no address at all: told without the address, and the pass goes on."""
    night.drop("a.csv", 1001)
    with web_server(lambda *_call: (500, "no")) as url:
        for number, address in enumerate([f"{url}/secret", "http://127.0.0.1:1/secret", "not an address", "ftp://x"]):
            night.drop(f"{number}.csv", 2000 + number)
            code, _, err = night.run("inbox", "inbox", "--settle", "0", "--ping", address, "--log-format", "json")
            assert code == 0
            assert "health check" in err
            assert "secret" not in err
        night.drop("last.csv", 2100)
        done = night("--ping", f"{url}/secret")
        assert done.code == 0
        assert done.told["warnings"] == ["The health check at --ping answered HTTP 500."]
        assert done.err.count("health check") == 1
        assert "secret" not in done.err


def test_many_rejects_are_warned_of(night):
    """--alert-rejects: more than that share of a file is told, in words, JSON and log; less is not."""
    night.drop("a.csv", text="Mobile\n06 00 00 10 01\nnéant\n06 00 00 10 02\n06 00 00 10 03\n")
    done = night("--alert-rejects", "25%")
    assert done.told["runs"][0]["warning"] is None
    night.drop("b.csv", text="Mobile\n06 00 00 10 04\nnéant\n06 00 00 10 05\n")
    done = night("--alert-rejects", "25")
    assert done.code == 0
    assert "1 of 3" in done.told["runs"][0]["warning"]
    assert "1 of 3" in done.err


def test_no_number_and_no_key_anywhere(night):
    """Whatever is shown to those who watch: neither a phone number, even in a file's name, nor the key."""
    night.program.environment["SMSPARTNER_API_KEY"] = KEY
    heard = []
    path = night.program.folder / "stopimport.prom"
    night.drop("appels du 2026-11-22 0600001001.csv", 1001)
    night.drop("status 0600001002.csv", text="Mobile;Statut\n06 00 00 10 02;06 00 00 10 03\n0600001004;abonné\n")
    with web_server(lambda *call: heard.append(call) or (200, "OK")) as url:
        watching = ["--settle", "0", "--ping", url, "--metrics-file", str(path), "--alert-rejects", "1"]
        options = [*watching, "--where", "Statut=x", "--log-format", "json", "--json", "--verbose"]
        texts = [*night.run("inbox", "inbox", *options)[1:]]
        night.drop("again 0600001001.csv", 1001)
        texts += night.run("inbox", "inbox", *watching)[1:]
    texts += [path.read_text(), repr(heard)]
    texts += [file.read_text() for file in night.folder.glob("*/*/*.why.txt")]
    for text in texts:
        assert KEY not in text
        assert not re.search(r"6[ .]?00[ .]?00[ .]?10[ .]?0\d", text), text
    assert "2026-11-22" in texts[0]
