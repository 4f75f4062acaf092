"""Trying to import one file or to finish one run: whatever happens becomes a value, and the next file has its turn."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.cleaning.errors import UnknownCountry
from stopimport.errors import BadOption, ExitCode, NoHome, StopimportError
from stopimport.nightly.errors import ImportBug, InboxUnusable
from stopimport.pipeline.errors import VendorAway
from stopimport.runs.errors import (
    CoordinatorError,
    FileUnwritable,
    FolderUnwritable,
    GroupUnusable,
    JournalUnusable,
    LockUnusable,
)
from stopimport.sending.errors import BadAddress, BadCertificates, BadProxy

if TYPE_CHECKING:
    from collections.abc import Callable

    from stopimport.pipeline.job import Result
    from stopimport.pipeline.stop_request import StopRequest
    from stopimport.runs.summary import Summary

_SETTINGS = (
    *(BadOption, BadAddress, BadCertificates, BadProxy),
    *(CoordinatorError, NoHome, UnknownCountry, GroupUnusable),
)
"""Errors that every file would meet: no file can help them, and none is to blame."""
_SURROUNDINGS = (*_SETTINGS, FileUnwritable, FolderUnwritable, InboxUnusable, JournalUnusable, LockUnusable)
"""Errors that say nothing about a file: a full disk, permissions."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How it ended."""

    exit_code: ExitCode
    error: StopimportError | None = None
    run: Summary | None = None
    """What is known of the run, as far as there is one."""
    trace: str = ""
    """Of a bug."""

    @property
    def blames_file(self) -> bool:
        """Whether the file itself cannot be imported with these settings: it fails whenever it is tried."""
        refused = self.exit_code in {ExitCode.UNUSABLE, ExitCode.GUARD}
        return refused and not isinstance(self.error, _SURROUNDINGS)

    @property
    def ends_pass(self) -> bool:
        """Whether no other file could be imported either: account, settings, an outage, or a wish to stop."""
        stopped = self.exit_code in {ExitCode.ACCOUNT_REFUSED, ExitCode.INTERRUPTED, ExitCode.TERMINATED}
        return stopped or isinstance(self.error, (VendorAway, *_SETTINGS))

    @property
    def asked(self) -> float:
        """Seconds for which the vendor asked to be left alone."""
        return self.error.asked if isinstance(self.error, VendorAway) else 0.0


def attempt(work: Callable[[], Result], file: str, stop: StopRequest) -> Attempt:
    """Do `work` for the file called `file`, and return how it ended; nothing is raised."""
    try:
        result = work()
    except KeyboardInterrupt:
        return Attempt(stop.exit_code)
    except StopimportError as error:
        return Attempt(error.exit_code, error)
    except Exception as error:  # noqa: BLE001 - a bug that one file brings to light must not hold up the others
        log.error("A bug: %s", traceback.format_exc())  # noqa: TRY400 - the log has no room for a traceback of its own
        return Attempt(ExitCode.BUG, ImportBug(file, type(error).__name__), trace=traceback.format_exc())
    return Attempt(result.exit_code, result.error, result.run)
