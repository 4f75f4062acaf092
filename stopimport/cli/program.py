"""The program `stopimport`: how a command is declared, and how it ends."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from typing import Any

import click

from stopimport import configfile
from stopimport.cli.console import Console, ConsoleOptions
from stopimport.cli.help import Group
from stopimport.cli.options import setting_options, settings_from
from stopimport.cli.usage import explained
from stopimport.cli.wrapping import wrapped
from stopimport.errors import ExitCode, StopimportError
from stopimport.options import ENVIRONMENT_PREFIX
from stopimport.text.language import LANGUAGES, _, language_in_force, preferred_language, speaking
from stopimport.text.masking import masked_trace
from stopimport.text.printable import json_text, printable, write_plainly
from stopimport.version import __version__

Handler = Callable[..., ExitCode]


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="stopimport")
def program() -> None:
    """Add the opt-outs in CSV and Excel exports to SMS Partner's stop list.

    Every number is accounted for: added, already there, duplicate, refused, failed or rejected with a reason.

    \b
    Try it without an account:   stopimport run export.csv --sandbox
    Look before sending:         stopimport check export.csv
    Send:                        stopimport run export.csv   (with SMSPARTNER_API_KEY set)
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped


def command(
    name: str, parent: click.Group = program, *, reads_file: bool = True, knows_all: bool = False
) -> Callable[[Handler], click.Command]:
    """Declare a command: `handler` gets the console, the settings and its own arguments, and returns the exit code.

    Args:
        name: what the user types.
        parent: the program, or a group of commands below it.
        reads_file: whether the settings file is read; False for commands that are about the file itself.
        knows_all: whether it takes the options of all other commands too, without showing them in its help.
    """
    full_name = name if parent is program else f"{parent.name} {name}"

    def decorate(handler: Handler) -> click.Command:
        own = {parameter.name for parameter in getattr(handler, "__click_params__", [])}

        @wraps(handler)
        def invoke(**values: Any) -> ExitCode:  # noqa: ANN401 - whatever the options hold
            arguments = {key: values.pop(key) for key in list(values) if key in own}
            settings = settings_from(values)
            options = settings.of(ConsoleOptions)
            with speaking(options.lang or language_in_force()), Console.on(options) as console:
                for unknown, nearest in configfile.unknown_variables(os.environ, ENVIRONMENT_PREFIX):
                    console.warn(
                        _("The environment variable {name} is not a setting; did you mean {nearest}?").format(
                            name=unknown, nearest=nearest
                        )
                    )
                try:
                    return handler(console, settings, **arguments)
                except StopimportError as error:
                    return tell(error, error.exit_code, as_json=options.json)

        options = setting_options(full_name, reads_file=reads_file, knows_all=knows_all)
        return parent.command(name)(options(invoke))

    return decorate


def tell(error: object, exit_code: ExitCode, *, as_json: bool) -> ExitCode:
    """Say what went wrong: a sentence on standard error, with `--json` an object on standard output too."""
    if as_json:
        click.echo(json_text({"error": str(error), "exit_code": int(exit_code)}))
    say_error(error)
    return exit_code


def say_error(error: object) -> None:
    """Say what went wrong on standard error."""
    click.echo(wrapped(f"stopimport: {printable(str(error))}", sys.stderr), err=True)


def execute(args: list[str]) -> int:
    """Run the program with `args` and return its exit code; only a bug shows a traceback."""
    with speaking(_language(args)):
        try:
            return int(program.main(args, prog_name="stopimport", standalone_mode=False) or ExitCode.OK)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help() if error.ctx else "", err=True)
            return ExitCode.UNUSABLE
        except BrokenPipeError:
            # Whoever read our output has gone; there is nobody left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.OK
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place where everything ends
            sentence, exit_code = _last_words(error)
            return tell(sentence, exit_code, as_json=_wants_json(args))


def _last_words(error: BaseException) -> tuple[str, ExitCode]:
    """Return the sentence and the exit code for what ended the program."""
    match error:
        case StopimportError():
            return str(error), error.exit_code
        case KeyboardInterrupt() | click.Abort():
            return _("Interrupted; nothing was sent."), ExitCode.INTERRUPTED
        case click.ClickException():
            return explained(error), ExitCode.UNUSABLE
    click.echo(masked_trace(error), err=True, nl=False)
    return _("This is a bug in stopimport: please report it with the lines above."), ExitCode.BUG


def main() -> None:
    """Entry point of the console script."""
    logging.getLogger("stopimport").addHandler(logging.NullHandler())
    write_plainly((sys.stdout, sys.stderr))
    sys.exit(execute(sys.argv[1:]))


def _language(args: list[str]) -> str:
    """Return the language of the help, and of what goes wrong before the options are understood."""
    asked = [_value_of("--lang", args), *_set_elsewhere("lang", args)]
    return next((word.lower() for word in asked if word.lower() in LANGUAGES), preferred_language())


def _wants_json(args: list[str]) -> bool:
    """Whether a program should be told how it ended, when the options were perhaps not understood."""
    asked = next(filter(None, _set_elsewhere("json", args)), "")
    return "--json" in args or asked.strip().lower() in {"1", "true", "t", "yes", "y", "on"}


def _set_elsewhere(key: str, args: list[str]) -> Iterator[str]:
    """Yield what the environment, then the settings file, say of an option."""
    yield os.environ.get(f"{ENVIRONMENT_PREFIX}{key.upper()}", "")
    # What is wrong with the settings file is told when the command reads it.
    with suppress(StopimportError):
        path = configfile.find(_value_of("--config", args) or os.environ.get(f"{ENVIRONMENT_PREFIX}CONFIG"))
        yield str(configfile.read(path).get(key, "")) if path else ""


def _value_of(option: str, args: list[str]) -> str:
    """Return the last value that `args` give an option, '' without one."""
    found = ""
    for arg, following in zip(args, (*args[1:], ""), strict=False):
        name, _sign, value = arg.partition("=")
        if name == option:
            found = value or following
    return found
