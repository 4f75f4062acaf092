"""The journal's file: what is put in comes out, and what is no journal is told apart."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pandas as pd
import pytest
from effort import EXHAUSTIVE
from made_up import FACTS

from stopimport.errors import ExitCode, StopimportError
from stopimport.loading.cells import FileRead
from stopimport.runs.errors import DamagedJournal, FolderTaken, ForeignJournal, JournalUnusable, NewerJournal, NoRun
from stopimport.runs.facts import Reading
from stopimport.runs.journal import Journal
from stopimport.runs.lookup import peek
from stopimport.vocabulary import Fetched, State


def test_entries_come_back_as_they_were(path, make_entries):
    """A journal opened again has the same entries: values, nulls, column order, types and kept columns."""
    entries = make_entries(30)
    Journal.create(path, FACTS, entries).close()
    with Journal.open(path) as journal:
        pd.testing.assert_frame_equal(entries, journal.entries())


def test_numbers_are_the_first_valid_ones_in_order(path, make_entries):
    """The run's numbers are the valid entries that are not duplicates, in input order."""
    entries = make_entries(30)
    with Journal.create(path, FACTS, entries) as journal:
        fresh = journal.numbers()
    with Journal.open(path) as journal:
        assert [f"+33639{index:06d}" for index in range(30)] == fresh == journal.numbers()


@pytest.mark.parametrize("count", [0, 1, 12_345])
def test_any_number_of_entries(path, make_entries, count):
    """A run without a single entry, with one, or with many has a journal like any other."""
    entries = make_entries(count)
    Journal.create(path, FACTS, entries).close()
    with Journal.open(path) as journal:
        assert len(entries) == len(journal.entries())
        assert count == len(journal.numbers()) == len(journal.outcomes())


def test_facts_are_kept_and_changed(path, make_entries):
    """What a run knows about itself survives, changes go over it, and odd file names do no harm."""
    files = tuple(FileRead(name, "00", None, None, ()) for name in ("d\udce9s.csv", "né.csv"))
    with Journal.create(path, replace(FACTS, inputs=files), make_entries(1)) as journal:
        journal.update(replace(journal.facts, state=State.COMPLETE, read=Reading(rows=4)))
        changed = journal.facts
    with Journal.open(path) as journal:
        assert journal.facts == changed == replace(FACTS, inputs=files, state=State.COMPLETE, read=Reading(rows=4))


def on_disk(path, facts=None):
    """Return the facts as the file has them, or put others in their place."""
    with closing(sqlite3.connect(path)) as connection, connection:
        if facts is not None:
            connection.execute("UPDATE run SET meta = ?", (json.dumps(facts),))
        return json.loads(connection.execute("SELECT meta FROM run").fetchone()[0])


def test_what_a_newer_version_knows_stays(path, make_entries):
    """Facts that this version does not know are there after an update; those that an older one lacks are defaults."""
    Journal.create(path, FACTS, make_entries(1)).close()
    few = {name: on_disk(path)[name] for name in ("run", "state", "started_at")}
    on_disk(path, few | {"newer": {"than": ["this"]}})
    with Journal.open(path) as journal:
        assert journal.facts == FACTS
        journal.update(replace(journal.facts, state=State.COMPLETE))
    assert on_disk(path)["newer"] == {"than": ["this"]}
    assert on_disk(path)["state"] == "complete"


@pytest.mark.parametrize(
    "facts", [[], {}, {"run": 1}, {"state": "lost"}, {"started_at": "soon"}, {"read": {"rows": "x"}}]
)
def test_facts_that_are_no_runs_are_damage(path, make_entries, facts):
    """A journal whose facts cannot be a run's is told as damaged, by every way that opens it."""
    Journal.create(path, FACTS, make_entries(1)).close()
    on_disk(path, facts if not facts or facts == [] else on_disk(path) | facts)
    for look in (Journal.open, peek):
        with pytest.raises(DamagedJournal):
            look(path)


def test_only_the_owner_can_read_it(journal, path):
    """The journal has mode 0600, and its rollback file never more."""
    assert path.stat().st_mode & 0o777 == 0o600
    assert journal.made_calls is False


