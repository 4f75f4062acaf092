"""The load stage: files in, the cells of their phone columns out."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from stopimport.loading.cells import Loaded, LoadOptions
from stopimport.loading.delimited.delimiter import chosen_delimiter
from stopimport.loading.delimited.reader import read_text
from stopimport.loading.files.encoding import check_encoding
from stopimport.loading.files.sources import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.files.sources import Input
    from stopimport.loading.raw import RawFile
    from stopimport.text.language import Sentence

_DEFAULTS = LoadOptions()


def load(
    files: Sequence[str | Path],
    options: LoadOptions = _DEFAULTS,
    *,
    judge: Judge,
    stdin: BinaryIO | None = None,
) -> Loaded:
    """Read `files` and return the cells of their phone columns.

    `judge` says which strings hold valid and mobile numbers; `stdin` is read for the file ``-``. What must stop a run
    although its cells could be read is in `Loaded.guards`.

    Raises:
        StopimportError: a file cannot be read, an option names something that is not there (exit 2), or several
            columns have an equal claim to be the phone column (`AmbiguousColumn`, exit 5).
    """
    return load_read(*read(files, options, stdin), options, judge=judge)


def load_read(raws: Sequence[RawFile], told: Sequence[Sentence], options: LoadOptions, *, judge: Judge) -> Loaded:
    """Return the cells of the phone columns of files that were read, `told` about which is given; errors as `load`."""
    from stopimport.loading.extraction import extract  # noqa: PLC0415 - pandas, which `pipeline.prepare` has imported beside the reading

    return extract(raws, told, options, judge)


def read(
    files: Sequence[str | Path], options: LoadOptions, stdin: BinaryIO | None = None
) -> tuple[list[RawFile], list[Sentence]]:
    """Return `files` as they are, and what is to be told about reading them; arguments and errors as `load`."""
    check_encoding(options.encoding)
    if options.delimiter is not None:
        chosen_delimiter(options.delimiter)
    raws = []
    told: list[Sentence] = []
    found = resolve(files, stdin=stdin, most=options.max_file_size, lone=options.lone, encoding=options.encoding)
    for item in found:
        raw = read_text(item, options) if item.kind == "text" else _read_workbook(item, options)
        raws.append(raw)
        told += raw.notices
    return raws, told


def _read_workbook(item: Input, options: LoadOptions) -> RawFile:
    from stopimport.loading.workbooks.reader import read_workbook  # noqa: PLC0415 - text files need no workbook library

    return read_workbook(item, named_sheets=options.sheet)
