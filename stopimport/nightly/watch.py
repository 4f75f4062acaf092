"""Those who watch the nightly job from afar: a metrics file and a health check."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stopimport.nightly import metrics
from stopimport.nightly.ping import Ping
from stopimport.text.language import _

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.nightly.outcome import PassResult
    from stopimport.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Who is told, named as the options."""

    metrics_file: Path | None
    ping: str | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told about a pass. None of them can make it fail."""

    metrics_file: Path | None = None
    ping: Ping | None = None

    @classmethod
    def of(cls, settings: Settings) -> Watch:
        """Return those whom the settings name."""
        options = settings.of(WatchOptions)
        return cls(options.metrics_file, Ping(options.ping) if options.ping else None)

    def started(self) -> None:
        """Tell that a pass begins."""
        if self.ping:
            self.ping.start()

    def ended(self, result: PassResult) -> PassResult:
        """Tell how a pass ended, and return that."""
        if self.metrics_file:
            try:
                metrics.write(self.metrics_file, result)
            except OSError as error:
                told = _("The metrics file {file} cannot be written: {problem}.")
                warning = told.format(file=self.metrics_file, problem=error.strerror or error)
                log.warning("%s", warning)
                result = replace(result, warnings=(*result.warnings, warning))
        if self.ping:
            self.ping.end(result)
            result = replace(result, warnings=(*result.warnings, *self.ping.problems))
        return result
