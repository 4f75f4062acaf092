"""Which files the user's words mean, in which order, under which names."""

from __future__ import annotations

import hashlib
import io
import os

import pytest

from stopimport.errors import ExitCode, UnreadableFile
from stopimport.loading.errors import EmptyFile, MissingFile, NoMatch, NotAFile, NothingInFolder
from stopimport.loading.files.sources import resolve

LINE = b"0639980001\n"


def put(folder, *names, content=LINE):
    """Write files and return the folder."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content + name.encode())
    return folder


def names(*files, **options):
    """Return the names of the inputs."""
    return [item.name for item in resolve(files, **options)]


def test_files_are_taken_in_the_order_given(tmp_path):
    """Two files come in the order of the command line, under their base names."""
    put(tmp_path, "b.csv", "a.csv")
    assert ["b.csv", "a.csv"] == names(tmp_path / "b.csv", str(tmp_path / "a.csv"))


def test_a_plain_file_is_known_by_its_hash(tmp_path):
    """The hash is that of the file on disk."""
    put(tmp_path, "a.csv")
    (item,) = resolve([tmp_path / "a.csv"])
    assert (b"0639980001\na.csv", "text") == (item.data, item.kind)
    assert hashlib.sha256(item.data).hexdigest() == item.sha256


def test_big_files(tmp_path):
    """A big plain file has the bytes and the hash that it has on the disk."""
    content = LINE * 2_000_000
    (tmp_path / "a.csv").write_bytes(content)
    (item,) = resolve([tmp_path / "a.csv"])
    assert content == item.data
    assert hashlib.sha256(content).hexdigest() == item.sha256


def test_folders(tmp_path):
    """A folder means its files with known endings, sorted by name, without those of folders in it."""
    put(tmp_path, "b.CSV", "a.txt", "c.pdf", "d.tsv", "notes", ".hidden.csv", "~$b.xlsx", "sub/e.csv")
    assert ["a.txt", "b.CSV", "d.tsv"] == names(tmp_path)


@pytest.mark.parametrize("mark", ["journal.sqlite3", "summary.json"])
def test_runs_in_folders_are_passed_over(tmp_path, mark):
    """What a run wrote into a folder is no input, though other files beside it are."""
    put(tmp_path, "export.csv", "results.csv", "rejects.xlsx", "missing.csv", "undo.csv", mark)
    assert ["export.csv"] == names(tmp_path)


def test_a_rejects_file_can_be_named(tmp_path):
    """A run's rejects file is an input like any other when it is named."""
    put(tmp_path, "rejects.csv", "summary.json")
    assert ["rejects.csv"] == names(tmp_path / "rejects.csv")


def test_patterns(tmp_path):
    """A pattern means the files that it matches, sorted; lock files, hidden files and folders are skipped."""
    put(tmp_path, "b.csv", "a.csv", "c.txt", "~$a.csv", ".d.csv", "folder.csv/x.csv")
    assert ["a.csv", "b.csv"] == names(tmp_path / "*.csv")


def test_a_name_with_brackets_is_a_name(tmp_path):
    """A file that exists is meant as it is written, even if its name reads like a pattern."""
    put(tmp_path, "list[1].csv", "list1.csv")
    assert ["list[1].csv"] == names(tmp_path / "list[1].csv")


def test_the_same_file_counts_once(tmp_path, monkeypatch):
    """Other spellings of, and links to, a file given before add nothing."""
    put(tmp_path, "a.csv", "sub/b.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    os.link(tmp_path / "a.csv", tmp_path / "hard.csv")
    monkeypatch.chdir(tmp_path)
    spellings = ["a.csv", "./a.csv", tmp_path / "sub" / ".." / "a.csv", "link.csv", "hard.csv", "*.csv", tmp_path]
    assert ["a.csv", "b.csv"] == names(*spellings, "sub")


def test_equal_names_are_told_apart(tmp_path):
    """Inputs with the same base name show as much of their path as tells them apart, and no more."""
    put(tmp_path, "x/2025/a.csv", "y/2025/a.csv", "y/2026/a.csv", "b.csv")
    files = [tmp_path / name for name in ("x/2025/a.csv", "y/2025/a.csv", "y/2026/a.csv", "b.csv")]
    assert ["x/2025/a.csv", "y/2025/a.csv", "2026/a.csv", "b.csv"] == names(*files)


def test_standard_input():
    """A dash means standard input, once."""
    (item,) = resolve(["-", "-"], stdin=io.BytesIO(LINE))
    assert ("stdin", LINE) == (item.name, item.data)


@pytest.mark.parametrize(
    ("file", "error", "words"),
    [
        ("nope.csv", MissingFile, "The file or folder .* does not exist"),
        ("a.csv/x.csv", MissingFile, "The file or folder .* does not exist"),
        ("*.xlsx", NoMatch, "No file matches"),
        ("empty.csv", EmptyFile, r"empty\.csv is empty \(0 bytes\)"),
        ("sub", NothingInFolder, r"has no file to import.*\.csv"),
        ("pipe", NotAFile, "is not a file"),
        ("x" * 300, UnreadableFile, "cannot be opened"),
        ("nul\0.csv", UnreadableFile, "cannot be opened"),
    ],
)
def test_what_cannot_be_read(tmp_path, file, error, words):
    """One FILE that cannot be read ends everything, with a sentence and exit code 2."""
    put(tmp_path, "a.csv", "sub/readme.md")
    (tmp_path / "empty.csv").touch()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(error, match=words) as refused:
        resolve([tmp_path / "a.csv", f"{tmp_path}/{file}"])
    assert ExitCode.UNUSABLE == refused.value.exit_code


def test_an_empty_name_is_no_folder(tmp_path, monkeypatch):
    """A script's variable that is not set names nothing, not the working directory."""
    monkeypatch.chdir(put(tmp_path, "a.csv"))
    with pytest.raises(MissingFile, match="The file or folder ''"):
        resolve([""])


def test_empty_standard_input():
    """Nothing on standard input is an empty file."""
    with pytest.raises(EmptyFile, match="stdin is empty"):
        resolve(["-"], stdin=io.BytesIO())