def test_nothing_else_is_left_in_the_folder(path, make_entries):
    """A closed journal is one file."""
    with Journal.create(path, FACTS, make_entries(3)) as journal:
        journal.reserve(3)
    assert [path] == list(path.parent.iterdir())


def test_rollback_journal_never_wal(journal, path):
    """The database is in rollback mode: folders of runs live on network shares."""
    journal.reserve(3)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_run_without_calls_may_be_replaced(path, make_entries):
    """A folder that was only checked can be used again, and a leftover of a killed run cannot spoil the new journal."""
    Journal.create(path, replace(FACTS, run="first"), make_entries(30)).close()
    path.with_name("journal.sqlite3-journal").write_bytes(b"left by a run that was killed")
    path.with_name("journal.sqlite3.new").write_bytes(b"left by one that was killed while it began")
    with Journal.create(path, replace(FACTS, run="second"), make_entries(3)) as journal:
        assert journal.facts.run == "second"
        assert len(journal.numbers()) == 3
    assert [path] == list(path.parent.iterdir())


def _reserve(journal: Journal) -> None:
    journal.reserve(1)


def _fetch(journal: Journal) -> None:
    journal.note_fetch(Fetched.NO)


@pytest.mark.parametrize("call", [_reserve, _fetch])
def test_a_run_with_calls_is_never_replaced(path, make_entries, call):
    """Once a call may have been made (an add, or only the list), no new run takes the folder."""
    with Journal.create(path, replace(FACTS, run="first"), make_entries(3)) as journal:
        call(journal)
    with pytest.raises(FolderTaken):
        Journal.create(path, FACTS, make_entries(3))
    with Journal.open(path) as journal:
        assert journal.made_calls
        assert journal.facts.run == "first"


def test_no_run(tmp_path):
    """A folder without journal, or no folder at all, is not a run: exit 2, and no file is made."""
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NoRun, match="is not a run's folder") as caught:
            Journal.open(folder / "journal.sqlite3")
        assert caught.value.exit_code is ExitCode.UNUSABLE
    assert list(tmp_path.iterdir()) == []


def _foreign_database(path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE run (meta TEXT)")


@pytest.mark.parametrize(
    "make",
    [lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"some;text\n" * 100), _foreign_database],
    ids=["empty", "text", "another program's database"],
)
def test_what_is_no_journal_is_left_alone(path, make, make_entries):
    """A file of another kind is neither opened nor replaced."""
    make(path)
    before = path.read_bytes()
    for use in (lambda: Journal.open(path), lambda: Journal.create(path, FACTS, make_entries(1))):
        with pytest.raises(ForeignJournal, match=r"journal\.sqlite3"):
            use()
    assert before == path.read_bytes()


def test_a_newer_format_is_told(path, make_entries):
    """A journal of a later version is refused with the advice to update."""
    Journal.create(path, FACTS, make_entries(1)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerJournal, match="newer"):
        Journal.open(path)


@EXHAUSTIVE
def test_every_flipped_byte_is_seen_or_harmless(path, make_entries):
    """Wherever a byte of the file is wrong, opening and reading tells it or gives the true entries: never others."""
    entries = make_entries(300)
    Journal.create(path, FACTS, entries).close()
    whole = path.read_bytes()
    errors = []
    for offset in range(0, len(whole), 401):
        path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 0xFF]) + whole[offset + 1 :])
        try:
            with Journal.open(path) as journal:
                found = journal.entries()
        except StopimportError as error:
            errors.append(error)
        else:
            pd.testing.assert_frame_equal(entries, found)
    assert len(errors) > 10
    assert {ExitCode.UNUSABLE} == {error.exit_code for error in errors}


@pytest.mark.parametrize("left", [100, 5_000, 20_000])
def test_a_truncated_file_is_damaged(path, make_entries, left):
    """A journal that was cut off is reported as damaged, with what to do."""
    Journal.create(path, FACTS, make_entries(3_000)).close()
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(DamagedJournal, match="damaged"), Journal.open(path) as journal:
        journal.entries()


def test_a_folder_that_is_gone_is_told(tmp_path, make_entries):
    """A journal that cannot be made is an error that names the file."""
    with pytest.raises(JournalUnusable, match="journal"):
        Journal.create(tmp_path / "gone" / "journal.sqlite3", FACTS, make_entries(1))
