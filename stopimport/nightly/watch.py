"""Those who watch the nightly job from afar: a metrics file, a health check, and somebody who is told when needed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stopimport.nightly import metrics
from stopimport.nightly.delivery import Delivery, MailOptions
from stopimport.nightly.notice import notice_of
from stopimport.nightly.ping import Ping
from stopimport.text.language import _

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.nightly.outcome import PassResult
    from stopimport.secrets import ApiKey
    from stopimport.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Who is told, named as the options."""

    metrics_file: Path | None
    ping: str | None
    notify: str | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told about a pass. None of them can make it fail."""

    metrics_file: Path | None = None
    ping: Ping | None = None
    delivery: Delivery | None = None
    key: ApiKey | None = None
    """What no message may show."""

    @classmethod
    def of(cls, settings: Settings, key: ApiKey | None) -> Watch:
        """Return those whom the settings name."""
        options = settings.of(WatchOptions)
        ping = Ping(options.ping) if options.ping else None
        delivery = Delivery(options.notify, settings.of(MailOptions)) if options.notify else None
        return cls(options.metrics_file, ping, delivery, key)

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
        if self.delivery and (notice := notice_of(result, self.key)):
            self.delivery.bring(notice, result)
            result = replace(result, warnings=(*result.warnings, *self.delivery.problems))
        return result
