"""What a person sees of files before anything is sent: what was understood of them, and samples of what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.cleaning.stage import judge
from stopimport.errors import StopimportError
from stopimport.loading.kept import ReadFiles, read_each
from stopimport.loading.preview_files import preview_read
from stopimport.loading.stage import load_read
from stopimport.pipeline.glance import glance_at
from stopimport.runs.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.preview import FilesPreview
    from stopimport.pipeline.glance import Glance
    from stopimport.settings import Settings


def read_files(files: Sequence[str], settings: Settings, place: Path) -> ReadFiles:
    """Read files that do not change, each by itself; see `loading.kept`."""
    return read_each(files, settings.load_options(), place)


def preview(ready: ReadFiles, settings: Settings) -> FilesPreview:
    """Say what is understood of files that were read; that a phone column is missing or unclear is no error here.

    Raises:
        StopimportError: an option names something that is not there.
    """
    return preview_read(ready.raws, settings.load_options(), _judge(settings))


def unusable(ready: ReadFiles, settings: Settings, kind: type[StopimportError]) -> dict[str, StopimportError]:
    """Return the files that could not be read, or that bring an error of this `kind` by themselves, and why."""
    found = dict(ready.unusable)
    for path in dict.fromkeys(ready.paths):
        own = [raw for raw, of in zip(ready.raws, ready.paths, strict=True) if of == path]
        try:
            load_read(own, (), settings.load_options(), judge=_judge(settings))
        except kind as error:
            found[path] = error
        except StopimportError:
            # A question, or something that this file lacks and another one has.
            continue
    return found


def _judge(settings: Settings) -> Judge:
    options = settings.clean_options()
    return lambda inputs, countries: judge(inputs, countries, options)


def samples(journal: Path) -> Glance:
    """Return a few entries of the run with this journal.

    Raises:
        StopimportError: the journal cannot be read.
    """
    with Journal.open(journal) as opened:
        return glance_at(opened)
