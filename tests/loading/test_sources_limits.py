"""How large a file may be, and that a file is opened once and is what it was."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zipfile

import pytest

from stopimport.errors import BadOption, ExitCode, UnreadableFile
from stopimport.loading.cells import LoadOptions
from stopimport.loading.delimited.reader import read_text
from stopimport.loading.errors import EmptyFile, FileTooBig, NotAFile, UnpacksTooBig
from stopimport.loading.files.sources import resolve
from stopimport.pipeline.equality import cleaning_facts
from stopimport.plainfiles import open_plain
from stopimport.settings import Settings

LINE = b"0639980001\n"


def packed(content):
    """Return a zip with one list in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.csv", content)
    return archive.getvalue()


@pytest.mark.parametrize(
    ("text", "size"),
    [("1GB", 10**9), ("500 MB", 5 * 10**8), ("1.5gb", 15 * 10**8), ("2,5 Mo", 25 * 10**5), ("7", 7), ("3kB", 3000)],
)
def test_sizes(text, size):
    """A size is a number with or without a unit, as people write it."""
    assert size == Settings({"max_file_size": text}).load_options().max_file_size


@pytest.mark.parametrize("text", ["0", "0.0001KB", "-1MB", "1 XB", "MB", "", "1e9", "1,000,000", "١MB"])
def test_what_is_no_size(text):
    """Anything else is refused with a sentence."""
    with pytest.raises(BadOption, match=r"--max-file-size cannot be .*500MB or 2GB"):
        Settings({"max_file_size": text}).load_options()


def test_one_gigabyte_is_the_rule():
    """Who says nothing reads files of up to a gigabyte."""
    assert 10**9 == Settings().load_options().max_file_size


def test_the_limit_does_not_change_which_numbers_come_out():
    """A run with another limit imports the same, so that a file counts as imported."""
    assert cleaning_facts(Settings({"max_file_size": "5MB"})) == cleaning_facts(Settings())


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.zip", "list"])
def test_a_sparse_file_is_refused_at_once(tmp_path, name):
    """A file that says it has terabytes is refused by what it says, whatever its name."""
    with (tmp_path / name).open("wb") as file:
        file.truncate(4 << 40)
    with pytest.raises(FileTooBig, match=r"larger than 1 GB and was not read.*--max-file-size") as refused:
        resolve([tmp_path / name])
    assert ExitCode.UNUSABLE == refused.value.exit_code


def test_the_limit_itself_is_allowed(tmp_path):
    """A file of just that size is read, one of a byte more is not."""
    (tmp_path / "list.csv").write_bytes(LINE)
    (item,) = resolve([tmp_path / "list.csv"], most=len(LINE))
    assert LINE == item.data
    with pytest.raises(FileTooBig, match="larger than 10 bytes"):
        resolve([tmp_path / "list.csv"], most=len(LINE) - 1)


def test_standard_input_has_the_limit_too():
    """A stream is read up to the limit and no further."""
    stream = io.BytesIO(LINE * 1_000_000)
    with pytest.raises(FileTooBig, match="stdin is larger than 2 MB"):
        resolve(["-"], stdin=stream, most=2_000_000)
    assert stream.tell() < 4_000_000


def test_a_file_that_says_too_little_is_read_whole():
    """What the system makes up as it is read says that it has no size."""
    (item,) = resolve(["/proc/self/limits"])
    assert b"Max open files" in item.data


@pytest.mark.parametrize("pack", [gzip.compress, packed])
def test_what_comes_out_of_an_archive_has_the_limit(tmp_path, pack):
    """A small archive of a large list is a large list."""
    (tmp_path / "list.zip").write_bytes(pack(LINE * 10_000))
    assert 110_000 == len(resolve([tmp_path / "list.zip"], most=110_000)[0].data)
    with pytest.raises(UnpacksTooBig, match=r"unpacked it is larger than 100,001 bytes.*--max-file-size"):
        resolve([tmp_path / "list.zip"], most=100_001)


def test_a_file_cut_short_after_it_was_read_is_what_it_was(tmp_path):
    """What was hashed is what is read: nothing looks at a file again."""
    path = tmp_path / "list.csv"
    path.write_bytes(LINE * 1_000_000)
    (item,) = resolve([path])
    os.truncate(path, 0)
    assert item.data == LINE * 1_000_000


def test_a_large_text_is_hashed_as_it_is_read(tmp_path):
    """It is open, and read later: what it holds then has its checksum, and nothing else is taken for it afterwards."""
    path = tmp_path / "list.csv"
    path.write_bytes(LINE * 2_000_000)
    (item,) = resolve([path])
    os.truncate(path, len(LINE) * 1_900_000)
    assert item.data == LINE * 1_900_000
    assert item.sha256 == hashlib.sha256(LINE * 1_900_000).hexdigest()
    os.truncate(path, len(LINE))
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        _ = item.data


def test_a_large_text_that_was_emptied_is_empty(tmp_path):
    """As one that was so from the beginning."""
    path = tmp_path / "list.csv"
    path.write_bytes(LINE * 2_000_000)
    (item,) = resolve([path])
    os.truncate(path, 0)
    with pytest.raises(EmptyFile):
        read_text(item, LoadOptions())


def test_a_file_of_others_is_no_link(tmp_path):
    """Where others may have put a file, neither a link nor another name of a file is read; a user's own link is."""
    (tmp_path / "secret").write_bytes(LINE)
    (tmp_path / "link.csv").symlink_to("secret")
    os.link(tmp_path / "secret", tmp_path / "hard.csv")
    for name in ("link.csv", "hard.csv"):
        assert LINE == resolve([tmp_path / name])[0].data
        with pytest.raises(UnreadableFile, match="link"):
            resolve([tmp_path / name], lone=True)


def test_a_file_of_others_is_neither_folder_nor_pattern(tmp_path):
    """What became a folder, a pipe or nothing since it was seen is not looked into."""
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "folder.csv" / "a.csv").write_bytes(LINE)
    (tmp_path / "b.csv").write_bytes(LINE)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "to.csv").symlink_to("folder.csv")
    for name, error in (
        ("folder.csv", NotAFile),
        ("pipe.csv", NotAFile),
        ("to.csv", UnreadableFile),
        ("*.csv", UnreadableFile),
    ):
        with pytest.raises(error):
            resolve([tmp_path / name], lone=True)


def test_nothing_waits_for_a_pipe(tmp_path):
    """A pipe that took a file's name after the look at it holds nobody up."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="a device or a pipe"):
        open_plain(tmp_path / "pipe")
    with pytest.raises(OSError, match="a device or a pipe"):
        open_plain(tmp_path / "../../../../../../../../../dev/zero")


def test_the_command_line_has_the_limit(program, tmp_path):
    """`run` and `check` obey the option, the variable and the settings file alike."""
    (tmp_path / "list.csv").write_bytes(b"phone\n" + b"0600002004\n" * 100)
    for command in ("run", "check"):
        done = program(command, "list.csv", "--sandbox", "--yes", "--max-file-size", "1KB")
        assert 2 == done.returncode
        assert b"--max-file-size" in done.stderr
    assert 0 == program("check", "list.csv", "--max-file-size", "1 MB").returncode
