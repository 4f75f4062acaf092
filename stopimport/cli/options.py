"""The command line's options, generated from the one table in `settings`."""

from __future__ import annotations

import os
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from stopimport import configfile
from stopimport.cli.usage import expected
from stopimport.errors import BadOption
from stopimport.options import ENVIRONMENT_PREFIX, OPTIONS, options_of
from stopimport.settings import Settings
from stopimport.text.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stopimport.options import Option


_CONFIG = "stopimport.config"


class SettingOption(click.Option):
    """A click option for one `settings.Option`; several values in its environment variable are one per line."""

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:  # noqa: ANN401 - click's signature
        """Return the value as what the option is.

        Raises:
            BadOption: it cannot be that.
        """
        name = f"--{str(self.name).replace('_', '-')}"
        try:
            found = super().type_cast_value(ctx, value)
        except click.BadParameter as error:
            raise BadOption(name, str(value), expected(self.type)) from error
        if isinstance(found, float) and isnan(found):
            # It is in every range.
            raise BadOption(name, str(value), expected(self.type))
        return found

    def value_from_envvar(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Return the value of the environment variable, split by lines for a repeatable option."""
        text = self.resolve_envvar_value(ctx)
        if text is not None and self.multiple:
            return [line.strip() for line in text.splitlines() if line.strip()]
        return super().value_from_envvar(ctx)


def setting_options(
    command: str, *, reads_file: bool = True, knows_all: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a click command with all options that `command` knows, and ``--config``.

    Args:
        command: its full name, such as ``run`` or ``config show``.
        reads_file: whether the settings file is read; what ``--config`` says is in `config_given` in any case.
        knows_all: whether it takes the options of all other commands too, hidden.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        shown = options_of(command)
        taken = OPTIONS if knows_all else shown
        params: list[click.Parameter] = [
            _click_option(option, hidden=option not in shown) for option in taken if option.flag
        ]
        params.append(
            click.Option(
                ["--config"],
                metavar="FILE",
                help=N_("The settings file."),
                envvar=f"{ENVIRONMENT_PREFIX}CONFIG",
                is_eager=True,
                expose_value=False,
                callback=_take_file if reads_file else _take_name,
            )
        )
        # click wants them last first, under the function's arguments.
        function.__click_params__ = [*reversed(params), *getattr(function, "__click_params__", [])]  # type: ignore[attr-defined]
        return function

    return decorate


def config_given() -> str | None:
    """Return the settings file that ``--config`` or its environment variable names."""
    given: str | None = click.get_current_context().meta.get(_CONFIG)
    return given


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Return the settings in force: what click found by flag, environment and file, and the settings without flag."""
    context = click.get_current_context()
    found = {
        key: value
        for key, value in values.items()
        if value is not None and context.get_parameter_source(key) is not ParameterSource.DEFAULT
    }
    for option in OPTIONS:
        if not option.flag:
            value = os.environ.get(option.variable) or (context.default_map or {}).get(option.key)
            if value is not None:
                found[option.key] = value
    return Settings(found)


def _click_option(option: Option, *, hidden: bool = False) -> click.Option:
    names = f"--{option.name}/--{option.off}" if option.off else f"--{option.name}"
    kinds: dict[str, click.ParamType[Any] | type] = {
        "text": str,
        "count": click.IntRange(min=option.least),
        "seconds": click.FloatRange(min=0),
        "choice": click.Choice(option.choices, case_sensitive=False),
        "flag": bool,
        "file": click.Path(),
        "folder": click.Path(file_okay=False, path_type=Path),
    }
    shown = "" if option.kind == "flag" else option.shown_default or str(option.default or "")
    return SettingOption(
        [names, option.key],
        type=kinds[option.kind],
        is_flag=option.kind == "flag",
        default=option.default,
        multiple=option.multiple,
        metavar=option.metavar or {"count": "N"}.get(option.kind),
        envvar=option.variable,
        help=option.help,
        show_default=shown or None,
        hidden=hidden,
    )


def _take_file(context: click.Context, _parameter: click.Parameter, given: str | None) -> None:
    """Read the settings file in force before the other options look for their defaults."""
    _take_name(context, _parameter, given)
    path = configfile.find(given)
    if path is not None:
        context.default_map = dict(configfile.read(path))


def _take_name(context: click.Context, _parameter: click.Parameter, given: str | None) -> None:
    """Remember which settings file was named."""
    context.meta[_CONFIG] = given
