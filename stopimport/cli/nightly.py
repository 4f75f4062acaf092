"""The command `inbox`: the nightly job."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stopimport import configfile
from stopimport.cli.errors import SettingsInInbox
from stopimport.cli.importing import context_of
from stopimport.cli.options import config_given
from stopimport.cli.program import command, tell
from stopimport.errors import StopimportError
from stopimport.nightly.wording import veiled
from stopimport.remote.address import is_address, parse
from stopimport.runlog import logging_to
from stopimport.text.masking import mask_text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from stopimport.cli.console import Console
    from stopimport.errors import ExitCode
    from stopimport.nightly.outcome import PassResult
    from stopimport.pipeline.job import Context
    from stopimport.remote.address import Address
    from stopimport.sending.outcomes import Progress
    from stopimport.settings import Settings

log = logging.getLogger(__name__)


@command("inbox")
@click.argument("folder", metavar="DIR", type=click.Path())
def inbox(console: Console, settings: Settings, folder: str) -> ExitCode:
    """Import every new file of a folder once, and exit: the nightly job, for cron, systemd and Task Scheduler.

    A file is taken once it is complete. Imported files move to DIR/done, those that cannot be imported to
    DIR/failed with an explanation; each has its run in DIR/runs. An interrupted import continues the next time the
    command runs. DIR may also be an address (s3://, gs://, az://, sftp://).

    \b
    stopimport inbox /srv/stopimport/inbox --config /etc/stopimport/shop.toml
    stopimport inbox exports --settle 0 --sandbox
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    json_log = console.options.log_format == "json"
    with ExitStack() as stack:
        if json_log and not console.options.verbose:
            stack.enter_context(logging_to(console.err, "json"))
        try:
            place = parse(folder) if is_address(folder) else Path(folder)
            if isinstance(place, Path):
                _refuse_settings_inside(place, settings)
            context = stack.enter_context(context_of(console, settings))
            result = _pass(console, context, place)
        except StopimportError as error:
            if not json_log:
                raise
            log.error("%s", error)  # noqa: TRY400 - an expected error, told as one line
            console.give({"error": str(error), "exit_code": int(error.exit_code)})
            return error.exit_code
        if not json_log:
            _tell(console, result)
        console.give(result.as_dict())
        console.say(result.line())
        return result.exit_code


def _pass(console: Console, context: Context, folder: Path | Address) -> PassResult:
    from stopimport.nightly.inbox import one_pass  # noqa: PLC0415 - heavy, and `--help` does without
    from stopimport.pipeline.job import Nobody  # noqa: PLC0415 - heavy, and `--help` does without

    class Unattended(Nobody):
        """Nobody is asked; what cannot wait is said, and a terminal shows how the sending goes."""

        def warn(self, text: str) -> None:
            if console.options.log_format == "json":
                log.warning("%s", text)
            else:
                console.warn(text)

        def progress(self, total: int) -> AbstractContextManager[Progress]:
            return console.progress(total) if console.err.isatty() else super().progress(total)

    context.watcher = Unattended()
    return one_pass(folder, context)


def _tell(console: Console, result: PassResult) -> None:
    """Say on standard error what somebody should know: errors, and warnings unless they are to be kept quiet."""
    for file in result.files:
        if file.trace:
            click.echo(mask_text(file.trace), err=True, nl=False)
        if file.why and file.exit_code:
            tell(veiled(file.why), file.exit_code, as_json=False)
        if file.warning:
            console.warn(veiled(file.warning))
    for warning in result.warnings:
        console.warn(veiled(warning))


def _refuse_settings_inside(folder: Path, settings: Settings) -> None:
    """Refuse a settings file or key file in the inbox: whoever drops files there could choose where the key goes."""
    for path in (configfile.find(config_given()), settings.api_key_file):
        if path and Path(path).resolve().is_relative_to(folder.resolve()):
            raise SettingsInInbox(str(path), str(folder))
