"""Opening files that others may have made: once, never waiting, and only if they are what they should be."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from stopimport.text.language import N_

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

NO_FILE = N_("it is not a file but a device or a pipe")
LINKED = N_("it is a link, or the same file has another name elsewhere")
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_CLOEXEC", "O_NOCTTY"))
"""A pipe that nobody writes to would hold up whoever opens it otherwise."""


class NotPlain(OSError):
    """What lies there is no file of its own: a device or a pipe, or a link where none is followed."""


def open_plain(path: Path, *, lone: bool = False) -> BinaryIO:
    """Open a regular file for reading; what is read is what was looked at, whatever takes its name meanwhile.

    Args:
        path: where it lies.
        lone: it is no link, and has no other name: who put it there might not be allowed to read it.

    Raises:
        NotPlain: it is none; its ``strerror`` says why.
        OSError: it cannot be opened.
    """
    try:
        descriptor = os.open(path, _FLAGS | (getattr(os, "O_NOFOLLOW", 0) if lone else 0))
    except OSError as error:
        if lone and error.errno in {errno.ELOOP, errno.EMLINK}:
            raise NotPlain(error.errno, LINKED) from None
        if error.errno == errno.ENXIO:
            # A socket.
            raise NotPlain(error.errno, NO_FILE) from None
        raise
    try:
        _prove(os.fstat(descriptor), lone=lone)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _prove(facts: os.stat_result, *, lone: bool) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise NotPlain(errno.EINVAL, NO_FILE)
    if lone and facts.st_nlink > 1:
        raise NotPlain(errno.EMLINK, LINKED)
