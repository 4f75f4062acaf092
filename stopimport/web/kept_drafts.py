"""Drafts on disk: they survive the end of the program, and are kept for a week after they were last touched."""

from __future__ import annotations

from datetime import (
    datetime,
    timedelta,
)
from typing import TYPE_CHECKING

import msgspec

from stopimport.loading.preview import FilesPreview
from stopimport.pipeline.wishes import Wish
from stopimport.runs.whole_files import write_whole
from stopimport.web.choices import Choices
from stopimport.web.uploads import UploadedFile

if TYPE_CHECKING:
    from pathlib import Path

KEPT_FOR = timedelta(days=7)
_NAME = "draft.json"


class KeptDraft(msgspec.Struct, frozen=True):
    """What is kept of a draft beside its files and what was read of them."""

    run: str
    """Name of the run that it will be."""
    sandbox: bool
    files: tuple[UploadedFile, ...]
    choices: Choices
    preview: FilesPreview | None
    """By which columns that were clicked are known."""
    language: str
    by: str
    touched: datetime
    """When something was chosen last."""
    wishes: tuple[Wish, ...] = ()
    """What the person wrote in the place of rejected entries."""

    def is_old(self, now: datetime) -> bool:
        """Whether it was kept for long enough."""
        return now - self.touched > KEPT_FOR


_decoder = msgspec.json.Decoder(KeptDraft)


def save(folder: Path, kept: KeptDraft) -> None:
    """Write a draft down in its folder.

    Raises:
        FileUnwritable: the disk is full, say.
    """
    made = msgspec.json.encode(kept)
    write_whole(folder / _NAME, lambda aside: aside.write_bytes(made), group=None)


def read(folder: Path) -> KeptDraft | None:
    """Return the draft in a folder; None where there is none that this version understands."""
    try:
        return _decoder.decode((folder / _NAME).read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
