"""Help in the language in force: commands are declared in English, and translated when their help is shown.

click takes its own few words from gettext's process-wide domain; here they come from our catalogue, with all others.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import click

from stopimport.options import OPTIONS
from stopimport.text.language import LANGUAGES, N_, _, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

CLICKS_WORDS = (
    N_("Options"),
    N_("Commands"),
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
)
"""What click adds by itself."""

_AS_IT_STANDS = "\b"
"""click's mark for a paragraph whose lines are not wrapped again."""


class Formatter(click.HelpFormatter):
    """click's formatter with translated headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that says what can be typed."""
        super().write_usage(prog, args, _("Usage:") + " " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(" " * self.current_indent + _("{heading}:").format(heading=_(heading)) + "\n")


class _Context(click.Context):
    formatter_class = Formatter


class _Spoken(click.Command):
    """What commands and groups share."""

    context_class = _Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what follows the command in its usage."""
        return [_(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - a whole sentence wraps, a cut one says less
        """Return the first paragraph of the help."""
        first = next(paragraphs(self.help or ""), "")
        return _(first)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write what the command does."""
        with formatter.indentation():
            for paragraph in paragraphs(self.help or ""):
                formatter.write_paragraph()
                formatter.write_text(f"{_AS_IT_STANDS}\n{_(paragraph)}" if "\n" in paragraph else _(paragraph))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option) and not param.hidden]
        with formatter.section("Options"):
            formatter.write_dl([_record(option, ctx) for option in options])


class Command(_Spoken):
    """A command whose help is translated when shown."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the command's arguments.

        Raises:
            UsageError: there are more of them than the command takes.
        """
        ctx.allow_extra_args = True
        try:
            surplus = super().parse_args(ctx, args)
        except click.BadOptionUsage as error:
            # click does not tell this one where it comes from, which is where the help is.
            error.ctx = error.ctx or ctx
            raise
        if surplus and not ctx.resilient_parsing:
            told = _("{arguments} is unexpected: '{command}' takes no more arguments.")
            raise click.UsageError(told.format(arguments=quoted(surplus), command=ctx.command_path), ctx)
        return surplus


class Group(_Spoken, click.Group):
    """A group of commands whose help is translated when shown."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - click's many
        super().__init__(*args, **kwargs)
        lang = next(option for option in OPTIONS if option.name == "lang")
        # Its value is looked for before click is: see `program`.
        self.params.append(
            click.Option(
                ["--lang"],
                type=click.Choice(LANGUAGES, case_sensitive=False),
                expose_value=False,
                help=lang.help,
                show_default=lang.shown_default,
            )
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the tables of options and of commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first of `args` names.

        Raises:
            UsageError: there is no such command.
        """
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            told = _("'{name}' is not a command. The commands are: {commands}.")
            raise click.UsageError(told.format(name=name, commands=", ".join(self.list_commands(ctx))), ctx)
        return super().resolve_command(ctx, args)


def paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text, which are what is translated.

    Each is one line, unless its lines are to stay as they are, by click's mark: these end with a line break.
    """
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        lines = paragraph.strip("\n").split("\n")
        if lines[0] == _AS_IT_STANDS:
            # A line break at the end tells a single line that stays from one that is wrapped.
            yield "\n".join(lines[1:]) + "\n"
        elif any(lines):
            yield " ".join(line.strip() for line in lines)


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    """Return the two columns of an option: how it is written, what it does."""
    spelling, _help = option.get_help_record(ctx) or ("", "")
    if not option.is_flag:
        metavar = option.make_metavar(ctx)
        spelling = spelling.removesuffix(metavar) + _(metavar)
    words = option.help or ""
    told = _(words)
    if option.show_default:
        default = _(option.show_default) if isinstance(option.show_default, str) else str(option.default)
        told += "  [" + _("default: {default}").format(default=default) + "]"
    return spelling, told
