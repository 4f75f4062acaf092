"""The terminal: notices and questions on standard error, results on standard output."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO

import click

from stopimport.cli.questions import confirmed
from stopimport.cli.wrapping import wrapped
from stopimport.start import problem_of
from stopimport.text.language import _
from stopimport.text.printable import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from stopimport.pipeline.job import Result
    from stopimport.reporting.previews import SendPreview, UndoPreview
    from stopimport.sending.outcomes import Progress


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """What is printed, and how, named as the options."""

    json: bool
    quiet: bool
    verbose: bool
    log_format: str
    lang: str | None
    yes: bool


@dataclass(slots=True)
class Console:
    """What a command prints, and where; it watches runs (`pipeline.job.Watcher`)."""

    options: ConsoleOptions
    out: TextIO
    err: TextIO

    @classmethod
    @contextmanager
    def on(cls, options: ConsoleOptions) -> Iterator[Console]:
        """Give the console of this process."""
        yield cls(options, sys.stdout, sys.stderr)

    @property
    def interactive(self) -> bool:
        """Whether a person sits there who can answer a question."""
        return sys.stdin is not None and sys.stdin.isatty() and self.err.isatty()

    @property
    def width(self) -> int:
        """Columns of the terminal: 60 at least, so that tables keep their shape, and 100 at most."""
        return min(max(get_terminal_size((100, 24)).columns, 60), 100)

    @property
    def encoding(self) -> str:
        """What standard output encodes."""
        return _encoding(self.out)

    def notice(self, text: str) -> None:
        """Say something worth knowing that stops nothing; a run's summary repeats it for those who read later."""
        if self.interactive and not self.options.quiet:
            click.echo(wrapped(_("Note: {text}").format(text=printable(text)), self.err), file=self.err)

    def warn(self, text: str) -> None:
        """Say at once what is said nowhere else."""
        if not self.options.quiet:
            click.echo(wrapped(_("Note: {text}").format(text=printable(text)), self.err), file=self.err)

    def summary(self, result: Result) -> None:
        """Print how a run ended: a table for people, or JSON."""
        from stopimport.reporting.terminal import render  # noqa: PLC0415 - only where it is shown

        self.give(result.summary)
        if not self.options.quiet and not self.options.json:
            text = render(
                result.run,
                result.files,
                width=self.width,
                colour=_colour(self.out),
                encoding=_encoding(self.out),
            )
            self._print(text)

    def undone(self, result: Result) -> None:
        """Print what an undo has come to, for people."""
        from stopimport.reporting.afterwards import undone_text  # noqa: PLC0415 - only where it is shown

        page = {"width": self.width, "colour": _colour(self.out), "encoding": _encoding(self.out)}
        self.say(undone_text(result.run.facts.undo, result.files, **page).rstrip("\n"))

    def say(self, text: str) -> None:
        """Print text for people on standard output, unless asked for JSON or quiet; a single line may be wrapped."""
        if not self.options.quiet and not self.options.json:
            self._print(text if "\n" in text else wrapped(text, self.out))

    def give(self, data: Mapping[str, object] | Sequence[object]) -> None:
        """Print data for programs on standard output, if asked for JSON: on one line, unless a person looks on."""
        if self.options.json:
            self._print(json_text(data, 2 if self.out.isatty() else None))

    def _print(self, text: str) -> None:
        """Print to standard output; if that is closed or full, the command has done its work all the same."""
        click.echo(text, file=self.out)
        error = problem_of(self.out)
        if error is not None and not isinstance(error, BrokenPipeError):
            problem = _(error.strerror or str(error))
            self.warn(_("Standard output cannot be written: {problem}.").format(problem=problem))

    def confirm(self, preview: SendPreview) -> bool:
        """Show what would be sent, and ask on a terminal; elsewhere a line says how long it will take."""
        if not self.options.quiet:
            self._show(preview)
        if self.options.yes or not self.interactive or preview.to_send == 0:
            return True
        try:
            return confirmed(_("Add them to the stop list now?"))
        except click.Abort:
            # click makes one of Ctrl-C and of the end of input; whoever asked knows which it was.
            raise KeyboardInterrupt from None

    def confirm_undo(self, preview: UndoPreview) -> bool:
        """Show what would be taken off the stop list, and ask on a terminal; elsewhere a line tells it."""
        from stopimport.reporting.afterwards import removing_line, render_undo  # noqa: PLC0415 - only where it is shown

        if not self.options.quiet:
            shown = removing_line(preview)
            if self.interactive:
                colour, encoding = _colour(self.err), _encoding(self.err)
                shown = render_undo(preview, width=self.width, colour=colour, encoding=encoding)
            click.echo(shown, file=self.err)
        if self.options.yes or not self.interactive or preview.to_remove == 0:
            return True
        return confirmed(_("Take them off now?"))

    def _show(self, preview: SendPreview) -> None:
        from stopimport.reporting.preview import render_preview, sending_line  # noqa: PLC0415 - only where it is shown

        if self.interactive:
            shown = render_preview(preview, width=self.width, colour=_colour(self.err), encoding=_encoding(self.err))
        else:
            shown = sending_line(preview)
        click.echo(shown, file=self.err)

    def progress(self, total: int) -> AbstractContextManager[Progress]:
        """Follow the sending: a bar on a terminal, a plain line every 10 seconds elsewhere."""
        from stopimport.cli.progress import follow  # noqa: PLC0415 - only where it is shown

        return follow(total, self.err, silent=self.options.quiet)


def _colour(stream: TextIO) -> bool:
    """Whether to use colours: on a terminal, unless NO_COLOR asks for none (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _encoding(stream: TextIO) -> str:
    return stream.encoding or "ascii"
