"""Wrong usage in our own sentences, in the language in force: click's errors come in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stopimport.text.language import N_, Sentence, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_ARGUMENTS: Mapping[str, str] = {
    "FILE...": N_(
        "FILE is a CSV, text or Excel file, a folder of them, a pattern such as 'exports/*.csv', or - for standard "
        "input. For example: {command} export.csv"
    ),
    "RUN": N_(
        "RUN is the folder of a run; 'stopimport history' lists those in stopimport-runs. "
        "For example: {command} stopimport-runs/2026-11-22T130455Z-export.csv"
    ),
}
"""What an argument can be, by its metavar."""


def explained(error: click.ClickException) -> str:
    """Return what was typed wrongly, and where the help is."""
    context = getattr(error, "ctx", None)
    hint = " " + _("See '{command} --help'.").format(command=context.command_path) if context else ""
    return _told(error) + hint


def expected(kind: click.ParamType[Any]) -> Sentence:
    """Return the values that an option of this type takes, as they follow 'Use'."""
    match kind:
        case click.Choice():
            return Sentence(N_("one of: {choices}"), choices=", ".join(map(str, kind.choices)))
        case click.IntRange():
            return Sentence(N_("a whole number of at least {least}"), least=kind.min)
        case click.FloatRange():
            return Sentence(N_("a number of at least {least}"), least=kind.min)
        case click.Path():
            return Sentence(N_("the name of a folder"))
    words = {"integer": N_("a whole number"), "float": N_("a number"), "boolean": N_("true or false")}
    return Sentence(words.get(kind.name, N_("another value")))


def _told(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            told = _("{option} is not an option.").format(option=error.option_name)
            return f"{told} {_nearest(error.possibilities or ())}".rstrip()
        case click.MissingParameter(param=click.Parameter() as missing):
            name = _(missing.human_readable_name).removesuffix("...")
            told = _("An argument is missing: {argument}.").format(argument=name)
            return f"{told} {_meaning(missing, error.ctx)}".rstrip()
        case click.BadOptionUsage():
            told = _("{option} takes no value.") if _is_flag(error) else _("{option} needs a value.")
            return told.format(option=error.option_name)
        case click.BadParameter(param=click.Parameter() as wrong):
            told = _("{option} has an invalid value. Use {expected}.")
            return told.format(option=wrong.opts[-1], expected=expected(wrong.type))
    # The last of click's own sentences that there is for commands as ours are.
    return _("A command is missing.") if error.message == "Missing command." else error.format_message()


def _meaning(missing: click.Parameter, context: click.Context | None) -> str:
    """Return what a missing argument can be, with an example; '' where its name says enough."""
    told = _ARGUMENTS.get(missing.metavar or "")
    return _(told).format(command=context.command_path if context else "stopimport") if told else ""


def _is_flag(error: click.BadOptionUsage) -> bool:
    options = error.ctx.command.params if error.ctx else []
    named = (option for option in options if error.option_name in {*option.opts, *option.secondary_opts})
    return any(isinstance(option, click.Option) and option.is_flag for option in named)


def _nearest(names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return _("Did you mean {options}?").format(options=listed) if listed else ""
