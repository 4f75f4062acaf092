"""The way through: drop, decide, confirm, watch, finish; and everything that can come in between."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from urllib.parse import unquote

import pytest
from effort import EXHAUSTIVE, some
from openpyxl import load_workbook
from redisserver import NEEDS_REDIS, RedisServer
from served import PATIENCE, csv_of, end, serving, words

from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import running
from stopimport.web.choices import filter_id, value_id

GUARDED = "Nom;Mobile;Statut\nA;0611000000;STOP\nB;0611000001;abonné\nC;0611000002;STOP\n"


def run_of(program, run):
    """Return the summary of a run by its path on the page."""
    return program.summary(f"stopimport-runs/{unquote(run.removeprefix('/runs/'))}")


def wait(fits):
    """Wait until something is so."""
    end_ = time.monotonic() + PATIENCE
    while not fits():
        assert time.monotonic() < end_
        time.sleep(0.05)


def sending(served, run):
    """Wait until calls go out."""
    return served.until(run, lambda answer: f'action="{served.root}{run}/pause"' in answer.text)


def test_from_the_drop_to_the_downloads(program, practising):
    """What is sent is what was checked; the workbook comes first, and nothing of the upload is left."""
    draft = practising.draft(("crm.csv", csv_of(5) + b"Personne;quelqu'un\n"))
    told = words(practising.client.get(draft).text)
    run = practising.send(draft)
    practising.settled(run)
    summary = run_of(program, run)
    downloads = re.findall(rf'href="{practising.root}{run}/files/([^"]+)"', practising.client.get(run).text)

    assert "crm.csv" in told
    assert "quelqu'un" in told
    assert run == practising.client.get(draft).headers["location"]
    assert ("complete", 5, 1) == (summary["state"], summary["counts"]["added"], summary["counts"]["rejected"])
    assert "results.xlsx" == downloads[0]
    answer = practising.client.get(f"{run}/files/results.xlsx")
    assert answer.headers["content-disposition"].startswith("attachment")
    (program.folder / "got.xlsx").write_bytes(answer.content)
    assert 6 == load_workbook(program.folder / "got.xlsx").active.max_row
    assert [] == list((program.folder / "home").rglob("crm.csv"))
    report = practising.client.get(f"{run}/files/report.html")
    assert report.headers["content-security-policy"].startswith("sandbox ")


@EXHAUSTIVE
def test_choices_change_the_counts(practising):
    """A column that is clicked, a value that is chosen: the files are read again at once."""
    draft = practising.draft(("crm.csv", b"Nom;Mobile;Ville\nA;0611000000;Lyon\nB;0611000001;Paris\n"))
    page = practising.client.get(draft).text
    lyon = re.search(r'name="where" value="([^"]+)"', page)[1]
    group = re.search(r'name="set" value="(where[^"]*)"', page)[1]
    practising.post(f"{draft}/options", {"set": group, "where": lyon})
    practising.settled(draft)
    run = practising.post(f"{draft}/send").headers["location"]

    assert run.startswith("/runs/")
    assert "1" in practising.asked(run)
    practising.post(f"{run}/confirm")
    practising.settled(run)


@pytest.mark.parametrize(("answer", "added"), some([("gone", 2), ("all", 3)], by_day=1))
def test_a_guard_is_a_question(program, practising, answer, added):
    """People still subscribed: choose the values, or every row; before that nothing can be sent."""
    draft = practising.draft(("crm.csv", GUARDED.encode()))
    page = practising.client.get(draft).text
    assert 409 == practising.post(f"{draft}/send").status_code
    if answer == "gone":
        group, stop = filter_id("Statut"), value_id("Statut", "STOP")
        assert re.search(rf'name="where" value="{stop}" checked', page)
        practising.post(f"{draft}/options", {"set": f"where:{group}", "where": stop})
    else:
        practising.post(f"{draft}/options", {"set": "all_rows", "all_rows": "1"})
    practising.settled(draft)
    run = practising.send(draft)
    practising.settled(run)

    assert added == run_of(program, run)["counts"]["added"]


@EXHAUSTIVE
def test_dates_of_leaving_are_one_answer(program, practising):
    """However many dates there are, they are ticked together, and who has none is not added."""
    rows = "".join(f"06110000{day:02};2026-01-{day:02} {day % 24:02}:30\n" for day in range(1, 32))
    rows += "".join(f"06110001{day:02};2026-02-{day:02} {day % 24:02}:30\n" for day in range(1, 29))
    draft = practising.draft(("crm.csv", f"Mobile;Date désinscription\n{rows}0611000200;\n".encode()))
    column = "Date désinscription"
    others = value_id(column, "", others=True)
    assert re.search(rf'name="where" value="{others}" checked', practising.client.get(draft).text)
    assert f'value="{value_id(column, "")}">' in practising.client.get(draft).text
    practising.post(f"{draft}/options", {"set": f"where:{filter_id(column)}", "where": others})
    practising.settled(draft)
    run = practising.send(draft)
    practising.settled(run)

    assert 59 == run_of(program, run)["counts"]["added"]


@EXHAUSTIVE
def test_a_filter_on_another_column_does_not_answer_the_guard(practising):
    """Choosing towns says nothing of people who are still subscribed."""
    rows = "Mobile;Statut;Ville\n0611000000;STOP;Lyon\n0611000001;abonné;Lyon\n0611000002;STOP;Paris\n"
    draft = practising.draft(("crm.csv", rows.encode()))
    town, status = filter_id("Ville"), filter_id("Statut")
    practising.post(f"{draft}/options", {"set": f"where:{town}", "where": value_id("Ville", "Lyon")})
    practising.settled(draft)
    assert 409 == practising.post(f"{draft}/send").status_code
    practising.post(f"{draft}/options", {"set": f"where:{status}", "where": value_id("Statut", "STOP")})
    practising.settled(draft)
    run = practising.post(f"{draft}/send").headers["location"]

    assert "/runs/" in run
    practising.asked(run)


def test_a_bad_file_is_told_and_another_can_follow(program, practising):
    """What cannot be read leaves no run behind."""
    draft = practising.draft(("broken.xlsx", b"PK\x03\x04 no workbook"))
    told = words(practising.client.get(draft).text)
    practising.post(f"{draft}/discard")

    assert "broken.xlsx" in told
    assert [] == list((program.folder / "stopimport-runs").iterdir())
    assert 404 == practising.client.get(draft).status_code
    practising.draft(("good.csv", csv_of(1)))


@pytest.mark.kill
def test_a_reader_that_is_brought_down_cannot_bring_the_page_down(practising):
    """The child dies, the draft says so, the page lives."""
    answer = practising.drop(("crm.csv", csv_of(300_000)))
    draft = answer.headers["location"]
    wait(practising.children)
    for child in practising.children():
        os.kill(child, signal.SIGSEGV)
    told = practising.settled(draft)

    assert "made the reader crash" in told
    practising.draft(("good.csv", csv_of(1)))


@EXHAUSTIVE
def test_more_than_a_thousand_need_typing(program, practising):
    """A wrong number sends nothing; the right one does, however it is written."""
    draft = practising.draft(("crm.csv", csv_of(1200)))
    run = practising.post(f"{draft}/send").headers["location"]
    practising.asked(run)
    for wrong in ("", "12", "1201", "yes"):
        practising.post(f"{run}/confirm", {"typed": wrong})
        assert practising.asked(run)
    practising.post(f"{run}/confirm", {"typed": "1 200"})
    practising.post(f"{run}/stop")
    practising.settled(run)

    assert run_of(program, run)["counts"]["numbers"] == 1200


@EXHAUSTIVE
def test_saying_no_leads_back_to_the_draft(program, practising):
    """Nothing was sent, so everything can be chosen anew, and sent after all."""
    draft = practising.draft(("crm.csv", csv_of(3)))
    run = practising.post(f"{draft}/send").headers["location"]
    practising.asked(run)
    assert draft == practising.post(f"{run}/decline").headers["location"]
    practising.settled(draft)
    again = practising.send(draft)
    practising.settled(again)

    assert (run, 3) == (again, run_of(program, again)["counts"]["added"])


def test_pause_continue_and_stop(program, page, reach):
    """While paused nothing goes out; a stop leaves the rest for later, and resuming sends it."""
    run = page.send(page.draft(("crm.csv", csv_of(60))))
    sending(page, run)
    assert 303 == page.post(f"{run}/pause").status_code
    page.until(run, lambda answer: f'action="{page.root}{run}/continue"' in answer.text)
    wait(lambda: reach.calls.in_flight == 0)
    before = reach.calls.by_endpoint["add"]
    # At 20 a second many would have gone out while other files are read.
    page.draft(("other.csv", csv_of(3, 900)))
    assert before == reach.calls.by_endpoint["add"]
    page.post(f"{run}/continue")
    wait(lambda: reach.calls.by_endpoint["add"] > before)
    page.post(f"{run}/stop")
    page.settled(run)
    stopped = run_of(program, run)
    page.post(f"{run}/resume")
    page.asked(run)
    page.post(f"{run}/confirm")
    page.settled(run)

    assert ("interrupted", True) == (stopped["state"], stopped["counts"]["not_sent"] > 0)
    assert ("complete", 60) == (run_of(program, run)["state"], run_of(program, run)["counts"]["added"])
    assert 60 == len(reach.entries())


@pytest.mark.kill
def test_a_worker_that_is_killed_loses_nothing(program, page, reach):
    """The page says so, and the run goes on from there."""
    run = page.send(page.draft(("crm.csv", csv_of(60))))
    sending(page, run)
    (child,) = page.children()
    os.kill(child, signal.SIGKILL)
    told = page.settled(run)
    page.post(f"{run}/resume")
    page.asked(run)
    page.post(f"{run}/confirm")
    page.settled(run)

    assert "Nothing is lost" in told
    assert ("complete", 60) == (run_of(program, run)["state"], len(reach.entries()))


@EXHAUSTIVE
def test_two_runs_of_an_account_send_at_once(program, page):
    """A short run gets its turn beside a long one."""
    first = page.send(page.draft(("first.csv", csv_of(900))))
    sending(page, first)
    second = page.send(page.draft(("second.csv", csv_of(3, 5000))))
    page.settled(second)

    assert 3 == run_of(program, second)["counts"]["added"]
    page.post(f"{first}/stop")
    page.settled(first)


@EXHAUSTIVE
@NEEDS_REDIS
@pytest.mark.process
def test_the_page_sends_for_its_account_and_by_its_coordinator(program, reach, tmp_path):
    """What it was started with holds for its jobs, too; without its coordinator nothing is sent."""
    redis = RedisServer(tmp_path)
    try:
        with serving(program, "--account", "shop", "--coordinator", redis.url.replace("//", "//default:@")) as served:
            run = served.enter().send(served.draft(("crm.csv", csv_of(3))))
            served.settled(run)
            facts = run_of(program, run)
            assert (facts["account_name"], facts["counts"]["added"]) == ("shop", 3)
            assert redis.ask("KEYS", "*") == [b"stopimport:rate:shop"]
            redis.kill()
            # Not `send`: its question does not come.
            other = served.post(f"{served.draft(('new.csv', csv_of(2, 50)))}/send").headers["location"]
            assert "Nobody can say when calls may go out" in served.settled(other)
            assert len(reach.entries()) == 3
    finally:
        redis.kill()


@EXHAUSTIVE
@pytest.mark.process
def test_a_hold_is_told_in_words(program):
    """Why nothing goes out, in the language of whoever looks."""
    with running(SandboxOptions(rate_limit=1)) as busy:
        program.environment |= {"SMSPARTNER_API_KEY": busy.key, "STOPIMPORT_BASE_URL": busy.url}
        with serving(program, "--rate", "20/s") as served:
            run = served.enter().send(served.draft(("crm.csv", csv_of(30))))
            served.until(run, lambda answer: "asks for fewer calls" in answer.text)
            served.post("/language", {"language": "fr"})
            served.until(run, lambda answer: "demande" in answer.text and "HTTP 429" in answer.text)


@EXHAUSTIVE
@pytest.mark.process
def test_a_declined_run_that_was_resumed_leads_back_to_its_draft(program, practice):
    """A wrong key, a right one, second thoughts: the files are still there, and can be chosen from anew."""
    # Not typed on the page, which refuses it at once.
    program.environment |= {"STOPIMPORT_BASE_URL": practice.url, "SMSPARTNER_API_KEY": "wrong-key"}
    with serving(program) as served:
        draft = served.enter().draft(("crm.csv", csv_of(2)))
        run = served.post(f"{draft}/send").headers["location"]
        served.settled(run)
        assert 200 == served.client.get(draft).status_code
        served.post("/key", {"key": practice.key})
        served.post(f"{run}/resume")
        served.asked(run)
        assert 409 == served.post(f"{draft}/options", {"set": "region", "region": "BE"}).status_code
        assert draft == served.post(f"{run}/decline").headers["location"]
        served.settled(draft)
        served.post(f"{draft}/discard")

    assert [] == list((program.folder / "stopimport-runs").iterdir())


@EXHAUSTIVE
def test_a_run_of_a_terminal_is_shown_live(program, page, reach):
    """Read-only: who started it has it in hand."""
    file = program.write("crm.csv", csv_of(100))
    other = program.start("run", file, "--rate", "10/s", "--out", "stopimport-runs/night", "--yes")
    try:
        wait(lambda: reach.calls.by_endpoint["add"] > 3)
        told = words(page.client.get("/runs/night").text)
        assert 200 == page.client.get("/runs/night/body").status_code
        assert "100" in told
        assert 409 == page.post("/runs/night/stop").status_code
        assert 409 == page.post("/runs/night/resume").status_code
        assert "night" in page.client.get("/").text
    finally:
        other.terminate()
        other.communicate(timeout=PATIENCE)
    page.settled("/runs/night")
    page.post("/runs/night/resume")
    page.asked("/runs/night")
    page.post("/runs/night/confirm")
    page.settled("/runs/night")

    assert ("complete", 100) == (run_of(program, "/runs/night")["state"], len(reach.entries()))


@EXHAUSTIVE
def test_the_browser_can_be_closed(page):
    """All that is known is on the server: the page is as it was when it is opened again."""
    run = page.send(page.draft(("crm.csv", csv_of(60))))
    sending(page, run)
    cookies = dict(page.client.cookies)
    page.client.cookies.clear()
    assert 403 == page.client.get(run).status_code
    page.client.cookies.update(cookies)

    assert "crm.csv" in page.client.get("/").text
    page.settled(run)


@pytest.mark.process
@pytest.mark.parametrize("signum", some([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], by_day=[signal.SIGTERM]))
def test_ctrl_c_ends_everything_in_good_order(program, reach, signum):
    """So does a closed terminal: what is in flight is finished; the run is whole, and a terminal resumes it."""
    with serving(program, "--rate", "20/s") as served:
        run = served.enter().send(served.draft(("crm.csv", csv_of(100))))
        sending(served, run)
        served.draft(("other.csv", csv_of(3, 500)))
        assert 0 == end(served.process, signum)
    summary = run_of(program, run)
    folder = f"stopimport-runs/{unquote(run.removeprefix('/runs/'))}"

    # The draft is kept for the next start; what was sent from is not.
    assert ["other.csv"] == [path.name for path in (program.folder / "home").rglob("*.csv")]
    assert ("interrupted", 0) == (summary["state"], summary["counts"]["failed"])
    assert summary["counts"]["added"] == len(reach.entries()) < 100
    assert 0 == program("resume", folder, "--yes", "--rate", "100/s").returncode
    assert 100 == len(reach.entries())


@EXHAUSTIVE
@pytest.mark.kill
@pytest.mark.process
def test_a_server_that_is_killed_loses_nothing(program, reach):
    """Its children stop cleanly by themselves; the next server finds the run and finishes it."""
    with serving(program, "--rate", "20/s") as served:
        run = served.enter().send(served.draft(("crm.csv", csv_of(60))))
        sending(served, run)
        (child,) = served.children()
        os.kill(served.process.pid, signal.SIGKILL)
        served.process.wait()
        wait(lambda: not _lives(child))
    assert "interrupted" == run_of(program, run)["state"]
    with serving(program, "--rate", "100/s") as served:
        served.enter().post(f"{run}/resume")
        served.asked(run)
        served.post(f"{run}/confirm")
        served.settled(run)

    assert ("complete", 60) == (run_of(program, run)["state"], len(reach.entries()))


def _lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return " Z " not in subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.center(5)


@EXHAUSTIVE
def test_verify_and_undo(program, page, reach):
    """Taking it back asks for a reason and for a yes; the list is as before."""
    run = page.send(page.draft(("crm.csv", csv_of(4))))
    page.settled(run)
    page.post(f"{run}/verify")
    page.settled(run)
    assert 0 == run_of(program, run)["verify"]["missing"]
    page.post(f"{run}/undo", {"reason": "  "})
    page.settled(run)
    assert 4 == len(reach.entries())
    page.post(f"{run}/undo", {"reason": "wrong file"})
    page.asked(run)
    page.post(f"{run}/confirm")
    page.settled(run)

    assert ("wrong file", 4) == (run_of(program, run)["undo"]["reason"], run_of(program, run)["undo"]["removed"])
    assert [] == reach.entries()
    assert 409 == page.post(f"{run}/resume").status_code


@EXHAUSTIVE
def test_a_number_is_found(practising):
    """In whatever way it is written."""
    run = practising.send(practising.draft(("crm.csv", csv_of(4))))
    practising.settled(run)
    told = words(practising.client.get("/find", params={"number": "06 11 00 00 02"}).text)

    assert "crm.csv" in told
    assert "+33611000002" in told
    assert "nonsense" in practising.client.get("/find", params={"number": "nonsense"}).text


@EXHAUSTIVE
@pytest.mark.process
def test_a_key_is_asked_for_once_and_never_shown(program, practice):
    """Without one nothing can be sent; a wrong one is told and is none, and with the right one it goes on."""
    program.environment |= {"STOPIMPORT_BASE_URL": practice.url}
    with serving(program) as served:
        draft = served.enter().draft(("crm.csv", csv_of(2)))
        assert draft == served.post(f"{draft}/send").headers["location"]
        assert 303 == served.post("/key", {"key": "not the key", "back": draft}).status_code
        assert draft == served.post("/key", {"key": "wrong-key", "back": draft}).headers["location"]
        assert "This key is not used" in words(served.client.get(draft).text)
        assert draft == served.post(f"{draft}/send").headers["location"]
        assert "/" == served.post("/key", {"key": practice.key, "back": "//evil.example"}).headers["location"]
        run = served.send(draft)
        served.settled(run)
        pages = [served.client.get(path).text for path in ("/", run)]
        assert "complete" == run_of(program, run)["state"]
        served.post("/key/forget")
        other = served.draft(("b.csv", csv_of(1, 50)))
        assert other == served.post(f"{other}/send").headers["location"]

    assert not any(practice.key in page or "wrong-key" in page for page in pages)


def test_french_is_spoken_where_it_is_asked_for(practising):
    """By the browser, or by a click, which goes before."""
    asked = practising.client.get("/", headers={"Accept-Language": "fr-FR,fr;q=0.9"}).text
    practising.post("/language", {"language": "fr"})

    assert 'lang="fr"' in asked
    assert 'lang="fr"' in practising.client.get("/", headers={"Accept-Language": "en"}).text


@pytest.mark.process
def test_the_ready_line_is_for_scripts(program):
    """JSON with the address, and nothing else."""
    with serving(program, "--sandbox") as served:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{22}/\?token=[\w-]{43}", served.address)
        os.kill(served.process.pid, signal.SIGTERM)
        out, err = served.process.communicate(timeout=PATIENCE)

    assert (b"", b"", 0) == (out, err, served.process.returncode)


def test_wrong_usage_is_told_at_once(program):
    """A folder of runs that is none, and a port that is none."""
    program.write("runs", "a file")
    for args in (["--runs", "runs"], ["--port", "99999"], ["--port", "web"]):
        told = program("web", "--no-open", *args)
        assert (2, 1) == (told.returncode, len(told.stderr.decode().strip().splitlines()))


@pytest.mark.process
def test_the_browser_opens_without_the_token_on_its_command_line(program):
    """Everybody can read command lines: what is opened is a file that only its owner can read."""
    script = program.folder / "browser"
    script.write_text('#!/bin/sh\nstat -c %a "${1#file://}" > mode; cat "${1#file://}" > page; echo "$1" > argument\n')
    script.chmod(0o755)
    process = program.start("web", "--sandbox", "--json", BROWSER=str(script))
    try:
        wait((program.folder / "argument").exists)
    finally:
        process.terminate()
        out, _err = process.communicate(timeout=PATIENCE)
    address = json.loads(out)["url"]

    assert "token" not in (program.folder / "argument").read_text()
    assert address in (program.folder / "page").read_text()
    assert "600" == (program.folder / "mode").read_text().strip()
    assert [] == list((program.folder / "home/Documents/stopimport-runs").iterdir())
