"""Files that a browser sends: any name, any number, any size."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path

import pytest
from effort import EXHAUSTIVE
from served import csv_of, words

from stopimport.web.errors import TooBig
from stopimport.web.uploads import Limits, receive, safe_name

NAMES = [
    ("export.csv", "export.csv"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("C:\\Users\\claire\\Liste été.xlsx", "Liste été.xlsx"),
    ("..", "file"),
    ("", "file"),
    ("/", "file"),
    (".bashrc", "bashrc"),
    ("a\0b.csv", "a_b.csv"),
    ("a\r\nb.csv", "a_b.csv"),
    ("-", "-"),
    ("con.csv", "_con.csv"),
    ("~$lock.xlsx", "_~$lock.xlsx"),
    ("a*?[1].csv", "a_[1].csv"),
    ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ("\udcff.csv", "_.csv"),
]


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_names_can_do_no_harm(name, safe):
    """What is left of a name is its last part, without what any system minds."""
    assert safe == safe_name(name, set())


def test_two_files_of_the_same_name_are_both_kept():
    """Whatever the case."""
    taken = set()

    assert ["a.csv", "A (2).csv", "a (3).csv"] == [safe_name(name, taken) for name in ("a.csv", "A.csv", "x/a.csv")]


def test_several_files_are_one_draft(practising):
    """Two exports of the same name are read as two."""
    draft = practising.draft(("a.csv", csv_of(3)), ("a.csv", csv_of(2, 10)), ("../../b.csv", csv_of(1, 20)))
    told = words(practising.client.get(draft).text)

    assert all(name in told for name in ("a.csv", "a (2).csv", "b.csv"))
    assert "/" not in draft.removeprefix("/drafts/")


def test_the_files_are_for_their_owner_alone(program, practising):
    """Folder and files can be read by nobody else."""
    practising.draft(("a.csv", csv_of(3)))
    (file,) = (program.folder / "home").rglob("a.csv")

    assert (0o600, 0o700) == (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777)


def test_a_drop_without_files_is_told(shared_page):
    """A sentence, not an empty draft."""
    answer = shared_page.client.post(
        "/drafts", files={"csrf": (None, shared_page.csrf)}, headers={"Origin": shared_page.origin}
    )

    assert (422, True) == (answer.status_code, "No file arrived" in words(answer.text))


BROKEN = [
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\ncut"),
    ("multipart/form-data; boundary=x", b"no such thing"),
    ("multipart/form-data", b"--x--\r\n"),
    ("text/plain", b"hello"),
    ("", b""),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN)
def test_a_broken_upload_leaves_nothing(shared_program, shared_page, kind, body):
    """What is no form, or was cut off on the way, is refused whole."""
    headers = {"Origin": shared_page.origin, "Content-Type": kind, "X-CSRF-Token": shared_page.csrf}
    answer = shared_page.client.post("/drafts", content=body, headers=headers)

    assert 422 == answer.status_code
    assert [] == list((shared_program.folder / "home").rglob("a"))


def test_a_form_has_bounds(shared_page):
    """A form without files is no way to fill the memory either."""
    answer = shared_page.post("/language", {"language": "x" * 1_000_000})

    assert 413 == answer.status_code


def test_too_many_files_are_told(shared_page):
    """With the number that is taken."""
    answer = shared_page.drop(*((f"{n}.csv", b"x") for n in range(101)))

    assert (413, True) == (answer.status_code, "100 files" in words(answer.text))


@EXHAUSTIVE
def test_a_large_file_does_not_fill_the_memory(practising, tmp_path):
    """It goes to the disk piece by piece."""
    path = tmp_path / "large.csv"
    line = b"Client;0611000000;" + b"x" * 980 + b"\n"
    with path.open("wb") as file:
        file.write(b"Nom;Mobile;Note\n")
        for _ in range(100):
            file.write(line * 1000)
    before = _most_memory(practising.process.pid)
    with path.open("rb") as file:
        answer = practising.drop(("large.csv", file))
    after = _most_memory(practising.process.pid)

    assert 303 == answer.status_code
    assert after - before < 40_000_000
    practising.post(f"{answer.headers['location']}/discard")


def _most_memory(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_a_full_disk_is_told(program, practising):
    """With what the system says, and nothing is left behind."""
    resource.prlimit(practising.process.pid, resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    answer = practising.drop(("large.csv", b"x" * 5_000_000))

    assert (507, True) == (answer.status_code, "cannot be kept here" in words(answer.text))
    assert [] == list((program.folder / "home").rglob("large.csv"))


def test_more_than_is_taken_is_told(tmp_path):
    """As soon as it is more, whatever the browser announced."""
    came = 0

    async def body():
        nonlocal came
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
        while True:
            came += 1
            yield b"x" * 100_000

    with pytest.raises(TooBig):
        asyncio.run(
            receive(body(), "multipart/form-data; boundary=x", tmp_path, Limits(megabytes=2), lambda _token: None)
        )
    assert came == 20
